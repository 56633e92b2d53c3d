"""What starts by itself starts once a day, on the two days a year when the clocks of Kyiv change too."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.server.schemas.schedules import CronSchedule

from models.runs import KYIV

PROJECT = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text(encoding="utf-8"))
SCHEDULES = [
    (f"{deployment['name']}/{schedule['slug']}", schedule)
    for deployment in PROJECT["deployments"]
    for schedule in deployment.get("schedules", ())
]
DAILY = [pair for pair in SCHEDULES if pair[1]["cron"].split()[1] != "*"]
HOURLY = [pair for pair in SCHEDULES if pair[1]["cron"].split()[1] == "*"]
CHANGES = (date(2026, 10, 25), date(2027, 3, 28))


def starts(schedule: dict[str, Any], day: date) -> list[datetime]:
    """When Prefect's own scheduler starts it on a day of Kyiv's calendar."""
    begin, end = (datetime.combine(one, time(), KYIV) for one in (day, day + timedelta(days=1)))
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    dates = asyncio.run(cron.get_dates(n=40, start=begin, end=end))
    return [one for one in dates if begin.astimezone(UTC) <= one.astimezone(UTC) < end.astimezone(UTC)]


@pytest.mark.parametrize(
    "day", [day + timedelta(days=near) for day in CHANGES for near in (-1, 0, 1)], ids=str
)
@pytest.mark.parametrize(("name", "schedule"), DAILY, ids=[name for name, _ in DAILY])
def test_once_a_day_when_the_clocks_change(name: str, schedule: dict[str, Any], day: date) -> None:
    """V08: one start on each of the two days and those around them, never in the hour missing or doubled."""
    (start,) = starts(schedule, day)

    assert start.astimezone(KYIV).hour != 3


@pytest.mark.parametrize("day", CHANGES, ids=str)
@pytest.mark.parametrize(("name", "schedule"), HOURLY, ids=[name for name, _ in HOURLY])
def test_hourly_is_every_hour_there_is(name: str, schedule: dict[str, Any], day: date) -> None:
    """V08: the day of spring has 23 hours and that of autumn 25."""
    gaps = starts(schedule, day)

    assert len(gaps) == (25 if day.month == 10 else 23)
