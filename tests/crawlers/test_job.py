"""What a crawl process is told arrives as it was said."""

from dataclasses import fields
from pathlib import Path

from checks.catalog import lexicon, load
from crawlers.job import Errand, Job, Start
from crawlers.manners import Manners
from crawlers.visit import VisitPlan
from models.facts import CityCard


def test_job_survives_its_way_to_the_process() -> None:
    """Every field of a plan reaches the crawl process, in its own type."""
    plan = VisitPlan(
        run_id="2026-11-west-1",
        city=CityCard("city", "Місто", "City", ("city.test",)),
        starts=(Start("http://city.test/", ("budget",)),),
        lexicon=lexicon(load("transparent-cities")),
        manners=Manners(max_pages=7),
        user_agent="Monitor",
        today="2026-11-20",
        accept_cut=True,
        browser_lock=Path("browser.lock"),
    )

    job = Job.of(plan, visit_id=1, database_url="sqlite://", archive="archive", stats_file="stats", parent=2)
    arrived = Job.from_json(job.to_json())

    assert arrived == job
    assert all(getattr(arrived, one.name) == getattr(plan, one.name) for one in fields(Errand))
