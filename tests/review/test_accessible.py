"""Every page for everybody: axe-core finds no violation of WCAG 2.2 AA, by day and by night, on desk and phone."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.review.every_page import ELSEWHERE, PAGES, ROUTES
from tests.review.walked import Walking, opened, page, walking

__all__ = ["page", "walking"]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASKED = {"runOnly": TAGS, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
RUN = "asked => axe.run(document, asked).then(told => told.violations)"
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
NARROW = (320, 390, 720)  # a small phone, a phone, and 1440 pixels at 200 %


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    told: list[dict[str, Any]] = page.evaluate(RUN, ASKED)
    return [f"{one['id']}: {node['html'][:200]}" for one in told for node in one["nodes"]]


def test_what_is_no_page_is_still_a_route() -> None:
    """Nothing is left out of the walk under a name that no route has."""
    assert set(ROUTES) >= ELSEWHERE


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible(path: str, page: Page, walking: Walking) -> None:
    """Contrast, names, roles, landmarks, headings and target sizes, by day at 1440 pixels and by night at 390."""
    opened(page, walking, path)

    for scheme, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)

        assert violations(page) == [], f"{scheme}, {width} pixels"


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_narrow_windows(path: str, page: Page, walking: Walking) -> None:
    """Nothing scrolls sideways at 320 pixels, nor at 200 % of zoom; one main heading says where one is."""
    opened(page, walking, path)

    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})

        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} pixels are wanted where there are {width}"
    assert page.locator("h1").count() == 1
