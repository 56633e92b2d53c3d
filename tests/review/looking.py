"""How tests of second looks have people look: through the same door as the pages, only without a page."""

from __future__ import annotations

from sqlalchemy import func, select

from models.base import now
from models.items import take
from models.judging import Assessment, Finding
from models.people import Person
from models.reviewing import Item
from models.store import Store
from models.vocabulary import Passing, Probe, Role, Verdict
from review.blinding import shown_verdict
from review.sessions import SignedIn

ROUND = "2026-11"


def item_in(store: Store, city: str, indicator: str, round_id: str = ROUND) -> Item:
    """The item of one question about one city."""
    with store.reading() as db:
        return db.scalars(
            select(Item).where(Item.round == round_id, Item.city == city, Item.indicator == indicator)
        ).one()


def bend(store: Store, item: Item, *, needs_second: bool = False, probe: Probe | None = None) -> Item:
    """*item* as if the lot had fallen so; a planted verdict is one that the machine did not give."""
    wrong = Verdict.NOT_MET if item.verdict is not Verdict.NOT_MET else Verdict.PARTLY_MET
    with store.writing() as db:
        kept = db.get_one(Item, item.id)
        kept.needs_second = needs_second or probe is Probe.PLANTED
        kept.probe, kept.planted = probe, wrong if probe is Probe.PLANTED else None
    return item_in(store, item.city, item.indicator, item.round)


def person(store: Store, login: str) -> Person:
    """Somebody of the pretend round."""
    with store.reading() as db:
        return db.scalars(select(Person).where(Person.login == login)).one()


def newcomer(store: Store, login: str, role: Role, region: str | None = "west") -> Person:
    """Somebody who was not there before."""
    with store.writing() as db:
        db.add(
            Person(
                login=login,
                name=f"Нова людина {login}",
                organisation="ГО «Відкрита громада»",
                role=role,
                region=region,
                password_hash="",
                active=True,
                created_at=now(),
            )
        )
    return person(store, login)


def as_signed_in(one: Person) -> SignedIn:
    """*one* as a page knows them."""
    return SignedIn(
        person_id=one.id,
        name=one.name,
        organisation=one.organisation,
        role=one.role,
        region=one.region,
        form_token="",
        token_sha256="",
    )


def look(
    store: Store,
    item: Item,
    one: Person,
    verdict: Verdict,
    *,
    passing: Passing = Passing.FIRST,
    comment: str = "бо бачу",
    seconds: float | None = None,
) -> Item:
    """Have *one* look at *item*, and say how it stands after."""
    with store.writing() as db:
        kept = db.get_one(Item, item.id)
        finding = db.get_one(Finding, kept.finding_id)
        last = db.scalar(select(func.max(Assessment.version)).where(Assessment.finding_id == finding.id)) or 0
        made = Assessment(
            finding_id=finding.id,
            person_id=one.id,
            version=last + 1,
            act="confirm" if verdict is finding.proposed else "correct",
            verdict=verdict,
            comment=comment,
            created_at=now(),
        )
        db.add(made)
        db.flush()
        take(db, kept, made, passing=passing, shown=shown_verdict(kept, passing), seconds=seconds)
    return item_in(store, item.city, item.indicator, item.round)
