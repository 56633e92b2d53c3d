"""The cheap look: links with their words and place, forms, feeds, and pages that stand in place of content."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from crawlers.glancing import Choice, Filter, Glance, Place, glance
from models.vocabulary import PageKind, Reason

URL = "https://rada.example/documents"
TODAY = date(2026, 11, 20)


def look(body: str | bytes, *, url: str = URL, media_type: str = "text/html") -> Glance:
    """Glance at a page as if it had just been answered."""
    raw = body.encode() if isinstance(body, str) else body
    return glance(raw, url=url, media_type=media_type, today=TODAY)


PAGE = """<html lang="uk"><head><title>Документи — Міська рада</title>
<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="canonical" href="/documents?x=1">
<meta name="robots" content="noindex, nofollow"></head><body>
<nav><a href="/">Головна</a><a href="/budget">Бюджет</a></nav>
<div class="breadcrumbs"><a href="/council">Рада</a></div>
<h1>Рішення міської ради</h1>
<table><tr><td>12.03.2026</td><td>Про бюджет громади</td><td><a href="/f/1.pdf">PDF</a></td></tr></table>
<p>Дивіться також <a href="/minutes" title="Усі протоколи">протоколи</a>.</p>
<ul class="pagination"><li class="active">1</li><li><a href="?page=2">2</a></li></ul>
<footer><a href="/map">Мапа сайту</a></footer><script>var a = 1;</script></body></html>"""


def test_every_link_has_its_words_place_and_context() -> None:
    """A link says where it stands, and one that says nothing of itself brings its row and heading."""
    links = {link.href.removeprefix("https://rada.example"): link for link in look(PAGE).links}

    assert {path: link.place for path, link in links.items()} == {
        "/": Place.MENU,
        "/budget": Place.MENU,
        "/council": Place.TRAIL,
        "/f/1.pdf": Place.LIST,
        "/minutes": Place.BODY,
        "/documents?page=2": Place.PAGING,
        "/map": Place.FOOT,
    }
    assert links["/f/1.pdf"].context == "12.03.2026 Про бюджет громади PDF — Рішення міської ради"
    assert (links["/minutes"].text, links["/minutes"].title) == ("протоколи", "Усі протоколи")


def test_the_head_of_a_page_is_noted() -> None:
    """Title, language, canonical address, feed, robots words and scripts are told; menus are not counted."""
    seen = look(PAGE)

    assert (seen.title, seen.language, seen.kind) == ("Рішення міської ради", "uk", PageKind.LIST)
    assert seen.canonical == "https://rada.example/documents?x=1"
    assert seen.feeds == ("https://rada.example/rss.xml",)
    assert (seen.noindex, seen.nofollow, seen.scripts) == (True, True, True)
    assert seen.words == 14


@pytest.mark.parametrize(
    "pager",
    [
        '<div><a href="/news/page/2/">2</a></div>',
        '<div><a href="/news/page=2">2</a></div>',
        '<ul><li class="active">1</li><li><a href="/news?7907%5B0%5D=2">2</a></li></ul>',
        '<p><a href="/news?start=20">Наступна</a></p>',
        '<p><a href="/news?offset=10">»</a></p>',
        '<p><a rel="next" href="/news/older">Старіші записи</a></p>',
        '<p><a class="next page-numbers" rel="next" href="/news?m=9&y=2025">→</a></p>',
        '<div class="pager"><a href="/news/2">Ще</a></div>',
        '<link rel="next" href="/news?page=2">',
    ],
)
def test_pagers_of_every_kind_are_told(pager: str) -> None:
    """Numbers, words, signs, rel and class each make a link another page of the same list."""
    seen = look(f"<html><body><h1>Новини</h1>{pager}</body></html>", url="https://rada.example/news")

    assert [link.place for link in seen.links] == [Place.PAGING]


def test_a_number_elsewhere_is_no_pager() -> None:
    """A link of digits that leads to another part of the site turns no page."""
    seen = look('<html><body><p><a href="/deputies/2">2</a></p></body></html>')

    assert [link.place for link in seen.links] == [Place.BODY]


def test_a_menu_by_name_that_holds_the_papers_is_content() -> None:
    """The part called a menu that holds the page's table of papers is the page."""
    rows = "".join(f'<tr><td><a href="/f/{n}.pdf">Протокол {n}</a></td></tr>' for n in range(4))

    seen = look(f'<html><body><div class="menu"><table>{rows}</table></div></body></html>')

    assert {link.place for link in seen.links} == {Place.LIST}


