"""Municipal enterprises: has each a plan for the year, and a report on the plan of the year before?"""

from collections.abc import Sequence
from math import ceil

from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.rules.complete import unit_of
from checks.rules.published import assessed_year
from checks.words import carries
from models.facts import Answer
from models.vocabulary import Reason


def plans_reported(
    material: Material,
    *,
    plans: Sequence[str],
    reports: Sequence[str],
    units: Sequence[str],
    at_least: int,
    share: float = 0.0,
    due: str = "",
) -> Answer | Absent:
    """Met where *at_least* units, and that *share* of all known, have a plan of the year and a report of the last.

    What says one of *reports* is no plan, though it names one; a file that says neither is what its list is.
    A unit is told as in ``units_covered``. Before the day *due* plans and reports of a year earlier are enough.
    """
    year = assessed_year(material.today, 0, due)
    reporting = [one for one in material.documents if _tells(one, reports, apart=plans)]
    planning = [
        one for one in material.documents if one not in reporting and _tells(one, plans, apart=reports)
    ]
    told = [one for one in (*planning, *reporting) if one.years]
    expected = max(at_least, ceil(share * len({unit_of(one, "", units) for one in told} - {""})))
    planned = [one for one in planning if one.years & {year, material.today.year}]
    reported = [one for one in reporting if one.years & {year - 1, material.today.year - 1}]
    found = [len({unit_of(one, "", units) for one in part}) for part in (planned, reported)]
    shown = [*planned[:2], *reported[:2], *planned[2:]]
    detail: Detail = {
        "year": year,
        "found": min(found),
        "expected": expected,
        "count": len(planned) + len(reported),
    }
    if shown:
        detail["title"] = shown[0].words
    if min(found) >= expected:
        return met(shown, Reason.ALL_FOUND, detail, sure=surety(shown))
    if shown:
        return partly(shown, Reason.SOME_FOUND, detail | {"found": max(found)}, sure=surety(shown))
    if told:
        newest = max(told, key=lambda one: (max(one.years), one.url))
        detail |= {"title": newest.words, "newest": max(newest.years)}
        return Absent(Reason.ONLY_STALE, newest.shown(), detail)
    if undated := [*planning, *reporting]:
        return partly(undated, Reason.UNDATED, {"count": len(undated)}, sure=0.7 * surety(undated))
    return Absent(Reason.NO_DOCUMENT, detail=detail)


def _tells(one: Document, phrases: Sequence[str], *, apart: Sequence[str]) -> bool:
    """By its own words; by its list's where they say neither of the two."""
    if carries(one.words, (*phrases, *apart)):
        return carries(one.words, phrases)
    return carries(one.place, phrases)
