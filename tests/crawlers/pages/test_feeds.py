"""Feeds, calendars and data that are too large, too deep or made to hurt: bounded, and said to be incomplete."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date

import pytest

from crawlers.pages import listings
from crawlers.reading import read_page
from models.facts import PageFacts
from models.vocabulary import PageKind, Reason

TODAY = date(2026, 3, 14)
URL = "https://rada.example/x"
LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 100) for n in range(8))
BOMB = b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 1000 + b'">' + LAUGHS + b"]>"
EVENT = "BEGIN:VEVENT\nDTSTART:20260212T100000\nSUMMARY:Засідання\nEND:VEVENT\n"


def read(body: bytes, media_type: str) -> PageFacts:
    """Read bytes under this label."""
    return read_page(body, url=URL, media_type=media_type, today=TODAY)


@pytest.mark.long
@pytest.mark.parametrize(
    ("media_type", "make"),
    [
        ("application/json", lambda: b"[" + b'{"title": "x", "url": "/a"},' * 4_000_000 + b"{}]"),
        ("application/xml", lambda: b"<urlset>" + b"<url><loc>https://a.example/</loc></url>" * 2_800_000),
        ("text/calendar", lambda: EVENT.encode() * 1_300_000),
    ],
    ids=["json", "xml", "calendar"],
)
@pytest.mark.timeout(60)
def test_a_hundred_megabytes_are_not_taken_whole(media_type: str, make: Callable[[], bytes]) -> None:
    """Data of a hundred megabytes is refused or cut, quickly, and said to be too large."""
    body = make()
    began = time.process_time()

    facts = read(body, media_type)

    assert len(body) > 90_000_000
    assert not facts.complete
    assert facts.reasons == (Reason.TOO_LARGE,)
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "body", [b"[" * 2_000_000, b'{"data":' * 200_000, b'{"a": [' * 5_000 + b"1" + b"]}" * 5_000]
)
def test_deep_nesting_is_survived(body: bytes) -> None:
    """Data nested beyond any list is incomplete and costs nothing."""
    facts = read(body, "application/json")

    assert (facts.complete, facts.reasons) == (False, (Reason.TRUNCATED,))


def test_nesting_that_can_be_held_is_searched_only_near_its_top() -> None:
    """A few hundred levels are no error and no list either."""
    facts = read(b'{"data": [' * 300 + b"1" + b"]}" * 300, "application/json")

    assert facts.links == ()


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "body",
    [
        BOMB + b"<rss><item><title>&i;</title><link>https://a.example/</link></item></rss>",
        BOMB + b'<rss><item x="&i;"><title>t</title><link>https://a.example/</link></item></rss>',
    ],
    ids=["text", "attribute"],
)
def test_entities_are_not_multiplied(body: bytes) -> None:
    """A few hundred bytes do not become gigabytes, wherever the entity stands."""
    facts = read(body, "application/rss+xml")

    assert sum(len(link.title) for link in facts.links) < 10_000


@pytest.mark.timeout(30)
def test_entries_within_entries_are_read_once() -> None:
    """Nested entries cost time in proportion to their number."""
    facts = read(b"<item>" * 200 + b"<x/>" * 200_000 + b"</item>" * 200, "application/xml")

    assert facts.links == ()


@pytest.mark.timeout(30)
def test_events_without_an_end_are_skipped() -> None:
    """A calendar of beginnings costs time in proportion to its length, and the whole events are kept."""
    facts = read((EVENT + "BEGIN:VEVENT\n" * 300_000).encode(), "text/calendar")

    assert [meeting.date for meeting in facts.meetings] == [date(2026, 2, 12)]


@pytest.mark.long
@pytest.mark.timeout(30)
def test_rows_with_a_field_of_their_own_each_make_no_giant_table() -> None:
    """Columns that hardly any row has are left out, so that cells do not multiply."""
    rows = [{f"k{n}": 1, "title": f"Рішення № {n}", "url": f"/r/{n}"} for n in range(3_000)]

    facts = read(json.dumps(rows).encode(), "application/json")

    assert len(facts.links) == 3_000
    assert facts.complete


def test_more_rows_than_are_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many rows the first are read, and the page is incomplete; the bound is lowered to save time."""
    monkeypatch.setattr(listings, "_MOST_ROWS", 200)
    rows = [["12.02.2026", f'<a href="/r/{n}">Рішення № {n}</a>'] for n in range(201)]

    facts = read(json.dumps({"aaData": rows}).encode(), "application/json")

    assert (len(facts.links), facts.reasons) == (200, (Reason.TOO_LARGE,))


def test_more_datasets_than_are_read_is_said() -> None:
    """A portal's answer with too many datasets is a catalogue, and incomplete."""
    answer = {"success": True, "result": {"results": [{"title": "t", "resources": []}] * 5_001}}

    facts = read(json.dumps(answer).encode(), "application/json")

    assert (facts.kind, len(facts.datasets), facts.reasons) == (
        PageKind.CATALOGUE,
        5_000,
        (Reason.TOO_LARGE,),
    )


def test_number_of_a_million_digits_is_text() -> None:
    """A number no machine can hold spoils nothing around it."""
    body = b'[{"id": ' + b"9" * 1_000_000 + "".join(', "title": "Рішення № 5", "url": "/r/5"}]').encode()

    assert [link.href for link in read(body, "application/json").links] == ["https://rada.example/r/5"]


def test_titles_of_a_feed_are_its_own_and_its_entries() -> None:
    """The title of the channel is not taken from an item, and Atom's links are read from their attribute."""
    rss = "<rss><channel><item><title>Перша</title><link>/a</link></item><title>Канал</title></channel></rss>"
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Новини</title><entry><title>Протокол від 12.02.2026</title>'
        '<link href="/p/1"/><updated>2026-02-20T10:00:00Z</updated></entry></feed>'
    )

    channel, feed = read(rss.encode(), "application/rss+xml"), read(atom.encode(), "application/atom+xml")

    assert (channel.title, [link.href for link in channel.links]) == ("Канал", ["https://rada.example/a"])
    assert (feed.title, [(link.href, link.date) for link in feed.links]) == (
        "Новини",
        [("https://rada.example/p/1", date(2026, 2, 12))],
    )
