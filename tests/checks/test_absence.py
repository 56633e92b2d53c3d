"""Nothing we failed to see may ever become "not published"."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from typing import TypeVar

import pytest

from checks.cases import Case
from checks.catalog import load, methodologies
from models.facts import Answer, PlannedAddress, SeenPage, Sight
from models.vocabulary import AddressState, PageKind, Reason, Verdict

Judge = Callable[[str, Sight], Answer]

SEEN_REASONS = {
    Reason.DOCUMENT_FOUND, Reason.SECTION_FOUND, Reason.ALL_FOUND, Reason.STALE, Reason.LATE,
    Reason.INCOMPLETE_SERIES, Reason.NOT_MACHINE_READABLE, Reason.UNDATED, Reason.HOLLOW_SECTION,
    Reason.SOME_FOUND, Reason.BARRIERS, Reason.NO_DOCUMENT, Reason.NO_DOCUMENT_FOR_YEAR, Reason.ONLY_STALE,
    Reason.NEEDS_PERSON, Reason.ONLY_PEOPLE, Reason.NO_DUTY,
}  # fmt: skip
FAILURES: list[Reason] = [
    reason for reason in Reason if reason not in SEEN_REASONS and reason is not Reason.OFFSITE
]
ELSEWHERE = "https://zelenopil-rada.example/somewhere"
PORTAL = "https://data.gov.ua/somewhere"
ANSWERED_BY_A_PORTAL = {
    one.id for name in methodologies() for one in load(name).indicators if one.looks_at.plain_no == "json"
}
STATES = [AddressState.FAILED, AddressState.SKIPPED, AddressState.REFUSED, AddressState.PLANNED]


Choice = TypeVar("Choice")
UNREADABLE: list[dict[str, object]] = [
    {"complete": False},
    {"facts": None, "media_type": "application/pdf"},
    {"status": 503},
]


def _in_turn(choices: Sequence[Choice], reason: Reason) -> Iterator[Choice]:
    """One after the other without end, each reason beginning with another: together they meet in some case."""
    return islice(cycle(choices), FAILURES.index(reason) % len(choices), None)


def _with_row(sight: Sight, row: PlannedAddress) -> Sight:
    return replace(sight, ledger=(*sight.ledger, row))


def _with_page(sight: Sight, page: SeenPage, *, serves: tuple[str, ...]) -> Sight:
    row = PlannedAddress(page.url, AddressState.FETCHED, None, serves, depth=1, capture=page.capture)
    return replace(sight, pages=(*sight.pages, page), ledger=(*sight.ledger, row))


def _elsewhere(case: Case) -> str:
    """An address of which nothing is known, where the thing may be: the city's site, or a portal."""
    return PORTAL if case.indicator in ANSWERED_BY_A_PORTAL else ELSEWHERE


def _page(case: Case, **changes: object) -> SeenPage:
    whole = replace(case.sight.pages[0], capture="added", url=_elsewhere(case))
    return replace(whole, **changes)  # type: ignore[arg-type]


def _absent(cases: list[Case]) -> list[Case]:
    return [case for case in cases if Verdict.NOT_MET in {case.verdict, case.leaning}]


@pytest.mark.parametrize("serves", ["about anything", "named it"])
@pytest.mark.parametrize("reason", FAILURES)
def test_an_address_that_failed_leaves_every_absence_open(
    reason: Reason, serves: str, cases: list[Case], answer_of: Judge
) -> None:
    """Whatever failed, and however its row ended, no indicator is said to be not met, nor leans to it."""
    for case, state in zip(_absent(cases), _in_turn(STATES, reason), strict=False):
        topics = (case.indicator,) if serves == "named it" else ()
        sight = _with_row(case.sight, PlannedAddress(_elsewhere(case), state, reason, topics, depth=1))

        answer = answer_of(case.indicator, sight)

        expected = Verdict.BLOCKED if answer.reason.is_shield else Verdict.NOT_OBSERVABLE
        assert answer.verdict is expected, (case.indicator, case.name)
        assert "leaning" not in answer.detail
        assert answer.search is not None
        assert not answer.search.complete


