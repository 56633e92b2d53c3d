"""Who may do what, as one table written by hand: every route × every role × own place, another's place, nobody.

A new route is a line of TABLE: ``"METHOD /path": Row(roles, leads_to, fields)``. *roles* are the letters of those
whom it is for. *leads_to* is ``city`` where the address names something of a city (or of a person of a region): then
whoever is limited to another place must get 404. *fields* are what the form needs at least beside its token, so that
the answer is about the place and not about the form. A new {place} goes into ``_places``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive import Archive
from models.base import now
from models.crawling import Picture
from models.judging import Finding
from models.people import Invitation, Person
from models.replying import Reply
from models.requests import Letter
from models.requests import begin as begin_request
from models.reviewing import Item
from models.store import Store, open_store
from models.vocabulary import ItemState, ReplyState, Role
from review.access import COOKIE
from review.app import ROUTERS, create_app
from review.origins import Sealing
from review.sessions import begin, resume
from review.signing import Signer
from tests.review.conftest import ORIGIN, TestClient

LETTERS = {
    "C": Role.CHIEF,
    "K": Role.COORDINATOR,
    "A": Role.ASSESSOR,
    "S": Role.SECOND_ASSESSOR,
    "N": Role.ANALYST,
    "O": Role.OPERATOR,
    "F": Role.OFFICIAL,
    "R": Role.READER,
}
ALL, DECIDERS, SECONDERS = "CKASNOFR", "CKA", "CKAS"
PUBLIC = "*"
ADMITTED = {200, 303, 409}  # shown, sent on to where it is shown, or told that nothing is sealed yet
OWN, NEXT_DOOR, ELSEWHERE = "yasnohirsk", "verbopil", "kalynodar"  # two cities of the west, one of the centre


@dataclass(frozen=True, slots=True)
class Row:
    """Whom a route is for, whether its address leads to a city, and what its form needs at least."""

    roles: str
    leads_to: str = ""
    fields: dict[str, str] = field(default_factory=dict)


DECISION = {"act": "confirm", "version": "0"}
TABLE = {
    "GET /": Row(ALL),
    "GET /about": Row(PUBLIC),
    "GET /account": Row(ALL),
    "POST /account/conflicts": Row(SECONDERS),
    "POST /account/password": Row(ALL),
    "POST /account/second-factor": Row(ALL),
    "POST /account/second-factor/off": Row(ALL),
    "POST /account/second-factor/on": Row(ALL),
    "GET /agreement": Row("CKN"),
    "GET /agreement.csv": Row("CKN"),
    "GET /agreement/me": Row(SECONDERS),
    "GET /agreement/people": Row("C"),
    "GET /captures/{capture_id}": Row(ALL, "city"),
    "GET /captures/{capture_id}/body": Row(ALL, "city"),
    "GET /captures/{capture_id}/page": Row(ALL, "city"),
    "GET /cities": Row(ALL),
    "GET /cities/{slug}": Row(ALL, "city"),
    "GET /cities/{slug}/report": Row(ALL, "city"),
    "GET /crawler": Row(PUBLIC),
    "GET /crawler/load": Row(PUBLIC),
    "GET /crawler/load.csv": Row(PUBLIC),
    "GET /crawler/load.json": Row(PUBLIC),
    "GET /disputes": Row("CK"),
    "GET /disputes/{item_id}": Row("CK", "nothing"),
    "POST /disputes/{item_id}": Row("CK", "city", {"verdict": "met", "comment": "Так", "version": "0"}),
    "GET /drift": Row("CKN"),
    "GET /findings/{finding_id}": Row(ALL, "city"),
    "POST /findings/{finding_id}/assessments": Row(SECONDERS, "city", DECISION),
    "GET /findings/{finding_id}/capsule": Row(ALL, "city"),
    "GET /findings/{finding_id}/search": Row(ALL, "city"),
    "GET /findings/{finding_id}/search.json": Row(ALL, "city"),
    "POST /findings/{finding_id}/submissions": Row(
        DECIDERS, "city", {"kind": "link", "link": "https://a.test/"}
    ),
    "POST /findings/{finding_id}/undo": Row(SECONDERS, "city"),
    "GET /healthz": Row(PUBLIC),
    "GET /invitations": Row("CK"),
    "POST /invitations": Row("CK"),
    "POST /invitations/{invitation_id}/renew": Row("CK", "city"),
    "POST /invitations/{invitation_id}/withdraw": Row("CK", "city"),
    "GET /invitations/{token}": Row(PUBLIC),
    "POST /invitations/{token}": Row(PUBLIC),
    "POST /items/{item_id}/draft": Row(SECONDERS, "city", {"comment": "Так"}),
    "POST /items/{item_id}/presence": Row(SECONDERS, "city"),
    "GET /organisations": Row("CK"),
    "POST /organisations": Row("C"),
    "GET /people": Row("CK"),
    "GET /people/{person_id}": Row("CK", "city"),
    "POST /people/{person_id}/appointment": Row("C"),
    "POST /people/{person_id}/close": Row("CK", "city"),
    "POST /people/{person_id}/conflicts/{slug}": Row("C"),
    "POST /people/{person_id}/open": Row("CK", "city"),
    "POST /people/{person_id}/second-factor": Row("C"),
    "GET /pictures/{sha256}.{ending}": Row(ALL, "city"),
    "GET /queue": Row(DECIDERS),
    "GET /queue/bulk": Row(DECIDERS),
    "POST /queue/bulk": Row(DECIDERS),
    "GET /queue/bulk/{bulk_id}": Row(DECIDERS, "nothing"),
    "POST /queue/bulk/{bulk_id}/confirm": Row(DECIDERS, "nothing"),
    "GET /queue/next": Row(SECONDERS),
    "GET /queue/previous": Row(DECIDERS),
    "POST /queue/views": Row(DECIDERS),
    "POST /queue/views/{view_id}/forget": Row(DECIDERS),
    "GET /replies": Row(PUBLIC),
    "GET /replies/waiting": Row(DECIDERS),
    "GET /replies/{reply_id}": Row(DECIDERS, "city"),
    "POST /replies/{reply_id}/answer": Row(DECIDERS, "city", {"act": "decline", "words": "Ні"}),
    "GET /reply": Row("F"),
    "GET /reply/{finding_id}": Row("F", "city"),
    "POST /reply/{finding_id}/submissions": Row("F", "city", {"note": "Ось", "link": "https://a.test/"}),
    "GET /requests": Row(ALL),
    "POST /requests": Row(DECIDERS),
    "GET /requests/new": Row(DECIDERS),
    "GET /requests/{request_id}": Row(ALL, "city"),
    "POST /requests/{request_id}": Row(DECIDERS, "city", {"act": "revised", "version": "0"}),
    "POST /requests/{request_id}/acts": Row(DECIDERS, "city", {"act": "withdrawn", "version": "0"}),
    "GET /requests/{request_id}/letter.txt": Row(ALL, "city"),
    "POST /requests/{request_id}/submissions": Row(DECIDERS, "city", {"version": "0"}),
    "GET /robots.txt": Row(PUBLIC),
    "GET /rounds": Row("CKN"),
    "POST /rounds": Row("C"),
    "GET /rounds/new": Row("C"),
    "GET /rounds/{round_id}": Row("CKN"),
    "GET /rounds/{round_id}/assign": Row("CK"),
    "POST /rounds/{round_id}/assign": Row("CK"),
    "GET /rounds/{round_id}/closing": Row("C"),
    "POST /rounds/{round_id}/closing": Row("C"),
    "GET /rounds/{round_id}/people/{person_id}": Row(DECIDERS, "nothing"),
    "GET /rounds/{round_id}/plan": Row("C"),
    "POST /rounds/{round_id}/plan": Row("C"),
    "GET /runs": Row("CKNO"),
    "GET /runs/{run_id}": Row("CKNO", "city"),
    "GET /second": Row(SECONDERS),
    "GET /second/next": Row(SECONDERS),
    "GET /sign-in": Row(PUBLIC),
    "POST /sign-in": Row(PUBLIC),
    "POST /sign-in/code": Row(PUBLIC),
    "POST /sign-out": Row(ALL),
}
LOOKING = [route for route in TABLE if route.startswith("GET ") and TABLE[route].roles != PUBLIC]
ACTING = [route for route in TABLE if route.startswith("POST ") and TABLE[route].roles != PUBLIC]
PLACED = [route for route in (*LOOKING, *ACTING) if TABLE[route].leads_to == "city"]


@dataclass(frozen=True, slots=True)
class World:
    """A desk with somebody of each role who is limited to one place, and the addresses that lead to each city."""

    clients: dict[Role, Any]
    tokens: dict[Role, str]
    stranger: Any
    places: dict[str, dict[str, str]]

    def ask(self, client: Any, route: str, city: str, **fields: str) -> int:  # noqa: ANN401  # a test client
        """The status of *route* where it leads to *city*."""
        method, path = route.split(" ")
        address = path.format(**self.places[city])
        if method == "GET":
            return int(client.get(address).status_code)
        return int(client.post(address, data=fields).status_code)


@pytest.fixture(scope="module")
def world(settled_round: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for the whole table: nothing in it that is tried here changes it."""
    folder = tmp_path_factory.mktemp("rules")
    shutil.copy(settled_round / "desk.db", folder / "desk.db")
    store = open_store(f"sqlite:///{folder / 'desk.db'}")
    sealing = Sealing("http://stored.test", Signer(b"k" * 32))
    desk = create_app(store, Archive(settled_round / "archive"), sealing=sealing)

    def client(**cookies: str) -> TestClient:
        made = TestClient(desk, base_url="http://localhost", headers=ORIGIN, follow_redirects=False)
        for name, value in cookies.items():
            made.cookies.set(name, value, domain="localhost.local")
        return made

    with store.writing() as db:
        people = {role: _person(db, role) for role in Role}
        opened = {role: begin(db, person.id) for role, person in people.items()}
        places = {city: _places(db, city, people) for city in (OWN, NEXT_DOOR, ELSEWHERE)}
    clients = {role: client(**{COOKIE: token}) for role, token in opened.items()}
    tokens = {role: _form_token(store, token) for role, token in opened.items()}
    yield World(clients, tokens, client(), places)
    store.close()


