"""Captured material is hostile: it is shown, and can do nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from models.archive import Archive
from models.base import now
from models.crawling import Address, Capture, Picture, Visit
from models.facts import PageFacts
from models.facts_json import pack
from models.judging import Finding
from models.loads import record_load
from models.store import Store
from models.vocabulary import PageKind
from review.rendering import outside
from tests.review.asking import send, waiting_in
from tests.review.conftest import TestClient

SignInAs = Callable[[str], Any]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    '<a href="javascript:alert(1)">так</a>',
    "\u202e<b>перевернуто</b>",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert(words: str, signed_in: SignInAs, store: Store, archive: Archive) -> None:
    """Quotes, titles, anchors and addresses of a captured page are text and nothing else."""
    del archive
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")
    capture_id = finding.evidence[0]["capture"]
    hostile = {
        "url": f"javascript:alert(1)//{words}",
        "quote": words,
        "capture": capture_id,
        "title": words,
        "date": None,
    }
    facts = PageFacts(
        url="https://x.test/", title=words, language=None, kind=PageKind.LIST, complete=True, text=words
    )
    fields = {column.name: getattr(finding, column.name) for column in Finding.__table__.columns}
    fields |= {"id": None, "evaluation": 2, "evidence": [hostile], "detail": {"title": words}}
    with store.writing() as db:
        db.execute(
            update(Address).where(Address.capture_id == capture_id).values(anchor=words, url=hostile["url"])
        )
        db.connection().exec_driver_sql(
            "UPDATE readings SET facts = ? WHERE capture_id = ?", (pack(facts), capture_id)
        )
        again = Finding(**fields)
        db.add(again)
    client = signed_in("assessor")
    send(client, again, act="correct", verdict="not-met", comment=words)

    pages = [
        client.get(f"/findings/{again.id}"),
        client.get(f"/captures/{capture_id}"),
        client.get("/cities/yasnohirsk"),
    ]

    for page in pages:
        assert page.status_code == 200
        if "<" in words:
            assert words not in page.text
        assert 'href="javascript:' not in page.text
        assert "onfocus=alert(1) x=''" not in page.text
        assert " onerror=alert(1)>" not in page.text.replace("onerror=alert(1)&gt;", "")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.test",
        "http:///x",
        "https://",
        "file:///etc/passwd",
        "http://a\u202eb.test/",
        "http://[",
        "",
    ],
)
def test_only_web_addresses_are_links(url: str) -> None:
    """A captured address of any other kind is shown as text."""
    assert outside(url) is None
    assert outside("https://city.test/а") == "https://city.test/а"


def test_captured_bytes_are_only_ever_a_download(signed_in: SignInAs, store: Store) -> None:
    """The stored page comes as received, under a name of ours, and can run nothing here."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")
    capture_id = finding.evidence[0]["capture"]

    answer = signed_in("assessor").get(f"/captures/{capture_id}/body")

    assert b"<script>alert(1)</script>" in answer.content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_is_served_as_a_picture(signed_in: SignInAs, store: Store) -> None:
    """Found by its digest, which is also what a browser may keep it under."""
    with store.reading() as db:
        picture = db.scalars(
            select(Picture).join(Capture).where(Capture.requested_url.contains("duby"))
        ).first()
    assert picture

    answer = signed_in("assessor").get(f"/pictures/{picture.sha256}.png")

    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("host", ["=cmd|'/C calc'!A0", "+1.test", "-1.test", "@sum.test", "\t=1"])
def test_the_account_of_the_crawler_holds_no_formula(host: str, visitor: TestClient, store: Store) -> None:
    """A host's name that a spreadsheet would run is marked as text in the public table."""
    with store.writing() as db:
        visit = db.scalars(select(Visit.id).limit(1)).one()
        record_load(db, visit_id=visit, host=host, day=now().date())

    table = visitor.get("/crawler/load.csv").text

    assert [row["host"] for row in csv.DictReader(io.StringIO(table))] == [f"'{host}"]


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/..%2f..%2fdesk.db.png",
        "/pictures/0.png",
        "/captures/..%2f..%2fdesk.db/body",
        "/captures/1'%20OR%201=1--",
        "/static/..%2fapp.py",
        "/static/../app.py",
        "/findings/-1",
        "/findings/99999999999999999999",
        "/queue/next?after=99999999999999999999",
    ],
)
def test_names_are_never_paths(path: str, signed_in: SignInAs) -> None:
    """What is not a known id does not exist."""
    assert signed_in("chief").get(path).status_code == 404
