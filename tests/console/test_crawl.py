"""A recorded site goes through the whole house; bad input ends in one sentence."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from console.main import main

LINK = {"href", "text", "kind", "date", "event_date", "confidence", "why", "page_url"}
FINDING = {"city", "indicator", "verdict", "reason", "confidence", "evidence"}
START = "https://riverton.example/meetings?year=2026"
PAGE = """<!doctype html><html lang="en"><head><title>Council meetings</title></head><body>
<h1>Council meetings 2026</h1>
<table><tr><th>Date</th><th>Meeting</th><th>Agenda</th><th>Minutes</th></tr>
<tr><td>4 August 2026</td><td>Ordinary Council Meeting</td>
<td><a href="/files/a1.pdf">PDF</a></td><td><a href="/files/m1.pdf">PDF</a></td></tr>
<tr><td>7 July 2026</td><td>Ordinary Council Meeting</td>
<td><a href="/files/a2.pdf">PDF</a></td><td><a href="/files/m2.pdf">PDF</a></td></tr>
</table></body></html>"""


def recording(path: Path, *, keep: float = 1.0) -> Path:
    """A recorded site of two pages; *keep* is the share of its bytes that is there."""
    records = b""
    for url, body in ((START, PAGE), ("https://riverton.example/about", "<h1>About</h1>" * 300)):
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2026-08-20T00:00:00Z\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        records += gzip.compress(head.encode() + http + b"\r\n\r\n")
    path.write_bytes(records[: int(len(records) * keep)])
    return path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of our own for the data."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.long
def test_a_recording_ends_as_facts_and_findings(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The two files have exactly the keys that other people's scripts rely on, and each paper its meeting."""
    warc, out = recording(house / "site.warc.gz"), house / "out"

    code = main(
        [
            "crawl",
            "--replay",
            str(warc),
            "--start",
            START,
            "--methodology",
            "council-papers",
            "--out",
            str(out),
        ]
    )

    told = json.loads(capsys.readouterr().out)
    links = [json.loads(line) for line in (out / "facts.jsonl").read_text().splitlines()]
    findings = json.loads((out / "findings.json").read_text())
    assert code == 0
    assert told["links"] == len(links)
    assert all(set(link) == LINK for link in links)
    assert {
        (link["kind"], link["event_date"] or link["date"]) for link in links if "/files/" in link["href"]
    } == {
        ("agenda", "2026-08-04"),
        ("minutes", "2026-08-04"),
        ("agenda", "2026-07-07"),
        ("minutes", "2026-07-07"),
    }
    assert findings
    assert all(set(finding) == FINDING for finding in findings)
    assert any(finding["verdict"] == "met" for finding in findings)


def test_a_cut_recording_is_refused(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a recording is told as one, with what to do; nothing is written."""
    warc = recording(house / "site.warc.gz", keep=0.6)

    code = main(["crawl", "--replay", str(warc), "--start", START, "--out", str(house / "out")])

    said = capsys.readouterr().err
    assert code != 0
    assert "is cut off" in said
    assert "--accept-cut" in said
    assert said.count("\n") == 1
    assert not (house / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["crawl", "--city", "lvov"], ["lvov", "lviv"]),
        (["crawl", "--region", "wast"], ["wast", "west"]),
        (["crawl", "--methodology", "no-such"], ["no-such", "transparent-cities"]),
        (["crawl", "--replay", "none.warc.gz"], ["--start"]),
        (["crawl", "--replay", "none.warc.gz", "--start", START], ["--out"]),
        (
            ["crawl", "--replay", "none.warc.gz", "--start", START, "--out", "out"],
            ["none.warc.gz", "No such file"],
        ),
        (["crawl", "--start", START], ["--replay"]),
        (["crawl", "--cities", "/nowhere/at/all"], ["/nowhere/at/all"]),
        (["findings", "--run", "2026-11-west-99"], ["2026-11-west-99", "nothing has been crawled"]),
        (["evaluate", "--run", "2026-11-west-99"], ["2026-11-west-99"]),
        (["evaluate", "--run", "x", "--methodology", "no-such"], ["no-such"]),
        (["demo", "--cities", "51"], ["1 to 50", "51"]),
    ],
)
def test_bad_input_is_one_sentence(
    house: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str]
) -> None:
    """What, where and what to do, on one line of standard error, with an exit code that is not 0."""
    del house

    code = main(arguments)

    said = capsys.readouterr()
    assert code != 0
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert all(word in said.err for word in words), said.err


def test_a_misspelt_key_is_named_with_its_file(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A city file with a typing mistake stops the command before anybody is visited."""
    folder = house / "cities"
    folder.mkdir()
    (folder / "odd.yaml").write_text("regoin: west\nname: {uk: Одд, en: Odd}\n")

    code = main(["crawl", "--cities", str(folder)])

    assert code != 0
    assert "odd.yaml" in capsys.readouterr().err


def test_a_database_from_a_newer_program_is_left_alone(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence says newer, and the file is as it was."""
    main(["findings", "--run", "x"])
    capsys.readouterr()
    path = house / "home" / "monitor.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    code = main(["findings", "--run", "x"])

    assert code != 0
    assert "newer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("TCM_DATABASE_URL", "garbage", "no database's address"),
        ("TCM_DATABASE_URL", "mysql://a/b", "kind mysql"),
        ("TCM_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/x", "cannot be opened"),
        ("TCM_HOME", __file__, "cannot be made"),
    ],
)
def test_a_place_that_cannot_hold_data_is_told_as_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str, words: str
) -> None:
    """A wrong setting ends in one sentence without its password, not in a traceback."""
    monkeypatch.setenv(variable, value)

    code = main(["findings", "--run", "x"])

    said = capsys.readouterr().err
    assert code != 0
    assert words in said
    assert "secret" not in said
    assert said.count("\n") == 1


def test_a_start_that_was_not_recorded_is_refused(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A typing mistake in --start is no empty site."""
    warc = recording(house / "site.warc.gz")

    code = main(
        ["crawl", "--replay", str(warc), "--start", "https://rivertown.example/", "--out", str(house / "out")]
    )

    assert code != 0
    assert "rivertown" in capsys.readouterr().err
