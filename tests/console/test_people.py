"""`tcm people`: who is let in from the machine itself, and what is refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from console.main import main
from models.base import now
from models.people import Invitation, Person
from models.store import open_store
from models.vocabulary import Role
from review.inviting import accept, invited

Tcm = Callable[..., tuple[int, str, str]]
CHIEF = ("--login", "olena", "--name", "Олена Дорошенко", "--role", "chief")
OFFICIAL = ("--login", "rada", "--name", "Посадовець", "--role", "official")


@pytest.fixture
def tcm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tcm:
    """The command over an installation of this test's own: its exit code, and what it printed."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))
    for name in ("TCM_DATABASE_URL", "TCM_ARCHIVE", "TCM_CUSTODY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["people", *words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def people(folder: Path) -> list[Person]:
    """Everybody who was let in."""
    store = open_store(f"sqlite:///{folder / 'monitor.db'}")
    with store.reading() as db:
        found = list(db.scalars(select(Person)))
    store.close()
    return found


def test_an_official_is_let_in_to_one_city(tcm: Tcm, tmp_path: Path) -> None:
    """The password is printed once; they see that city, and no region."""
    code, out, _ = tcm("add", *OFFICIAL, "--city", "lviv", "--json")

    [official] = people(tmp_path)
    assert code == 0
    assert len(json.loads(out)["password"]) > 20
    assert (official.role, official.city, official.region) == (Role.OFFICIAL, "lviv", None)
    assert "lviv" in tcm("list")[1]


def test_a_link_lets_one_person_in_once_within_a_week(tcm: Tcm, tmp_path: Path) -> None:
    """What is printed opens the desk; it is made in the name of the first chief."""
    tcm("add", *CHIEF)

    code, out, _ = tcm("invite", *OFFICIAL, "--city", "lviv", "--json")

    told = json.loads(out)
    token = urlsplit(told["link"]).path.removeprefix("/invitations/")
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    by = invited(store, token).by.login
    accept(store, token, password="калина-верба-7", again="калина-верба-7")
    with store.reading() as db:
        made = db.scalars(select(Invitation)).one()
    store.close()
    assert (code, by, made.city, made.ended_at is not None) == (0, "olena", "lviv", True)
    assert timedelta(days=6) < datetime.fromisoformat(told["expires_at"]) - now() < timedelta(days=8)
    assert {one.login for one in people(tmp_path)} == {"olena", "rada"}


def test_nobody_invites_before_there_is_a_chief(tcm: Tcm, tmp_path: Path) -> None:
    """In whose name it would be is said, and how to begin."""
    code, out, err = tcm("invite", *OFFICIAL, "--city", "lviv")

    assert (code != 0, out) == (True, "")
    assert "tcm people add --role chief" in err
    assert people(tmp_path) == []


@pytest.mark.parametrize("act", ["add", "invite"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*OFFICIAL, "--city", "atlantis"), "no city is called 'atlantis'"),
        ((*OFFICIAL, "--city", "../lviv"), "no city is called '../lviv'"),
        ((*OFFICIAL, "--city", ""), "no city is called ''"),
        (OFFICIAL, "an official needs a city"),
        ((*CHIEF[2:], "--login", "olena doroshenko"), "not a login"),
        ((*CHIEF[2:], "--login", ""), "not a login"),
        ((*CHIEF[2:], "--login", "o" * 129), "not a login"),
        ((*CHIEF[2:], "--login", "olena\0"), "not a login"),
        (("--login", "o2", "--role", "chief", "--name", "О" * 201), "a name has 200 letters at most"),
        ((*CHIEF, "--region", "atlantis"), "no region is called 'atlantis'; there are: "),
        (("--login", "o2", "--name", "О", "--role", "king"), "invalid choice: 'king'"),
        (("--login", "o2", "--name", "О"), "required: --role"),
        (("--login", "FIRST", "--name", "О", "--role", "chief"), "the login 'first' is taken"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(
    act: str, words: tuple[str, ...], said: str, tcm: Tcm, tmp_path: Path
) -> None:
    """The sentence says what, nobody is let in, and no link is printed."""
    tcm("add", "--login", "first", "--name", "Перша", "--role", "chief")

    code, out, err = tcm(act, *words)

    assert (code != 0, out) == (True, "")
    assert said in err
    assert "Traceback" not in err
    assert [one.login for one in people(tmp_path)] == ["first"]


def test_somebody_who_is_invited_is_not_invited_again(tcm: Tcm) -> None:
    """The first link stays good; a second one would open the same account."""
    tcm("add", *CHIEF)
    tcm("invite", *OFFICIAL, "--city", "lviv")

    code, out, err = tcm("invite", *OFFICIAL, "--city", "lviv")

    assert (code != 0, out) == (True, "")
    assert "'rada' is invited already" in err
