"""All of it: for every session, every quarter, every spending unit?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import ceil

from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.rules.published import assessed_year
from checks.words import carried_by, carries, years
from models.facts import Answer
from models.matching import stems
from models.vocabulary import Reason

Quarter = tuple[int, int]
_LAST_QUARTER = 4
_A_FEW = 3
_DAY_IN_TITLE = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](20\d\d)(?!\d)")


def sessions_complete(
    material: Material,
    *,
    within_days: int,
    share: float = 1.0,
    partly_from: float = 0.0,
    last: int = 0,
    grace_days: int = 0,
    slip_days: int = 3,
    alone_days: int = 0,
) -> Answer | Absent:
    """Met when a document stands for at least *share* of the known sessions of the last *within_days*.

    Only the *last* so many sessions count where that is set, and none younger than *grace_days*. A document
    belongs to a session up to *slip_days* away. Where no other paper tells of a session, a few documents of the
    last *alone_days* are enough; nought means that then nobody can say whether they are all.
    """
    own = [one for one in material.documents if one.held_on and one.held_on <= material.today]
    first, until = (material.today - timedelta(days=days) for days in (within_days, grace_days))
    within = [one for one in own if one.held_on and one.held_on >= first]
    known = _sittings((day for day in material.sessions if first <= day <= until), slip_days)
    if not within:
        return _none_within(material, own)
    if not known:
        late = material.today - timedelta(days=alone_days)
        recent = [one for one in within if one.held_on and one.held_on >= late]
        return _without_sessions(within, enough=bool(alone_days) and len(recent) >= _A_FEW)
    days = {one.held_on for one in within if one.held_on}
    sittings = _sittings({*known, *(day for day in days if day <= until)}, slip_days)[-last:]
    covered = [day for day in sittings if any(abs((day - own_day).days) <= slip_days for own_day in days)]
    missing = [day.isoformat() for day in sittings if day not in covered]
    counted: Detail = {
        "found": len(covered),
        "expected": len(sittings),
        "missing": ", ".join(missing[:6]) or None,
    }
    sure = surety(within, enough=len(covered) or 1)
    if len(covered) >= share * len(sittings):
        return met(within, Reason.ALL_FOUND, counted, sure=sure)
    if covered and len(covered) >= partly_from * len(sittings):
        return partly(within, Reason.INCOMPLETE_SERIES, counted, sure=sure)
    return Absent(Reason.INCOMPLETE_SERIES, within[0].shown(), counted)


def _without_sessions(within: Sequence[Document], *, enough: bool) -> Answer:
    """Papers are there, but no other paper tells how many there should be."""
    detail: Detail = {"count": len(within), "title": within[0].words, "found": len(within), "expected": None}
    say, reason = (met, Reason.ALL_FOUND) if enough else (partly, Reason.SOME_FOUND)
    return say(within, reason, detail, sure=0.8 * surety(within))


def _none_within(material: Material, own: Sequence[Document]) -> Answer | Absent:
    undated = [one for one in material.documents if one.held_on is None]
    if undated:
        return partly(undated, Reason.UNDATED, {"count": len(undated)}, sure=0.8 * surety(undated))
    if own:
        detail: Detail = {"title": own[0].words, "newest": str(own[0].held_on)}
        return Absent(Reason.ONLY_STALE, own[0].shown(), detail)
    return Absent(Reason.NO_DOCUMENT, detail={"expected": len(material.sessions)})


def _sittings(days: Iterable[date], slip_days: int) -> list[date]:
    """Days of one sitting are one sitting: a session that went on the next morning is not a second one."""
    sittings: list[date] = []
    for day in sorted(days):
        if not sittings or (day - sittings[-1]).days > slip_days:
            sittings.append(day)
    return sittings


def quarters_complete(
    material: Material, *, quarters: Mapping[str, Sequence[str]], last: int = 4, due_days: int = 45
) -> Answer | Absent:
    """Met when each of the *last* closed quarters has a report; a quarter is due *due_days* after its end.

    *quarters* gives, for the numbers 1 to 4, the words that name a report up to the end of that quarter.
    """
    due = _quarters_due(material.today - timedelta(days=due_days), last)
    reports: dict[Quarter, Document] = {}
    for one in material.documents:
        quarter = _quarter_of(one, quarters)
        if quarter is not None:
            reports.setdefault(quarter, one)
    shown = [reports[quarter] for quarter in due if quarter in reports]
    missing = ", ".join(f"{number}/{year}" for year, number in due if (year, number) not in reports)
    detail: Detail = {"found": len(shown), "expected": len(due), "missing": missing or None}
    if len(shown) == len(due):
        return met(shown, Reason.ALL_FOUND, detail, sure=surety(shown, enough=len(due)))
    if shown:
        return partly(shown, Reason.INCOMPLETE_SERIES, detail, sure=surety(shown))
    if reports:
        nearest = reports[max(reports)]
        return Absent(Reason.ONLY_STALE, nearest.shown(), detail | {"title": nearest.words})
    if material.documents:
        shown = list(material.documents)
        return partly(shown, Reason.UNDATED, detail | {"count": len(shown)}, sure=0.6 * surety(shown))
    return Absent(Reason.NO_DOCUMENT, detail=detail)


def _quarters_due(closed_by: date, last: int) -> list[Quarter]:
    """The *last* quarters that ended on or before a day, oldest first."""
    year, number = closed_by.year, (closed_by.month - 1) // 3 + 1
    if closed_by + timedelta(days=1) != _first_day_after((year, number)):
        year, number = _before((year, number))
    due = [(year, number)]
    while len(due) < last:
        due.insert(0, _before(due[0]))
    return due


def _before(quarter: Quarter) -> Quarter:
    year, number = quarter
    return (year, number - 1) if number > 1 else (year - 1, _LAST_QUARTER)


def _first_day_after(quarter: Quarter) -> date:
    year, number = quarter
    return date(year + number // _LAST_QUARTER, number % _LAST_QUARTER * 3 + 1, 1)


def _quarter_of(document: Document, quarters: Mapping[str, Sequence[str]]) -> Quarter | None:
    """The quarter a report reaches up to: by its words, or by "as of the first of" the next quarter."""
    for day, month, year in _DAY_IN_TITLE.findall(document.words):
        if int(day) == 1 and int(month) in {1, 4, 7, 10}:
            return _before((int(year), (int(month) - 1) // 3 + 1))
    for words in (document.words, f"{document.words} {document.place}"):
        number = next((int(number) for number, names in quarters.items() if carries(words, names)), None)
        if number is not None and (named := years(document.words) or document.years):
            return min(named), number
    return None


def units_covered(  # noqa: PLR0913 (each is a line of a pack)
    material: Material,
    *,
    phrases: Sequence[str],
    units: Sequence[str],
    at_least: int,
    codes: str = "",
    offset: int = 0,
    due: str = "",
    within_days: int = 0,
    share: float = 0.0,
) -> Answer | Absent:
    """Met when *at_least* so many units (spending units, committees, enterprises) have a document.

    It must be of the assessed year (that of the visit and *offset*; before the day *due* one less is enough),
    or, where *within_days* is set, of that many last days. A unit is told by its *codes* (a pattern whose first
    group is the unit's number) or by the words that follow one of *units* ("департамент освіти"). With *share*
    it must also be that part of all units of which there is a document of any day.
    """
    year = assessed_year(material.today, offset, due)
    since = material.today - timedelta(days=within_days)
    named = [one for one in material.documents if carries(f"{one.words} {one.place}", phrases)]
    if within_days:
        right = [one for one in named if one.held_on is not None and one.held_on >= since]
    else:
        right = [one for one in named if year in one.years]
        if not right and due and year < material.today.year + offset:  # ahead of its day
            right = [one for one in named if year + 1 in one.years]
    found = {unit_of(one, codes, units) for one in right}
    known = len({unit_of(one, codes, units) for one in named} - {""})
    expected = max(at_least, ceil(share * known))
    detail: Detail = {"year": year, "found": len(found), "expected": expected, "count": len(right)}
    if len(found) >= expected:
        return met(right, Reason.DOCUMENT_FOUND, detail | {"title": right[0].words}, sure=surety(right))
    if right:
        return partly(right, Reason.SOME_FOUND, detail | {"title": right[0].words}, sure=surety(right))
    if named:
        newest = max(named, key=lambda one: (max(one.years, default=0), one.url))
        if within_days and not any(one.held_on for one in named):
            return partly(named, Reason.UNDATED, detail | {"count": len(named)}, sure=0.7 * surety(named))
        if newest.years:
            detail["newest"] = max(newest.years)
            return Absent(Reason.ONLY_STALE, newest.shown(), detail | {"title": newest.words})
        return Absent(Reason.NO_DOCUMENT_FOR_YEAR, newest.shown(), detail | {"title": newest.words})
    if material.sections:
        page = material.sections[0]
        detail |= {"title": page.title, "section": Reason.HOLLOW_SECTION.value}
        return Absent(Reason.NO_DOCUMENT, page.shown(), detail)
    return Absent(Reason.NO_DOCUMENT, detail=detail)


def unit_of(document: Document, codes: str, units: Sequence[str]) -> str:
    """What tells a unit from others; documents that do not say share one."""
    for text in (document.words, document.place) if codes else ():
        if coded := re.search(codes, text):
            return coded[1]
    for text in (document.words, document.place):
        if word := carried_by(text, units):
            words, unit = stems(text), stems(word)
            named = words[words.index(unit[0]) :][: len(unit) + 1]
            if len(named) > len(unit):
                return " ".join(named)
    return ""
