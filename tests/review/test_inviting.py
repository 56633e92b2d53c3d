"""Invitations: who may invite whom to what, and what the link opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.base import now
from models.people import Invitation, Person
from models.store import Store
from models.vocabulary import Role
from review import sessions
from review.enrolling import EnrolmentError
from review.inviting import SpentError, accept
from tests.review.conftest import TestClient, form_token

SignInAs = Callable[[str], Any]
LONG = "сім чорних кіз"
WANTED = {
    "name": "Нова Людина",
    "login": "nova@hromada.test",
    "organisation": "ГО «Відкрита громада»",
    "role": "assessor",
    "region": "west",
}


def _invite(client: Any, **fields: str) -> Any:  # noqa: ANN401  # a test client and its answer
    token = form_token(client.get("/account").text)
    return client.post("/invitations", data={"token": token, **WANTED, **fields})


def _link(answer: Any) -> str:  # noqa: ANN401  # an answer of a test client
    found = re.search(r"http://localhost(/invitations/[\w-]+)", answer.text)
    assert found
    return found[1]


@pytest.fixture
def known(store: Store, signed_in: SignInAs) -> Store:
    """A store in which the organisation of the form is known."""
    client = signed_in("chief")
    token = form_token(client.get("/account").text)
    client.post("/organisations", data={"token": token, "name": WANTED["organisation"]})
    return store


def test_the_link_lets_one_person_in_and_then_nobody(
    known: Store, signed_in: SignInAs, visitor: TestClient
) -> None:
    """Password twice, signed in at once; the second use is gone, and says to sign in."""
    link = _link(_invite(signed_in("west")))

    shown = visitor.get(link)
    entered = visitor.post(link, data={"password": LONG, "again": LONG})
    again = visitor.get(link)

    assert "Ігор Левицький запрошує вас" in shown.text
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert visitor.get("/account").status_code == 200
    assert again.status_code == 410
    assert "просто увійдіть" in again.text
    assert sessions.sign_in(known, login=WANTED["login"], password=LONG, address="x")


def test_only_the_hash_of_a_link_is_kept(known: Store, signed_in: SignInAs) -> None:
    """Whoever reads the database lets nobody in with what is there."""
    link = _link(_invite(signed_in("chief")))

    with known.reading() as db:
        row = db.scalars(select(Invitation)).one()

    assert link.rpartition("/")[2] not in str(vars(row))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"password": "закоротко", "again": "закоротко"}, "від 12"),
        ({"password": LONG, "again": LONG + "!"}, "не збігаються"),
        ({"password": "я" * 257, "again": "я" * 257}, "від 12"),
    ],
)
def test_a_password_that_does_not_do_is_said_plainly(
    fields: dict[str, str], says: str, known: Store, signed_in: SignInAs, visitor: TestClient
) -> None:
    """The form comes again with the reason, and the link still opens."""
    link = _link(_invite(signed_in("chief")))

    refused = visitor.post(link, data=fields)

    assert refused.status_code == 422
    assert says in refused.text
    assert visitor.get(link).status_code == 200


@pytest.mark.parametrize(
    ("login", "fields", "status"),
    [
        ("west", {}, 201),
        ("west", {"role": "second-assessor"}, 201),
        ("west", {"role": "reader"}, 201),
        ("west", {"role": "official", "city": "duby"}, 201),
        ("west", {"role": "official", "city": "kalynodar"}, 422),
        ("west", {"role": "official"}, 422),
        ("west", {"role": "coordinator"}, 422),
        ("west", {"role": "chief"}, 422),
        ("west", {"region": "center"}, 422),
        ("west", {"region": ""}, 422),
        ("west", {"organisation": "Вигадана щойно"}, 422),
        ("chief", {"role": "chief", "region": ""}, 201),
        ("chief", {"region": "nowhere"}, 422),
        ("chief", {"organisation": "Вигадана щойно"}, 201),
        ("chief", {"login": "assessor"}, 422),
        ("chief", {"login": "з пробілом"}, 422),
        ("assessor", {}, 403),
        ("analyst", {}, 403),
    ],
)
def test_who_may_invite_whom(
    login: str, fields: dict[str, str], status: int, known: Store, signed_in: SignInAs
) -> None:
    """The chief anyone anywhere; a coordinator to the work of their own region; nobody else."""
    answer = _invite(signed_in(login), **fields)

    with known.reading() as db:
        made = db.scalar(select(func.count()).select_from(Invitation))
    assert answer.status_code == status
    assert made == (status == 201)
    if status == 422:
        assert fields.get("name", WANTED["name"]) in answer.text  # nothing of the form is lost


def test_a_second_invitation_for_one_login_is_refused(known: Store, signed_in: SignInAs) -> None:
    """A form sent twice makes one link; the page says how to get a new one."""
    client = signed_in("chief")

    first, second = _invite(client), _invite(client)

    assert (first.status_code, second.status_code) == (201, 422)
    assert "Поновіть" in second.text


@pytest.mark.parametrize("act", ["expire", "withdraw", "renew"])
def test_a_link_that_is_no_longer_good_says_why_and_whom_to_ask(
    act: str, known: Store, signed_in: SignInAs, visitor: TestClient
) -> None:
    """410 and one sentence; the new link of a renewed one opens."""
    client = signed_in("west")
    link, token = _link(_invite(client)), form_token(client.get("/account").text)
    with known.writing() as db:
        number = db.scalars(select(Invitation.id)).one()
        if act == "expire":
            db.execute(update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
    answer = client.post(f"/invitations/{number}/{act}", data={"token": token}) if act != "expire" else None

    gone = visitor.get(link)
    posted = visitor.post(link, data={"password": LONG, "again": LONG})

    assert (gone.status_code, posted.status_code) == (410, 410)
    assert "Ігор Левицький" in gone.text
    if act == "renew":
        assert visitor.get(_link(answer)).status_code == 200


def test_an_invitation_of_another_region_does_not_exist(known: Store, signed_in: SignInAs) -> None:
    """404, whatever is tried on it; and the list does not name it."""
    _invite(signed_in("chief"), region="center")
    client = signed_in("west")
    token = form_token(client.get("/account").text)
    with known.reading() as db:
        number = db.scalars(select(Invitation.id)).one()

    answers = [
        client.post(f"/invitations/{number}/{act}", data={"token": token}) for act in ("renew", "withdraw")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "nova@hromada.test" not in client.get("/invitations").text


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "..%2f..%2fetc"])
def test_an_unknown_link_opens_nothing(token: str, visitor: TestClient) -> None:
    """404 for what was never a link of ours."""
    assert visitor.get(f"/invitations/{token}").status_code == 404
    assert visitor.post(f"/invitations/{token}", data={"password": LONG, "again": LONG}).status_code == 404


def test_two_who_open_one_link_at_once_are_one(known: Store, signed_in: SignInAs) -> None:
    """Of eight at the same moment one gets in, and there is one account."""
    token = _link(_invite(signed_in("chief"))).rpartition("/")[2]
    together = Barrier(8)
    opened: list[str | Exception] = []

    def enter() -> None:
        together.wait()
        try:
            opened.append(accept(known, token, password=LONG, again=LONG))
        except (SpentError, EnrolmentError) as refused:
            opened.append(refused)

    threads = [Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with known.reading() as db:
        made = db.scalar(select(func.count()).select_from(Person).where(Person.login == WANTED["login"]))
    assert made == 1
    assert sum(isinstance(one, str) for one in opened) == 1


def test_an_invited_official_sees_the_one_city(
    known: Store, signed_in: SignInAs, visitor: TestClient
) -> None:
    """What they see is bound to the city from their first click."""
    link = _link(_invite(signed_in("west"), role="official", city="duby"))

    visitor.post(link, data={"password": LONG, "again": LONG})

    with known.reading() as db:
        person = db.scalars(select(Person).where(Person.login == WANTED["login"])).one()
    assert (person.role, person.region, person.city) == (Role.OFFICIAL, None, "duby")
    assert visitor.get("/cities/duby").status_code == 200
    assert visitor.get("/cities/verbopil").status_code == 404
