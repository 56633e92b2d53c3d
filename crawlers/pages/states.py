"""Pages that stand in place of the page asked for: not found, shields, sign-in, requests for consent, empty shells."""

import itertools
import re

from crawlers.pages.base import Page, text
from crawlers.pages.lexicon import Phrases, phrases, words
from models.vocabulary import PageKind, Reason

_FEW_WORDS = 250
_HARDLY_ANY = 25
_FEW_LINKS = 12
_LINKS_OF_A_SHELL = 2
_WORDS_OF_A_TITLE = 12
_WORDS_WITH_404 = 4
_WORDS_OF_A_BUTTON = 5
_CLIMB = 8
_ENOUGH = 20_000  # characters; a page in place of content has far fewer
_HEAD = 400  # characters; what stands at the top of the page
_NUMBER_404 = re.compile(r"(?<!\d)404(?!\d)")


def stands_in(page: Page) -> tuple[PageKind, Reason] | None:
    """Say what this page is in place of content, and why; None where it is content."""
    said = page.outline.main_text[:_ENOUGH]
    count = len(said.split())
    heads = (page.document_title, page.heading)
    if _is_challenge(page, said, count, heads):
        return PageKind.SHIELD, Reason.CHALLENGE
    if _is_not_found(said, count, heads):
        return PageKind.ERROR, Reason.SOFT_404
    if _is_login(page, count, heads):
        return PageKind.SHIELD, Reason.LOGIN_WALL
    if count < _FEW_WORDS and _is_consent(page, said):
        return PageKind.SHIELD, Reason.CHALLENGE
    if _is_shell(page, said, count):
        return PageKind.ERROR, Reason.EMPTY_SHELL
    return None


def _is_not_found(said: str, count: int, heads: tuple[str, str]) -> bool:
    """The title or first heading says so in few words; or a short page does at its top."""
    missing = phrases("states", "not_found")
    for head in heads:
        short = len(head.split()) <= _WORDS_OF_A_TITLE
        if short and (
            missing.within(head) or (_NUMBER_404.search(head) and len(head.split()) <= _WORDS_WITH_404)
        ):
            return True
    return count < _FEW_WORDS and missing.within(said[:_HEAD])


def _is_challenge(page: Page, said: str, count: int, heads: tuple[str, str]) -> bool:
    if count >= _FEW_WORDS or len(page.outline.spots) > _FEW_LINKS:
        return False
    asked = phrases("states", "challenge")
    if any(asked.within(head) for head in heads):
        return True
    marked = any(mark in page.source for mark in words("states", "challenge_marks"))
    return asked.within(said) or (marked and count < _HARDLY_ANY)


def _is_login(page: Page, count: int, heads: tuple[str, str]) -> bool:
    secret = any(field.get("type", "").lower() == "password" for field in page.root.iter("input"))
    if not secret or count > _FEW_WORDS:
        return False
    return len(page.outline.spots) <= _FEW_LINKS or any(phrases("states", "login").within(h) for h in heads)


def _is_consent(page: Page, said: str) -> bool:
    """A request to agree to something, with its button, and hardly a word beside it."""
    outline = page.outline
    asks, agrees = phrases("states", "consent"), phrases("states", "agree")
    if len(outline.spots) > _FEW_LINKS or not asks.within(outline.text[:_ENOUGH]):
        return False
    for button in page.root.iter("button", "input", "a"):
        label = f"{text(button)} {button.get('value') or ''}"
        if len(label.split()) > _WORDS_OF_A_BUTTON or not agrees.within(label):
            continue
        for part in itertools.islice(button.iterancestors(), _CLIMB):
            asked = outline.said(*outline.spans.get(part, (0, 0)))
            if asks.within(asked):
                inside = sum(asked.count(line) and len(line.split()) for line in said.split("\n"))
                return len(said.split()) - inside < _HARDLY_ANY
    return False


def _is_shell(page: Page, said: str, count: int) -> bool:
    """Scripts that would bring the content, and none of it."""
    scripts = sum(1 for _ in page.root.iter("script"))
    if not scripts or len(page.outline.spots) > _LINKS_OF_A_SHELL:
        return False
    asks: Phrases = phrases("states", "needs_scripts")
    return count < _HARDLY_ANY or (count < 2 * _HARDLY_ANY and asks.within(said))
