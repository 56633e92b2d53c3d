"""The second factor: a code after the password, each of which opens once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from models.archive import Archive
from models.people import Person, SignIn
from models.store import Store
from review import second_factor
from review.app import create_app
from review.second_factor import STEP_SECONDS, kept_for, seal, unseal
from review.throttling import TRIES_OF_PAIR
from tests.review.conftest import ORIGIN, TestClient, form_token
from tests.review.pretend_answers import PASSWORD

SignInAs = Callable[[str], Any]
KEY = b"q" * 32
SECRET = b"twenty bytes exactly"


@pytest.fixture
def guarded(store: Store) -> Store:
    """A store in which the assessor has a second factor."""
    with store.writing() as db:
        person = db.scalars(select(Person).where(Person.login == "assessor")).one()
        person.totp_secret = seal(KEY, kept_for(person.id), SECRET)
    return store


@pytest.fixture
def visitor(store: Store, archive: Archive) -> TestClient:
    """Somebody who is not signed in, at a desk that has a key."""
    app = create_app(store, archive, key=KEY)
    return TestClient(app, base_url="http://localhost", headers=ORIGIN, follow_redirects=False)


def _code(steps: int = 0, secret: bytes = SECRET) -> str:
    counter = int(time.time()) // STEP_SECONDS + steps
    return pyotp.TOTP(second_factor.spelt(secret)).generate_otp(counter)


def _ticket(visitor: TestClient) -> str:
    page = visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD, "next": "/queue"})
    return _hidden(page.text, "ticket")


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def _give(visitor: TestClient, ticket: str, code: str) -> Any:  # noqa: ANN401  # an answer of a test client
    return visitor.post("/sign-in/code", data={"ticket": ticket, "code": code, "next": "/queue"})


def test_the_password_alone_opens_nothing(guarded: Store, visitor: TestClient) -> None:
    """Before the code there is no cookie and no sign-in; after it one is where one wanted to be."""
    ticket = _ticket(visitor)
    with guarded.reading() as db:
        before = db.scalars(select(SignIn)).all()

    entered = _give(visitor, ticket, _code())

    assert before == []
    assert (entered.status_code, entered.headers["location"]) == (303, "/queue")
    assert visitor.get("/account").status_code == 200


def test_each_code_opens_once(guarded: Store, visitor: TestClient) -> None:
    """Whoever looked over the shoulder comes too late, even with the password."""
    code = _code()
    first = _give(visitor, _ticket(visitor), code)
    visitor.cookies.clear()

    second = _give(visitor, _ticket(visitor), code)

    assert (first.status_code, second.status_code) == (303, 401)


def test_one_code_brought_by_many_at_once_opens_once(guarded: Store, visitor: TestClient) -> None:
    """Racing with the same code lets one in."""
    ticket, code, together = _ticket(visitor), _code(), Barrier(4)
    opened: list[str | None] = []

    def enter(place: int) -> None:
        together.wait()
        opened.append(
            second_factor.sign_in_with_code(
                guarded, KEY, ticket=ticket, code=code, address=f"198.51.100.{place}"
            )
        )

    threads = [Thread(target=enter, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(token is not None for token in opened) == 1


@pytest.mark.parametrize(("steps", "status"), [(-3, 401), (-1, 303), (1, 303), (3, 401)])
def test_clocks_may_differ_by_half_a_minute(
    steps: int, status: int, guarded: Store, visitor: TestClient
) -> None:
    """The code before and the one after are taken, and none further away."""
    assert _give(visitor, _ticket(visitor), _code(steps)).status_code == status


@pytest.mark.parametrize("code", ["", "000000x", "12345", "١٢٣٤٥٦", "'; --", "1" * 8])
def test_what_is_no_code_is_no_code(code: str, guarded: Store, visitor: TestClient) -> None:
    """Anything else is refused in the same words."""
    answer = _give(visitor, _ticket(visitor), code)

    assert answer.status_code in {401, 422}


def test_guessing_codes_is_slowed_with_the_password(guarded: Store, visitor: TestClient) -> None:
    """The right password again and again does not clear the wrong codes."""
    statuses = []
    for _ in range(TRIES_OF_PAIR):
        answer = visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD})
        if answer.status_code == 200:
            answer = _give(visitor, _hidden(answer.text, "ticket"), _code(30))
        statuses.append(answer.status_code)

    assert statuses[-1] == 429
    assert visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD}).status_code == 429


def test_a_ticket_holds_five_minutes_and_is_ours(
    guarded: Store, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made-up one and an old one lead back to the password."""
    ticket, later = _ticket(visitor), time.time() + second_factor.TICKET_SECONDS + 1

    forged = _give(visitor, "A" * 60, _code())
    monkeypatch.setattr(time, "time", lambda: later)
    old = _give(visitor, ticket, _code())

    assert (forged.status_code, old.status_code) == (401, 401)
    assert 'name="password"' in forged.text
    assert 'name="password"' in old.text


