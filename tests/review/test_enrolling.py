"""Letting people in, and opening the desk from the command line."""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

import pytest

from console.people import add_person, register
from console.serve import listen
from console.telling import Refusal
from models.people import Person
from models.store import Store
from models.vocabulary import Role
from review import sessions
from review.enrolling import EnrolmentError, Newcomer, enrol, enrolled, new_password


def test_an_enrolled_person_can_sign_in(store: Store) -> None:
    """The password that was shown once opens the desk, whatever the case of the login."""
    password = enrol(
        store, Newcomer(login="Nova@Hromada.test", name="Нова Людина", role=Role.ASSESSOR, region="west")
    )

    token = sessions.sign_in(store, login="nova@hromada.TEST", password=password, address="127.0.0.1")

    who = sessions.resume(store, token or "")
    assert who
    assert (who.name, who.role, who.region) == ("Нова Людина", Role.ASSESSOR, "west")


def test_only_a_hash_of_the_password_is_kept(store: Store) -> None:
    """argon2id, with a salt of its own each time."""
    for login in ("one", "two"):
        enrol(store, Newcomer(login=login, name=login, role=Role.ANALYST), "довгий-пароль-1")

    hashes = [person.password_hash for person in enrolled(store) if person.login in ("one", "two")]

    assert all(stored.startswith("$argon2id$") for stored in hashes)
    assert len(set(hashes)) == 2


@pytest.mark.parametrize(
    ("login", "password"),
    [("assessor", None), ("ASSESSOR ", None), ("a b", None), ("", None), ("new", "short")],
)
def test_a_bad_enrolment_is_refused_in_one_sentence(login: str, password: str | None, store: Store) -> None:
    """A taken login, an odd one, a short password: nobody is added."""
    before = len(enrolled(store))

    with pytest.raises(EnrolmentError):
        enrol(store, Newcomer(login=login, name="Хтось", role=Role.ASSESSOR), password)

    assert len(enrolled(store)) == before


def test_a_closed_account_opens_nothing(store: Store) -> None:
    """Whoever has left cannot sign in, and an open sign-in of theirs ends at once."""
    password = enrol(store, Newcomer(login="leaver", name="Колишній", role=Role.ASSESSOR))
    token = sessions.sign_in(store, login="leaver", password=password, address="127.0.0.1")
    with store.writing() as db:
        db.query(Person).filter_by(login="leaver").one().active = False

    assert sessions.resume(store, token or "") is None
    assert sessions.sign_in(store, login="leaver", password=password, address="127.0.0.1") is None


def test_new_passwords_are_long_and_readable() -> None:
    """Twenty letters and digits, none that is mistaken for another."""
    made = {new_password() for _ in range(50)}

    assert len(made) == 50
    assert all(len(password) == 23 and not set(password) & set("l1o0i") for password in made)


def test_people_are_added_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`tcm people add` prints the password once; a region nobody knows is refused with those there are."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    asked = ["people", "add", "--login", "olha", "--name", "Ольга", "--role", "coordinator", "--region"]

    added = add_person(parser.parse_args([*asked, "west"]))

    assert added == 0
    assert capsys.readouterr().out.startswith("olha: ")
    with pytest.raises(Refusal, match="no region is called 'wset'; there are: "):
        add_person(parser.parse_args([*asked, "wset"]))


def test_a_port_in_use_is_one_sentence() -> None:
    """A second desk on the same port says so instead of failing later."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Refusal, match=f"port {port} on 127.0.0.1 is in use: choose another with --port"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 812_300), ("127.0.0.1", -1), ("no.such.host.invalid", 80)]
)
def test_an_impossible_address_is_one_sentence(host: str, port: int) -> None:
    """No traceback for a mistyped port or host."""
    with pytest.raises(Refusal):
        listen(host, port)