def test_search_form_is_read_with_what_goes_along() -> None:
    """A GET search gives its action, its field for words, and its hidden and chosen values."""
    form = """<form action="/find"><input type="hidden" name="lang" value="uk"><input name="q">
    <select name="in"><option value="a">Все</option><option value="d" selected>Документи</option></select></form>"""

    (found,) = look(form).forms

    assert found == ("https://rada.example/find", "q", (("lang", "uk"), ("in", "d")), "get")


def test_a_login_is_no_search() -> None:
    """A form with a password is never taken for one that finds things."""
    form = '<form action="/search"><input name="q"><input type="password" name="p"></form>'

    assert look(form).forms == ()


def test_year_and_month_filters_are_read() -> None:
    """Selects of years and of months make a filter, whatever else the form sends along."""
    years = "".join(f"<option>{year}</option>" for year in range(2026, 2020, -1))
    names = "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень".split()
    months = "".join(f'<option value="{place}">{name}</option>' for place, name in enumerate(names, 1))
    form = (
        f'<form action="/acts"><input type="hidden" name="c" value="4"><select name="y">{years}</select>'
        f'<select name="m">{months}</select></form>'
    )

    (found,) = look(form).filters

    assert found.fixed == (("c", "4"),)
    assert found.year == Choice("y", ("2026", "2025", "2024", "2023", "2022", "2021"))
    assert found.month == Choice("m", tuple(str(number) for number in range(1, 13)))


def test_the_address_tells_how_a_posted_filter_is_asked() -> None:
    """Where the page's own address names a year that a select offers, the other years have addresses too."""
    form = """<form method="post"><select name="ctl00$ddl"><option>2026</option><option>2025</option>
    <option>2024</option></select></form>"""

    (found,) = look(form, url="https://rada.example/acts?k=2&year=2025").filters

    assert found == Filter(
        "https://rada.example/acts", (("k", "2"),), Choice("year", ("2026", "2025", "2024"))
    )


def test_frames_choices_and_script_links_lead_on() -> None:
    """A frame's page and a jump list's entries are links; a postback is noted for whoever can follow it."""
    seen = look("""<html><body><iframe src="/inner"></iframe>
    <select><option value="">–</option><option value="/acts/2025">2025</option></select>
    <a href="javascript:__doPostBack('grid','Page$2')">2</a></body></html>""")

    assert [(link.href, link.place) for link in seen.links] == [
        ("https://rada.example/inner", Place.FRAME),
        ("https://rada.example/acts/2025", Place.LIST),
    ]
    assert seen.postbacks == (("grid", "Page$2"),)


def test_meta_refresh_is_an_address() -> None:
    """Where a page sends its visitor by itself is told."""
    seen = look('<html><head><meta http-equiv="Refresh" content="0; URL=\'/uk/\'"></head></html>')

    assert seen.refresh == "https://rada.example/uk/"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            "<html><title>Сторінку не знайдено</title><body><p>На жаль, нічого.</p></body></html>",
            Reason.SOFT_404,
        ),
        ("<html><title>Just a moment...</title><body><script>x</script></body></html>", Reason.CHALLENGE),
        (
            "<html><body><h1>Вхід</h1><form><input name=u><input type=password></form></body></html>",
            Reason.LOGIN_WALL,
        ),
        ('<html><body><div id="app"></div><script src="/a.js"></script></body></html>', Reason.EMPTY_SHELL),
        ("", Reason.EMPTY_SHELL),
    ],
)
def test_what_stands_in_place_of_content_is_told(page: str, reason: Reason) -> None:
    """A page that is not there, a shield, a login and an empty shell are never content."""
    assert look(page).reason is reason


def test_a_page_about_missing_things_is_content() -> None:
    """A long page that mentions a page not found in its text is what it is."""
    words = "<p>" + "Рада ухвалила рішення про бюджет громади на рік. " * 60 + "сторінку не знайдено</p>"

    assert look(f"<html><title>Рішення</title><body>{words}</body></html>").reason is None


def test_site_map_gives_each_address_with_its_day() -> None:
    """An entry without a time counts to the end of its day, so that a comparison errs towards looking again."""
    seen = look(
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<url><loc>https://rada.example/a</loc><lastmod>2026-11-19</lastmod></url>"
        "<url><loc>/b</loc><lastmod>2026-11-19T10:00:00+02:00</lastmod></url>"
        "<url><loc>/c</loc><lastmod>yesterday</lastmod></url></urlset>",
        media_type="application/xml",
    )

    assert seen.kind is PageKind.SITE_MAP
    assert [(link.href[-2:], link.modified) for link in seen.links] == [
        ("/a", datetime(2026, 11, 19, 23, 59, 59, tzinfo=UTC)),
        ("/b", datetime(2026, 11, 19, 8, 0, tzinfo=UTC)),
        ("/c", None),
    ]


