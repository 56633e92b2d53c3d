"""What is written into a reply or a letter on a poor line, in a real browser: it waits there until it was taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.archive import Archive
from models.replying import InformationRequest, Reply
from models.requests import Letter
from models.reviewing import Round
from models.store import Store
from models.vocabulary import Role
from review.replying import today
from review.requesting import Done, letter_of, save
from review.sessions import begin, resume
from tests.factories import make_person
from tests.review.asking import waiting_in
from tests.review.in_browser import come_in, cut, number_of, served_page, serving

__all__ = ["served_page"]

pytestmark = pytest.mark.browser

WORDS = "Паспорти є в розділі «Бюджет»,\nза 2026 рік."
LINK = "https://yasnohirsk.test/pasporty-2026"
IN_BROWSER = "Object.keys(localStorage).filter(name => name.startsWith('draft-'))"


@pytest.fixture
def archive(settled_round: Path, tmp_path: Path) -> Archive:
    """An archive of this test's own: here it is written to."""
    del settled_round
    return Archive(tmp_path / "archive")


@pytest.fixture
def desk_at(desk: FastAPI) -> Iterator[str]:
    """A running desk."""
    with serving() as (port, run):
        run(desk)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def reply_form(served_page: Page, store: Store, desk_at: str) -> str:
    """The address at which an official, who is signed in, replies."""
    with store.writing() as db:
        db.add(make_person("official", role=Role.OFFICIAL, city="yasnohirsk"))
        of_round = db.get_one(Round, "2026-11")
        of_round.reply_from, of_round.reply_until = today(), today() + timedelta(days=3)
    come_in(served_page, store, desk_at, "official")
    return f"{desk_at}/reply/{waiting_in(store, 'yasnohirsk', 'BUDG-04').id}"


@pytest.fixture
def letter_form(served_page: Page, store: Store, desk_at: str) -> str:
    """The address of the draft of a letter, at which an assessor is signed in."""
    come_in(served_page, store, desk_at, "assessor")
    return f"{desk_at}/requests/{row_of(store).id}"


def row_of(store: Store) -> InformationRequest:
    """The one request there is."""
    with store.reading() as db:
        return db.scalars(select(InformationRequest)).one()


@contextmanager
def broken(page: Page) -> Iterator[Callable[[str], None]]:
    """A line that breaks while a form is carried: what presses a button, and is back at the page it was sent from."""
    forms = ("**/submissions", "**/requests/*")
    for one in forms:
        page.route(one, lambda route: cut(route) if route.request.method == "POST" else route.fallback())

    def press(name: str) -> None:
        sent_from = page.url
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_url("chrome-error://**")
        page.goto(sent_from)

    yield press
    for one in forms:
        page.unroute(one)


def says(page: Page, form: str, words: str) -> None:
    """Wait until the page says of what is kept what it should."""
    expect(page.locator(f"form[data-keep^={form}] [data-kept-state]").first).to_contain_text(words)


def test_a_reply_whose_sending_failed_is_there_until_it_was_taken(
    served_page: Page, reply_form: str, store: Store
) -> None:
    """Its words and its link come back with a sentence that they were not sent; once taken, the browser has none."""
    page = served_page
    page.goto(reply_form)
    page.locator("#reply-note").fill(WORDS)
    page.locator("#reply-link").fill(LINK)

    with broken(page) as press:
        press("Надіслати відповідь")
    says(page, "reply", "Це ваш текст, якого ще не надіслано")
    back = page.locator("#reply-note").input_value(), page.locator("#reply-link").input_value()
    page.get_by_role("button", name="Надіслати відповідь", exact=True).click()
    page.wait_for_url("**sent=*")

    with store.reading() as db:
        note = db.scalars(select(Reply.note)).one()
    assert back == (WORDS, LINK)
    assert note.replace("\r\n", "\n") == WORDS
    assert page.evaluate(IN_BROWSER) == []


