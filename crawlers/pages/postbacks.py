"""Next pages that are no links: the form fields of a postback, and addresses inside the pager's scripts."""

import re
from typing import NamedTuple

from crawlers.pages.base import Element, Page, absolute, text
from crawlers.pages.lexicon import folded
from models.matching import normalise

_CALL = re.compile(r"__doPostBack\(\s*(['\"])(?P<target>[^'\"]+)\1\s*,\s*(['\"])(?P<argument>[^'\"]*)\3\s*\)")
_PAGE = re.compile(r"^page\$(?:\d+|next|first|last|prev)$", re.IGNORECASE)
_PAGER_NAME = re.compile(
    r"pager|paging|pagination|page(?:next|prev|index|number|\d)|lnk(?:next|page)|btnnext", re.IGNORECASE
)
_REFRESH = re.compile(
    r"(?:RefreshPageTo|GotoPage|NavigateTo)\s*\(\s*\w+\s*,\s*(['\"])(?P<address>.+?)\1\s*\)"
)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_HIDDEN = ".//input[@name][@type='hidden' or starts-with(@name, '__')]"
_SCRIPTED = "//a[contains(@href, '__doPostBack') or contains(@onclick, '__doPostBack')]"
_MOST = 100  # postbacks of one page; a pager has a dozen
_VALUE_UP_TO = 400_000  # characters of hidden fields that are worth sending back


class Postback(NamedTuple):
    """What a browser would send for the next page of a list: a POST of *fields* to *action*."""

    action: str
    fields: tuple[tuple[str, str], ...]
    words: str  # what the pager's link says


def postbacks(page: Page) -> tuple[Postback, ...]:
    """Give the postbacks of the page's pagers, each once, in page order; other postbacks are left alone."""
    found: dict[tuple[str, str], Postback] = {}
    for link in page.root.xpath(_SCRIPTED):
        call = _CALL.search(link.get("href") or "") or _CALL.search(link.get("onclick") or "")
        form = next(link.iterancestors("form"), None)
        if call is None or form is None or not _turns_pages(link, call):
            continue
        made = _postback(page, form, call, text(link))
        if made and len(found) < _MOST:
            found.setdefault((call["target"], call["argument"]), made)
    return tuple(found.values())


def hidden_pages(page: Page) -> tuple[str, ...]:
    """Give the addresses that a pager's script would open: plain GET, though no link leads there."""
    found: dict[str, None] = {}
    for element in page.root.xpath("//*[contains(@onclick, '(event')]"):
        if called := _REFRESH.search(element.get("onclick")):
            href = absolute(page.base, _unescaped(called["address"]))
            if href and len(found) < _MOST:
                found[href] = None
    return tuple(found)


def _turns_pages(link: Element, call: re.Match[str]) -> bool:
    """By its argument, by its name, or because it says a number or "next" and nothing else."""
    if _PAGE.match(call["argument"]) or _PAGER_NAME.search(call["target"]):
        return True
    words = normalise(text(link) or link.get("title") or "")
    return words.isdigit() or words in folded("ways", "paging_words")


def _postback(page: Page, form: Element, call: re.Match[str], words: str) -> Postback | None:
    action = absolute(page.base, form.get("action") or page.url)
    if action is None:
        return None
    fields = {field.get("name"): field.get("value") or "" for field in form.xpath(_HIDDEN)}
    fields |= {"__EVENTTARGET": call["target"], "__EVENTARGUMENT": call["argument"]}
    if sum(map(len, fields.values())) > _VALUE_UP_TO:
        return None
    return Postback(action, tuple(fields.items()), words)


def _unescaped(written: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), written).replace("\\/", "/")
