"""`tcm erase` lists first, does it when told to, and says plainly what it cannot do."""

import json
from pathlib import Path

import pytest

from console.main import main
from custody.heads import Heads, keep_heads
from custody.manifests import seal_run
from models.archive import Archive, ErasedError
from models.environment import settings
from models.ledger import Ended, Ledger, Planned
from models.runs import open_run
from models.store import open_store
from models.visits import open_visit
from models.vocabulary import AddressState
from tests.factories import make_capture

URL = "http://lviv.test/person"


@pytest.fixture
def body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The SHA-256 of one captured page of this installation."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))
    store, archive = open_store(settings().database_url), Archive(settings().archive)
    visit = open_visit(store, open_run(store, round_id="2026-11", region="west"), "lviv").id
    capture = make_capture(visit, URL, body_sha256=archive.put(b"personal"))
    Ledger(store, visit).record(
        [Ended("page", AddressState.FETCHED, capture=capture)], [Planned("page", URL)]
    )
    store.close()
    return capture.body_sha256


def test_without_yes_it_only_lists(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What rests on the body is told, and nothing is done."""
    code = main(["erase", body, "--why", "request 17"])

    said = capsys.readouterr().out
    assert code == 0
    assert "1 captures that become unreadable" in said
    assert URL in said
    assert "Nothing was done" in said
    assert Archive(settings().archive).get(body) == b"personal"


def test_with_yes_the_bytes_are_gone(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The body is unreadable, the reason is kept, and the log's head stands outside the database."""
    code = main(["erase", body, "--why", "request 17", "--yes", "--json"])

    said = json.loads(capsys.readouterr().out)
    head = Heads(settings().custody).last()
    assert code == 0
    assert (said["bodies"], said["cities"], said["erased"]) == ([body], ["lviv"], True)
    assert head is not None
    with pytest.raises(ErasedError, match="request 17"):
        Archive(settings().archive).get(body)


def test_an_installation_holds_after_an_erasure(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    """G02: everything that was sealed is held against its digests, and what was decided is no trouble."""
    store = open_store(settings().database_url)
    keep_heads(store, Heads(settings().custody))
    seal_run(store, Archive(settings().archive), "2026-11-west-1")
    store.close()

    codes = [main(words) for words in (["erase", body, "--why", "request 17", "--yes"], ["audit"])]

    assert codes == [0, 0], capsys.readouterr()


def test_a_second_time_the_first_decision_is_told(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is told that their reason is the one that stands when it is not."""
    main(["erase", body, "--why", "request 17", "--yes"])

    main(["erase", body, "--why", "another", "--yes"])

    assert "Erased already" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["erase", "../../etc", "--why", "x"], "not a SHA-256"),
        (["erase", "0" * 64, "--why", "x", "--yes"], "no capture and no picture holds"),
        (["erase", "0" * 64, "--why", " "], "needs its reason"),
        (["erase", "0" * 64, "--why", "x", "--by", "nobody"], "nobody has the login"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    body: str, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Bad input ends with a non-zero code and no traceback."""
    code = main(words)

    told = capsys.readouterr().err
    assert code != 0
    assert said in told
    assert told.count("\n") == 1
