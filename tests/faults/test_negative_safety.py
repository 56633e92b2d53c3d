"""The worst mistake, over the whole matrix: no fault of fetching or reading ever becomes "not published".

Each case is an honest small council with one fault in it. Without the fault most indicators are not met, so
every case could fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import product

import pytest

from checks.catalog import Methodology
from checks.evaluate import evaluate
from crawlers.reading import read_page
from fixtures.hostile.broken import PAGE
from fixtures.hostile.honest import honest
from fixtures.hostile.walls import CHALLENGES, FORBIDDEN, LOGIN, NOT_FOUND, SHELL
from models.facts import Answer, CityCard, PageFacts, PlannedAddress, SeenPage, Sight
from models.vocabulary import AddressState, Reason, Verdict
from tests.faults.crawling import HONEST, PACK

pytestmark = pytest.mark.long

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
JUDGED = [one.id for one in PACK.indicators if one.rule]
LEAST_CASES = 5000
_EVERY_FOR_ALL = 12  # one fault in so many is held against the whole pack at a time
_EVERY_FOR_ONE = 18  # and one in so many against each indicator, others against the next
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


@cache
def _read_there() -> list[PageFacts]:
    """A whole page, and what readers make of the walls that stand in place of one."""
    bodies = (PAGE, *(wall.encode() for wall in WALLED))
    return [read_page(body, url=f"{SITE}/dokumenty", today=DAY) for body in bodies]


def _answers(topics: tuple[str, ...]) -> Iterator[Fault]:
    """An answer that was stored and is whole in no case: cut, unreadable, or something in place of content."""
    url = f"{SITE}/dokumenty"
    whole, *walls = _read_there()
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
    for facts in walls:
        yield Fault(fetched, _page(url, facts))


def _says_absent(answer: Answer) -> bool:
    """It is said that nothing is published, or left to a person with that leaning."""
    return answer.verdict is Verdict.NOT_MET or answer.detail.get("leaning") == Verdict.NOT_MET.value


@cache
def _alone(indicator: str) -> Methodology:
    """The pack with one indicator, the others being there to be asked."""
    return replace(PACK, indicators=(PACK.by_id[indicator],))


def _wronged(pack: Methodology, faults: Iterable[Fault]) -> dict[tuple[object, ...], list[str]]:
    """Faults under which a sight is said to show that something is not published, and of what."""
    wronged: dict[tuple[object, ...], list[str]] = {}
    for fault in faults:
        said = [one.id for one, answer in evaluate(pack, _with(fault)) if _says_absent(answer)]
        if said and not _is_a_plain_no(fault):
            wronged[fault.row.state, fault.row.reason, fault.row.url, fault.page is not None] = said
    return wronged


def _faults(topics: tuple[str, ...], offset: int, step: int) -> list[Fault]:
    """One fault in *step*, others at every offset: from *step* offsets on all of them are there."""
    return [*_rows(topics), *_answers(topics)][offset % step :: step]


def test_without_a_fault_it_is_said() -> None:
    """R18, T01, P01: the honest council is found wanting by most indicators, so the cases below can fail."""
    said = [one.id for one, answer in evaluate(PACK, _council()) if _says_absent(answer)]

    assert len(said) >= len(JUDGED) / 2


@pytest.mark.parametrize("offset", range(0, _EVERY_FOR_ALL, 2))
def test_a_fault_that_could_hide_anything_leaves_every_absence_open(offset: int) -> None:
    """N01, R01, T01, P01: with one address unseen that could be about anything, nothing is "not published"."""
    faults = _faults((), offset, _EVERY_FOR_ALL)

    wronged = _wronged(PACK, faults)

    assert faults
    assert not wronged


@pytest.mark.parametrize("indicator", JUDGED)
def test_a_fault_on_the_way_to_an_indicator_leaves_it_open(indicator: str) -> None:
    """N01, R01, T01, P01: with an address unseen that was to serve an indicator, it is not "not met"."""
    faults = _faults((indicator,), JUDGED.index(indicator), _EVERY_FOR_ONE)

    wronged = _wronged(_alone(indicator), faults)

    assert faults
    assert not wronged


def test_the_matrix_is_large_enough() -> None:
    """R01, T01, P01: the faults held against the whole pack and against single indicators make five thousand cases."""
    for_all = sum(len(_faults((), offset, _EVERY_FOR_ALL)) for offset in range(0, _EVERY_FOR_ALL, 2))
    for_one = sum(len(_faults((indicator,), at, _EVERY_FOR_ONE)) for at, indicator in enumerate(JUDGED))

    assert for_all * len(JUDGED) + for_one >= LEAST_CASES
    assert len(JUDGED) >= _EVERY_FOR_ONE  # so that every fault is held against some indicator


def test_a_visit_that_was_not_finished_says_nothing_of_absence() -> None:
    """R19, T02: as long as one planned address has no end, nothing is "not published"."""
    planned = PlannedAddress(f"{SITE}/dokumenty", AddressState.PLANNED, depth=1)
    council = _council()
    cut = replace(council, ledger=(*council.ledger, planned), visit_complete=False)

    assert not [one.id for one, answer in evaluate(PACK, cut) if _says_absent(answer)]


def _is_a_plain_no(fault: Fault) -> bool:
    """A page that itself says it is gone is an answer, not a fault."""
    return fault.page is not None and fault.page.status in {404, 410}
