"""Who works here, what may be done to their accounts, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.custody import LogEntry
from models.people import Conflict, Person
from models.store import Store
from models.vocabulary import LogKind, Role
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]


def _post(client: Any, path: str, **fields: str) -> Any:  # noqa: ANN401  # a test client and its answer
    return client.post(path, data={"token": form_token(client.get("/account").text), **fields})


def _person(store: Store, login: str) -> Person:
    with store.reading() as db:
        return db.scalars(select(Person).where(Person.login == login)).one()


def _number(store: Store, login: str) -> int:
    return _person(store, login).id


def test_a_coordinator_sees_the_people_of_their_region(signed_in: SignInAs) -> None:
    """Those of another region are not on the page, and the chief's page has everybody."""
    regional, all_of_them = signed_in("west").get("/people").text, signed_in("chief").get("/people").text

    assert "Марія Коваль" in regional
    assert "Ніна Гайова" not in regional
    assert "Ніна Гайова" in all_of_them


def test_a_closed_account_is_signed_out_at_once(signed_in: SignInAs, store: Store) -> None:
    """Whoever is shut out sees the sign-in form at their next click, and comes back once let in again."""
    client, west = signed_in("assessor"), signed_in("west")
    path = f"/people/{_number(store, 'assessor')}"

    closed = _post(west, f"{path}/close")

    assert closed.status_code == 303
    assert client.get("/").headers["location"].startswith("/sign-in")
    _post(west, f"{path}/open")
    assert client.get("/").status_code == 303  # the old sign-in stays ended
    assert signed_in("assessor").get("/").status_code == 200


@pytest.mark.parametrize("login", ["chief", "analyst", "west"])
def test_nobody_closes_whom_they_could_not_have_let_in(login: str, signed_in: SignInAs, store: Store) -> None:
    """Neither those above, nor oneself: 403, or 404 where they are not to be seen, and the account stays open."""
    answer = _post(signed_in("west"), f"/people/{_number(store, login)}/close")

    assert answer.status_code == (403 if login == "west" else 404)
    assert _person(store, login).active


def test_the_last_chief_stays(signed_in: SignInAs, store: Store) -> None:
    """A chief neither closes their own account nor gives their role away."""
    client, path = signed_in("chief"), f"/people/{_number(store, 'chief')}"

    answers = [_post(client, f"{path}/close"), _post(client, f"{path}/appointment", role="reader")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert _person(store, "chief").role is Role.CHIEF


def test_another_role_is_given_by_the_chief_alone(signed_in: SignInAs, store: Store) -> None:
    """The person signs in again, with the new role; a coordinator's try is refused."""
    old, path = signed_in("assessor"), f"/people/{_number(store, 'assessor')}/appointment"

    refused = _post(signed_in("west"), path, role="chief")
    changed = _post(signed_in("chief"), path, role="second-assessor", region="center", organisation="Інша")

    person = _person(store, "assessor")
    assert (refused.status_code, changed.status_code) == (403, 303)
    assert (person.role, person.region, person.organisation) == (Role.SECOND_ASSESSOR, "center", "Інша")
    assert old.get("/").status_code == 303


def test_an_official_without_a_city_is_refused(signed_in: SignInAs, store: Store) -> None:
    """What does not fit is said in a sentence, and nothing changes."""
    answer = _post(signed_in("chief"), f"/people/{_number(store, 'assessor')}/appointment", role="official")

    assert answer.status_code == 422
    assert "Оберіть місто" in answer.text
    assert _person(store, "assessor").role is Role.ASSESSOR


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/people/{id}/appointment", {"role": "reader", "password_hash": "x"}),
        ("/organisations", {"name": "Нова", "id": "1"}),
        ("/account/password", {"old": "x", "role": "chief"}),
        ("/account/conflicts", {"city": "duby", "said": "x", "person_id": "1"}),
        ("/invitations", {"login": "a@b.test", "name": "А", "invited_by": "1"}),
    ],
)
def test_fields_that_no_form_has_are_refused(
    path: str, fields: dict[str, str], signed_in: SignInAs, store: Store
) -> None:
    """W13: nobody gives themselves a role, or another's number, by a field more."""
    answer = _post(signed_in("chief"), path.format(id=_number(store, "assessor")), **fields)

    assert answer.status_code == 422


