"""Information requests: what may be done with one, and when its answer is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models import requests as law
from models.base import now
from models.people import Person
from models.renewing import ensure_round
from models.replying import InformationRequest, RequestAct
from models.requests import Act, Letter, OvertakenError, RequestRefusedError, Terms
from models.store import Store
from models.vocabulary import RequestState, Role

SENT = date(2026, 11, 20)  # a Friday
LETTER = Letter("Луцькій міській раді", "a@b.test", "Про бюджет", "Прошу надати паспорти.")


@pytest.fixture
def db(store: Store) -> Iterator[Session]:
    """A session of a database with one round and one person, number 1."""
    with store.writing() as db:
        db.add(
            Person(
                id=1,
                login="a",
                name="А",
                organisation="",
                role=Role.ASSESSOR,
                region=None,
                password_hash="",
                active=True,
                created_at=now(),
            )
        )
        ensure_round(db, "2026-11")
        db.flush()
        yield db


def draft(db: Session) -> InformationRequest:
    """A draft that asks two questions."""
    act = law.begin(
        db, round_id="2026-11", city="lutsk", questions=["A-1", "B-2"], letter=LETTER, person_id=1
    )
    return db.get_one(InformationRequest, act.request_id)


def sent(db: Session) -> InformationRequest:
    """A request sent on a Friday."""
    row = draft(db)
    law.move(db, row, Act("sent", 1, 1, SENT, "the whole letter"))
    return row


def test_an_answer_is_due_on_the_fifth_working_day(db: Session) -> None:
    """Counting begins with the day after sending, and leaves weekends out."""
    row = sent(db)

    assert (row.state, row.due_on) == (RequestState.SENT, date(2026, 11, 27))


@pytest.mark.parametrize(
    ("day", "left", "overdue"),
    [
        (SENT, 5, False),
        (date(2026, 11, 27), 0, False),
        (date(2026, 11, 28), 0, True),
        (date(2026, 12, 1), -2, True),
    ],
)
def test_the_clock_says_what_is_left(db: Session, day: date, left: int, overdue: bool) -> None:  # noqa: FBT001  # a parameter of the test
    """The last day is not overdue; the Saturday after it is, though no working day has gone."""
    clock = law.clock_of(sent(db), day)

    assert clock
    assert (clock.left, clock.overdue) == (left, overdue)


def test_a_council_extends_once_and_to_twenty_days_at_most(db: Session) -> None:
    """Without a reason, beyond the law, or a second time it is refused."""
    row = sent(db)
    latest = law.latest_extension(row)
    assert latest == date(2026, 12, 18)

    for act, fault in (
        (Act("extended", 1, 2, latest), "words"),
        (Act("extended", 1, 2, latest + timedelta(days=1), "багато"), "extension"),
        (Act("extended", 1, 2, row.due_on, "багато"), "extension"),
    ):
        with pytest.raises(RequestRefusedError) as refused:
            law.move(db, row, act)
        assert refused.value.fault == fault
    law.move(db, row, Act("extended", 1, 2, None, "великий обсяг"))

    clock = law.clock_of(row, SENT)
    assert clock
    assert (row.extended_until, clock.last_day, clock.extended) == (latest, latest, True)
    with pytest.raises(RequestRefusedError, match="state"):
        law.move(db, row, Act("extended", 1, 3, None, "ще"))


@pytest.mark.parametrize(
    ("kind", "day", "fault"),
    [
        ("answered", None, "day"),
        ("answered", SENT - timedelta(days=1), "before"),
        ("refused", SENT, "words"),
        ("refused", date(2999, 1, 1), "future"),
        ("revised", None, "state"),
        ("sent", SENT, "state"),
    ],
)
def test_what_cannot_be_is_refused(db: Session, kind: str, day: date | None, fault: str) -> None:
    """Days that cannot be, and acts that the state does not allow."""
    row = sent(db)

    with pytest.raises(RequestRefusedError) as refused:
        law.move(db, row, Act(kind, 1, 2, day))

    assert (refused.value.fault, row.state) == (fault, RequestState.SENT)


def test_an_answer_may_come_after_a_refusal(db: Session) -> None:
    """What the council sends after all is still taken; then the request is closed for good."""
    row = sent(db)

    law.move(db, row, Act("refused", 1, 2, SENT, "таємниця"))
    law.move(db, row, Act("answered", 1, 3, SENT))

    assert (row.state, row.answered_on) == (RequestState.ANSWERED, SENT)
    assert not any(law.may(row, kind) for kind in law.KINDS)
    assert law.clock_of(row, SENT) is None


def test_who_saw_an_older_state_writes_nothing(db: Session) -> None:
    """Two people who act on the same draft do not overwrite each other."""
    row = draft(db)
    law.revise(db, row, Act("revised", 1, 1, words="одне"), Letter("а", "б", "в", "одне"))

    with pytest.raises(OvertakenError):
        law.revise(db, row, Act("revised", 1, 1, words="інше"), Letter("а", "б", "в", "інше"))

    assert row.body == "одне"


def test_the_same_draft_twice_is_one(db: Session) -> None:
    """A form sent twice makes no second request."""
    assert draft(db).id == draft(db).id


def test_terms_can_be_switched(db: Session) -> None:
    """What is not confirmed of the law is not built in: holidays can count as such."""
    row = draft(db)

    law.move(db, row, Act("sent", 1, 1, date(2026, 8, 21), "лист"), Terms(wartime=False))

    assert row.due_on == date(2026, 8, 31)  # Monday the 24th is a holiday


@pytest.mark.parametrize("change", [update(RequestAct).values(words=""), delete(RequestAct)])
def test_acts_are_never_edited(db: Session, change: object) -> None:
    """What was sent and said stays."""
    draft(db)

    with pytest.raises(DatabaseError, match="append-only"):
        db.execute(change)  # type: ignore[call-overload]
    db.rollback()
