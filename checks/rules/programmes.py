"""Programmes: which are in force, and is there a report on what came of them?"""

from collections.abc import Sequence

from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.words import carries
from models.facts import Answer
from models.vocabulary import Reason


def programmes_reported(
    material: Material,
    *,
    phrases: Sequence[str],
    reports: Sequence[str],
    registers: Sequence[str],
    at_least: int,
) -> Answer | Absent:
    """Met where *at_least* programmes in force are shown and a report of the year before; partly by either.

    *phrases* tell a programme, *reports* a report on one. A list that is called one of *registers* stands for
    them all, if its table has so many rows, or nobody has opened it. A programme of no year is not counted.
    """
    year = material.today.year
    told = [*material.papers, *material.listed]
    reported = [one for one in told if carries(one.words, reports)]
    of_late = [one for one in reported if year - 1 in one.reaches]
    others = [one for one in told if one not in reported]
    in_force = [one for one in others if carries(one.words, phrases) and _reaches(one, year)]
    whole = [one for one in others if carries(one.words, registers) and _is_long(one, at_least)]
    detail: Detail = {
        "found": len(in_force),
        "expected": at_least,
        "count": len(in_force) + len(whole) + len(of_late),
        "title": next((one.words for one in (*whole, *in_force, *of_late)), None),
    }
    shown = [*whole, *of_late[:2], *in_force]
    if of_late and (whole or len(in_force) >= at_least):
        return met(shown, Reason.ALL_FOUND, detail, sure=surety(shown))
    if shown:
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.9 * surety(shown))
    if told:
        nearest = max(told, key=lambda one: (max(one.reaches, default=0), one.url))
        newest = max(nearest.reaches, default=None)
        reason = Reason.ONLY_STALE if newest and newest < year else Reason.NO_DOCUMENT
        return Absent(reason, nearest.shown(), detail | {"title": nearest.words, "newest": newest})
    return Absent(Reason.NO_DOCUMENT, detail=detail)


def _reaches(document: Document, year: int) -> bool:
    """Its years hold this one; a future year alone is how far it goes."""
    named = document.reaches
    return bool(named) and max(named) >= year and (min(named) <= year or len(named) == 1)


def _is_long(document: Document, at_least: int) -> bool:
    opened = document.facts.document if document.facts is not None else None
    return opened is None or any(table.rows > at_least for table in opened.tables)
