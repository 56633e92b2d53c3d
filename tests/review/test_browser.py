"""The main path in a real browser, with the keyboard alone."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, sync_playwright

from models.environment import settings
from models.judging import Assessment, Finding
from models.store import Store
from tests.review.pretend_answers import PASSWORD

pytestmark = pytest.mark.browser
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def address(desk: FastAPI) -> Iterator[str]:
    """The desk, served on loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(desk, log_level="warning", lifespan="off"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    serving.join(10)


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a real Chromium that speaks Ukrainian; any error of its console fails the test."""
    found = settings().chromium or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium here: run `make setup`, or set TCM_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(locale="uk-UA")
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def sign_in(page: Page, address: str, wanted: str) -> None:
    """Sign in as the assessor of the west, on the way to *wanted*, by keyboard."""
    page.goto(address + wanted)
    page.keyboard.type("assessor")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_sign_in_finding_confirm_and_correct_by_keyboard(page: Page, address: str, store: Store) -> None:
    """One key confirms and brings the next; a correction takes a key, a choice and a reason."""
    sign_in(page, address, "/queue")

    page.keyboard.press("n")
    page.wait_for_url("**/findings/*")
    first = page.locator("h1").inner_text()
    page.keyboard.press("c")
    page.wait_for_url("**settled=*")
    second = page.locator("h1").inner_text()
    page.keyboard.press("x")
    page.keyboard.press("Space")
    page.locator("#comment").focus()
    page.keyboard.type("Це є, з розділу «Архів» — c x n o нічого не натискають.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("text => document.querySelector('h1').innerText !== text", arg=second)

    with store.reading() as db:
        written = db.query(Assessment).order_by(Assessment.id.desc()).limit(2).all()
    assert first != second
    assert [(one.act, one.comment[:5]) for one in written] == [("correct", "Це є,"), ("confirm", "")]


def test_a_draft_survives_a_reload_and_keys_can_be_turned_off(page: Page, address: str) -> None:
    """What is being written is kept by the browser; whoever dictates can switch single keys off."""
    sign_in(page, address, "/queue/next")
    page.wait_for_url("**/findings/*")

    page.locator("#comment").fill("Недописана думка")
    page.reload()
    kept = page.locator("#comment").input_value()
    page.locator("main").focus()
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").click()
    page.locator("main").focus()
    before = page.url
    page.keyboard.press("c")
    page.wait_for_timeout(200)

    assert kept == "Недописана думка"
    assert page.url == before


def test_every_page_fits_a_phone_and_names_its_controls(page: Page, address: str, store: Store) -> None:
    """No page scrolls sideways at 390 pixels; every control has a name, every page one main heading."""
    sign_in(page, address, "/")
    page.set_viewport_size({"width": 390, "height": 844})

    with store.reading() as db:
        of_city = db.query(Finding).filter(Finding.indicator == "INFO-08", Finding.city == "verbopil")
        finding = of_city.order_by(Finding.id.desc()).first()
    assert finding
    capture = f"/captures/{finding.search['near_miss']['capture']}"
    own = (f"/findings/{finding.id}", f"/findings/{finding.id}/search", capture)
    for path in ("/", "/queue", "/queue/next", "/cities", "/cities/duby", "/crawler", "/crawler/load", *own):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.locator("h1").count() == 1, path
        nameless = page.evaluate(
            """[...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")].filter(
                 one => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).map(one => one.outerHTML)"""
        )
        assert nameless == [], path


def test_a_captured_page_runs_nothing_here(page: Page, address: str) -> None:
    """What a site's page contains is shown as text: no script of it ever runs on the desk."""
    sign_in(page, address, "/queue/next")
    page.wait_for_url("**/findings/*")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))

    page.locator(".evidence .acts a[href^='/captures/']:not([target])").first.click()
    page.wait_for_url("**/captures/*")
    with page.expect_download() as download:
        page.locator("a[href$='/body']").click()

    assert download.value.suggested_filename.endswith(".html")
    assert "/captures/" in page.url
