"""Each role's main path in a real browser, by the words that the pages say; the assessor's is in test_browser.py."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from models.judging import Assessment
from models.replying import Reply
from models.reviewing import Assignment, Item, Review, Round
from models.vocabulary import ItemState, Passing, Role, Verdict
from review.replying import today
from tests.review.every_page import REGION
from tests.review.looking import ROUND
from tests.review.walked import Walking, enter, page, walking

__all__ = ["page", "walking"]

pytestmark = pytest.mark.browser


def come_in(page: Page, walking: Walking, role: Role) -> None:
    """Stand on the home page as somebody in *role*."""
    enter(page, walking, role)
    page.goto(f"{walking.desk_url}/?lang=uk")


def go_to(page: Page, section: str) -> None:
    """Follow the menu to *section*."""
    page.locator(".menu").get_by_role("link", name=section, exact=True).click()


def press(page: Page, button: str) -> None:
    """Press the button of the page that is called *button*."""
    page.locator("main").get_by_role("button", name=button).click()


def test_a_chief_opens_a_round_and_gives_out_work(page: Page, walking: Walking) -> None:
    """A new round stands in the list; a region's work of one area goes to one person, after it was shown."""
    come_in(page, walking, Role.CHIEF)

    go_to(page, "Раунди")
    page.get_by_role("link", name="Відкрити раунд").click()
    page.locator("#id").fill("2026-12")
    page.locator("#due_on").fill("2026-12-20")
    page.locator("#second_share").fill("10")
    page.locator("#probe_share").fill("2")
    press(page, "Відкрити раунд")
    opened = page.locator("h1").inner_text()
    go_to(page, "Раунди")
    page.get_by_role("link", name=f"Раунд {ROUND}").click()
    page.get_by_role("link", name="Розподілити роботу").click()
    page.locator(f"input[name=region][value={REGION}]").check()
    page.get_by_label("Марія Коваль").check()
    press(page, "Подивитися, що зміниться")
    with walking.store.reading() as db:
        before = db.query(Assignment).count()
    press(page, "Передати роботу")
    said = page.get_by_role("status").inner_text()

    with walking.store.reading() as db:
        given = db.query(Assignment).count()
        assert db.get(Round, "2026-12")
    assert opened == "Раунд 2026-12"
    assert before < given
    assert str(given - before) in said


def test_a_coordinator_settles_a_dispute(page: Page, walking: Walking) -> None:
    """Both looks stand side by side; one verdict with its reason stays, and the question is settled."""
    come_in(page, walking, Role.COORDINATOR)

    go_to(page, "Розбіжності")
    page.locator("main tbody a").first.click()
    looks = page.locator(".weighed .card").all_inner_texts()
    asked = int(page.url.rpartition("/")[2])
    page.get_by_role("radio", name="Виконано частково").check()
    page.locator("#comment").fill("Є лише частина рішень за період.")
    press(page, "Розв’язати розбіжність")
    page.wait_for_url("**/disputes*settled=*")

    with walking.store.reading() as db:
        item = db.get_one(Item, asked)
    assert any("Останні рішення – за вересень." in one for one in looks)
    assert (item.state, item.settled_verdict) == (ItemState.SETTLED, Verdict.PARTLY_MET)


def test_a_second_assessor_looks_blind(page: Page, walking: Walking) -> None:
    """Neither the machine's verdict nor the first look is on the page; the second is written down as such."""
    come_in(page, walking, Role.SECOND_ASSESSOR)
    words = "Рішення є, останнє за листопад."

    go_to(page, "Друга думка")
    page.get_by_role("link", name="Почати").click()
    page.wait_for_url("**/findings/*")
    shown = page.locator("main").inner_text()
    page.get_by_role("radio", name="Виконано", exact=True).check()
    page.locator("#comment").fill(words)
    press(page, "Записати рішення")
    page.wait_for_url("**settled=*")

    with walking.store.reading() as db:
        written = select(Review).join(Assessment, Assessment.id == Review.assessment_id)
        review = db.scalars(written.where(Assessment.comment == words)).one()
    assert "Висновок машини приховано" in shown
    assert "Рішення оприлюднено." not in shown
    assert review.passing is Passing.SECOND


def test_an_analyst_reads_how_far_people_agree(page: Page, walking: Walking) -> None:
    """From home to the figures of agreement, to one round of them, and to a file of the same."""
    come_in(page, walking, Role.ANALYST)

    go_to(page, "Узгодженість")
    page.locator("#round").select_option(ROUND)
    press(page, "Показати")
    figures = page.locator(".figure").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Завантажити CSV").click()

    assert len(figures) == 4
    assert int(figures[0]) > 0
    assert download.value.suggested_filename.endswith(".csv")


def test_an_operator_sees_what_a_run_could_not_see(page: Page, walking: Walking) -> None:
    """From home to the runs, to one of them, and to the addresses that were not seen."""
    come_in(page, walking, Role.OPERATOR)

    go_to(page, "Обходи")
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/runs/*")
    unseen = page.locator("main").inner_text()

    assert page.locator("h1").inner_text().startswith("Обхід ")
    assert "Куди не вдалося зазирнути" in unseen


def test_an_official_replies(page: Page, walking: Walking) -> None:
    """From home to the city's findings, to one that is not met, and the reply stands on its page."""
    with walking.store.writing() as db:
        of_round = db.get_one(Round, ROUND)
        of_round.reply_from, of_round.reply_until = today() - timedelta(days=1), today() + timedelta(days=9)
    come_in(page, walking, Role.OFFICIAL)
    words = "Оприлюднено в розділі «Публічна інформація», просимо перевірити."

    page.get_by_role("link", name="Переглянути й відповісти").click()
    page.locator("tr", has_text="можна відповісти").get_by_role("link").first.click()
    page.locator("#reply-note").fill(words)
    press(page, "Надіслати відповідь")
    page.wait_for_load_state()

    with walking.store.reading() as db:
        written = db.scalars(select(Reply.note).where(Reply.note == words)).all()
    assert written == [words]
    assert words in page.locator("main").inner_text()


def test_a_reader_reads_and_is_offered_nothing_else(page: Page, walking: Walking) -> None:
    """From home to a city, to one answer with its evidence, and to the report; nowhere a decision to take."""
    come_in(page, walking, Role.READER)

    go_to(page, "Міста")
    page.locator("main tbody a").first.click()
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/findings/*")
    offered = page.locator("#decision").count()
    page.go_back()
    page.get_by_role("link", name="Звіт для друку").click()

    assert offered == 0
    assert page.locator("h1").inner_text().startswith("Звіт про прозорість")


def test_a_stranger_is_asked_to_sign_in_first(page: Page, walking: Walking) -> None:
    """Whoever is not let in sees the sign-in page in place of the queue, and who visits whose site."""
    page.goto(f"{walking.desk_url}/queue?lang=uk")

    page.wait_for_url("**/sign-in*")

    assert page.locator("#password").count() == 1
    page.get_by_role("link", name="Хто відвідує ваш сайт").click()
    assert page.locator("h1").inner_text() == "Хто відвідує ваш сайт"
