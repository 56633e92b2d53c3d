"""Lists that come by script are read as the page shows them, from bytes already captured."""

from __future__ import annotations

import asyncio

import pytest

from crawlers.browsing.answers import Answered, Rendered
from fixtures import scripted
from models.vocabulary import Reason
from tests.crawlers.browsing.conftest import Site, listed

pytestmark = pytest.mark.browser
DATA = f"http://{scripted.HOST}/api/documents"


LISTS = {
    "fetch": (scripted.BY_FETCH, [f"{DATA}?page=1"]),
    "late": (scripted.BY_FETCH_LATE, [DATA]),
    "xhr": (scripted.BY_XHR, [f"http://{scripted.HOST}/list.php"]),
    "library": (scripted.BY_LIBRARY, [DATA]),
    "inline": (scripted.INLINE, []),
}


def test_the_list_is_there_and_the_plain_way_to_it_named(site: Site) -> None:
    """However it comes, every paper stands in the rendered page, and the address that gave them is told."""

    async def together() -> list[Rendered]:
        return await asyncio.gather(*(site.render(body) for body, _ in LISTS.values()))

    for name, rendered in zip(LISTS, site.run(together()), strict=True):
        assert (name, listed(rendered.html)) == (name, scripted.PAPERS)
        assert (name, rendered.reason) == (name, None)
        assert (name, list(rendered.endpoints)) == (name, LISTS[name][1])
        asked = [seen.url for seen in rendered.requests if seen.resource_type != "script"]
        assert (name, asked) == (name, LISTS[name][1])


def test_the_page_itself_is_never_asked_for_again(site: Site) -> None:
    """The document comes from the bytes handed in: one request fewer for the city."""
    site.run(site.render(scripted.BY_FETCH))

    assert site.asked == [f"fetch {DATA}?page=1"]


def test_a_list_without_end_is_cut_and_said_to_be(site: Site) -> None:
    """A page that never comes to rest gives what stands, with a reason: never a complete page."""
    rendered = site.run(site.render(scripted.ENDLESS))

    assert listed(rendered.html) > 20
    assert rendered.reason is Reason.BUDGET


def test_utf_8_is_what_comes_out_whatever_the_page_says(site: Site) -> None:
    """Text handed in as UTF-8 is not read by the page's own, older word on its charset."""
    rendered = site.run(site.render(scripted.page("", charset="windows-1251")))

    assert "Рішення виконавчого комітету" in rendered.html.decode()


def test_a_script_shared_by_pages_is_asked_for_once(site: Site) -> None:
    """The second page of a template costs the city its data only."""

    async def twice() -> None:
        await site.render(scripted.BY_LIBRARY)
        await site.render(scripted.BY_LIBRARY)

    site.run(twice())

    scripts = [one for one in site.asked if one.startswith("script")]
    assert scripts == [f"script http://{scripted.HOST}/app.js", f"script http://{scripted.HOST}/app.js?2"]


def test_a_page_leaves_nothing_to_the_next(site: Site) -> None:
    """What one page stores in the browser, another does not find."""
    leaving = scripted.page("localStorage.setItem('left', 'behind'); document.cookie = 'left=behind';")
    finding = scripted.page("document.title = (localStorage.getItem('left') || 'nothing') + document.cookie;")

    async def both() -> bytes:
        await site.render(leaving)
        return (await site.render(finding)).html

    assert b"<title>nothing</title>" in site.run(both())


def test_what_moved_is_followed_and_judged_hop_by_hop(site: Site) -> None:
    """A redirect within the site is followed through the crawl; one that leads off it is no answer."""
    elsewhere = "http://elsewhere.test/list.json"
    new = f"http://{scripted.HOST}/new.json"
    site.answers[f"{DATA}?page=1"] = Answered(302, {"Location": "/new.json"}, b"")
    site.answers[new] = Answered(200, {"Content-Type": "application/json"}, scripted.LIST.encode())
    site.answers[DATA] = Answered(301, {"Location": elsewhere}, b"")

    async def both() -> tuple[bytes, bytes]:
        return (await site.render(scripted.BY_FETCH)).html, (await site.render(scripted.BY_FETCH_LATE)).html

    followed, refused = site.run(both())

    assert listed(followed) == scripted.PAPERS
    assert listed(refused) == 0
    assert not any(elsewhere in one for one in site.asked)


def test_a_page_that_turns_elsewhere_on_the_site_is_followed(site: Site) -> None:
    """A script that sends the visitor on is obeyed within the site, and the address that stands is told."""
    target = f"http://{scripted.HOST}/new"
    site.answers[target] = Answered(200, {"Content-Type": "text/html; charset=utf-8"}, scripted.INLINE)

    rendered = site.run(site.render(scripted.page("location.href = '/new'")))

    assert rendered.final_url == target
    assert listed(rendered.html) == scripted.PAPERS


def test_slow_answers_are_not_held_against_the_page(site: Site) -> None:
    """Time in which a page waits for the crawl's own pace is not counted as the page hanging."""
    ordinary = site.fetch

    async def slowly(url: str, kind: str) -> Answered | None:
        await asyncio.sleep(site.limits.page + 1)
        return await ordinary(url, kind)

    site.fetch = slowly  # type: ignore[method-assign]

    rendered = site.run(site.render(scripted.BY_FETCH))

    assert listed(rendered.html) == scripted.PAPERS
    assert rendered.reason is None
