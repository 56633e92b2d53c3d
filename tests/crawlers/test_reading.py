"""What the readers say of pages that are wrong, hostile, or not pages."""

import json
from datetime import date

import pytest

from crawlers.reading import read_page
from models.vocabulary import LinkKind, PageKind, Reason

TODAY = date(2026, 3, 14)
URL = "https://rada.example/sesii/"
PAPER = '<p><a href="/f/pd-2026-02-12.pdf">Порядок денний</a></p>'


def nested(levels: int) -> bytes:
    """Give a page nested *levels* deep, with a paper at the end."""
    return f"<html><body>{'<div>' * levels}<p>глибоко</p>{'</div>' * levels}{PAPER}</body></html>".encode()


def test_moderate_nesting_is_read_whole() -> None:
    """Three hundred levels lose nothing."""
    facts = read_page(nested(300), url=URL, today=TODAY)

    assert facts.complete
    assert [link.kind for link in facts.links] == [LinkKind.AGENDA]


@pytest.mark.parametrize("levels", [5_000, 200_000])
def test_nesting_beyond_the_parser_is_said(levels: int) -> None:
    """What the parser drops without a word makes the page incomplete."""
    facts = read_page(nested(levels), url=URL, today=TODAY)

    assert not facts.complete
    assert Reason.PARSE_CUT in facts.reasons


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "b"])
def test_what_stands_beyond_the_cut_is_found_all_the_same(tag: str) -> None:
    """Another parser reads on where the first one stopped: the papers are there, and the page stays doubted."""
    deep = f"<h1>Засідання</h1>{f'<{tag}>' * 3_000}<p>12.02.2026</p>{f'</{tag}>' * 3_000}{PAPER}"

    facts = read_page(f"<title>Рада</title><body>{deep}</body>".encode(), url=URL, today=TODAY)

    assert [(link.kind, link.href) for link in facts.links] == [
        (LinkKind.AGENDA, "https://rada.example/f/pd-2026-02-12.pdf")
    ]
    assert facts.reasons == (Reason.PARSE_CUT,)
    assert facts.title == "Засідання"


@pytest.mark.long
def test_text_of_many_megabytes_is_kept() -> None:
    """A text node larger than libxml2's own limit is not dropped."""
    body = f"<html><body><p>{'слово ' * 950_000}</p>{PAPER}</body></html>".encode()

    facts = read_page(body, url=URL, today=TODAY)

    assert facts.words > 950_000
    assert len(facts.text) == 20_000


SCRIPT = "<script src='/app.js'></script>"
STANDING_IN = {
    "shell": (f"{SCRIPT}<div id='root'></div>", Reason.EMPTY_SHELL),
    "loading": (f"{SCRIPT}<div id='app'>Завантаження…</div>", Reason.EMPTY_SHELL),
    "soft-404": ("<h1>404</h1><p>Сторінку не знайдено</p><a href='/'>На головну</a>", Reason.SOFT_404),
    "soft-404-in-words": ("<h1>Ой!</h1><p>Такої сторінки не існує.</p>", Reason.SOFT_404),
    "challenge": ("<h1>Just a moment...</h1><p>Verifying you are human.</p>", Reason.CHALLENGE),
    "marked": (f"{SCRIPT}<div class='g-recaptcha'></div><p>Зачекайте</p>", Reason.CHALLENGE),
    "login": (
        "<form><input name='u'><input type='password'><button>Увійти</button></form>",
        Reason.LOGIN_WALL,
    ),
    "consent": (
        "<div class='cookie-box'><p>Ми використовуємо файли cookie.</p><button>Прийняти всі</button></div>",
        Reason.CHALLENGE,
    ),
}
CONTENT = (
    "<h1>Засідання 12.02.2026</h1><p>"
    + "На засіданні розглянуто питання порядку денного. " * 8
    + "</p>"
    + PAPER
)


@pytest.mark.parametrize("name", STANDING_IN)
def test_page_in_place_of_content_is_said_to_be_one(name: str) -> None:
    """With status 200 and in any of these forms, what is no content is incomplete and says why."""
    body, reason = STANDING_IN[name]

    facts = read_page(f"<html><body>{body}</body></html>".encode(), url=URL, today=TODAY)

    assert (facts.complete, facts.reasons) == (False, (reason,))


@pytest.mark.parametrize(
    "beside",
    [
        SCRIPT,
        "<p>тел. 404-12-12</p>",
        "<form><input name='u'><input type='password'><button>Увійти</button></form>"
        + "<a href='/x'>ще</a>" * 15,
        "<div class='cookie-box'><p>Ми використовуємо файли cookie.</p><button>Прийняти всі</button></div>",
        "<div class='g-recaptcha'></div>",
    ],
    ids=["script", "number", "login-box", "cookie-box", "captcha-of-a-form"],
)
def test_content_with_such_things_beside_it_stays_content(beside: str) -> None:
    """A script, a box to sign in or to agree, a captcha of some form: the page under them is whole."""
    facts = read_page(f"<html><body>{CONTENT}{beside}</body></html>".encode(), url=URL, today=TODAY)

    assert facts.complete
    assert any(link.kind is LinkKind.AGENDA for link in facts.links)


