"""Lists that are kept: a register, a table, a dataset; can a machine read it, is it of late, does it say enough?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from checks.answers import Absent, Detail, met, partly
from checks.documents import Document
from checks.material import Material
from checks.rules.pages import said_to_be_none
from checks.rules.readable import machine_readable
from checks.words import carries
from models.facts import Answer, Dataset, Evidence, PageFacts, SeenPage
from models.matching import MATCH_AT_LEAST, resembles
from models.vocabulary import Reason

_HEAD = 1_500  # characters of a text in which the columns of its table are named


@dataclass(frozen=True, slots=True)
class _Register:
    """One thing that may be the register."""

    title: str
    evidence: Evidence
    day: date | None
    formats: tuple[str, ...]
    is_readable: bool
    told: str | None  # its columns and beginning; None where we have not opened it
    confidence: float


def register_published(  # noqa: PLR0913 (each is a line of a pack)
    material: Material,
    *,
    columns: Sequence[str] = (),
    titles: Sequence[str] = (),
    at_most_days: int = 0,
    partly_days: int = 0,
    tables: bool = True,
    phrases: Sequence[str] = (),
    listed: Sequence[str] = (),
    none: Sequence[str] = (),
) -> Answer | Absent:
    """Met by a file, a page or a dataset (called one of *titles*) that is a table with *columns*, and of late.

    Where *at_most_days* is set, an older one, or one without a date, is partly met, and one older than
    *partly_days* does not count. With *tables*, one that no program can read is partly met. Columns count only
    where we have opened it. *phrases*, if any, tell the register from other papers of its topic;
    what a section called so lists counts where it says one of *listed* ("перелік"). A section that says by one of
    the words *none* that there is nothing to list is met where nothing newer stands beside it.
    """
    found = [*_datasets(material, titles), *_papers(material, phrases, listed)]
    detail: Detail = {"count": len(found)}
    since = material.today - timedelta(days=at_most_days)
    if not any(one.day and one.day >= since for one in found) and (
        said := said_to_be_none(material, none, since=since)
    ):
        return said
    if not found:
        page = material.sections[0] if material.sections else None
        return Absent(Reason.NO_DOCUMENT, page.shown() if page else None, detail)
    dated = [one for one in found if one.day is not None]
    fresh = [one for one in dated if one.day and (material.today - one.day).days <= at_most_days]
    if at_most_days and dated and not fresh:
        newest = max(dated, key=lambda one: (one.day or date.min, one.title))
        age = (material.today - (newest.day or material.today)).days
        detail |= {
            "title": newest.title,
            "newest": str(newest.day),
            "days": age,
            "at_most_days": at_most_days,
        }
        if partly_days and age > partly_days:
            return Absent(Reason.ONLY_STALE, newest.evidence, detail)
        return partly([newest.evidence], Reason.STALE, detail, sure=0.85 * newest.confidence)
    best = max(fresh or found, key=lambda one: _rank(one, columns, tables=tables))
    detail |= {"title": best.title, "newest": str(best.day) if best.day else None}
    if tables and not best.is_readable:
        detail["formats"] = ", ".join(best.formats) or None
        return partly([best.evidence], Reason.NOT_MACHINE_READABLE, detail, sure=0.9 * best.confidence)
    if missing := _missing(best, columns):
        detail |= {"missing": ", ".join(missing), "count": None}
        return partly([best.evidence], Reason.SOME_FOUND, detail, sure=0.8 * best.confidence)
    if at_most_days and best.day is None:
        return partly([best.evidence], Reason.UNDATED, detail, sure=0.8 * best.confidence)
    shown = [best.evidence, *(one.evidence for one in fresh if one is not best)]
    return met(
        shown, Reason.DOCUMENT_FOUND, detail, sure=best.confidence * (0.95 if best.told is not None else 0.85)
    )


def _datasets(material: Material, titles: Sequence[str]) -> Iterator[_Register]:
    for dataset, page in material.datasets:
        if any(resembles(dataset.title, title) >= MATCH_AT_LEAST for title in titles):
            yield _of_dataset(dataset, page)


def _of_dataset(dataset: Dataset, page: SeenPage) -> _Register:
    formats = tuple(name.casefold() for name in dataset.formats)
    shown = Evidence(page.url, dataset.title, page.capture, title=dataset.url, date=dataset.modified)
    readable = any(map(machine_readable, formats))
    return _Register(dataset.title, shown, dataset.modified, formats, readable, None, 0.95)


def _papers(material: Material, phrases: Sequence[str], listed: Sequence[str]) -> Iterator[_Register]:
    named: Iterable[Document] = material.papers
    if phrases:
        named = (one for one in named if carries(f"{one.words} {one.place}", phrases))
    beside = (one for one in material.listed if carries(one.words, listed)) if listed else ()
    for one in (*named, *beside):
        formats = (one.format,) if one.format else ()
        is_page = one.format in {None, "html"}
        day = one.held_on or (one.facts.date if one.facts is not None else None)
        yield _Register(
            title=one.words,
            evidence=one.shown(),
            day=day if day is not None and day <= material.today else None,
            formats=formats,
            is_readable=machine_readable(one.format) or (is_page and one.facts is not None),
            told=_told(one.facts) if one.facts is not None else None,
            confidence=0.5 + 0.45 * min(1.0, one.confidence),
        )


def _told(facts: PageFacts) -> str:
    tables = facts.document.tables if facts.document is not None else ()
    return " ".join((*(name for table in tables for name in table.header), facts.text[:_HEAD]))


def _missing(register: _Register, columns: Sequence[str]) -> list[str]:
    """The columns it lacks; a column may be called one of several ways: "адреса|місце розташування"."""
    if register.told is None:
        return []
    return [name.partition("|")[0] for name in columns if not carries_any(register.told, name.split("|"))]


def carries_any(text: str, names: Sequence[str]) -> bool:
    """True where one of *names* stands in a long *text*, whatever the endings."""
    return any(carries(text[start : start + 300], names) for start in range(0, len(text), 250))


def _rank(register: _Register, columns: Sequence[str], *, tables: bool) -> tuple[bool, int, bool, date, str]:
    return (
        register.is_readable or not tables,
        -len(_missing(register, columns)),
        register.day is not None,
        register.day or date.min,
        register.title,
    )