def _form_token(store: Store, token: str) -> str:
    who = resume(store, token)
    assert who
    return who.form_token


def _person(db: Session, role: Role) -> Person:
    """Somebody of *role* who sees one region, or one city; a chief sees all."""
    person = Person(
        login=f"rule-{role.value}",
        name="Яна Перевірка",
        organisation="",
        role=role,
        region=None if role in {Role.CHIEF, Role.OFFICIAL} else "west",
        city=OWN if role is Role.OFFICIAL else None,
        password_hash="",
        active=True,
        created_at=now(),
    )
    db.add(person)
    db.flush()
    return person


def _places(db: Session, city: str, people: dict[Role, Person]) -> dict[str, str]:
    """Addresses of what there is in one city; of what belongs to people, one of that city's region."""
    region = "center" if city == ELSEWHERE else "west"
    finding = db.scalars(
        select(Finding).where(
            Finding.city == city, Finding.indicator == "BUDG-01", Finding.run_id == f"2026-11-{region}-1"
        )
    ).one()
    capture = finding.evidence[0]["capture"]
    item = db.scalars(select(Item).where(Item.finding_id == finding.id)).one()
    item.state = ItemState.DISPUTED
    local = Person(
        login=f"local-{city}",
        name="Тамара Тутешня",
        organisation="",
        role=Role.ASSESSOR,
        region=region,
        password_hash="",
        active=True,
        created_at=now(),
    )
    db.add(local)
    db.flush()
    reply = _reply(finding, item, people[Role.OFFICIAL].id)
    invitation = _invitation(city, region, people[Role.CHIEF].id)
    db.add_all((reply, invitation))
    request = _request(db, city, local.id)
    db.flush()
    return {
        "finding_id": str(finding.id),
        "item_id": str(item.id),
        "capture_id": capture,
        "sha256": db.scalars(select(Picture.sha256).where(Picture.capture_id == capture)).one(),
        "ending": "png",
        "slug": city,
        "run_id": finding.run_id,
        "round_id": "2026-11",
        "request_id": str(request),
        "reply_id": str(reply.id),
        "person_id": str(local.id),
        "invitation_id": str(invitation.id),
        "token": "nobody-has-this",
        "bulk_id": "1",
        "view_id": "1",
    }