def test_a_reply_without_a_line_stays_on_the_page(served_page: Page, reply_form: str, store: Store) -> None:
    """The page says that there is no line and that the text is kept; nothing is sent, and nothing promised."""
    page = served_page
    page.goto(reply_form)

    page.context.set_offline(True)
    page.locator("#reply-note").fill(WORDS)
    says(page, "reply", "Зв’язку немає. Текст збережено в цьому браузері; надішліть його")
    page.get_by_role("button", name="Надіслати відповідь", exact=True).click()
    stayed, kept = page.url, page.locator("#reply-note").input_value()
    page.context.set_offline(False)

    with store.reading() as db:
        assert db.scalars(select(Reply)).all() == []
    assert (stayed, kept) == (reply_form, WORDS)
    expect(page.locator("[data-kept-state]")).to_have_text("")


def test_a_reply_that_was_refused_is_still_there_later(served_page: Page, reply_form: str) -> None:
    """Who goes away from a refused form and comes back finds the words: the server has not taken them."""
    page = served_page
    page.goto(reply_form)
    page.locator("#reply-note").fill(WORDS)
    page.locator("#reply-link").fill("це не адреса")

    page.get_by_role("button", name="Надіслати відповідь", exact=True).click()
    expect(page.locator("#reply-fault")).to_be_visible()
    page.goto(reply_form)

    assert page.locator("#reply-note").input_value() == WORDS
    assert page.locator("#reply-link").input_value() == "це не адреса"


def test_a_letter_whose_saving_failed_is_there_until_it_was_saved(
    served_page: Page, letter_form: str, store: Store
) -> None:
    """Also where an earlier saving is still told of in the page's address."""
    page = served_page
    page.goto(letter_form)
    page.locator("#subject").fill("Про набори даних і паспорти")
    page.get_by_role("button", name="Зберегти чернетку", exact=True).click()
    page.wait_for_url("**taken=*")
    none_left = page.evaluate(IN_BROWSER)

    page.locator("#body").fill(WORDS)
    with broken(page) as press:
        press("Зберегти чернетку")
    says(page, "request", "Це ваш текст, якого ще не надіслано")
    back = page.locator("#body").input_value()
    page.get_by_role("button", name="Зберегти чернетку", exact=True).click()
    page.wait_for_function(f"() => !({IN_BROWSER}).length && document.readyState === 'complete'")

    assert none_left == []
    assert back == WORDS
    assert (row_of(store).subject, row_of(store).body) == ("Про набори даних і паспорти", WORDS)


def test_a_letter_that_somebody_else_changed_meanwhile_has_both_words(
    served_page: Page, letter_form: str, store: Store
) -> None:
    """What was written here stands above what was saved elsewhere; the fields that nobody touched here are theirs."""
    page = served_page
    page.goto(letter_form)
    page.locator("#body").fill(WORDS)

    with store.writing() as db:
        token = begin(db, number_of(store, "chief"))
    chief = resume(store, token)
    assert chief is not None
    theirs = Letter("Міському голові", letter_of(row_of(store)).reply_to, "Про дані", "Прошу надати все.")
    assert isinstance(save(store, chief, row_of(store).id, theirs, 1), Done)
    page.goto(letter_form)

    assert page.locator("#body").input_value() == f"{WORDS}\n\nПрошу надати все."
    assert page.locator("#addressee").input_value() == "Міському голові"


def test_nobody_is_shown_what_somebody_else_has_not_sent(
    served_page: Page, letter_form: str, store: Store
) -> None:
    """On a shared machine unsent words wait for whoever wrote them."""
    page = served_page
    page.goto(letter_form)
    page.locator("#body").fill(WORDS)

    come_in(page, store, letter_form, "chief")
    page.goto(letter_form)
    others = page.locator("#body").input_value()
    come_in(page, store, letter_form, "assessor")
    page.goto(letter_form)

    assert others == row_of(store).body
    assert page.locator("#body").input_value() == WORDS
