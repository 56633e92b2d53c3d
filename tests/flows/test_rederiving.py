"""A capsule's verdict is derived again from the bytes in it, by the readers and rules of here, and compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from custody.capsule import make_finding_capsule, write_run_capsule
from custody.capsule.contents import ABOUT, readable
from custody.capsule.opening import CapsuleError
from custody.erasing import erase
from flows import rederiving
from flows.rederiving import rederive
from models.archive import Archive
from models.crawling import Capture
from models.store import open_store
from models.vocabulary import Reason, Verdict
from tests.custody.capsule.tampering import members_of, rewritten, with_rows
from tests.custody.capsule.world import ABSENT, SHOWN, World, make_world

pytestmark = pytest.mark.crawl


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sealed run; not to be changed."""
    home = tmp_path_factory.mktemp("world")
    store = open_store(f"sqlite:///{home / 'monitor.db'}")
    yield make_world(store, Archive(home / "archive"))
    store.close()


def _capsule(world: World, indicator: str, path: Path) -> Path:
    path.write_bytes(make_finding_capsule(world.store, world.archive, world.findings[indicator]))
    return path


@pytest.mark.parametrize("indicator", [SHOWN, ABSENT])
def test_the_same_verdict_follows(tmp_path: Path, world: World, indicator: str) -> None:
    """From the few captures that show a thing, and from all those that do not."""
    found = rederive(_capsule(world, indicator, tmp_path / "x.wacz"))

    assert [(one.city, one.indicator, one.same, one.why) for one in found.compared] == [
        ("dubovyk", indicator, True, ())
    ]


def test_all_of_a_run_follow(tmp_path: Path, world: World) -> None:
    """Each finding by the pack that judged it."""
    path = tmp_path / "run.wacz"
    with path.open("wb") as out:
        write_run_capsule(world.store, world.archive, world.run_id, out)

    found = rederive(path)

    assert {one.indicator: one.same for one in found.compared} == {SHOWN: True, ABSENT: True}


def test_another_verdict_than_follows_is_told(tmp_path: Path, world: World) -> None:
    """Though the file itself were made to fit: what is said and what comes out stand side by side."""
    path = _capsule(world, SHOWN, tmp_path / "x.wacz")
    path.write_bytes(
        with_rows(path.read_bytes(), "findings", lambda rows: [{**rows[0], "verdict": "not-applicable"}])
    )

    (one,) = rederive(path).unexplained

    assert (one.said, one.derived) == (
        (Verdict.NOT_APPLICABLE, Reason.DOCUMENT_FOUND),
        (Verdict.MET, Reason.DOCUMENT_FOUND),
    )
    assert str(one).startswith(
        f"dubovyk {SHOWN}: the capsule says not-applicable document-found; its captures give met"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reader_version": "0"}, "read by reader 0 then"),
        ({"rule_version": "older/0"}, f"{SHOWN} was judged by rule older/0 then"),
    ],
)
def test_other_versions_are_said_and_it_is_compared_all_the_same(
    tmp_path: Path, world: World, changes: dict[str, str], said: str
) -> None:
    """A reader or a rule of another day may well say the same."""
    path = _capsule(world, SHOWN, tmp_path / "x.wacz")
    path.write_bytes(with_rows(path.read_bytes(), "findings", lambda rows: [{**rows[0], **changes}]))

    found = rederive(path)

    assert [one.same for one in found.compared] == [True]
    assert any(note.startswith(said) for note in found.notes)


def test_a_methodology_that_is_not_here_derives_nothing_and_says_so(tmp_path: Path, world: World) -> None:
    """Of a version from the future."""
    path = _capsule(world, SHOWN, tmp_path / "x.wacz")
    newer = with_rows(
        path.read_bytes(), "findings", lambda rows: [{**rows[0], "methodology_version": "2099.1"}]
    )
    path.write_bytes(newer)

    found = rederive(path)

    assert [(one.derived, one.same) for one in found.compared] == [(None, False)]
    assert "which this installation does not have" in found.notes[0]
    assert not found.unexplained


def test_facts_stand_for_bodies_that_are_left_out(tmp_path: Path, world: World) -> None:
    """And the capsule says that they do."""
    path = tmp_path / "x.wacz"
    path.write_bytes(make_finding_capsule(world.store, world.archive, world.findings[ABSENT], most=10))

    found = rederive(path)

    assert [one.same for one in found.compared] == [True]
    assert "their bytes are not in this capsule" in found.notes[0]


def test_what_was_erased_is_no_reason_to_doubt_the_rest(tmp_path: Path) -> None:
    """The verdict cannot be derived any more, and it is said why."""
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    world = make_world(store, Archive(tmp_path / "archive"))
    with store.reading() as db:
        shown = db.get_one(Capture, world.finding(SHOWN).evidence[0]["capture"])
    erase(store, world.archive, shown.body_sha256, why="a person asked for it")

    found = rederive(_capsule(world, SHOWN, tmp_path / "x.wacz"))
    store.close()

    assert not any(one.same for one in found.compared)
    assert not found.unexplained
    assert "1 captures were erased by a decision: what they showed cannot be derived any more" in found.notes


def test_reading_needs_no_installation(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting, no database and no archive: the file is all there is."""
    monkeypatch.setenv("TCM_HOME", "/nowhere/at/all")
    monkeypatch.setenv("TCM_DATABASE_URL", "postgresql://nobody@nowhere.invalid/none")

    assert rederive(_capsule(world, SHOWN, tmp_path / "x.wacz")).compared[0].same
    assert not hasattr(rederiving, "settings")


def test_a_capsule_of_another_format_is_refused(tmp_path: Path, world: World) -> None:
    """Before anything is read."""
    path = _capsule(world, SHOWN, tmp_path / "x.wacz")
    about = json.loads(members_of(path.read_bytes())[ABOUT]) | {"format": "tcm-capsule/9"}
    path.write_bytes(rewritten(path.read_bytes(), {ABOUT: readable(about)}))

    with pytest.raises(CapsuleError, match="tcm-capsule/9"):
        rederive(path)


def test_explained_differences_are_not_unexplained(tmp_path: Path, world: World) -> None:
    """Only what the same versions say otherwise of the same bytes is a fault."""
    (same,) = rederive(_capsule(world, SHOWN, tmp_path / "x.wacz")).compared
    other = replace(same, same=False)

    assert rederiving.Rederived((other,)).unexplained == (other,)
    assert not rederiving.Rederived((replace(other, why=("read by another reader",)),)).unexplained
