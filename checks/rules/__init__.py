"""The rules: small pure functions, each the thing asked for. This table is written by hand.

A rule receives its material and its settings, and says met, partly met, or that it did not find it. It can
never say "not met". Raise a rule's version whenever the same material may get another answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from checks.answers import Absent
from checks.rules.agendas import agenda_matched, agendas_ahead, items_named
from checks.rules.barriers import aids_offered, barriers_few
from checks.rules.competitions import competitions_concluded
from checks.rules.complete import quarters_complete, sessions_complete, units_covered
from checks.rules.either import (
    document_or_service,
    published_or_linked,
    register_or_service,
    service_described,
)
from checks.rules.enterprises import plans_reported
from checks.rules.pages import items_say, page_says, service_linked
from checks.rules.participation import round_published
from checks.rules.periods import reports_current
from checks.rules.places import places_listed
from checks.rules.portals import (
    dataset_named,
    dataset_published,
    datasets_described,
    datasets_listed,
    datasets_readable,
    datasets_renewed,
    section_with_link,
)
from checks.rules.programmes import programmes_reported
from checks.rules.published import (
    document_for_year,
    document_in_force,
    documents_current,
    documents_published,
    parts_published,
)
from checks.rules.recordings import recordings_of_sessions, recordings_of_units
from checks.rules.registers import register_published
from checks.rules.regular import announced_each_quarter, archive_kept
from checks.rules.site import site_basics
from checks.rules.timely import drafts_ahead
from models.facts import Answer


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule and the version of its opinion."""

    answer: Callable[..., Answer | Absent]
    version: str


RULES = {
    "agenda_matched": Rule(agenda_matched, "1"),
    "agendas_ahead": Rule(agendas_ahead, "1"),
    "aids_offered": Rule(aids_offered, "1"),
    "announced_each_quarter": Rule(announced_each_quarter, "1"),
    "archive_kept": Rule(archive_kept, "1"),
    "barriers_few": Rule(barriers_few, "2"),
    "competitions_concluded": Rule(competitions_concluded, "1"),
    "dataset_named": Rule(dataset_named, "1"),
    "dataset_published": Rule(dataset_published, "1"),
    "datasets_described": Rule(datasets_described, "1"),
    "datasets_listed": Rule(datasets_listed, "1"),
    "datasets_readable": Rule(datasets_readable, "1"),
    "datasets_renewed": Rule(datasets_renewed, "1"),
    "document_for_year": Rule(document_for_year, "2"),
    "document_in_force": Rule(document_in_force, "2"),
    "document_or_service": Rule(document_or_service, "1"),
    "documents_current": Rule(documents_current, "3"),
    "documents_published": Rule(documents_published, "1"),
    "drafts_ahead": Rule(drafts_ahead, "1"),
    "items_named": Rule(items_named, "1"),
    "items_say": Rule(items_say, "2"),
    "page_says": Rule(page_says, "2"),
    "parts_published": Rule(parts_published, "2"),
    "places_listed": Rule(places_listed, "1"),
    "plans_reported": Rule(plans_reported, "1"),
    "programmes_reported": Rule(programmes_reported, "1"),
    "published_or_linked": Rule(published_or_linked, "1"),
    "quarters_complete": Rule(quarters_complete, "1"),
    "recordings_of_sessions": Rule(recordings_of_sessions, "1"),
    "recordings_of_units": Rule(recordings_of_units, "1"),
    "register_or_service": Rule(register_or_service, "1"),
    "register_published": Rule(register_published, "1"),
    "reports_current": Rule(reports_current, "1"),
    "round_published": Rule(round_published, "1"),
    "section_with_link": Rule(section_with_link, "1"),
    "service_described": Rule(service_described, "1"),
    "service_linked": Rule(service_linked, "1"),
    "sessions_complete": Rule(sessions_complete, "1"),
    "site_basics": Rule(site_basics, "1"),
    "units_covered": Rule(units_covered, "3"),
}