def _reply(finding: Finding, item: Item, person_id: int) -> Reply:
    return Reply(
        round=item.round,
        item_id=item.id,
        finding_id=finding.id,
        city=finding.city,
        indicator=finding.indicator,
        person_id=person_id,
        note="Ось документ",
        state=ReplyState.CHECKED,
        created_at=now(),
        outcome="",
    )


def _request(db: Session, city: str, person_id: int) -> int:
    letter = Letter("Міській раді", "koval@west.test", "Про дані", "Прошу надати.")
    begun = begin_request(
        db, round_id="2026-11", city=city, questions=["DATA-02"], letter=letter, person_id=person_id
    )
    return begun.request_id


def _invitation(city: str, region: str, by: int) -> Invitation:
    return Invitation(
        token_sha256=f"{city:0<64}",
        login=f"invited-{city}",
        name="Запрошений",
        organisation="",
        role=Role.ASSESSOR,
        region=region,
        invited_by=by,
        created_at=now(),
        expires_at=now() + timedelta(days=7),
    )


def _for(row: Row) -> set[Role]:
    return {LETTERS[letter] for letter in row.roles}


def test_the_table_names_every_route() -> None:
    """A route that is not written down here, with those whom it is for, fails the build."""
    routes = {
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }

    assert routes == set(TABLE)