def test_damaged_text_is_doubted() -> None:
    """A page encoded twice is read, and said to be unreliable."""
    body = (
        f"<p>{'Рішення про бюджет громади їжак ' * 20}</p>".encode()
        .decode("cp1251", errors="replace")
        .encode()
    )

    facts = read_page(body, url=URL, today=TODAY)

    assert not facts.complete
    assert Reason.BAD_CHARSET in facts.reasons


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x00\x00",
        b"<",
        b"<html",
        b"<!--",
        b"<a href='http://[::1'>x</a>",
        b"<a href='javascript:alert(1)'>\xd0\x9f</a><a href='//'>y</a><a href='mailto:a@b.c'>z</a>",
        b"<base href='\x01'><a href='x'>y</a>",
        bytes(range(256)) * 8,
        b"<table><tr><td colspan='999999999' rowspan='99999'><a href='/x.pdf'>PDF</a></table>",
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><p>&e;</p>",
    ],
)
@pytest.mark.parametrize("media_type", ["text/html", "application/json", "application/xml", "text/calendar"])
def test_hostile_bytes_raise_nothing(body: bytes, media_type: str) -> None:
    """Any bytes under any label give facts; only http addresses come out."""
    facts = read_page(body, url=URL, media_type=media_type, today=TODAY)

    assert all(link.href.startswith(("http://", "https://")) for link in facts.links)


@pytest.mark.long
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["12 травня ", "<p>12.02.2024", "<td>1.2.2020", "слово", "№_1-", "<h2>1 May 2020"]
)
def test_repetition_does_not_run_away(piece: str) -> None:
    """Thousands of days, cells or letters in a row cost time in proportion, not its square."""
    body = f"<html><body><h1>Сесії</h1><p>{piece * 8_000}".encode()

    assert read_page(body, url=URL, today=TODAY).url == URL


def test_external_entity_of_a_feed_is_not_read() -> None:
    """A feed cannot make the reader open a file."""
    feed = b"<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><rss><item><title>&e;</title><link>https://a.example/</link></item></rss>"

    facts = read_page(feed, url=URL, media_type="application/rss+xml", today=TODAY)

    assert not any("root:" in link.text for link in facts.links)


def test_document_is_no_page() -> None:
    """A PDF served as HTML is left to those who read documents."""
    facts = read_page(b"%PDF-1.7 ...", url=URL, today=TODAY)

    assert (facts.kind, facts.complete, facts.text) == (PageKind.OTHER, True, "")


def test_answer_of_a_portal_gives_its_datasets() -> None:
    """Title, publisher, formats and the day of change come from the API's own words."""
    package = {
        "id": "1f0a",
        "name": "perelik",
        "title": "Перелік комунального майна",
        "organization": {"title": "Верболозька міська рада"},
        "metadata_modified": "2026-02-01T09:00:00",
        "resources": [
            {"url": "https://data.example/f.csv", "name": "Майно", "format": "csv"},
            {"format": ".XLSX"},
        ],
    }
    body = json.dumps({"success": True, "result": {"count": 1, "results": [package]}}).encode()

    facts = read_page(
        body,
        url="https://data.example/api/3/action/package_search",
        media_type="application/json",
        today=TODAY,
    )

    assert facts.kind is PageKind.CATALOGUE
    assert [(one.title, one.publisher, one.formats, one.modified) for one in facts.datasets] == [
        ("Перелік комунального майна", "Верболозька міська рада", ("CSV", "XLSX"), date(2026, 2, 1))
    ]
    assert [link.kind for link in facts.links] == [LinkKind.DATASET]


def test_refusal_of_a_portal_is_no_empty_catalogue() -> None:
    """An API that says no is an error, not a portal without datasets."""
    facts = read_page(b'{"success": false, "error": {}}', url=URL, media_type="application/json", today=TODAY)

    assert (facts.kind, facts.complete) == (PageKind.ERROR, False)


def test_a_numbered_act_is_no_news_though_its_address_says_so() -> None:
    """Where an engine keeps every page under /news/, a title with an act's number is an act's; a headline is not."""
    page = """<html><title>Регуляторна діяльність</title><h1>Регуляторна діяльність</h1><ul>
      <li>04.12.2025 <a href="/news/17/">Про затвердження Плану підготовки регуляторних актів на 2026 рік</a> № 17</li>
      <li>05.12.2025 <a href="/news/18/">Про зміни в русі міського транспорту на свята</a></li></ul></html>"""

    facts = read_page(page.encode(), url="https://city.test/plan/", today=date(2026, 11, 20))

    assert {link.href[-3:]: link.kind for link in facts.links} == {
        "17/": LinkKind.OTHER,
        "18/": LinkKind.NEWS,
    }


def test_calendar_gives_meetings_with_their_status() -> None:
    """Past events are passed, cancelled ones cancelled whatever their day."""
    body = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Kyiv:20260212T100000\r\nSUMMARY:Засідання\r\n"
        "END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20260401T100000\r\nSTATUS:CANCELLED\r\nSUMMARY:Сесія\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()

    facts = read_page(body, url=URL, media_type="text/calendar", today=TODAY)

    assert [(meeting.date, meeting.status) for meeting in facts.meetings] == [
        (date(2026, 2, 12), "passed"),
        (date(2026, 4, 1), "cancelled"),
    ]


def test_same_bytes_give_the_same_facts() -> None:
    """Nothing of a page depends on what was read before it."""
    body = f"<html><body><h1>Сесії</h1>{PAPER}<p>12.02.2026</p></body></html>".encode()

    assert read_page(body, url=URL, today=TODAY) == read_page(body, url=URL, today=TODAY)
