"""Racing edits: many people decide the same items at the same time, and nobody's words may vanish unsaid."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from benchmarks.desk_client import Client, form_of
from models.base import now
from models.judging import Assessment
from models.people import Person
from models.reviewing import Item
from models.store import Store
from models.vocabulary import ItemState, Role
from review.sessions import begin

RACERS = 20
RECORDED, TOLD, REFUSED, LOST = "recorded", "told", "refused before a form was shown", "lost"


def race(store: Store, port: int, edits: int) -> list[str]:
    """Have twenty people make *edits* in all, each on the page as it was before anybody else decided it."""
    with store.writing() as db:
        people = [_racer(number) for number in range(RACERS)]
        db.add_all(people)
        db.flush()
        cookies = [begin(db, person.id) for person in people]
        waiting = select(Item.finding_id).where(Item.state == ItemState.WAITING).order_by(Item.worth, Item.id)
        findings = list(db.scalars(waiting.limit(edits // RACERS)))
    start = Barrier(RACERS)
    with ThreadPoolExecutor(RACERS) as pool:
        jobs = [
            pool.submit(_racing, Client(port, cookie), number, findings, start)
            for number, cookie in enumerate(cookies)
        ]
        ends = {words: end for job in jobs for words, end in job.result().items()}
    with store.reading() as db:
        stand = Counter(db.scalars(select(Assessment.comment).where(Assessment.finding_id.in_(findings))))
    silent = [words for words, end in ends.items() if (end == RECORDED) != (stand[words] == 1) or end == LOST]
    said = ", ".join(f"{number} {end}" for end, number in Counter(ends.values()).items())
    print(
        f"\n{len(ends)} racing edits of {len(findings)} items by {RACERS} people: {said}; silent losses: {len(silent)}"
    )
    return [f"{len(silent)} edits were lost without a word"] if silent else []


def _racing(client: Client, number: int, findings: list[int], start: Barrier) -> dict[str, str]:
    """One person's edits: their words, and what became of each by what the desk answered."""
    ends: dict[str, str] = {}
    for finding_id in findings:
        words = f"правка {number} до {finding_id}"
        form = form_of(client.get(f"/findings/{finding_id}"))
        start.wait(60)  # all have the page open; only then does anybody decide
        if form is None:
            ends[words] = REFUSED
            continue
        verdict = form.verdicts[number % len(form.verdicts)]
        answer = client.post(
            form.action, form.hidden | {"act": "correct", "verdict": verdict, "comment": words}
        )
        if answer.location:
            ends[words] = RECORDED if answer.status in {302, 303} else LOST
        else:
            ends[words] = TOLD if words in answer.text else LOST
    client.close()
    return ends


def _racer(number: int) -> Person:
    return Person(
        login=f"racer-{number}-{now():%H%M%S%f}",
        name=f"Учасник {number}",
        organisation="Перегони",
        role=Role.ASSESSOR,
        region=None,
        password_hash="!",  # noqa: S106  # no password has this hash
        active=True,
        created_at=now(),
    )
