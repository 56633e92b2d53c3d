"""A browser is started for pages that lack their content and could get it by script, and for no others."""

from datetime import date

import pytest
from lxml import html

from crawlers.browsing.needing import needs_browser, plain_endpoints
from crawlers.pages.base import Page
from fixtures import scripted

MENU = "".join(f"<a href='/{number}'>Розділ {number}</a> " for number in range(12))
WORDS = "<p>" + "Виконавчий комітет міської ради розглянув питання порядку денного. " * 12 + "</p>"


def page(body: str, url: str = scripted.ADDRESS) -> Page:
    """A page with a menu of a dozen links around *body*."""
    source = f"<html><head><title>Рада</title></head><body><nav>{MENU}</nav>{body}</body></html>"
    return Page(url=url, root=html.document_fromstring(source), source=source, today=date(2026, 11, 20))


def made(body: bytes) -> Page:
    """One of the pages of ``fixtures.scripted``."""
    source = body.decode()
    return Page(
        url=scripted.ADDRESS, root=html.document_fromstring(source), source=source, today=date(2026, 11, 20)
    )


@pytest.mark.parametrize(
    "body",
    [scripted.BY_FETCH, scripted.BY_FETCH_LATE, scripted.BY_XHR, scripted.INLINE, scripted.BY_LIBRARY],
    ids=["fetch", "late", "xhr", "inline", "library"],
)
def test_a_page_whose_list_comes_by_script_needs_a_browser(body: bytes) -> None:
    """However the list comes, its absence in the static page is noticed."""
    assert needs_browser(made(body)) is not None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<script src='/app.js'></script>", "few words"),
        (WORDS + "<div id='app'></div><script src='/a.js'></script>", "application stands is empty"),
        (WORDS + "<app-root></app-root><script src='/a.js'></script>", "application stands is empty"),
        (WORDS + "<table id='acts' data-url='/acts.json'></table><script src='/a.js'></script>", "its data"),
        (WORDS + "<div data-src='/list?type=1'> </div><script src='/a.js'></script>", "its data"),
        (
            WORDS + "<table id='acts'><thead><tr><th>Дата</th></tr></thead></table>"
            "<script>$('#acts').DataTable({ajax: '/acts.json'})</script>",
            "fill #acts",
        ),
        (WORDS + "<main><div>Завантаження...</div></main><script src='/a.js'></script>", "still loading"),
        (WORDS + "<div aria-busy=\"true\"></div><script src='/a.js'></script>", "still loading"),
        (
            f"<ul>{MENU * 6}</ul><noscript>Увімкніть JavaScript для перегляду</noscript><script>1</script>",
            "asks for scripts",
        ),
    ],
)
def test_what_is_missing_is_said(body: str, why: str) -> None:
    """The reason names what the page lacks, so that a person can see why a browser was started."""
    found = needs_browser(page(body))

    assert found is not None
    assert why in found


@pytest.mark.parametrize(
    "body",
    [
        "<p>Коротка сторінка без сценаріїв</p>",
        WORDS + "<script src='/counter.js'></script>",
        WORDS + "<script type='application/ld+json'>{}</script>",
        WORDS + "<noscript>Увімкніть JavaScript</noscript><script src='/a.js'></script>",
        WORDS + "<div id='slider'></div><script>start('#slider')</script>",
        WORDS + "<img data-src='/photo.jpg'><iframe data-src='/map'></iframe><script src='/a.js'></script>",
        WORDS + "<a href='/files'>Завантаження...</a><h3>Завантаження…</h3><script src='/a.js'></script>",
        WORDS + "<div id='root'><p>Зміст уже тут</p></div><script src='/a.js'></script>",
        WORDS + "<table id='acts'><tr><td>Рішення</td></tr></table><script>sort('#acts')</script>",
        WORDS
        + "<ul id='acts' data-url='/x.json'><li><a href='/1'>1</a></li></ul><script src='/a.js'></script>",
    ],
)
def test_a_page_with_its_content_needs_none(body: str) -> None:
    """Counters, sliders, late pictures and links named after downloads start no browser."""
    assert needs_browser(page(body)) is None


def test_addresses_of_data_are_seen_in_the_static_page() -> None:
    """Attributes, tables' settings and calls name the plain address, which is cheaper than a browser."""
    body = """
      <table data-url="/acts.json"></table><div data-src="list?type=2"></div><img data-src="/photo.jpg">
      <script>
        $('#a').DataTable({ajax: "/one.json"}); $('#b').dataTable({"sAjaxSource": "/two"});
        fetch('/three?page=1'); $.getJSON("/four.json", draw); ask.open('GET', 'five.php');
        $.ajax({url: '\\/six\\/', success: draw}); const endpoint = `https://scripted.test/seven`;
      </script>"""

    found = plain_endpoints(page(body))

    names = [
        "acts.json",
        "list?type=2",
        "one.json",
        "two",
        "three?page=1",
        "four.json",
        "five.php",
        "six/",
        "seven",
    ]
    assert found == tuple(f"http{'s' * (name == 'seven')}://scripted.test/{name}" for name in names)


@pytest.mark.parametrize(
    "script",
    [
        "fetch('https://elsewhere.test/list.json')",
        "fetch('/list?page=' + page)",
        "fetch(`/list/${page}`)",
        "$.ajax({type: 'POST', url: '/delete'})",
        "show({url: '/photo.jpg'})",
        "$('#a').load('{{ address }}')",
    ],
)
def test_what_is_no_whole_address_of_the_site_is_not_tried(script: str) -> None:
    """Other sites, half addresses, forms and pictures are not asked."""
    assert plain_endpoints(page(f"<script>{script}</script>")) == ()