def test_index_of_site_maps_names_site_maps() -> None:
    """An index leads to site maps, not to pages, also when it is served as HTML."""
    seen = look("<sitemapindex><sitemap><loc>https://rada.example/s1.xml</loc></sitemap></sitemapindex>")

    assert (seen.sitemaps, seen.links) == (("https://rada.example/s1.xml",), ())


def test_feed_items_have_titles_and_days() -> None:
    """RSS and Atom items are links with their words and when they were published."""
    seen = look(
        "<rss><channel><title>Новини</title><item><title>Рішення сесії</title><link>/n/1</link>"
        "<pubDate>Thu, 19 Nov 2026 10:00:00 +0200</pubDate></item></channel></rss>",
        media_type="application/rss+xml",
    )
    atom = look(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Рішення</title><link href="/n/2"/>'
        "<updated>2026-11-18T00:00:00Z</updated></entry></feed>",
        media_type="application/atom+xml",
    )

    (item,), (entry,) = seen.links, atom.links
    assert (seen.title, item.text, item.place) == ("Новини", "Рішення сесії", Place.FEED)
    assert item.modified == datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert (entry.href, entry.modified) == ("https://rada.example/n/2", datetime(2026, 11, 18, tzinfo=UTC))


def test_data_gives_the_addresses_in_its_strings_and_markup() -> None:
    """A DataTables answer and a portal's answer lead where their strings say, named by what stands beside."""
    rows = json.dumps({"aaData": [["12.03.2026", "Про бюджет", "<a href='/f/1.pdf'>Завантажити</a>"]]})
    portal = json.dumps(
        {"result": [{"title": "Перелік рішень", "url": "https://rada.example/d.csv", "n": 3}]}
    )

    table, answer = (look(one, media_type="application/json") for one in (rows, portal))

    assert [(link.href, link.context) for link in table.links] == [
        ("https://rada.example/f/1.pdf", "12.03.2026 Про бюджет")
    ]
    assert [(link.href, link.text) for link in answer.links] == [
        ("https://rada.example/d.csv", "Перелік рішень")
    ]


def test_links_below_the_parsers_depth_are_found_all_the_same() -> None:
    """Where nesting makes the parser drop the rest of a page, its addresses are taken from the source."""
    deep = "<div>" * 4000 + "".join(f'<a href="/p/{n}">Рішення {n}</a>' for n in range(30))

    seen = look(f"<html><body>{deep}</body></html>")

    assert {f"https://rada.example/p/{n}" for n in range(30)} <= {link.href for link in seen.links}


def test_a_hundred_thousand_links_are_bounded_and_counted() -> None:
    """Beyond a bound links are counted and no longer listed."""
    seen = look("<html><body>" + "".join(f'<a href="/p/{n}">x</a>' for n in range(30_000)) + "</body></html>")

    assert (len(seen.links), seen.more) == (20_000, 10_000)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (PAGE.encode()[:700], "text/html"),
        (PAGE.encode("utf-16"), "text/html"),
        (b"<a href='http://[::1'>x</a><a href='http://a:99999/'>y</a><a href=x", "text/html"),
        (b"\x00\x01\x02" * 500, "text/html"),
        (b"<" * 5000, "text/html"),
        (b"<select><option value='/" + b"a" * 9000 + b"'>", "text/html"),
        (b"<urlset><url><loc>https://rada.example/a</loc></url><url><lo", "application/xml"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><rss>&x;</rss>", "application/xml"),
        (b"[" * 100_000, "application/json"),
        (b'{"a": ', "application/json"),
        (b"%PDF-1.7 ...", "text/html"),
        (b"anything", "image/png"),
    ],
)
def test_hostile_and_broken_bytes_never_raise(body: bytes, media_type: str) -> None:
    """Whatever the bytes, there is a glance."""
    assert look(body, media_type=media_type).url == URL


def test_a_cut_site_map_gives_what_is_there() -> None:
    """A site map that ends early still leads to the addresses before the cut."""
    seen = look(b"<urlset><url><loc>https://rada.example/a</loc></url><url><lo", media_type="text/xml")

    assert [link.href for link in seen.links] == ["https://rada.example/a"]