def test_every_act_on_an_account_is_a_line_of_the_log_without_names(
    signed_in: SignInAs, store: Store
) -> None:
    """The log says who did what to whom by number: it leaves the house with capsules, and forgets nothing."""
    number = _number(store, "assessor")
    _post(signed_in("chief"), f"/people/{number}/close")
    _post(signed_in("chief"), f"/people/{number}/open")
    _post(signed_in("chief"), f"/people/{number}/appointment", role="assessor", region="west")

    with store.reading() as db:
        lines = db.scalars(
            select(LogEntry).where(LogEntry.kind == LogKind.PERSON).order_by(LogEntry.seq)
        ).all()

    assert [line.body["act"] for line in lines] == ["closed", "opened", "appointed"]
    assert {line.subject for line in lines} == {f"person {number}"}
    assert {line.person_id for line in lines} == {_number(store, "chief")}
    assert not any(word in str(line.body) for line in lines for word in ("Марія", "Коваль"))


def test_a_refusal_is_a_line_of_the_log_once_an_hour(signed_in: SignInAs, store: Store) -> None:
    """W11: who tried what is not for their role is written down, and pressing on fills no log."""
    client = signed_in("assessor")

    answers = [client.get("/people").status_code for _ in range(5)] + [client.get("/runs").status_code]

    with store.reading() as db:
        lines = db.scalars(
            select(LogEntry).where(LogEntry.kind == LogKind.REFUSAL).order_by(LogEntry.seq)
        ).all()
    assert answers == [403] * 6
    assert [line.subject for line in lines] == ["GET /people", "GET /runs"]
    assert {line.person_id for line in lines} == {_number(store, "assessor")}


def test_organisations_are_listed_and_added(signed_in: SignInAs) -> None:
    """The chief adds one, once; a coordinator sees it and cannot add."""
    chief = signed_in("chief")

    added, again = (_post(chief, "/organisations", name="  Нова   хвиля ") for _ in range(2))
    refused = _post(signed_in("west"), "/organisations", name="Моя")

    assert (added.status_code, again.status_code, refused.status_code) == (303, 422, 403)
    assert signed_in("west").get("/organisations").text.count("Нова хвиля") == 1


def test_a_declared_city_is_known_with_the_sign_in_and_lifted_by_the_chief(
    signed_in: SignInAs, store: Store
) -> None:
    """Declared twice is once; the page shows it; only the chief lifts it, and the log keeps both."""
    client, number = signed_in("assessor"), _number(store, "assessor")

    declared = [_post(client, "/account/conflicts", city="duby", said="Брат працює в раді") for _ in range(2)]
    refused = _post(signed_in("west"), f"/people/{number}/conflicts/duby")
    lifted = _post(signed_in("chief"), f"/people/{number}/conflicts/duby")

    with store.reading() as db:
        left = db.scalars(select(Conflict)).all()
        acts = [
            line.body["act"] for line in db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.PERSON))
        ]
    assert [answer.status_code for answer in (*declared, refused, lifted)] == [303, 303, 403, 303]
    assert left == []
    assert acts == ["conflict-declared", "conflict-lifted"]


@pytest.mark.parametrize(
    ("city", "said"), [("duby", " "), ("kalynodar", "Родина"), ("", "Родина"), ("duby", "я" * 501)]
)
def test_a_declaration_that_does_not_do_keeps_its_words(city: str, said: str, signed_in: SignInAs) -> None:
    """No reason, another region's city or none, too many words: said plainly, with what was written."""
    answer = _post(signed_in("assessor"), "/account/conflicts", city=city, said=said)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in answer.text


def test_the_last_sign_in_is_shown(signed_in: SignInAs, store: Store) -> None:
    """A coordinator sees whether and when somebody was last here."""
    client, path = signed_in("chief"), f"/people/{_number(store, 'assessor')}"
    before = client.get(path).text
    signed_in("assessor")

    after = client.get(path).text

    assert "ще не було" in before
    assert "ще не було" not in after
    assert after.count("<time") == before.count("<time") + 1
