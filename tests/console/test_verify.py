"""``tcm capsule`` writes one file, and ``tcm verify`` checks it where nothing else of ours is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.main import main
from custody.heads import FILE, Head, Heads, keep_heads
from custody.log import entries_between
from custody.manifests import manifest_of
from models.archive import Archive
from models.custody import LogEntry
from models.store import open_store
from tests.custody.capsule.world import ABSENT, SHOWN, World, make_world

pytestmark = pytest.mark.crawl


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one run; not to be changed."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def world(home: Path) -> World:
    """What is in it."""
    store = open_store(f"sqlite:///{home / 'monitor.db'}")
    keep_heads(store, Heads(home / "custody"))
    made = make_world(store, Archive(home / "archive"))
    store.close()
    return made


@pytest.fixture
def here(home: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, as commands find it."""
    monkeypatch.setenv("TCM_HOME", str(home))
    return world


def _written(world: World, path: Path, indicator: str = SHOWN) -> Path:
    assert main(["capsule", "--finding", str(world.findings[indicator]), "--out", str(path)]) == 0
    return path


def test_a_finding_is_written_and_checked(
    tmp_path: Path, here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command says how to check it, and the check says what was checked."""
    path = _written(here, tmp_path / "x.wacz")

    assert f"tcm verify {path}" in capsys.readouterr().out
    assert main(["verify", str(path)]) == 0
    said = capsys.readouterr().out
    assert "✓ The capsule of a finding holds" in said
    assert "1 of 1 verdicts are the same" in said


def test_it_is_checked_on_a_machine_without_the_database(tmp_path: Path, here: World) -> None:
    """A process of its own in an empty folder, with neither home nor database nor any setting."""
    path = _written(here, tmp_path / "x.wacz", ABSENT)
    away = tmp_path / "away"
    away.mkdir()

    done = subprocess.run(
        [sys.executable, "-m", "console", "verify", str(path), "--json"],
        cwd=away,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )

    said = json.loads(done.stdout)
    assert (done.returncode, said["holds"], said["troubles"]) == (0, True, [])
    assert [(one["indicator"], one["same"]) for one in said["verdicts"]] == [(ABSENT, True)]
    assert not list(away.iterdir())


def test_the_first_thing_that_does_not_hold_is_named(
    tmp_path: Path, here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, with exit code 1; all of them as JSON."""
    path = _written(here, tmp_path / "x.wacz")
    spoilt = bytearray(path.read_bytes())
    spoilt[60] ^= 1
    path.write_bytes(spoilt)
    capsys.readouterr()

    assert main(["verify", str(path)]) == 1
    assert capsys.readouterr().out.startswith("✗ archive/data.warc.gz is not what was written")
    assert main(["verify", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["troubles"][0]["where"] == "archive/data.warc.gz"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 and so on"])
def test_what_is_no_capsule_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    """In one sentence."""
    path = tmp_path / "x.wacz"
    path.write_bytes(content)

    assert main(["verify", str(path)]) == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_a_run_and_a_city_are_written_and_checked(
    tmp_path: Path, here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run's verdicts are derived again only when asked for."""
    run, city = tmp_path / "run.wacz", tmp_path / "city.wacz"
    assert main(["capsule", "--run", here.run_id, "--out", str(run)]) == 0
    assert main(["capsule", "--run", here.run_id, "--city", "dubovyk", "--out", str(city), "--json"]) == 0
    capsys.readouterr()

    assert main(["verify", str(run)]) == 0
    assert "--rederive does that" in capsys.readouterr().out
    assert main(["verify", str(run), "--rederive"]) == 0
    assert "2 of 2 verdicts are the same" in capsys.readouterr().out
    assert main(["verify", str(city), "--no-rederive"]) == 0


def test_a_head_kept_elsewhere_is_asked(
    tmp_path: Path, home: Path, here: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that was kept agrees; one of another log does not (V04)."""
    path = _written(here, tmp_path / "x.wacz")
    store = open_store(f"sqlite:///{home / 'monitor.db'}")
    with store.reading() as db:
        (entry, *_) = entries_between(db, 1, 9)
    store.close()
    other = LogEntry(seq=entry.seq, hash="ab" * 32, at=entry.at)
    Heads(tmp_path / "other").keep(other)
    capsys.readouterr()

    assert main(["verify", str(path), "--head", str(home / "custody" / FILE)]) == 0
    assert main(["verify", str(path), "--heads", str(tmp_path / "other")]) == 1
    assert "the log was chained anew" in capsys.readouterr().out
    assert Head.of(other).seq == entry.seq


def test_a_manifest_by_itself_is_checked(
    tmp_path: Path,
    home: Path,
    here: World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its root by its items; its rows and bodies where the installation is."""
    store = open_store(f"sqlite:///{home / 'monitor.db'}")
    manifest = manifest_of(store, Archive(home / "archive"), here.run_id)
    store.close()
    assert manifest is not None
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest.spelling())

    assert main(["verify", str(path)]) == 0
    assert "of the log" in capsys.readouterr().out
    monkeypatch.setenv("TCM_HOME", str(tmp_path / "nothing"))
    assert main(["verify", str(path)]) == 0
    assert "rows and bodies were not looked at" in capsys.readouterr().out
    path.write_bytes(manifest.spelling().replace(b'"count":', b'"count": '))
    assert main(["verify", str(path)]) == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["verify", "{tmp}/none.wacz"], "cannot be read"),
        (["verify", "{tmp}/x.wacz", "--head", "{tmp}/none"], "holds no heads of a log"),
        (["verify", "{tmp}/x.wacz", "--roots", "{tmp}"], "holds no certificate"),
        (["capsule", "--finding", "999", "--out", "{tmp}/y.wacz"], "there is no finding 999"),
        (["capsule", "--run", "none", "--out", "{tmp}/y.wacz"], "there is no run 'none'"),
        (["capsule", "--finding", "1", "--city", "x", "--out", "{tmp}/y.wacz"], "--city goes with --run"),
        (["capsule", "--finding", "1", "--out", "{tmp}/y.zip"], "must end in .wacz"),
        (["capsule", "--finding", "1", "--out", "{tmp}/none/y.wacz"], "cannot be written"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(
    tmp_path: Path, here: World, capsys: pytest.CaptureFixture[str], asked: list[str], said: str
) -> None:
    """And leaves no file."""
    (tmp_path / "x.wacz").write_bytes(b"PK\x03\x04")

    code = main([one.format(tmp=tmp_path) for one in asked])

    assert code in {2, 3}
    assert said in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["x.wacz"]
