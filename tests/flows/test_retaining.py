"""Stored bytes are kept as long as something rests on them, and go only when somebody has confirmed the periods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawlers.manners import ON_LOOPBACK
from custody.erasing import erase
from custody.heads import Heads, keep_heads
from custody.log import all_entries, check_chain
from custody.retaining import FILE, Rests, RetentionError, Term, Then, read_terms
from flows.retaining import Retained, retain_bodies
from flows.visiting import Desk
from models.archive import Archive, ErasedError
from models.crawling import Visit
from models.custody import Erasure
from models.environment import settings
from models.facts import Evidence
from models.findings import Answered, record_answers
from models.ledger import Ended, Ledger, Planned
from models.runs import open_run
from models.store import open_store
from models.visits import open_visit
from models.vocabulary import AddressState, Verdict
from tests.factories import MOMENT, make_answer, make_capture

TERMS = {
    Rests.EVIDENCE: Term(700, Then.REVIEW),
    Rests.SEARCHED: Term(300, Then.ERASE),
    Rests.LOOKED: Term(100, Then.ERASE),
    Rests.FAILED: Term(30, Then.ERASE),
}


@dataclass
class House:
    """An installation in which visits are made up by hand; each begins at a moment of its own."""

    desk: Desk

    def visit(self, at: datetime, *, month: str = "11") -> int:
        """A visit that began *at* that moment."""
        run = open_run(self.desk.store, round_id=f"2026-{month}", name="west")
        visit = open_visit(self.desk.store, run, "lviv").id
        with self.desk.store.writing() as db:
            db.get_one(Visit, visit).started_at = at
        return visit

    def store(self, visit: int, path: str, at: datetime = MOMENT, *, status: int = 200) -> str:
        """A capture of that visit, with bytes of its own; its id."""
        capture = make_capture(
            visit,
            f"http://lviv.test/{path}",
            status=status,
            ended_at=at,
            body_sha256=self.desk.archive.put(path.encode()),
        )
        state = Ended(path, AddressState.FETCHED, capture=capture)
        Ledger(self.desk.store, visit).record([state], [Planned(path, capture.final_url)])
        return capture.id

    def judge(self, visit: int, verdict: Verdict, capture: str) -> None:
        """A finding of that visit which quotes a capture."""
        answer = make_answer(verdict, evidence=(Evidence("http://lviv.test/", "Бюджет", capture),))
        answers = [Answered(f"1.{verdict}", answer, "1")]
        record_answers(
            self.desk.store, visit, answers, methodology="m", methodology_version="1", reader_version="1"
        )

    def retain(self, days: float, *, confirmed_by: str = "") -> Retained:
        """What the flow does so many days later."""
        moment = MOMENT + timedelta(days=days)
        return retain_bodies(self.desk, moment=moment, terms=TERMS, confirmed_by=confirmed_by)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty installation."""
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    keep_heads(store, Heads(tmp_path / "custody"))
    yield House(Desk(store, Archive(tmp_path / "archive"), replace(settings(), home=tmp_path), ON_LOOPBACK))
    store.close()


def listed(done: Retained) -> dict[str, str]:
    """The bodies that are past their period, with what rests on them."""
    return {one.body: one.rests.value for one in done.over}


def test_each_class_has_its_own_period(house: House) -> None:
    """G03: failed fetches go first, then pages nothing rests on; what is quoted stays longest."""
    visit = house.visit(MOMENT)
    quoted = house.store(visit, "quoted")
    house.store(visit, "looked")
    house.store(visit, "missing", status=404)
    house.judge(visit, Verdict.MET, quoted)

    over = [sorted(listed(house.retain(days)).values()) for days in (29, 31, 101, 701)]

    assert over == [[], ["failed"], ["failed", "looked"], ["evidence", "failed", "looked"]]


def test_a_search_is_evidence_of_what_was_not_found(house: House) -> None:
    """G03: while `not-met` can be disputed, every page that was looked at for it is kept."""
    visit = house.visit(MOMENT)
    house.judge(visit, Verdict.NOT_MET, house.store(visit, "near miss"))
    house.store(visit, "looked")

    over = [listed(house.retain(days)) for days in (299, 301)]

    assert over[0] == {}
    assert list(over[1].values()) == ["searched"]


def test_what_a_later_visit_took_over_is_in_use(house: House) -> None:
    """G03: a page that is asked for once and kept from visit to visit counts from the last of them."""
    capture = house.store(house.visit(MOMENT), "kept")
    later = house.visit(MOMENT + timedelta(days=90), month="12")
    taken = Ended("kept", AddressState.FETCHED, kept=capture)
    Ledger(house.desk.store, later).record([taken], [Planned("kept", "http://lviv.test/kept")])

    over = [len(house.retain(days).over) for days in (101, 191)]

    assert over == [0, 1]


def test_the_longest_need_of_the_same_bytes_counts(house: House) -> None:
    """G03: bytes that one finding quotes are kept, however many captures of them nobody needs."""
    visit = house.visit(MOMENT)
    house.store(visit, "same")
    quoting = house.visit(MOMENT, month="12")
    house.judge(quoting, Verdict.MET, house.store(quoting, "same"))

    done = house.retain(101, confirmed_by="a lawyer")

    assert (done.over, done.erased) == ((), 0)


