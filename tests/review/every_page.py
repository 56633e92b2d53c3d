"""Every page of the desk as a browser asks for it: whom it is shown to, and an address that leads to it."""

from __future__ import annotations

from fastapi.routing import APIRoute
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.base import now
from models.people import Person
from models.replies import add_reply
from models.reviewing import Bulk, Item
from models.store import Store
from models.vocabulary import Passing, Role, Verdict
from review.access import Public, rule_of
from review.app import ROUTERS
from review.enrolling import Newcomer
from review.inviting import invite_first
from review.sessions import begin
from tests.review.asking import places
from tests.review.looking import bend, item_in, look, person

REGION = "west"
FILES = (
    ".csv",
    ".json",
    ".txt",
    ".{ending}",
    "/body",
    "/capsule",
)  # what a browser saves, or shows as it came
ELSEWHERE = frozenset({"/captures/{capture_id}/page", "/healthz"})  # on the other origin; for machines
ROUTES = {
    route.path: route
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in (route.methods or ())
}
PAGES = sorted(path for path in ROUTES.keys() - ELSEWHERE if not path.endswith(FILES))


def role_for(path: str) -> Role | None:
    """Who is shown the page of the route *path*, first in the order of roles; nobody signs in to a public one."""
    rule = rule_of(ROUTES[path])
    if rule is None or isinstance(rule, Public):
        return None
    return next(role for role in Role if role in rule.roles)


def busy(store: Store) -> dict[str, str]:
    """Let people work in the pretend round, so that every page has something to show; all places of the routes."""
    found = places(store, REGION)
    first, second = person(store, "assessor"), person(store, "second")
    waits, disputed = (
        look(store, bend(store, one, needs_second=True), first, Verdict.MET, comment="Рішення оприлюднено.")
        for one in (item_in(store, found["slug"], indicator) for indicator in ("INFO-03", "INFO-04"))
    )
    objects = "Останні рішення – за вересень."
    disputed = look(store, disputed, second, Verdict.NOT_MET, passing=Passing.SECOND, comment=objects)
    _, token = invite_first(store, Newcomer("iryna@verba.test", "Ірина Мельник", Role.ASSESSOR, REGION))
    answered = item_in(store, found["slug"], "INFO-08")
    with store.writing() as db:
        official = _somebody(db, Role.OFFICIAL, found["slug"])
        words = "Протоколи є в розділі «Виконавчий комітет», їх оприлюднюють раз на квартал."
        reply = add_reply(db, db.get_one(Item, answered.id), person_id=official, note=words, submission=None)
        chief = db.scalars(select(Person.id).where(Person.role == Role.CHIEF)).one()
        sure = {"sample": [waits.id], "rest": [disputed.id]}
        bulk = Bulk(
            round=disputed.round, person_id=chief, query="", items=sure, created_at=now(), confirmed=0
        )
        db.add(bulk)
        db.flush()
        mine = {
            "reply_id": str(reply.id),
            "item_id": str(disputed.id),
            "bulk_id": str(bulk.id),
            "token": token,
        }
    return found | mine | {"round_id": disputed.round, "person_id": str(first.id)}


def sign_in_of(store: Store, role: Role, city: str) -> str:
    """The token of somebody who works in *role*; an official is one of *city*."""
    with store.writing() as db:
        return begin(db, _somebody(db, role, city))


def _somebody(db: Session, role: Role, city: str) -> int:
    """Who works here in *role*; one is added where the pretend round has nobody."""
    here = select(Person.id).where(Person.role == role, or_(Person.region == REGION, Person.region.is_(None)))
    if role is Role.OFFICIAL:
        here = here.where(Person.city == city)
    found = db.scalars(here.order_by(Person.id)).first()
    if found is not None:
        return found
    one = Person(
        login=f"walks-as-{role.value}",
        name="Соломія Гнатюк-Підгаєцька",
        organisation="ГО «Відкрита громада»",
        role=role,
        region=None,
        city=city if role is Role.OFFICIAL else None,
        password_hash="nobody signs in by it",
        active=True,
        created_at=now(),
    )
    db.add(one)
    db.flush()
    return one.id