def test_the_secret_is_sealed_for_one_person_and_one_key() -> None:
    """Read from the database it makes no codes; with another key, or in another's row, it opens nothing."""
    sealed = seal(KEY, kept_for(7), SECRET)

    assert len(sealed) == 64
    assert SECRET.hex() not in sealed
    assert unseal(KEY, kept_for(7), sealed) == SECRET
    assert unseal(b"r" * 32, kept_for(7), sealed) is None
    assert unseal(KEY, kept_for(8), sealed) is None
    assert unseal(KEY, kept_for(7), "not base64 at all") is None


def test_it_is_set_up_by_its_first_code_and_turned_off_by_another(store: Store, visitor: TestClient) -> None:
    """The picture and the key say the same; a wrong code keeps the secret on the page; the log tells both acts."""
    visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD})
    token = form_token(visitor.get("/account").text)

    offered = visitor.post("/account/second-factor", data={"token": token}).text
    spelt = re.search(r"<code>([A-Z2-7]{32})</code>", offered)
    assert spelt
    fields = {"token": token, "offer": _hidden(offered, "offer")}
    wrong = visitor.post("/account/second-factor/on", data={**fields, "code": "000000"})
    code = pyotp.TOTP(spelt[1]).now()
    on = visitor.post("/account/second-factor/on", data={**fields, "code": code})
    again = visitor.post("/account/second-factor/off", data={"token": token, "code": code})
    later = pyotp.TOTP(spelt[1]).at(int(time.time()) + STEP_SECONDS)
    off = visitor.post("/account/second-factor/off", data={"token": token, "code": later})

    assert "<svg" in offered
    assert 'style="' not in offered
    assert (wrong.status_code, spelt[1] in wrong.text) == (422, True)
    assert [on.status_code, again.status_code, off.status_code] == [303, 422, 303]
    with store.reading() as db:
        assert db.scalars(select(Person.totp_secret).where(Person.login == "assessor")).one() is None


def test_a_chief_lets_in_whoever_lost_their_phone(
    guarded: Store, visitor: TestClient, signed_in: SignInAs
) -> None:
    """After the reset the password alone is enough."""
    chief = signed_in("chief")
    with guarded.reading() as db:
        number = db.scalars(select(Person.id).where(Person.login == "assessor")).one()

    chief.post(f"/people/{number}/second-factor", data={"token": form_token(chief.get("/account").text)})

    assert visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD}).status_code == 303


def test_without_its_key_the_desk_lets_nobody_past_the_second_step(
    guarded: Store, store: Store, archive: Archive
) -> None:
    """A lost key is no way around: it says so, and signs nobody in."""
    app = create_app(store, archive)
    client = TestClient(app, base_url="http://localhost", headers=ORIGIN, follow_redirects=False)

    answer = client.post("/sign-in", data={"login": "assessor", "password": PASSWORD})

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_changing_the_password_asks_the_old_one_and_ends_other_sign_ins(
    store: Store, visitor: TestClient, signed_in: SignInAs
) -> None:
    """The one who changes it stays; whoever else is signed in as them is out."""
    elsewhere = signed_in("assessor")
    visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD})
    token = form_token(visitor.get("/account").text)
    new = {"token": token, "new": "нове довге слово", "again": "нове довге слово"}

    wrong = visitor.post("/account/password", data={**new, "old": "не той"})
    short = visitor.post("/account/password", data={**new, "old": PASSWORD, "new": "мале", "again": "мале"})
    right = visitor.post("/account/password", data={**new, "old": PASSWORD})

    assert [wrong.status_code, short.status_code, right.status_code] == [422, 422, 303]
    assert (visitor.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 303)
