"""What a person decides is a line of the log in the same transaction: there is never one without the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from custody.canonical import row_digest
from custody.log import all_entries, check_chain
from models.custody import LogEntry
from models.people import Person
from models.store import Store
from models.vocabulary import LogKind
from tests.review.asking import assessments_of, send, waiting_in

SignInAs = Callable[[str], Any]


def assessed(store: Store) -> list[LogEntry]:
    """The log, which holds."""
    with store.reading() as db:
        lines = list(all_entries(db))
    assert check_chain(lines, whole=True) is None
    return [line for line in lines if line.kind is LogKind.ASSESSMENT]


def test_an_assessment_is_a_line_that_speaks_for_its_row(signed_in: SignInAs, store: Store) -> None:
    """With who said it; every edit of the row would show."""
    before = len(assessed(store))
    finding = waiting_in(store, "verbopil", "INFO-08")

    send(signed_in("assessor"), finding, act="confirm", version="0")

    (written,) = assessments_of(store, finding)
    line = assessed(store)[-1]
    with store.reading() as db:
        assessor = db.scalars(select(Person).where(Person.login == "assessor")).one()
    assert len(assessed(store)) == before + 1
    assert (line.subject, line.digest) == (f"assessment {written.id}", row_digest(written))
    assert line.person_id == assessor.id


def test_what_is_not_recorded_is_not_logged(signed_in: SignInAs, store: Store) -> None:
    """An incomplete form, the same form twice, and the slower of two leave no line."""
    finding = waiting_in(store, "verbopil", "INFO-08")
    client = signed_in("assessor")

    send(client, finding, act="correct", version="0")
    assert assessed(store) == []
    for _ in range(2):
        send(client, finding, act="confirm", version="0")
    send(signed_in("chief"), finding, act="correct", version="0", verdict="blocked", comment="Інакше.")

    assert len(assessed(store)) == len(assessments_of(store, finding)) == 1
