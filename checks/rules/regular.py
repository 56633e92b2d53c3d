"""Again and again: is it announced every quarter, and is it kept for years?"""

from collections.abc import Sequence
from datetime import date, timedelta

from checks.answers import Absent, Detail, met, partly, surety
from checks.material import Material
from checks.words import carries
from models.facts import Answer, Evidence
from models.vocabulary import Reason

_MONTHS = 3  # of a quarter
Quarter = tuple[int, int]


def announced_each_quarter(
    material: Material, *, phrases: Sequence[str], last: int = 4, partly_from: int = 1
) -> Answer | Absent:
    """Met where each of the *last* quarters, the running one left out, has a dated link that says one of *phrases*.

    Pieces of news count: to announce is what they are for. The running quarter may stand for the oldest one.
    """
    named = [
        (one.event_date or one.date, Evidence(one.page.seen.url, one.words, one.page.seen.capture, one.url))
        for one in material.links
        if carries(f"{one.words} {one.page.title}", phrases) and not one.in_menu
    ]
    papers = [one for one in material.documents if carries(f"{one.words} {one.place}", phrases)]
    named += [(one.held_on, one.shown()) for one in (*papers, *material.listed)]
    by_quarter: dict[Quarter, Evidence] = {}
    for day, shown in named:
        if day is not None:
            by_quarter.setdefault((day.year, (day.month - 1) // _MONTHS + 1), shown)
    due = _quarters(material.today, last + 1)
    found = [quarter for quarter in due if quarter in by_quarter][-last:]
    missing = [f"{number}/{year}" for year, number in due[:-1] if (year, number) not in by_quarter]
    detail: Detail = {"found": len(found), "expected": last, "missing": ", ".join(missing) or None}
    shown_here = [by_quarter[quarter] for quarter in reversed(found)]
    if len(found) >= last:
        return met(shown_here, Reason.ALL_FOUND, detail, sure=0.9)
    if len(found) >= partly_from:
        return partly(shown_here, Reason.INCOMPLETE_SERIES, detail, sure=0.85)
    if by_quarter:
        year, number = max(by_quarter)
        return Absent(
            Reason.ONLY_STALE, by_quarter[year, number], detail | {"newest": f"{year}-{number * _MONTHS:02}"}
        )
    return Absent(Reason.NO_DOCUMENT, named[0][1] if named else None, detail)


def _quarters(today: date, number: int) -> list[Quarter]:
    """So many quarters up to the running one, oldest first."""
    running = today.year * 4 + (today.month - 1) // _MONTHS
    return [(one // 4, one % 4 + 1) for one in range(running - number + 1, running + 1)]


def archive_kept(
    material: Material, *, days: int, at_most_days: int, slack_days: int = 90, at_least: int = 3
) -> Answer | Absent:
    """Met where the papers reach back *days* (or *slack_days* less), the newest is at most *at_most_days* old.

    Partly met where there are papers of late that do not reach so far, or fewer than *at_least*.
    """
    dated = [one for one in material.papers if one.held_on is not None and one.held_on <= material.today]
    if not dated:
        undated = material.papers
        if undated:
            return partly(undated, Reason.UNDATED, {"count": len(undated)}, sure=0.8 * surety(undated))
        return Absent(Reason.NO_DOCUMENT)
    newest, oldest = (pick(one.held_on for one in dated if one.held_on) for pick in (max, min))
    detail: Detail = {
        "count": len(dated),
        "title": dated[0].words,
        "newest": str(newest),
        "days": (material.today - oldest).days,
    }
    if (material.today - newest).days > at_most_days:
        return Absent(Reason.ONLY_STALE, dated[0].shown(), detail)
    reaches = oldest <= material.today - timedelta(days=days - slack_days)
    if reaches and len(dated) >= at_least:
        return met([dated[0], dated[-1]], Reason.DOCUMENT_FOUND, detail, sure=surety(dated, enough=at_least))
    return partly(dated, Reason.SOME_FOUND, detail, sure=surety(dated))
