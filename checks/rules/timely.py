"""In time? By working days of the Ukrainian calendar; late is said beside published, never instead of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import holidays

from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.rules.published import without_lists
from checks.words import carries
from models.facts import Answer
from models.vocabulary import Reason

_SATURDAY = 5


def drafts_ahead(
    material: Material,
    *,
    working_days: int,
    within_days: int,
    at_least: int,
    share: float = 0.9,
    wartime: bool = True,
    phrases: Sequence[str] = (),
) -> Answer | Absent:
    """Met by *at_least* drafts of the last *within_days*, published *working_days* before their session.

    *phrases*, if any, tell the drafts that are sought from all others. Only drafts with both dates known are
    judged on time, and only where the deadline is confirmed.
    """
    drafts = [one for one in without_lists(material) if not phrases or carries(one.words, phrases)]
    dated = [one for one in drafts if one.held_on or one.date]
    since = material.today - timedelta(days=within_days)
    recent = [one for one in dated if since <= (one.date or one.held_on or since)]
    detail: Detail = {
        "count": len(recent),
        "at_least": at_least,
        "days": within_days,
        "working_days": working_days,
    }
    if not drafts:
        return Absent(Reason.NO_DOCUMENT, detail=detail)
    if not dated:
        return partly(drafts, Reason.UNDATED, detail, sure=0.8 * surety(drafts, enough=at_least))
    if not recent:
        newest = dated[0]
        detail |= {"title": newest.words, "newest": str(newest.held_on)}
        return Absent(Reason.ONLY_STALE, newest.shown(), detail)
    detail["title"] = recent[0].words
    sure = surety(recent, enough=at_least)
    lags = [lag for one in recent if (lag := _lag(one, wartime=wartime)) is not None]
    in_time = sum(lag >= working_days for lag in lags)
    detail |= {
        "working_days": working_days,
        "judged": len(lags),
        "in_time": in_time,
        "shortest": min(lags, default=None),
    }
    if material.deadline_binds and in_time < share * len(lags):
        return partly(recent, Reason.LATE, detail, sure=sure)
    if len(recent) < at_least:
        return partly(recent, Reason.SOME_FOUND, detail, sure=sure)
    return met(recent, Reason.DOCUMENT_FOUND, detail, sure=sure if lags else 0.8 * sure)


def _lag(draft: Document, *, wartime: bool) -> int | None:
    """Working days from publication to the session; one date in both places is one date, not two."""
    if draft.date is None or draft.event_date is None or draft.date >= draft.event_date:
        return None
    return working_days_between(draft.date, draft.event_date, wartime=wartime)


def working_days_between(first: date, last: date, *, wartime: bool) -> int:
    """Working days from *first* on, *last* not counted: in doubt the day of publication counts for the city.

    Under martial law holidays are working days; *wartime* says whether that applies.
    """
    days = (first + timedelta(days=number) for number in range((last - first).days))
    return sum(day.weekday() < _SATURDAY and not (not wartime and day in _holidays(day.year)) for day in days)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Holidays of peacetime; those suspended by martial law are kept by the calendar as "workday"."""
    return frozenset(holidays.country_holidays("UA", years=year, categories=("public", "workday")))
