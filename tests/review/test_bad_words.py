"""Words and addresses that no keyboard makes: told or cleaned, never an error of ours, on either database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.judging import Finding
from models.people import Person
from models.reviewing import Draft, Item
from models.store import Store
from review.access import COOKIE
from review.app import create_app
from review.sessions import begin
from review.wording import storable
from tests.review.asking import assessments_of, send, waiting_in
from tests.review.conftest import ORIGIN, TestClient, form_token

SignInAs = Callable[[str], Any]
NUL = "Бачу\0 протоколи."
FORMS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("/account/conflicts", {"city": "verbopil"}, "said"),
    ("/account/conflicts", {"said": "Працюю там."}, "city"),
    ("/findings/{finding}/submissions", {"kind": "link", "link": "https://a.test/"}, "note"),
    ("/invitations", {"login": "nova", "role": "assessor", "region": "west"}, "name"),
    ("/invitations", {"login": "nova", "name": "Нова", "role": "assessor"}, "region"),
    ("/organisations", {}, "name"),
    ("/people/{person}/appointment", {"role": "assessor"}, "organisation"),
    ("/people/{person}/appointment", {"role": "assessor"}, "region"),
    ("/queue/views", {"query": "?city=duby"}, "name"),
    ("/requests", {"city": "verbopil", "question": "DATA-02"}, "reply_to"),
    ("/requests", {"reply_to": "a@b.test", "question": "DATA-02"}, "city"),
    ("/rounds/2026-11/closing", {"act": "close"}, "comment"),
    ("/sign-in", {"password": "x"}, "login"),
)


@pytest.mark.parametrize("multipart", [False, True])
def test_words_are_kept_without_what_no_database_keeps(
    multipart: bool,  # noqa: FBT001  # a parameter of pytest
    signed_in: SignInAs,
    store: Store,
) -> None:
    """A NUL that was pasted with them costs nobody their words, however the form is sent."""
    client, finding = signed_in("assessor"), waiting_in(store, "yasnohirsk", "INFO-08")
    said = {"act": "correct", "verdict": "met", "comment": NUL, "version": "0"}
    said["token"] = form_token(client.get("/").text)

    path, parts = f"/findings/{finding.id}/assessments", {name: (None, value) for name, value in said.items()}
    answer = client.post(path, files=parts) if multipart else client.post(path, data=said)

    assert answer.status_code == 303
    assert [one.comment for one in assessments_of(store, finding)] == ["Бачу протоколи."]


def test_half_a_letter_is_shown_as_one_that_was_lost() -> None:
    """Lone halves of pairs cannot be written down; the letters beside them are."""
    assert storable("а\ud800б\0в") == "а?бв"


@pytest.mark.parametrize(
    "path", ["/cities/%00", "/rounds/%00", "/runs/a%00b", "/queue?city=%00", "/findings/1?x=%00", "/%00"]
)
def test_an_address_with_a_nul_leads_nowhere(path: str, signed_in: SignInAs) -> None:
    """404, as for any page that is not there."""
    assert signed_in("chief").get(path).status_code == 404


@pytest.mark.parametrize("number", ["2147483648", "9" * 40, "-1", "1e3"])
@pytest.mark.parametrize("path", ["findings/{}", "people/{}", "requests/{}", "queue/bulk/{}", "disputes/{}"])
def test_a_number_that_no_row_has_leads_nowhere(number: str, path: str, signed_in: SignInAs) -> None:
    """404, also where the database could not even be asked."""
    assert signed_in("chief").get(f"/{path.format(number)}").status_code == 404


def test_nobody_is_appointed_to_what_is_not_there(signed_in: SignInAs, store: Store) -> None:
    """An unknown region or city is said, and the person stays what they were."""
    client = signed_in("chief")
    with store.reading() as db:
        person = db.scalars(select(Person).where(Person.login == "assessor")).one()
    said = {"token": form_token(client.get("/").text)}

    region = client.post(
        f"/people/{person.id}/appointment", data=said | {"role": "assessor", "region": "atlantis"}
    )
    city = client.post(
        f"/people/{person.id}/appointment", data=said | {"role": "official", "city": "atlantis"}
    )

    with store.reading() as db:
        assert db.get_one(Person, person.id).region == "west"
    assert (region.status_code, region.context["fault"]) == (422, "people.fault.region")
    assert (city.status_code, city.context["fault"]) == (422, "people.fault.city")


@pytest.mark.db
def test_postgresql_is_never_asked_what_it_cannot_take(postgres: Store, archive: Any) -> None:  # noqa: ANN401
    """It refuses a NUL where SQLite keeps one: no form of the desk ends in an error of ours by it."""
    client = TestClient(
        create_app(postgres, archive), base_url="http://localhost", headers=ORIGIN, follow_redirects=False
    )
    with postgres.writing() as db:
        chief = db.scalars(select(Person).where(Person.login == "chief")).one()
        person = db.scalars(select(Person.id).where(Person.login == "second")).one()
        client.cookies.set(COOKIE, begin(db, chief.id), domain="localhost.local")
        item = db.scalars(select(Item).where(Item.round == "2026-11").order_by(Item.id)).first()
        assert item is not None
        finding = db.get_one(Finding, item.finding_id)
    token = form_token(client.get("/").text)

    drafted = client.post(f"/items/{item.id}/draft", data={"token": token, "comment": NUL}).status_code
    decided = send(client, finding, act="correct", verdict="not-applicable", comment=NUL).status_code
    told = {
        (path, field): client.post(
            path.format(finding=finding.id, person=person),
            data={**({} if path == "/sign-in" else {"token": token}), **fields, field: NUL},
        ).status_code
        for path, fields, field in FORMS
    }

    assert {place for place, status in told.items() if status not in {201, 303, 401, 404, 422}} == set(), told
    assert (drafted, decided) == (204, 303)
    with postgres.reading() as db:
        assert not db.scalars(select(Draft)).all()
