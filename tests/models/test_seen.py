"""What was read once is not read again, and a confirmed answer counts as the one it confirms."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.crawling import Reading
from models.facts import CityCard, PageFacts
from models.ledger import Ended, Ledger, Planned
from models.runs import open_run
from models.seen import copy_confirmed, record_readings, sight_of, unread
from models.store import Store
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState, PageKind, Reason
from tests.factories import make_capture

HOME = Planned("city.test/", "http://city.test/")
FACTS = PageFacts(HOME.url, "Головна", "uk", PageKind.OTHER, complete=True)
CARD = CityCard("lviv", "Львів", "Lviv", ("city.test",))


def seen(store: Store, round_id: str, *, confirms: str | None = None, kept: str | None = None) -> str:
    """One more visit that saw the front page; the id of the capture its row points at."""
    visit_id = open_visit(store, open_run(store, round_id=round_id, name="lviv"), "lviv").id
    capture = None
    if kept is None:
        status = 200 if confirms is None else 304
        capture = make_capture(visit_id, HOME.url, confirms_id=confirms, status=status)
    Ledger(store, visit_id).record(
        [Ended(HOME.key, AddressState.FETCHED, capture=capture, kept=kept)], [HOME]
    )
    close_visit(store, visit_id, stats={})
    return str(capture.id if capture is not None else kept)


def test_what_no_reader_of_this_version_has_read_is_unread(store: Store, visit_id: int) -> None:
    """A capture is read once by each version of the readers."""
    capture = make_capture(visit_id, HOME.url)
    Ledger(store, visit_id).record([Ended(HOME.key, AddressState.FETCHED, capture=capture)], [HOME])

    before = [one.id for one in unread(store, visit_id, reader_version="1")]
    record_readings(store, [(capture.id, FACTS)], reader_version="1")

    assert before == [capture.id]
    assert unread(store, visit_id, reader_version="1") == []
    assert [one.id for one in unread(store, visit_id, reader_version="2")] == [capture.id]


def test_kept_captures_are_read_too(store: Store) -> None:
    """An earlier visit's capture that a row points at is read where its own visit never was."""
    first = seen(store, "2026-01")
    seen(store, "2026-02", kept=first)

    assert [one.id for one in unread(store, 2, reader_version="1")] == [first]


@pytest.mark.parametrize("judged_between", [True, False])
def test_two_confirmations_in_a_row_share_one_reading(store: Store, judged_between: bool) -> None:  # noqa: FBT001
    """Each confirmation points at the answer with the bytes, so that none in between need have been read."""
    first = seen(store, "2026-01")
    record_readings(store, [(first, FACTS)], reader_version="1")
    seen(store, "2026-02", confirms=first)
    if judged_between:
        copy_confirmed(store, 2, reader_version="1")
    seen(store, "2026-03", confirms=first)

    copy_confirmed(store, 3, reader_version="1")
    copy_confirmed(store, 3, reader_version="1")

    assert unread(store, 3, reader_version="1") == []
    sight = sight_of(store, 3, CARD, reader_version="1")
    assert [page.facts for page in sight.pages] == [FACTS]
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Reading)) == 2 + judged_between


def test_readings_of_another_version_are_not_copied(store: Store) -> None:
    """What older readers saw in the confirmed answer is read anew."""
    first = seen(store, "2026-01")
    record_readings(store, [(first, FACTS)], reader_version="1")
    second = seen(store, "2026-02", confirms=first)

    copy_confirmed(store, 2, reader_version="2")

    assert [one.id for one in unread(store, 2, reader_version="2")] == [second]


def test_a_confirmed_answer_counts_as_the_200_it_confirms(store: Store) -> None:
    """A rule that asks for an answer of 200 is not put off by a 304, and sees when it was confirmed."""
    first = seen(store, "2026-01")
    second = seen(store, "2026-02", confirms=first)

    (page,) = sight_of(store, 2, CARD, reader_version="1").pages

    assert (page.capture, page.status) == (second, 200)


def test_a_redirect_is_no_page(store: Store, visit_id: int) -> None:
    """The page is the redirect's target, which has a row of its own."""
    moved = make_capture(visit_id, HOME.url, status=302)
    Ledger(store, visit_id).record([Ended(HOME.key, AddressState.FETCHED, capture=moved)], [HOME])

    sight = sight_of(store, visit_id, CARD, reader_version="1")

    assert (sight.pages, sight.ledger) == ((), ())


def test_a_cut_answer_never_gives_whole_facts(store: Store, visit_id: int) -> None:
    """Whatever the readers believed, half an answer is not complete, and says why."""
    cut = make_capture(visit_id, HOME.url, complete="no", reason=Reason.TRUNCATED)
    Ledger(store, visit_id).record(
        [Ended(HOME.key, AddressState.FAILED, Reason.TRUNCATED, capture=cut)], [HOME]
    )
    record_readings(store, [(cut.id, FACTS)], reader_version="1")

    (page,) = sight_of(store, visit_id, CARD, reader_version="1").pages

    assert (page.complete, page.reason) == (False, Reason.TRUNCATED)
    assert page.facts is not None
    assert not page.facts.complete
