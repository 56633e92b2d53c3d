"""Is it there: a document of the right year, or of late?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from checks.addresses import file_type, host_of, is_under, place
from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.rules.readable import machine_readable
from checks.words import carries, years
from models.facts import Answer
from models.vocabulary import Reason

_PICTURES = frozenset({"image", "jpg", "jpeg", "png", "tif", "tiff", "djvu"})
_OF_ONE_YEAR = re.compile(r"\bна\s+20\d\d\s*(?:рік|р\b)")


def document_for_year(
    material: Material,
    *,
    phrases: Sequence[str],
    annexes: Sequence[str] = (),
    tables: bool = False,
    offset: int = 0,
    due: str = "",
    also: Sequence[str] = (),
    dated: bool = False,
) -> Answer | Absent:
    """Met by a document of the assessed year that says one of *phrases*, and one of *also* where any are given.

    The assessed year is that of the visit and *offset*; before the day *due* ("04-01") one more back is enough.
    With *dated*, a document that names no year is of the year of its day.
    With *tables* it is met only with figures a machine can read: the document itself, or a file beside it
    that is called one of *annexes*. Without them it is partly met.
    """
    year = assessed_year(material.today, offset, due)
    named = [one for one in material.papers if _says(one, phrases) and (not also or _says(one, also))]
    right = [one for one in named if year in _years_of(one, material.portals, dated=dated)]
    if not right and due and year < material.today.year + offset:  # ahead of its day
        right = [one for one in named if year + 1 in _years_of(one, material.portals, dated=dated)]
    if not right:
        return _without_year(named, year)
    right.sort(key=lambda one: not carries(one.words, phrases))
    detail: Detail = {"title": right[0].words, "year": year, "count": len(right)}
    beside = [one for one in _files_beside(material, right) if _is_annex(one, right, annexes, year)]
    readable = [one for one in (*right, *beside) if machine_readable(one.format)]
    if not tables or readable:
        shown = list(dict.fromkeys((right[0], *(readable if tables else right))))
        return met(shown, Reason.DOCUMENT_FOUND, detail, sure=surety(shown))
    detail["formats"] = ", ".join(sorted({one.format for one in right if one.format})) or None
    return partly(right, Reason.NOT_MACHINE_READABLE, detail, sure=surety(right))


def _says(document: Document, phrases: Sequence[str]) -> bool:
    return carries(document.words, phrases) or carries(document.place, phrases)


def _years_of(document: Document, portals: tuple[str, ...], *, dated: bool) -> frozenset[int]:
    """The years a document is about; only on a portal, where machines make them, do addresses tell."""
    named = document.years
    if not named and is_under(host_of(document.url), portals):
        named = years(document.url)
    if not named and dated and document.held_on is not None:
        named = frozenset({document.held_on.year})
    return named


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


def assessed_year(today: date, offset: int, due: str) -> int:
    """The year a document must be of; before the day *due* ("MM-DD") of each year, the one before that."""
    early = bool(due) and today.strftime("%m-%d") < due
    return today.year + offset - early


def document_in_force(
    material: Material, *, phrases: Sequence[str], undated: bool = False, searchable: bool = False
) -> Answer | Absent:
    """Met by a programme, strategy or plan that says one of *phrases* and whose years reach to the visit's.

    One future year alone is a horizon ("до 2030 року"); but "на 2027 рік" is in force then, not before. One without
    years is partly met, or met where an act stays in force until it is changed (*undated*). With *searchable*, a
    scan is partly met.
    """
    year = material.today.year
    named = [one for one in material.papers if carries(one.words, phrases) or carries(one.place, phrases)]
    right = [one for one in named if _reaches(one, year)]
    timeless = [one for one in named if not one.reaches]
    if not right and not timeless:
        return _without_year(named, year)
    shown = right or timeless
    detail: Detail = {"title": shown[0].words, "year": year, "count": len(shown)}
    if not right and not undated:
        return partly(shown, Reason.UNDATED, detail, sure=0.8 * surety(shown))
    if searchable and all(map(_is_picture, shown)):
        detail["formats"] = ", ".join(sorted({one.format for one in shown if one.format})) or None
        return partly(shown, Reason.NOT_MACHINE_READABLE, detail, sure=surety(shown))
    return met(shown, Reason.DOCUMENT_FOUND, detail, sure=surety(shown))


def _reaches(document: Document, year: int) -> bool:
    named = document.reaches
    alone = len(named) == 1 and not _OF_ONE_YEAR.search(document.words)
    return bool(named) and max(named) >= year and (min(named) <= year or alone)


def _is_picture(document: Document) -> bool:
    """A scan or an image: eyes can read it, programs and screen readers cannot."""
    opened = document.facts.document if document.facts is not None else None
    return document.format in _PICTURES or (opened is not None and not opened.searchable)


def parts_published(
    material: Material,
    *,
    parts: Mapping[str, Sequence[str]],
    years_of: Mapping[str, int] | None = None,
    in_force: Sequence[str] = (),
    within_days: int = 0,
) -> Answer | Absent:
    """Met when each of *parts* (a name for people, and the phrases that tell it) is published; partly by some.

    *years_of* gives for a part the year it must be of, counted from the visit's; the years of parts *in_force*
    must reach to the visit's, where they name any; *within_days*, where it is set, is how old the papers of any
    part may be: by their day, or by the years they name.
    """
    since = material.today - timedelta(days=within_days)
    recent = [one for one in material.papers if not within_days or _is_since(one, since)]
    found: dict[str, Document] = {}
    for name, phrases in parts.items():
        wanted = (years_of or {}).get(name)
        year = None if wanted is None else material.today.year + wanted
        told = (
            one
            for one in recent
            if carries(one.words, phrases)
            if year is None or year in one.reaches
            if name not in in_force or not one.reaches or _reaches(one, material.today.year)
        )
        if first := next(told, None):
            found[name] = first
    missing = ", ".join(name for name in parts if name not in found)
    detail: Detail = {"found": len(found), "expected": len(parts), "missing": missing or None}
    shown = list(found.values())
    if len(found) == len(parts):
        return met(shown, Reason.ALL_FOUND, detail, sure=surety(shown, enough=len(parts)))
    if found:
        detail |= {"count": len(found), "title": shown[0].words}
        return partly(shown, Reason.SOME_FOUND, detail, sure=surety(shown))
    if material.papers:
        nearest = material.papers[0]
        reason = Reason.ONLY_STALE if within_days and not recent else Reason.NO_DOCUMENT
        newest = str(nearest.held_on) if nearest.held_on else None
        return Absent(reason, nearest.shown(), detail | {"title": nearest.words, "newest": newest})
    return Absent(Reason.NO_DOCUMENT, detail=detail)


def _is_since(document: Document, since: date) -> bool:
    """What has neither a day nor a year may be of now."""
    if document.held_on is not None:
        return document.held_on >= since
    return max(document.reaches, default=since.year) >= since.year


def documents_published(
    material: Material, *, at_least: int = 1, phrases: Sequence[str] = (), searchable: bool = False
) -> Answer | Absent:
    """Met by *at_least* documents of whatever date, which say one of *phrases* where any are given.

    With *searchable*, scans and pictures alone are partly met.
    """
    named = [one for one in material.papers if not phrases or carries(f"{one.words} {one.place}", phrases)]
    detail: Detail = {"count": len(named), "at_least": at_least}
    if not named:
        nearest = material.papers[0].shown() if material.papers else None
        return Absent(Reason.NO_DOCUMENT, nearest, detail)
    detail["title"] = named[0].words
    if len(named) < at_least:
        return partly(named, Reason.SOME_FOUND, detail, sure=surety(named))
    if searchable and all(map(_is_picture, named)):
        detail["formats"] = ", ".join(sorted({one.format for one in named if one.format})) or None
        return partly(named, Reason.NOT_MACHINE_READABLE, detail, sure=surety(named))
    return met(named, Reason.DOCUMENT_FOUND, detail, sure=surety(named, enough=at_least))


def documents_current(
    material: Material,
    *,
    at_most_days: int,
    at_least: int = 1,
    partly_days: int = 0,
    phrases: Sequence[str] = (),
    listed: bool = False,
    each: bool = False,
) -> Answer | Absent:
    """Met when the newest document is at most *at_most_days* old and there are *at_least* so many.

    Where *partly_days* is set, one of at most that age is partly met. *phrases*, if any, tell the documents
    from others of their topic; with *listed*, what a section called so lists counts too, whatever it is called;
    with *each*, only documents of at most *at_most_days* are counted. Where some documents say whose they are,
    by their list or their own words, those of which only the kind is known do not count beside them.
    """
    dated: list[Document] = []
    undated: list[Document] = []
    named = _named(material, phrases, listed=listed)
    for one in [one for one in named if one.is_told] or named:
        (undated if _age(one, material.today) is None else dated).append(one)
    detail: Detail = {"count": len(named), "at_least": at_least, "at_most_days": at_most_days}
    if not named:
        return Absent(Reason.NO_DOCUMENT, detail=detail)
    if dated:
        age = _age(dated[0], material.today) or 0
        detail |= {"title": dated[0].words, "newest": str(dated[0].held_on), "days": age}
        if age <= at_most_days:
            counted = [one for one in dated if not each or (_age(one, material.today) or 0) <= at_most_days]
            sure = surety(counted, enough=at_least)
            if len(counted) >= at_least:
                return met(dated, Reason.DOCUMENT_FOUND, detail, sure=sure)
            return partly(dated, Reason.SOME_FOUND, detail, sure=sure)
        if age <= partly_days:
            return partly(dated, Reason.STALE, detail, sure=surety(dated))
    if len(undated) >= at_least or not dated:
        return partly(undated, Reason.UNDATED, detail, sure=0.8 * surety(undated, enough=at_least))
    return Absent(Reason.ONLY_STALE, dated[0].shown(), detail)


def without_lists(material: Material) -> list[Document]:
    """The documents, but for undated links to pages of that name which list files: the way to a paper is none."""
    sections = (page for page in material.sections if any(file_type(link.href) for link in page.facts.links))
    lists = {place(page.seen.url) for page in sections}
    return [one for one in material.documents if one.held_on or place(one.url) not in lists]


def _named(material: Material, phrases: Sequence[str], *, listed: bool) -> list[Document]:
    """The documents that say one of *phrases*, where any are given; newest first."""
    found = [one for one in without_lists(material) if not phrases or _says(one, phrases)]
    if listed:
        found += material.listed
        found.sort(key=lambda one: (one.held_on is None, -(one.held_on or date.min).toordinal(), one.url))
    return found


def _age(document: Document, today: date) -> int | None:
    """Days since its day; nought for a meeting still to come; a paper of the future has no date we trust."""
    if document.event_date is not None and document.event_date > today:
        return 0
    held_on = document.held_on
    return (today - held_on).days if held_on is not None and held_on <= today else None
