"""Every page of the desk as a browser asks for it: whom it is shown to, and an address that leads to it."""

from __future__ import annotations

from fastapi.routing import APIRoute
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.base import now
from models.people import Person
from models.store import Store
from models.vocabulary import Role
from review.access import COOKIE, Public, rule_of
from review.app import ROUTERS
from review.sessions import begin
from tests.review.asking import places

REGION = "west"
OTHER_THAN_PAGES = frozenset(
    {
        "/captures/{capture_id}/body",
        "/captures/{capture_id}/page",  # on the other origin: test_stored_in_browser.py
        "/crawler/load.csv",
        "/crawler/load.json",
        "/findings/{finding_id}/capsule",
        "/findings/{finding_id}/search.json",
        "/healthz",
        "/pictures/{sha256}.{ending}",
        "/robots.txt",
    }
)
ROUTES = {
    route.path: route
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in (route.methods or ())
}
PAGES = sorted(ROUTES.keys() - OTHER_THAN_PAGES)


def role_for(path: str) -> Role | None:
    """Who is shown the page of the route *path*, first in the order of roles; nobody signs in to a public one."""
    rule = rule_of(ROUTES[path])
    if rule is None or isinstance(rule, Public):
        return None
    return next(role for role in Role if role in rule.roles)


def address_of(store: Store, path: str) -> str:
    """The route *path* with its places filled, so that it leads to something that is there."""
    return path.format(**places(store, REGION))


def cookies_of(store: Store, role: Role, desk_url: str) -> dict[str, str]:
    """The sign-in of somebody with *role*, as a browser keeps it."""
    with store.writing() as db:
        return {
            "name": COOKIE,
            "value": begin(db, _somebody(db, role, places(store, REGION)["slug"])),
            "url": desk_url,
        }


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
