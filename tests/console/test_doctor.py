"""The doctor tells what is wrong with a place, and what a person still has to confirm."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from console import doctor
from console.telling import Refusal
from crawlers import confined_reading
from crawlers.confinement import Confined
from models.environment import settings
from models.store import open_store


def command(*words: str) -> int:
    """Run the command as `tcm` would."""
    parser = argparse.ArgumentParser()
    doctor.register(parser.add_subparsers())
    arguments = parser.parse_args(["doctor", *words])
    return int(arguments.run(arguments))


def sick_browser(folder: Path) -> Path:
    """A browser that does not start."""
    path = folder / "chromium"
    path.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_browser_that_starts_is_named_with_its_version(tmp_path: Path) -> None:
    """What counts is that it starts, not that a file is there."""
    path = sick_browser(tmp_path)
    path.write_text("#!/bin/sh\necho Chromium 156.0\n", encoding="utf-8")

    sign = doctor.browser(str(path))

    assert sign.ok
    assert sign.found == "Chromium 156.0 (TCM_CHROMIUM)"


@pytest.mark.parametrize("there", [True, False])
def test_a_named_browser_that_does_not_start_is_refused(tmp_path: Path, there: bool) -> None:  # noqa: FBT001
    """A wrong TCM_CHROMIUM is said, and no other browser is taken silently in its place."""
    path = sick_browser(tmp_path) if there else tmp_path / "absent"

    sign = doctor.browser(str(path))

    assert not sign.ok
    assert str(path) in sign.found


def test_room_is_measured_where_the_data_will_live(tmp_path: Path) -> None:
    """A home that does not exist yet is measured at the nearest folder that does."""
    sign = doctor.disk(tmp_path / "not" / "yet")

    assert str(tmp_path) in sign.found
    assert "%" in sign.found


def test_a_database_not_made_yet_is_fine_and_is_not_made(tmp_path: Path) -> None:
    """Looking leaves nothing behind."""
    here = replace(settings(), database_url=f"sqlite:///{tmp_path / 'var' / 'monitor.db'}")

    sign = doctor.database(here)

    assert sign.ok
    assert not (tmp_path / "var").exists()


def test_a_database_of_this_version_is_up_to_date(tmp_path: Path) -> None:
    """An opened database is named with its server's version."""
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    open_store(url).close()

    sign = doctor.database(replace(settings(), database_url=url))

    assert sign.ok
    assert "SQLite 3." in sign.found
    assert sign.found.endswith("up to date")


def test_a_database_from_a_newer_version_is_not_ok(tmp_path: Path) -> None:
    """We do not work on a schema we do not know."""
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    open_store(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from-the-future'")
    engine.dispose()

    sign = doctor.database(replace(settings(), database_url=url))

    assert not sign.ok
    assert "from-the-future" in sign.found


@pytest.mark.parametrize(
    "url",
    [
        "garbage",
        "nosuch://x/y",
        "postgresql+psycopg://me:secret@127.0.0.1:9/monitor",
        "sqlite:///{folder}/text.db",
    ],
)
def test_a_database_that_cannot_be_opened_is_said_without_its_password(tmp_path: Path, url: str) -> None:
    """One line, no traceback, no secret."""
    (tmp_path / "text.db").write_text("this is no database " * 100, encoding="utf-8")

    sign = doctor.database(replace(settings(), database_url=url.format(folder=tmp_path)))

    assert not sign.ok
    assert "\n" not in sign.found
    assert "secret" not in sign.found


def test_the_command_fails_when_something_is_not_ok(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another program can rely on the exit code, a person on the line that says what to do."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))
    monkeypatch.setenv("TCM_CHROMIUM", str(tmp_path / "absent"))

    code = command()

    told = capsys.readouterr().out
    assert code == 1
    assert "NOT OK  browser" in told
    assert "Set TCM_CHROMIUM to a working browser" in told


def test_the_registry_is_listed_for_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """Both forms name the same unverified addresses."""
    command("--registry")
    text = capsys.readouterr().out
    command("--registry", "--json")
    told = json.loads(capsys.readouterr().out)

    addresses = [address for urls in told["unverified"].values() for address in urls]
    assert f"{len(addresses)} unverified addresses" in text
    assert all(address in text for address in addresses)
    assert sum(region["cities"] for region in told["regions"].values()) == told["cities"] == 50
    assert sum(region["ready"] for region in told["regions"].values()) == 50 - len(told["without_start"])


def test_a_broken_city_file_is_one_sentence(tmp_path: Path) -> None:
    """The command passes on what the registry says, without a traceback."""
    (tmp_path / "town.yaml").write_text("regoin: west", encoding="utf-8")

    with pytest.raises(Refusal, match=r"town\.yaml: unknown key 'regoin'"):
        command("--cities", str(tmp_path))


def test_missing_reading_tools_are_named_and_no_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A machine without tesseract and bsdtar is fit to work, and the operator knows what stays unread."""
    monkeypatch.setenv("PATH", str(tmp_path))

    sign = doctor.scans()

    assert sign.ok
    assert "tesseract" in sign.found
    assert "bsdtar" in sign.found


def test_the_walls_around_the_reader_are_named() -> None:
    """Whoever looks after the machine sees what a hostile file would meet here."""
    sign = doctor.reading()

    assert sign.ok
    assert sign.found.startswith("around the reader: ")


def test_a_reader_that_does_not_start_is_not_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no child can be started nothing can be read, and it is said before a run begins."""

    def broken(_task: str, **settings: Any) -> Confined:  # noqa: ANN401  # handed on
        return Confined("crawlers.no_such_module:task", **settings)

    monkeypatch.setattr(confined_reading, "Confined", broken)

    sign = doctor.reading()

    assert not sign.ok
    assert sign.advice


def test_a_machine_without_a_browser_is_told_what_it_cannot_see(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No browser is two signs: it is missing, and nothing stands around it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    signs = [doctor.browser(None), doctor.isolation(None)]

    assert [sign.ok for sign in signs] == [False, False]
    assert "install the package chromium" in signs[1].found


@pytest.mark.browser
def test_the_walls_around_the_browser_are_named() -> None:
    """The browser is started once, and what really stands around it is said."""
    sign = doctor.isolation(settings().chromium)

    assert sign.ok
    assert sign.found.startswith("around the browser: ")
