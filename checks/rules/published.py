"""Is it there: a document of the right year, or of late?"""

from collections.abc import Iterator, Sequence
from datetime import date

from checks.addresses import host_of, is_under
from checks.answers import Absent, Detail, met, partly, surety
from checks.material import Document, Material
from checks.rules.readable import machine_readable
from checks.words import carries, years
from models.facts import Answer
from models.vocabulary import Reason


def document_for_year(
    material: Material, *, phrases: Sequence[str], annexes: Sequence[str] = (), tables: bool = False
) -> Answer | Absent:
    """Met by a document of the assessed year that says one of *phrases*.

    With *tables* it is met only with figures a machine can read: the document itself, or a file beside it
    that is called one of *annexes*. Without them it is partly met.
    """
    year = material.today.year
    named = [one for one in material.documents if carries(one.words, phrases) or carries(one.place, phrases)]
    right = [one for one in named if year in _years_of(one, material.portals)]
    if not right:
        return _without_year(named, year)
    right.sort(key=lambda one: not carries(one.words, phrases))
    detail: Detail = {"title": right[0].words, "year": year, "count": len(right)}
    beside = [one for one in _files_beside(material, right) if _is_annex(one, right, annexes, year)]
    readable = [one for one in (*right, *beside) if machine_readable(one.file_type)]
    if not tables or readable:
        shown = list(dict.fromkeys((right[0], *(readable if tables else right))))
        return met(shown, Reason.DOCUMENT_FOUND, detail, sure=surety(shown))
    detail["formats"] = ", ".join(sorted({one.file_type for one in right if one.file_type})) or None
    return partly(right, Reason.NOT_MACHINE_READABLE, detail, sure=surety(right))


def _years_of(document: Document, portals: tuple[str, ...]) -> frozenset[int]:
    """The years a document is about; only on a portal, where machines make them, do addresses tell."""
    if document.years or not is_under(host_of(document.url), portals):
        return document.years
    return years(document.url)


def _files_beside(material: Material, main: Sequence[Document]) -> Iterator[Document]:
    return material.files_on({page for one in main for page in (one.page_url, one.url)})


def _is_annex(document: Document, main: Sequence[Document], annexes: Sequence[str], year: int) -> bool:
    """On the document's own page any file of no other year is; on a list it must be called so."""
    named = years(document.words)
    its_own = document.page_url in {one.url for one in main}
    return (its_own or carries(document.words, annexes)) and (not named or year in named)


def _without_year(named: Sequence[Document], year: int) -> Absent:
    """None of the right year: is there one of another, or none at all?"""
    if not named:
        return Absent(Reason.NO_DOCUMENT_FOR_YEAR, detail={"year": year})
    known = [one for one in named if one.years]
    nearest = max(known or named, key=lambda one: (max(one.years, default=0), one.url))
    newest = max(nearest.years, default=None)
    if newest is None or newest > year:
        return Absent(Reason.NO_DOCUMENT_FOR_YEAR, nearest.shown(), {"year": year, "title": nearest.words})
    return Absent(
        Reason.ONLY_STALE, nearest.shown(), {"year": year, "newest": newest, "title": nearest.words}
    )


def documents_current(material: Material, *, at_most_days: int, at_least: int = 1) -> Answer | Absent:
    """Met when the newest document is at most *at_most_days* old and there are *at_least* so many."""
    dated: list[Document] = []
    undated: list[Document] = []
    for one in material.documents:
        (undated if _age(one, material.today) is None else dated).append(one)
    detail: Detail = {"count": len(material.documents), "at_least": at_least, "at_most_days": at_most_days}
    if not material.documents:
        return Absent(Reason.NO_DOCUMENT, detail=detail)
    if dated:
        age = _age(dated[0], material.today) or 0
        detail |= {"title": dated[0].words, "newest": str(dated[0].held_on), "days": age}
        if age <= at_most_days:
            sure = surety(dated, enough=at_least)
            if len(dated) >= at_least:
                return met(dated, Reason.DOCUMENT_FOUND, detail, sure=sure)
            return partly(dated, Reason.SOME_FOUND, detail, sure=sure)
    if len(undated) >= at_least or not dated:
        return partly(undated, Reason.UNDATED, detail, sure=0.8 * surety(undated, enough=at_least))
    return Absent(Reason.ONLY_STALE, dated[0].shown(), detail)


def _age(document: Document, today: date) -> int | None:
    """Days since its day; nought for a meeting still to come; a paper of the future has no date we trust."""
    if document.event_date is not None and document.event_date > today:
        return 0
    held_on = document.held_on
    return (today - held_on).days if held_on is not None and held_on <= today else None
