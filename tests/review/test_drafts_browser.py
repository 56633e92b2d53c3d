"""What an assessor types on a poor line, in a real browser: it is kept, it is said so, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.items import item_of
from models.judging import Assessment
from models.reviewing import Draft
from models.store import Store
from models.vocabulary import Verdict
from review.drafting import keep
from tests.review.asking import waiting_in
from tests.review.in_browser import come_in, cut, number_of, served_page, serving

__all__ = ["served_page"]

pytestmark = pytest.mark.browser

WORDS = "Бюджет є в розділі «Фінанси»,\nале за минулий рік."
DRAFTS = "**/draft"


@pytest.fixture
def address(desk: FastAPI, store: Store) -> Iterator[str]:
    """The page of one finding of a running desk."""
    with serving() as (port, run):
        run(desk)
        yield f"http://127.0.0.1:{port}/findings/{waiting_in(store, 'yasnohirsk', 'INFO-08').id}"


@pytest.fixture
def page(served_page: Page, store: Store, address: str) -> Page:
    """The assessor's browser."""
    come_in(served_page, store, address, "assessor")
    return served_page


def drafts(store: Store) -> list[tuple[Verdict | None, str]]:
    """What the desk has of unfinished words."""
    with store.reading() as db:
        return [(one.verdict, one.comment.replace("\r\n", "\n")) for one in db.scalars(select(Draft))]


def says(page: Page, words: str) -> None:
    """Wait until the page says of the draft what it should."""
    expect(page.locator("[data-draft-state]")).to_contain_text(words)


def test_words_typed_offline_are_sent_once_the_line_is_back(page: Page, address: str, store: Store) -> None:
    """The page says that there is no line and that the text is kept, and by itself that it was sent."""
    page.goto(address)

    page.context.set_offline(True)
    page.locator("#comment").fill(WORDS)
    page.locator('[name="verdict"][value="met"]').check()
    says(page, "Зв’язку немає. Текст збережено в цьому браузері")
    before = drafts(store)
    page.context.set_offline(False)
    says(page, "Чернетку збережено")

    assert before == []
    assert drafts(store) == [(Verdict.MET, WORDS)]


def test_words_that_were_never_sent_are_there_after_a_reload(page: Page, address: str, store: Store) -> None:
    """They come back with the verdict chosen, on top of older words that the desk has, and are sent then."""
    keep(store, number_of(store, "assessor"), item_number(store, address), None, "Бюджет є")
    page.goto(address)
    page.route(DRAFTS, cut)

    page.locator("#comment").fill(WORDS)
    page.locator('[name="verdict"][value="partly-met"]').check()
    says(page, "Зв’язку немає")
    page.reload()
    restored = page.locator("#comment").input_value()
    chosen = page.locator('[name="verdict"]:checked').get_attribute("value")
    page.unroute(DRAFTS)
    page.reload()
    says(page, "Чернетку збережено")

    assert (restored, chosen) == (WORDS, "partly-met")
    assert drafts(store) == [(Verdict.PARTLY_MET, WORDS)]


def test_words_written_elsewhere_meanwhile_are_not_lost(page: Page, address: str, store: Store) -> None:
    """What was typed here without a line and what was sent from another machine stand together."""
    page.goto(address)
    page.route(DRAFTS, cut)

    page.locator("#comment").fill(WORDS)
    says(page, "Зв’язку немає")
    keep(store, number_of(store, "assessor"), item_number(store, address), None, "З телефону: є й архів.")
    page.unroute(DRAFTS)
    page.reload()
    says(page, "Чернетку збережено")

    [(_, comment)] = drafts(store)
    assert comment == f"{WORDS}\n\nЗ телефону: є й архів."


def test_a_decision_without_a_line_stays_on_the_page(page: Page, address: str, store: Store) -> None:
    """Nothing leaves the page, nothing is recorded; the same press records it once the line is there."""
    page.goto(address)
    page.locator("#comment").fill(WORDS)
    page.locator('[name="verdict"][value="met"]').check()
    record = page.locator('#decision [name="act"][value="correct"]')

    page.context.set_offline(True)
    record.click()
    says(page, "Зв’язку немає")
    stayed, kept = page.url, page.locator("#comment").input_value()
    page.context.set_offline(False)
    record.click()
    page.wait_for_url("**settled=*")

    with store.reading() as db:
        written = db.scalars(select(Assessment).order_by(Assessment.id.desc())).first()
    assert written is not None
    assert (stayed, kept) == (address, WORDS)
    assert (written.verdict, written.comment.replace("\r\n", "\n")) == (Verdict.MET, WORDS)
    assert drafts(store) == []
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft-'))") == []


def test_nobody_is_shown_what_somebody_else_has_not_sent(page: Page, address: str, store: Store) -> None:
    """On a shared machine unsent words wait for whoever wrote them: the second look stays blind."""
    page.goto(address)
    page.route(DRAFTS, cut)
    page.locator("#comment").fill(WORDS)
    says(page, "Зв’язку немає")

    come_in(page, store, address, "second")
    page.goto(address)
    others = page.locator("#comment").input_value()
    come_in(page, store, address, "assessor")
    page.goto(address)

    assert others == ""
    assert page.locator("#comment").input_value() == WORDS


def test_a_sign_in_that_has_ended_is_not_called_a_lost_line(page: Page, address: str, store: Store) -> None:
    """The page says so, and the words are there after the next sign-in."""
    page.goto(address)
    page.context.clear_cookies()

    page.locator("#comment").fill(WORDS)
    says(page, "Чернетку не прийнято: можливо, ваш вхід закінчився")
    come_in(page, store, address, "assessor")
    page.reload()
    says(page, "Чернетку збережено")

    assert drafts(store) == [(None, WORDS)]


def item_number(store: Store, address: str) -> int:
    """The item behind the page of a finding."""
    with store.reading() as db:
        found = item_of(db, int(address.rpartition("/")[2]))
    assert found is not None
    return found.id
