"""The rules: small pure functions, each the thing asked for. This table is written by hand.

A rule receives its material and its settings, and says met, partly met, or that it did not find it. It can
never say "not met". Raise a rule's version whenever the same material may get another answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from checks.answers import Absent
from checks.rules.complete import quarters_complete, sessions_complete, units_covered
from checks.rules.portals import dataset_published, section_with_link
from checks.rules.published import document_for_year, documents_current
from checks.rules.site import site_basics
from checks.rules.timely import drafts_ahead
from models.facts import Answer


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule and the version of its opinion."""

    answer: Callable[..., Answer | Absent]
    version: str


RULES = {
    "dataset_published": Rule(dataset_published, "1"),
    "document_for_year": Rule(document_for_year, "1"),
    "documents_current": Rule(documents_current, "1"),
    "drafts_ahead": Rule(drafts_ahead, "1"),
    "quarters_complete": Rule(quarters_complete, "1"),
    "section_with_link": Rule(section_with_link, "1"),
    "sessions_complete": Rule(sessions_complete, "1"),
    "site_basics": Rule(site_basics, "1"),
    "units_covered": Rule(units_covered, "1"),
}
