"""The worst mistake, over the whole matrix: no fault of fetching or reading ever becomes "not published".

Each case is an honest small council with one fault in it. Without the fault most indicators are not met, so
every case could fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import product

import pytest

from checks.evaluate import evaluate
from crawlers.reading import read_page
from fixtures.hostile.broken import PAGE
from fixtures.hostile.honest import honest
from fixtures.hostile.walls import CHALLENGES, FORBIDDEN, LOGIN, NOT_FOUND, SHELL
from models.facts import CityCard, PageFacts, PlannedAddress, SeenPage, Sight
from models.vocabulary import AddressState, Reason, Verdict
from tests.faults.crawling import HONEST, PACK

SITE = "http://hostile.test"
DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
CITY = CityCard("hostile", "Тестове", "Testove", ("hostile.test",))
NOT_SEEN = (AddressState.FAILED, AddressState.SKIPPED, AddressState.REFUSED)
FAULTS = [
    Reason(word)
    for word in (
        "dns refused timeout reset tls http-4xx http-429 http-5xx truncated too-large bad-encoding redirect-loop"
        " robots geo-block challenge login-wall soft-404 bad-charset parse-cut layout-changed empty-shell"
        " doc-encrypted doc-scan-no-text doc-unsafe budget refused-address crawler-error not-visited"
    ).split()
]
WALLED = [*CHALLENGES.values(), *FORBIDDEN.values(), LOGIN, SHELL, NOT_FOUND]


@dataclass(frozen=True, slots=True)
class Fault:
    """One address that could not be seen as it should: its row, and what was stored for it, if anything."""

    row: PlannedAddress
    page: SeenPage | None = None


def _page(url: str, facts: PageFacts | None, *, status: int = 200, reason: Reason | None = None) -> SeenPage:
    return SeenPage(f"c:{url}", url, status, MOMENT, "text/html", reason is None, facts, reason)


@cache
def _council() -> Sight:
    """The council without any fault."""
    pages, rows = [], []
    for path in HONEST:
        url = SITE + path
        pages.append(_page(url, read_page((honest(path) or "").encode(), url=url, today=DAY)))
        rows.append(PlannedAddress(url, AddressState.FETCHED, depth=0, capture=pages[-1].capture))
    return Sight(CITY, tuple(pages), tuple(rows), visit_complete=True, today=DAY)


def _with(fault: Fault) -> Sight:
    council = _council()
    pages = (fault.page,) if fault.page else ()
    return replace(council, pages=(*council.pages, *pages), ledger=(*council.ledger, fault.row))


def _row(
    path: str, state: AddressState, reason: Reason | None, topics: tuple[str, ...], depth: int
) -> PlannedAddress:
    capture = f"c:{SITE}{path}"
    return PlannedAddress(f"{SITE}{path}", state, reason, topics, depth, "Документи", f"{SITE}/", capture)


def _rows(topics: tuple[str, ...]) -> Iterator[Fault]:
    """An address in every state and for every reason, near and far, as page and as document."""
    for reason, state, depth, path in product(
        FAULTS, NOT_SEEN, (0, 1, 3), ("/dokumenty", "/dokumenty/zvit.pdf")
    ):
        yield Fault(_row(path, state, reason, topics, depth))


def _answers(topics: tuple[str, ...]) -> Iterator[Fault]:
    """An answer that was stored and is whole in no case: cut, unreadable, or something in place of content."""
    url = f"{SITE}/dokumenty"
    whole = read_page(PAGE, url=url, today=DAY)
    fetched = _row("/dokumenty", AddressState.FETCHED, None, topics, 1)
    for reason in FAULTS:
        cut = replace(whole, complete=False, reasons=(reason,))
        yield Fault(fetched, _page(url, cut, reason=reason))
        yield Fault(fetched, _page(url, None, reason=reason))
        yield Fault(
            replace(fetched, state=AddressState.FAILED, reason=reason), _page(url, cut, reason=reason)
        )
    for status in (401, 403, 407, 429, 451, 500, 502, 503, 504, 520, 999):
        yield Fault(
            replace(fetched, state=AddressState.FAILED, reason=Reason.HTTP_5XX),
            _page(url, None, status=status),
        )
    for wall in WALLED:
        facts = read_page(wall.encode(), url=url, today=DAY)
        yield Fault(fetched, _page(url, facts))


def _wronged(fault: Fault, indicator: str | None = None) -> list[str]:
    """The indicators of which a sight with *fault* says that nothing is published."""
    asked = [one for one in PACK.indicators if indicator in {None, one.id}]
    pack = replace(PACK, indicators=tuple(asked))
    return [one.id for one, answer in evaluate(pack, _with(fault)) if answer.verdict is Verdict.NOT_MET]


def test_without_a_fault_it_is_said() -> None:
    """R18, T01, P01: the honest council is found wanting by most indicators, so the cases below can fail."""
    said = [one.id for one, answer in evaluate(PACK, _council()) if answer.verdict is Verdict.NOT_MET]

    assert len(said) >= 8


@pytest.mark.parametrize("faults", [_rows, _answers])
def test_a_fault_that_could_hide_anything_leaves_every_absence_open(faults: object) -> None:
    """N01, R01, T01, P01: with one address unseen that could be about anything, nothing is "not published"."""
    wronged = {
        (fault.row.state, fault.row.reason, fault.row.url): said
        for fault in faults(())  # type: ignore[operator]
        if (said := _wronged(fault)) and not _is_a_plain_no(fault)
    }

    assert not wronged


@pytest.mark.parametrize("indicator", [one.id for one in PACK.indicators if one.rule])
def test_a_fault_on_the_way_to_an_indicator_leaves_it_open(indicator: str) -> None:
    """N01, R01, T01, P01: with an address unseen that was to serve an indicator, it is not "not met"."""
    faults = [*_rows((indicator,)), *_answers((indicator,))]

    wronged = {
        (fault.row.state, fault.row.reason, fault.row.url, fault.page is not None)
        for fault in faults
        if not _is_a_plain_no(fault) and _wronged(fault, indicator)
    }

    assert not wronged


def test_the_matrix_is_large_enough() -> None:
    """R01, T01, P01: every fault, for anything and for each indicator, makes at least five thousand cases."""
    judged = [one for one in PACK.indicators if one.rule]

    assert 2 * len([*_rows(()), *_answers(())]) * len(judged) >= 5000


def test_a_visit_that_was_not_finished_says_nothing_of_absence() -> None:
    """R19, T02: as long as one planned address has no end, nothing is "not published"."""
    planned = PlannedAddress(f"{SITE}/dokumenty", AddressState.PLANNED, depth=1)
    council = _council()
    cut = replace(council, ledger=(*council.ledger, planned), visit_complete=False)

    assert not [one.id for one, answer in evaluate(PACK, cut) if answer.verdict is Verdict.NOT_MET]


def _is_a_plain_no(fault: Fault) -> bool:
    """A page that itself says it is gone is an answer, not a fault."""
    return fault.page is not None and fault.page.status in {404, 410}