@pytest.mark.parametrize("reason", FAILURES)
def test_an_unreadable_page_leaves_every_absence_open(
    reason: Reason, cases: list[Case], answer_of: Judge
) -> None:
    """A page that came cut, refused, scrambled or empty is as good as unseen."""
    for case, changes in zip(_absent(cases), _in_turn(UNREADABLE, reason), strict=False):
        page = _page(case, reason=reason, **changes)

        answer = answer_of(case.indicator, _with_page(case.sight, page, serves=()))

        assert answer.verdict in {Verdict.NOT_OBSERVABLE, Verdict.BLOCKED}, (case.indicator, case.name)
        assert "leaning" not in answer.detail


@pytest.mark.parametrize("kind", [PageKind.SHIELD, PageKind.ERROR])
def test_a_page_in_place_of_content_leaves_every_absence_open(
    kind: PageKind, cases: list[Case], answer_of: Judge
) -> None:
    """A check for robots or a polite "not found" under a good status is no content."""
    for case in _absent(cases):
        facts = case.sight.pages[0].facts
        assert facts is not None
        page = _page(case, facts=replace(facts, kind=kind, url=_elsewhere(case)))

        answer = answer_of(case.indicator, _with_page(case.sight, page, serves=()))

        assert not answer.verdict.counts, (case.indicator, case.name)


def test_an_unfinished_visit_supports_no_absence(cases: list[Case], answer_of: Judge) -> None:
    """While a visit is not over, nothing is missing yet."""
    for case in _absent(cases):
        answer = answer_of(case.indicator, replace(case.sight, visit_complete=False))

        assert answer.verdict is Verdict.NOT_OBSERVABLE
        assert answer.reason is Reason.NOT_VISITED


def test_a_visit_that_saw_nothing_supports_no_absence(cases: list[Case], answer_of: Judge) -> None:
    """No page looked at, no statement."""
    for case in _absent(cases):
        answer = answer_of(case.indicator, replace(case.sight, pages=(), ledger=()))

        assert answer.verdict is Verdict.NOT_OBSERVABLE
        assert answer.reason is Reason.NO_SOURCE


def test_a_capture_that_is_lost_supports_no_absence(cases: list[Case], answer_of: Judge) -> None:
    """A row that says fetched while nothing is stored is our own mistake."""
    for case in _absent(cases):
        row = PlannedAddress(_elsewhere(case), AddressState.FETCHED, depth=1, capture="lost")

        answer = answer_of(case.indicator, _with_row(case.sight, row))

        assert answer.reason is Reason.CRAWLER_ERROR


def test_what_was_found_stays_found_beside_a_gap(cases: list[Case], answer_of: Judge) -> None:
    """A failure elsewhere takes nothing away from evidence in hand; the record still names it."""
    for case in cases:
        if case.verdict is not Verdict.MET:
            continue
        row = PlannedAddress(_elsewhere(case), AddressState.FAILED, Reason.TIMEOUT, depth=1)

        answer = answer_of(case.indicator, _with_row(case.sight, row))

        assert answer.verdict is Verdict.MET, (case.indicator, case.name)
        assert answer.search is not None
        assert [gap.reason for gap in answer.search.gaps] == [Reason.TIMEOUT]


@pytest.mark.parametrize(
    "row",
    [
        PlannedAddress(ELSEWHERE, AddressState.FAILED, Reason.TIMEOUT, ("news",), depth=1),
        PlannedAddress("https://other.example/", AddressState.SKIPPED, Reason.OFFSITE, depth=1),
        PlannedAddress(
            "https://zelenopil-rada.example/?print=1", AddressState.FAILED, Reason.TIMEOUT, depth=1
        ),
    ],
    ids=["about something else", "another body's site", "print version of a page that was seen"],
)
def test_what_does_not_matter_leaves_an_absence_standing(
    row: PlannedAddress, cases: list[Case], answer_of: Judge
) -> None:
    """Caution is no excuse for never answering: what cannot hold the document is no gap."""
    for case in _absent(cases):
        answer = answer_of(case.indicator, _with_row(case.sight, row))

        assert Verdict.NOT_MET in {answer.verdict, answer.detail.get("leaning")}, (case.indicator, case.name)


