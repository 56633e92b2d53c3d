"""The desk without a mouse: every control is reached, seen and left again by the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from models.vocabulary import Role
from tests.review.every_page import PAGES
from tests.review.walked import Walking, enter, opened, page, walking

__all__ = ["page", "walking"]

pytestmark = pytest.mark.browser

CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
REACHABLE = f"""[...document.querySelectorAll("{CONTROLS}")].filter(
    one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({{visibilityProperty: true}})).length"""
FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    return {outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
            said: (one.textContent.trim() || one.name || one.tagName).slice(0, 40),
            seen: box.bottom > 0 && box.top < innerHeight && box.width > 0, left: one === document.body};
}"""
FROM_THE_TOP = (
    "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
)
MOST = 150  # steps of Tab; the longest page of the round has fewer
SENT_ON = {"/about", "/queue/next", "/queue/previous", "/second/next"}


def steps(page: Page) -> list[dict[str, Any]]:
    """What has the focus after each Tab, from the top of the page until it leaves the page."""
    passed: list[dict[str, Any]] = []
    while len(passed) < MOST:
        page.keyboard.press("Tab")
        here: dict[str, Any] = page.evaluate(FOCUSED)
        if here["left"]:
            return passed
        passed.append(here)
    return passed


def to(page: Page, selector: str) -> None:
    """Press Tab until *selector* has the focus."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by Tab")


@pytest.mark.parametrize("path", [path for path in PAGES if path not in SENT_ON])
def test_every_control_is_reached_and_its_focus_is_seen(path: str, page: Page, walking: Walking) -> None:
    """Tab goes through all of them, is never caught, scrolls each into view and draws a line around it."""
    opened(page, walking, path)
    page.evaluate(FROM_THE_TOP)
    wanted = page.evaluate(REACHABLE)
    grouped = page.locator(
        "input[type=radio], input[type=date]"
    ).count()  # a group is one stop, a date is several

    passed = steps(page)

    assert len(passed) < MOST
    assert wanted - grouped <= len(passed)
    assert [one for one in passed if one["outline"] < 2 or not one["seen"]] == []


def test_the_first_stop_skips_to_the_content(page: Page, walking: Walking) -> None:
    """Nobody has to walk through the menu of every page."""
    opened(page, walking, "/queue")

    page.keyboard.press("Tab")
    first = page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert first["said"] == "Перейти до змісту"
    assert first["outline"] >= 2
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_from_the_queue_to_a_decision_and_on_by_tab_alone(page: Page, walking: Walking) -> None:
    """Without one single-letter key: the queue, a question of it, a reasoned decision, the next question."""
    enter(page, walking, Role.ASSESSOR)
    page.goto(f"{walking.desk_url}/queue?whose=all")

    to(page, "main table a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/*")
    asked = page.url
    to(page, "#decision input[type=radio]")
    page.keyboard.press("Space")
    to(page, "#comment")
    page.keyboard.type("Документ є, але без додатків.")
    to(page, "#decision button[value=correct], #decision button[value=say]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.partition("?")[0] != asked.partition("?")[0])

    assert "settled=" in page.url


def test_the_menu_of_a_phone_folds_without_a_script(page: Page, walking: Walking) -> None:
    """At 390 pixels the sections are behind one summary, which a key opens; before that none of them is a stop."""
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, walking, "/")

    before = page.locator(".menu-fold nav a").first.is_visible()
    to(page, ".menu-fold summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert not before
    assert page.evaluate("!!document.activeElement.closest('.menu-fold nav')")


def test_forced_colours_keep_every_mark(page: Page, walking: Walking) -> None:
    """Where the system chooses the colours, a verdict is still a shape with a word."""
    opened(page, walking, "/cities/{slug}")
    page.emulate_media(forced_colors="active")

    told = page.locator("main td .verdict").evaluate_all(
        """all => all.map(one => [one.innerText.trim(), getComputedStyle(one.querySelector("svg")).color,
                                  getComputedStyle(one).backgroundColor])"""
    )

    assert told
    assert all(words and shape != ground for words, shape, ground in told)


def test_nothing_moves_for_whoever_wants_no_motion(page: Page, walking: Walking) -> None:
    """With reduced motion asked for, no element has a transition or an animation."""
    opened(page, walking, "/queue")

    moving = page.evaluate(
        """[...document.querySelectorAll("*")].map(one => getComputedStyle(one)).filter(style =>
            style.animationName !== "none" || style.transitionDuration.split(",").some(parseFloat)).length"""
    )

    assert moving == 0