@pytest.mark.parametrize("route", [*LOOKING, *ACTING])
def test_strangers_are_asked_to_sign_in(route: str, world: World) -> None:
    """Nothing is shown or done without a sign-in."""
    assert world.ask(world.stranger, route, OWN) == (303 if route.startswith("GET") else 401)


@pytest.mark.parametrize("route", LOOKING)
def test_a_page_is_for_the_roles_of_the_table(route: str, world: World) -> None:
    """Deny by default: shown to those in the table in their own place, and 403 to everybody else."""
    row = TABLE[route]

    told = {role: world.ask(client, route, OWN) for role, client in world.clients.items()}

    if row.leads_to == "nothing":
        assert {role for role, status in told.items() if status == 403} == set(Role) - _for(row)
        return
    assert {role for role, status in told.items() if status in ADMITTED} == _for(row), told
    assert {told[role] for role in set(Role) - _for(row)} <= {403}


@pytest.mark.parametrize("route", ACTING)
def test_an_act_is_for_the_roles_of_the_table_and_needs_its_token(route: str, world: World) -> None:
    """W08, W11: without the form's token nobody acts; with it, nobody whom the act is not for."""
    others = set(Role) - _for(TABLE[route])

    bare = {role: world.ask(client, route, OWN) for role, client in world.clients.items()}
    signed = {role: world.ask(world.clients[role], route, OWN, token=world.tokens[role]) for role in others}

    assert set(bare.values()) == {403}
    assert set(signed.values()) <= {403}


@pytest.mark.parametrize("route", PLACED)
def test_what_is_elsewhere_does_not_exist(route: str, world: World) -> None:
    """W12: 404, not 403, for another region, and for an official also the city next door; the scope is in the query."""
    limited = _for(TABLE[route]) - {Role.CHIEF}

    told = {
        (role.value, city): world.ask(
            world.clients[role], route, city, token=world.tokens[role], **TABLE[route].fields
        )
        for role in limited
        for city in ((ELSEWHERE, NEXT_DOOR) if role is Role.OFFICIAL else (ELSEWHERE,))
        if not (city == NEXT_DOOR and ("{run_id}" in route or "{sha256}" in route))  # one of the whole region
    }

    assert {place for place, status in told.items() if status != 404} == set(), told
