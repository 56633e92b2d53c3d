"""What one page of a template taught is not learned again on the next."""

import json
from datetime import date

from lxml import html

from crawlers.browsing.deciding import Decision, Decisions, Way
from crawlers.pages.base import Page
from fixtures import scripted
from models.vocabulary import Reason


def page(number: int, body: bytes = scripted.INLINE) -> Page:
    """The page of one *number* of a template; its list comes from data in the page itself."""
    source = body.decode()
    url = f"http://{scripted.HOST}/acts/{number}"
    return Page(url=url, root=html.document_fromstring(source), source=source, today=date(2026, 11, 20))


def test_a_page_with_its_content_is_static() -> None:
    """Where nothing is missing nothing is tried, and no render is used up."""
    whole = page(
        1, scripted.page("", main="<p>" + "Рішення ради. " * 60 + "<a href='/1'>1</a> <a href='/2'>2</a></p>")
    )

    assert Decisions(most=0).decide(whole) == Decision(Way.STATIC, "it holds its content")


def test_plain_addresses_are_tried_before_a_browser() -> None:
    """An address seen in the page comes first; when it failed, the browser is asked for."""
    decisions = Decisions()

    first = decisions.decide(page(1, scripted.BY_FETCH))

    assert first.way is Way.PLAIN
    assert first.endpoints == (f"http://{scripted.HOST}/api/documents?page=1",)
    assert decisions.to_render(first.why).way is Way.BROWSER


def test_a_template_the_browser_helped_goes_straight_to_it() -> None:
    """After a useful render the plain addresses of the next page of that template are not tried first."""
    decisions = Decisions()
    decisions.was_rendered(page(1).url, brought=True)

    assert decisions.decide(page(2, scripted.BY_FETCH)).way is Way.BROWSER


def test_a_template_no_browser_helps_is_left_alone() -> None:
    """Two renders that brought nothing are enough; the page is then an empty shell, and said so."""
    decisions = Decisions()
    for number in (1, 2):
        assert decisions.decide(page(number)).way is Way.BROWSER
        decisions.was_rendered(page(number).url, brought=False)

    left = decisions.decide(page(3))

    assert (left.way, left.reason) == (Way.STATIC, Reason.EMPTY_SHELL)


def test_one_failure_does_not_undo_what_is_known_to_work() -> None:
    """A template that was helped stays with the browser though some of its pages are truly empty."""
    decisions = Decisions()
    decisions.was_rendered(page(1).url, brought=True)
    for number in (2, 3, 4):
        decisions.was_rendered(page(number).url, brought=False)

    assert decisions.decide(page(5)).way is Way.BROWSER


def test_renders_of_a_visit_are_bounded_and_the_bound_is_said() -> None:
    """Beyond the budget the reason is the budget, never an empty page."""
    decisions = Decisions(most=1)
    decisions.was_rendered(page(1).url, brought=True)

    cut = decisions.decide(page(2))

    assert (cut.way, cut.reason) == (Way.STATIC, Reason.BUDGET)


def test_the_next_visit_knows_what_helped_and_tries_the_rest_anew() -> None:
    """What is kept is JSON; hopeless templates are left out, because sites are mended."""
    decisions = Decisions()
    decisions.was_rendered("http://a.test/acts/1", brought=True)
    decisions.came_plainly("http://a.test/list", "http://a.test/list.json?page=1")
    for _ in range(2):
        decisions.was_rendered("http://a.test/hopeless/1", brought=False)

    kept = json.loads(json.dumps(decisions.as_json()))

    assert sorted(kept) == ["a.test/acts/N?", "a.test/list?"]
    assert Decisions(kept).as_json() == kept
