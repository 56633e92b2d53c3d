"""What passes between the demo's people and its councils: replies, and requests for information."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.stage import Stage
from console.stage_cast import Cast
from models.judging import Finding
from models.replying import InformationRequest, Reply
from models.requests import today, version_of
from models.reviewing import Item
from models.store import Store
from models.vocabulary import ItemState, ReplyState, Verdict
from review.queries.replies import last_version
from review.questions import Questions
from review.replying import Answer, Written, answer, reply
from review.requesting import Done, letter_of, send, write
from review.sessions import SignedIn

ASKED = 3  # questions of a request
ADDRESS = "monitor@transparent-cities.example"  # where answers are to go
LATE = timedelta(days=21)  # since the older of two requests was sent


def reply_twice(stage: Stage, cast: Cast, round_id: str) -> None:
    """The first city there is replies twice: one reply is accepted, the other waits for its link to be checked."""
    store = stage.desk.store
    with store.reading() as db:
        here = set(db.scalars(select(Item.city).where(Item.round == round_id).distinct()))
        replied = select(Reply.person_id).where(Reply.round == round_id)
        official = next((one for one in cast.officials if one.city in here), None)
        if official is None or official.person_id in set(db.scalars(replied)):
            return
        items = _unmet(db, round_id, official.city)
        pages = [_page_of(db.get_one(Finding, item.finding_id)) for item in items]
    for item in items[:1]:
        written = Written("Документ оприлюднено в розділі «Публічна інформація» ще у вересні.")
        row = reply(store, stage.desk.archive, official, item.finding_id, written)
        if isinstance(row, Reply) and row.state is ReplyState.CHECKED:
            _accept(store, cast.coordinator_of(item.region), row, item)
    for item, page in zip(items[1:], pages[1:], strict=True):
        written = Written("Просимо перевірити: документ оприлюднено за цим посиланням.", page)
        reply(store, stage.desk.archive, official, item.finding_id, written)


def _unmet(db: Session, round_id: str, city: str | None) -> Sequence[Item]:
    """Two questions of which the city may well say that they are met."""
    wanted = select(Item).where(
        Item.round == round_id,
        Item.city == city,
        Item.verdict.in_((Verdict.NOT_MET, Verdict.PARTLY_MET)),
        Item.state.in_((ItemState.WAITING, ItemState.SETTLED)),
        func.coalesce(Item.settled_verdict, Verdict.NOT_MET) != Verdict.MET,
    )
    return db.scalars(wanted.order_by(Item.worth.desc(), Item.id).limit(2)).all()


def _page_of(finding: Finding) -> str:
    """A page of the city's own site that has to do with the question; none where none was seen."""
    seen = [finding.search.get("near_miss") or {}, *finding.evidence]
    return next((str(one["url"]) for one in seen if one.get("url")), "")


def _accept(store: Store, who: SignedIn, row: Reply, item: Item) -> None:
    with store.reading() as db:
        seen_version = last_version(db, item.finding_id)
    words = "Так, документ є: перевірено за назвою розділу. Дякуємо."
    answer(
        store, who, row.id, Answer(accepts=True, verdict=Verdict.MET, words=words, seen_version=seen_version)
    )


def ask_two(store: Store, cast: Cast, round_id: str) -> None:
    """Two councils are asked for what the web does not show; the older request is past its day."""
    with store.reading() as db:
        if db.scalar(select(InformationRequest.id).where(InformationRequest.reply_to == ADDRESS).limit(1)):
            return
        unseen = (Item.round == round_id, Item.verdict == Verdict.NOT_OBSERVABLE)
        rows = db.execute(
            select(Item.city, Item.region, Item.indicator).where(*unseen).order_by(Item.id)
        ).all()
    cities = list(dict.fromkeys(row.city for row in rows))[:2]
    for city, ago in zip(cities, (LATE, timedelta()), strict=False):
        region = next(row.region for row in rows if row.city == city)
        who = cast.coordinator_of(region)
        asked = [row.indicator for row in rows if row.city == city][:ASKED]
        done = write(store, who, Questions(), city, asked, ADDRESS)
        if not isinstance(done, Done):
            continue
        with store.reading() as db:
            row = db.get_one(InformationRequest, done.request_id)
            seen = version_of(db, row)
        send(store, who, done.request_id, letter_of(row), seen, today() - ago)