def test_what_a_portal_has_answered_does_not_wait_for_the_site(cases: list[Case], answer_of: Judge) -> None:
    """A portal's "no" stands beside a broken site; without its answer the site's failure is named."""
    case = next(case for case in cases if (case.indicator, case.name) == ("DATA-02", "empty-account"))
    row = PlannedAddress(ELSEWHERE, AddressState.FAILED, Reason.TIMEOUT, depth=1)
    refused = tuple(replace(page, status=500) for page in case.sight.pages)

    answered = answer_of("DATA-02", _with_row(case.sight, row))
    unanswered = answer_of("DATA-02", _with_row(replace(case.sight, pages=refused), row))

    assert answered.verdict is Verdict.NOT_MET
    assert unanswered.verdict is Verdict.NOT_OBSERVABLE


def test_the_shield_over_the_named_page_outweighs_a_failure_elsewhere(
    cases: list[Case], answer_of: Judge
) -> None:
    """What stood before the very page decides the reason; the rest is still listed."""
    case = next(case for case in cases if (case.indicator, case.name) == ("INFO-03", "fail"))
    sight = _with_row(case.sight, PlannedAddress(ELSEWHERE, AddressState.FAILED, Reason.ROBOTS, depth=1))
    named = PlannedAddress(ELSEWHERE + "/r", AddressState.FAILED, Reason.TIMEOUT, ("INFO-03",), depth=2)

    answer = answer_of("INFO-03", _with_row(sight, named))

    assert (answer.verdict, answer.reason) == (Verdict.NOT_OBSERVABLE, Reason.TIMEOUT)
    assert answer.search is not None
    assert [gap.reason for gap in answer.search.gaps] == [Reason.TIMEOUT, Reason.ROBOTS]


def test_gaps_are_kept_up_to_a_number(cases: list[Case], answer_of: Judge) -> None:
    """A dead site does not fill the database with its own rows."""
    case = next(case for case in cases if (case.indicator, case.name) == ("INFO-03", "fail"))
    rows = tuple(
        PlannedAddress(f"{ELSEWHERE}/{number}", AddressState.SKIPPED, Reason.BUDGET, depth=1)
        for number in range(200)
    )

    answer = answer_of("INFO-03", replace(case.sight, ledger=(*case.sight.ledger, *rows)))

    assert answer.search is not None
    assert len(answer.search.gaps) == 50


def test_the_record_tells_branches_searches_and_kinds_of_files(cases: list[Case], answer_of: Judge) -> None:
    """Behind an absence stands where one looked: folders, other hosts, the site's own search, opened documents."""
    case = next(case for case in cases if (case.indicator, case.name) == ("INFO-03", "fail"))
    paper = replace(
        case.sight.pages[0],
        capture="paper",
        url=f"{ELSEWHERE}/zvit.pdf",
        media_type="application/pdf",
        facts=None,
    )
    asked = PlannedAddress(
        f"{ELSEWHERE}?q=1",
        AddressState.FETCHED,
        None,
        ("search",),
        depth=1,
        anchor="Рішення",
        capture="paper",
    )

    answer = answer_of("INFO-03", _with_row(_with_page(case.sight, paper, serves=("INFO-03",)), asked))

    assert answer.verdict is Verdict.NOT_MET
    assert answer.search is not None
    assert ("/somewhere", 1) in answer.search.branches
    assert answer.search.searches == ("Рішення",)
    assert answer.search.file_types == (("pdf", 1),)
    assert sum(number for _, number in answer.search.branches) == answer.search.looked_at