def test_what_a_browser_began_with_is_kept_with_what_it_made(house: House) -> None:
    """G03: the answer behind a quoted rendering is evidence too."""
    visit = house.visit(MOMENT)
    first = make_capture(visit, "http://lviv.test/", body_sha256=house.desk.archive.put(b"answer"))
    shown = make_capture(
        visit,
        "http://lviv.test/",
        attempt=2,
        body_sha256=house.desk.archive.put(b"rendering"),
        rendered_from_id=first.id,
    )
    ended = Ended("home", AddressState.FETCHED, capture=shown, before=first)
    Ledger(house.desk.store, visit).record([ended], [Planned("home", "http://lviv.test/")])
    house.judge(visit, Verdict.MET, shown.id)

    over = [set(listed(house.retain(days)).values()) for days in (101, 701)]

    assert over == [set(), {"evidence"}]


def test_nothing_goes_before_the_periods_are_confirmed(house: House) -> None:
    """G03: the flow lists what is over, and erases nothing, until it is told who has confirmed."""
    house.store(house.visit(MOMENT), "looked")

    done = house.retain(101, confirmed_by="  ")

    assert (len(done.over), done.erased) == (1, 0)
    assert done.over[0].body in house.desk.archive


def test_once_confirmed_it_goes_with_its_reason(house: House) -> None:
    """G03: who confirmed, which class and which period stand in the decision; the log holds; a second night is idle."""
    house.store(house.visit(MOMENT), "looked")

    first = house.retain(101, confirmed_by="Olena, letter 4")
    second = house.retain(102, confirmed_by="Olena, letter 4")

    assert (first.erased, second.erased, second.over) == (1, 0, ())
    with house.desk.store.reading() as db:
        assert check_chain(all_entries(db), whole=True) is None
        said = db.scalars(select(Erasure.reason)).one()
    assert said == "period of keeping over: looked, 100 days, confirmed by Olena, letter 4"
    with pytest.raises(ErasedError, match="letter 4"):
        house.desk.archive.get(first.over[0].body)


def test_what_is_for_review_waits_for_a_person(house: House) -> None:
    """G03: evidence that is past its period is listed, and stays until somebody decides."""
    visit = house.visit(MOMENT)
    house.judge(visit, Verdict.MET, house.store(visit, "quoted"))

    done = house.retain(701, confirmed_by="a lawyer")

    assert (listed(done).popitem()[1], done.erased) == ("evidence", 0)
    assert done.over[0].body in house.desk.archive


def test_what_is_published_still_is_stored_again(house: House) -> None:
    """G03: the end of a period is no ban; what was erased for good stays so."""
    visit = house.visit(MOMENT)
    house.store(visit, "old")
    house.store(visit, "personal")
    house.retain(101, confirmed_by="a lawyer")
    digest = house.desk.archive.put(b"personal")
    erase(house.desk.store, house.desk.archive, digest, why="request 17")

    again = [house.desk.archive.put(body) in house.desk.archive for body in (b"old", b"personal")]

    assert again == [True, False]


def test_earlier_decisions_are_finished_on_the_way(house: House, tmp_path: Path) -> None:
    """G02: keys that came back with an old copy are destroyed again the same night."""
    house.store(house.visit(MOMENT), "personal")
    digest = house.desk.archive.put(b"personal")
    house.desk.archive.keyring.copy_to(tmp_path / "old.sqlite")
    file = next((tmp_path / "archive").rglob(f"{digest}.sealed"))
    stored = file.read_bytes()
    erase(house.desk.store, house.desk.archive, digest, why="request 17")
    house.desk.archive.keyring.close()
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"archive.keys.sqlite{end}").unlink(missing_ok=True)
    (tmp_path / "old.sqlite").rename(tmp_path / "archive.keys.sqlite")
    file.write_bytes(stored)
    assert house.desk.archive.get(digest) == b"personal"

    done = house.retain(1)

    assert done.finished == 1
    assert digest not in house.desk.archive


def test_the_periods_are_read_from_a_table() -> None:
    """Every class has its period; evidence is never erased without a person."""
    terms = read_terms()

    assert set(terms) == set(Rests)
    assert terms[Rests.EVIDENCE].then is Then.REVIEW
    assert [terms[one].days for one in Rests] == sorted((term.days for term in terms.values()), reverse=True)


@pytest.mark.parametrize(
    ("before", "instead"),
    [
        ("days: 30", "days: never"),
        ("then: review", "then: burn"),
        ("failed:", "lost:"),
        ("days: 180", "weeks: 9"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, before: str, instead: str) -> None:
    """What it says wrongly is told in one sentence, and nothing is erased by it."""
    path = tmp_path / "retention.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(before, instead, 1), encoding="utf-8")

    with pytest.raises(RetentionError, match=r"^retention.yaml: "):
        read_terms(path)
