"""`tcm analyse-page`: one saved page in, JSON of an agreed form out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.main import main

PAGE = """<html lang="uk"><body><h1>Засідання комісії</h1><table><tr><th>Дата</th><th>Протокол</th></tr>
<tr><td>12.02.2026</td><td><a href="f/1.pdf">PDF</a></td></tr></table></body></html>"""
URL = "https://rada.example/komisii/"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Give a saved page."""
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_output_has_the_agreed_keys(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other people's scripts rely on exactly these keys; addresses are absolute."""
    code = main(["analyse-page", str(page), "--url", URL, "--now", "2026-03-14T10:00:00+02:00"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert set(told) == {"page", "act", "links", "meetings"}
    assert set(told["page"]) == {"url", "title", "language", "kind", "complete", "reasons"}
    assert told["links"] == [
        {
            "href": "https://rada.example/komisii/f/1.pdf",
            "text": "PDF",
            "kind": "minutes",
            "date": "2026-02-12",
            "event_date": "2026-02-12",
            "confidence": told["links"][0]["confidence"],
            "why": told["links"][0]["why"],
        }
    ]
    assert told["meetings"] == [
        {"date": "2026-02-12", "title": "Засідання комісії", "status": "passed", "links": told["links"]}
    ]


def test_the_moment_given_decides_what_has_passed(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same page read for an earlier day shows the meeting as still to come."""
    main(["analyse-page", str(page), "--url", URL, "--now", "2026-02-01"])

    assert json.loads(capsys.readouterr().out)["meetings"][0]["status"] == "tentative"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["--url", "rada.example"], "--url"),
        (["--url", "file:///etc/passwd"], "--url"),
        (["--url", URL, "--now", "tomorrow"], "--now"),
        (["--url", URL, "--methodology", "no-such"], "no-such"),
    ],
)
def test_bad_input_ends_in_one_sentence(
    page: Path, capsys: pytest.CaptureFixture[str], changed: list[str], said: str
) -> None:
    """What cannot be used is named on standard error, and nothing is printed."""
    code = main(["analyse-page", str(page), *changed])

    told = capsys.readouterr()
    assert code != 0
    assert said in told.err
    assert (told.err.count("\n"), told.out) == (1, "")


def test_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there, or is a folder, is refused by name."""
    missing = main(["analyse-page", str(tmp_path / "none.html"), "--url", URL])
    folder = main(["analyse-page", str(tmp_path), "--url", URL])

    assert (missing != 0, folder != 0) == (True, True)
    assert "none.html" in capsys.readouterr().err


@pytest.mark.long
def test_reader_that_has_gone_ends_it_without_a_word(page: Path) -> None:
    """`tcm analyse-page … | head -0` leaves no traceback behind."""
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-m", "console", "analyse-page", str(page), "--url", URL],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, b"")
