"""A council's answer to an information request: its files are evidence to every question that was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import requests as law
from models.archive import Archive
from models.custody import Submission
from models.replying import InformationRequest
from models.requests import Act
from models.store import Store
from models.vocabulary import SubmissionKind
from review.queries import requests as asked
from review.requesting import LONGEST_WORDS, Done, Fault, Outcome, found, log, within
from review.sessions import SignedIn
from review.submitting import Offered, Refused, bring


@dataclass(frozen=True, slots=True)
class File:
    """A file as the form brought it."""

    name: str
    body: bytes


def answer(
    store: Store, archive: Archive, who: SignedIn, request_id: int, act: Act, files: Sequence[File]
) -> Outcome:
    """Take in the answer that came on the day of *act*. Nothing is stored where it cannot be."""
    if not files:
        return Fault("requests.fault.file")
    if len(act.words) > LONGEST_WORDS:
        return Fault("requests.fault.long")

    def look(db: Session, row: InformationRequest) -> None:
        law.check(db, row, act)

    if not isinstance(looked := within(store, who, request_id, act, look), Done):
        return looked
    brought = _bring(store, archive, who, request_id, act, files)
    if isinstance(brought, Refused):
        return Fault(brought.fault)

    def settle(db: Session, row: InformationRequest) -> None:
        row.submission_id = brought[0].id if brought else None
        log(db, law.move(db, row, act))

    return within(store, who, request_id, act, settle)


def _bring(
    store: Store, archive: Archive, who: SignedIn, request_id: int, act: Act, files: Sequence[File]
) -> list[Submission] | Refused:
    """The files as evidence to the finding behind each question; each file and question is one submission."""
    with store.reading() as db:
        row = found(db, request_id, who).request
        indicators = [*row.questions, *sorted(asked.SHOWN_BY_ANSWERING)]
        items = asked.items_of(db, row.round, row.city, indicators)
    note = f"№ {request_id} · {row.sent_on} → {act.day}. {act.words}".strip()
    taken: list[Submission] = []
    for item in items:
        for file in files:
            offered = Offered(SubmissionKind.ANSWER, link="", filename=file.name, body=file.body, note=note)
            outcome = bring(store, archive, who, item.finding_id, offered)
            if isinstance(outcome, Refused):
                return outcome
            taken.append(outcome)
    return taken
