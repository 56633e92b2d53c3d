"""`tcm audit`: one sentence says whether everything sealed still holds, or the first thing that does not."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import custody.log
from console.main import main
from crawlers.gate import Gate
from custody.canonical import digest, row_digest
from custody.erasing import erase
from custody.heads import FILE
from custody.log import append
from custody.manifests import manifest_of
from custody.stamps import queue_stamp
from fixtures.authority import PretendAuthority
from flows.sealing import seal
from flows.stamping import send_stamps
from flows.visiting import Desk, open_desk
from models.base import now
from models.custody import Submission
from models.environment import settings
from models.judging import Assessment
from models.people import Person
from models.runs import close_run, open_run
from models.submissions import said_of
from models.vocabulary import LogKind, Role, SubmissionKind, SubmissionState, Verdict
from tests.custody.pretend_run import crawl_run, flipped, judge, tamper


@pytest.fixture(scope="module")
def authority() -> Iterator[PretendAuthority]:
    """An authority of our own."""
    with PretendAuthority() as ready:
        yield ready


@pytest.fixture
def desk(tmp_path: Path, authority: PretendAuthority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An installation with one sealed and stamped run, and one assessment of it."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))
    for name in ("TCM_DATABASE_URL", "TCM_ARCHIVE", "TCM_CUSTODY", "TCM_STAMP_ROOTS", "TCM_PRETEND_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TCM_STAMP_AUTHORITIES", f"http://time.example:{authority.port}/")
    (tmp_path / "custody" / "roots").mkdir(parents=True)
    shutil.copy(authority.root, tmp_path / "custody" / "roots")
    opened = open_desk(settings())
    seal(opened, crawl_run(opened.store, opened.archive))
    assert asyncio.run(send_stamps(opened, door_to(authority))).stamped == 1
    assess(opened, logged=True)
    bring(opened)
    yield opened
    opened.store.close()


def door_to(authority: PretendAuthority) -> Gate:
    """A gate that lets a test's authority on loopback be asked."""
    return Gate(resolve=lambda _: ["127.0.0.1"], doors=frozenset({("127.0.0.1", authority.port)}))


def assess(desk: Desk, *, logged: bool) -> None:
    """Let a person confirm a finding, with or past the program."""
    with desk.store.writing() as db:
        if db.get(Person, 1) is None:
            db.add(
                Person(
                    id=1,
                    login="olena",
                    name="Олена",
                    organisation="ГО",
                    role=Role.ASSESSOR,
                    region="west",
                    password_hash="",
                    active=True,
                    created_at=now(),
                )
            )
            db.flush()
        said = Assessment(
            finding_id=1 if logged else 2,
            person_id=1,
            version=1,
            act="confirm",
            verdict=Verdict.MET,
            comment="",
            created_at=now(),
        )
        db.add(said)
        db.flush()
        if logged:
            append(db, LogKind.ASSESSMENT, f"assessment {said.id}", row_digest(said), person_id=1)


def bring(desk: Desk) -> None:
    """Let a person bring a link, with its line in the log."""
    with desk.store.writing() as db:
        row = Submission(
            city="lviv",
            indicator="1.1",
            finding_id=1,
            person_id=1,
            kind=SubmissionKind.LINK,
            url="http://lviv.test/page",
            filename="",
            note="",
            state=SubmissionState.WAITING,
            created_at=now(),
        )
        db.add(row)
        db.flush()
        append(db, LogKind.SUBMISSION, f"submission {row.id}", digest(said_of(row)), person_id=1)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """What the command answers, and its exit code."""
    code = main(["audit", *words])
    return code, capsys.readouterr().out


def test_what_nobody_touched_holds(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence counts what was checked."""
    assert told(capsys) == (
        0,
        "✓ All holds: 4 lines, 1 time-stamps, 1 assessments, 1 submissions, 1 runs, 15 items.\n",
    )


ATTACKS = {
    "a capture's row": (("UPDATE captures SET status = 404 WHERE rowid = 1",), "capture "),
    "a finding's row": (("UPDATE findings SET confidence = 1 WHERE id = 1",), "finding 1 was edited"),
    "an assessment": (("UPDATE assessments SET verdict = 'not-met'",), "assessment 1 was edited"),
    "an assessment removed": (("DELETE FROM assessments",), "assessment 1 is gone"),
    "a submission": (("UPDATE submissions SET url = 'http://other.test/'",), "submission 1 was edited"),
    "a line of the log": (
        ("UPDATE log_entries SET digest = '' WHERE seq = 2",),
        "line 2 of the log was edited",
    ),
    "the log's tail": (
        ("DELETE FROM log_entries WHERE seq = 4",),
        "the log ends at line 3, yet line 4 stood",
    ),
    "a token's row": (
        ("UPDATE stamps SET token_sha256 = 'none'",),
        "time-stamp 1 has a token of which no line speaks: none",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_done_past_the_program_is_named(
    desk: Desk, capsys: pytest.CaptureFixture[str], attack: str
) -> None:
    """Exit code 1 and one sentence."""
    statements, sentence = ATTACKS[attack]
    tamper(desk.store, *statements)

    code, said = told(capsys)

    assert code == 1
    assert said.startswith(f"✗ {sentence}")
    assert said.count("\n") == 1


def test_an_assessment_written_past_the_program_is_named(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no line in the log."""
    assess(desk, logged=False)

    assert told(capsys) == (1, "✗ assessment 2 is not in the log: it was written past the monitor\n")


def test_a_changed_token_is_found_though_its_signature_may_hold(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any flip of its file, as of every body (V05)."""
    with desk.store.reading() as db:
        token = db.connection().exec_driver_sql("SELECT token_sha256 FROM stamps").scalar_one()
    (file,) = (one for one in desk.archive.root.rglob(f"{token}*") if one.is_file())
    file.write_bytes(flipped(file.read_bytes(), -1))

    code, said = told(capsys)

    assert code == 1
    assert said.startswith("✗ line 2 of the log speaks for a time-stamp that does not hold")


def test_all_troubles_are_told_as_json(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with where and what; and with the notes of what could not be checked."""
    tamper(desk.store, "UPDATE captures SET status = 404", "UPDATE pictures SET width = 1")
    judge(desk.store, 1, "1.3", Verdict.MET)

    code, said = told(capsys, "--json")

    answer = json.loads(said)
    assert code == 1
    assert answer["holds"] is False
    assert {trouble["where"].split()[0] for trouble in answer["troubles"]} == {
        "capture",
        "picture",
        "finding",
    }
    assert answer["notes"] == []


def test_what_was_not_sealed_and_not_verified_is_said(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither is a fault, and neither is passed over in silence."""
    shutil.rmtree(tmp_path / "custody" / "roots")
    close_run(desk.store, open_run(desk.store, round_id="2026-12"))

    code, said = told(capsys)

    assert code == 0
    assert "run 2026-12-1 was never sealed" in said
    assert "time-stamps were not verified: no root certificates" in said


def test_a_clock_that_was_ahead_is_told_by_a_time_stamp(
    desk: Desk,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    authority: PretendAuthority,
) -> None:
    """V07: lines keep their order, and the authority's clock shows that ours was a day ahead."""
    monkeypatch.setattr(custody.log, "now", lambda: now() + timedelta(days=1))
    with desk.store.writing() as db:
        line = append(db, LogKind.VIEWING, "capture", "ab" * 32)
        queue_stamp(db, line, desk.settings.stamp_authorities)
    monkeypatch.undo()
    monkeypatch.setenv("TCM_HOME", str(desk.settings.home))
    assert asyncio.run(send_stamps(desk, door_to(authority))).stamped == 1

    code, said = told(capsys)

    assert code == 0
    assert f"line {line.seq} says " in said
    assert "our clock was ahead; the order holds" in said


def test_an_erased_body_holds(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The decision is in the log; the decision's row must be what was logged."""
    with desk.store.reading() as db:
        run_id = db.connection().exec_driver_sql("SELECT id FROM runs").scalar_one()
    manifest = manifest_of(desk.store, desk.archive, run_id)
    assert manifest is not None
    body = next(value for name, value in manifest.items if name.startswith("body "))
    erase(desk.store, desk.archive, body, why="a person asked for it")

    assert told(capsys)[0] == 0
    tamper(desk.store, "UPDATE erasures SET reason = 'no reason'")

    assert told(capsys)[1].startswith("✗ the erasure of body ")


def test_a_copy_of_the_heads_kept_elsewhere_is_what_counts(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who can write to the database may reach the heads beside it; not a copy on another machine."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / "custody", copy)
    tamper(desk.store, "DELETE FROM log_entries WHERE seq = 4", "DELETE FROM submissions")
    heads = tmp_path / "custody" / FILE
    heads.write_bytes(b"".join(heads.read_bytes().splitlines(keepends=True)[:3]))

    assert told(capsys)[0] == 0
    assert told(capsys, "--heads", str(copy))[0] == 1
    assert main(["audit", "--heads", str(tmp_path)]) == 2
    assert "holds no heads of a log" in capsys.readouterr().err


def test_one_run_can_be_named(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """One that is not there is refused with those that are."""
    assert main(["audit", "--run", "1999-01-1"]) == 2
    assert "there is no run '1999-01-1'" in capsys.readouterr().err
    assert told(capsys, "--run", "2026-11-west-1")[0] == 0
