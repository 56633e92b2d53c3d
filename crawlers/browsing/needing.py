"""When a static page needs a browser: it lacks its content and has scripts that would bring it."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from crawlers.addresses import belongs, is_media
from crawlers.pages.base import Element, Page, absolute, text
from crawlers.pages.lexicon import phrases, words
from models.matching import normalise

_FEW_CHARACTERS, _FEW_LINKS = 500, 5
_MOST_ENDPOINTS = 10
_AROUND = 160  # characters in which a script says with what method it asks
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "title", "option"})
_UNLINKED = _UNSEEN | {"a"}
_MOUNTS = (
    "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='q-app' or @ng-view or @ui-view or @v-cloak"
    " or @data-reactroot or self::app-root or self::router-view or self::router-outlet]"
)
_MOUNT_MARKS = (
    '"root"',
    '"app"',
    "'app'",
    "app-root",
    "q-app",
    "__next",
    "__nuxt",
    "ng-view",
    "ui-view",
    "v-cloak",
    "data-reactroot",
    "router-",
)
_SOURCES = (
    "data-url",
    "data-src",
    "data-source",
    "data-ajax",
    "data-ajax-url",
    "data-ajax--url",
    "data-endpoint",
)
_SOURCE_MARK = re.compile(r"data-(?:url|src|source|ajax|endpoint)")
_CONTAINERS = frozenset("table tbody ul ol dl div section article main".split())
_LISTS = frozenset({"table", "tbody", "ul", "ol", "dl"})
_FRAMES = frozenset({"img", "iframe", "video", "audio", "source", "picture", "embed", "object"})
_DATA_SCRIPTS = re.compile(r"json|template|html|x-", re.IGNORECASE)
_CALL = r"(?:\bfetch|\.(?:get|getJSON|load|ajax)|\bload(?:Data|List)?)\s*\(\s*"
_NAMED = r"\b(?:ajax|url|sAjaxSource|ajaxSource|dataUrl|data_url|apiUrl|endpoint|source)[\"']?\s*[:=]\s*"
_OPENED = r"\.open\s*\(\s*[\"']GET[\"']\s*,\s*"
_ASKED = re.compile(
    rf"(?:{_CALL}|{_NAMED}|{_OPENED})([\"'`])(?P<address>[^\"'`\s<>]{{2,300}})\1\s*(?P<after>.?)"
)
_POSTED = re.compile(r"[\"']POST[\"']|\$\.post\b", re.IGNORECASE)
_UNFINISHED = re.compile(r"\$\{|\{\{|\{[%\w]|<%")
_DOTS = tuple(re.compile(re.escape(dots) + r"\s*<") for dots in ("...", "…", "&hellip;"))
_LONGEST_NOTE = 60  # characters of "please wait" in all languages, and of the tag before it
_NOT_NOTES = ("<a", "<button", "<option", "<script", "<title", "<h")


def needs_browser(page: Page) -> str | None:
    """Why *page*, content as far as it goes, needs its scripts run; None where it does not.

    Ask it of pages that are content or empty shells, not of those that stand in place of content.
    """
    scripts = _scripts(page)
    if not scripts:
        return None
    if (few := _little_content(page.root)) is not None:
        return f"{few}, and it has scripts"
    if _has_empty_mount(page):
        return "the place where its application stands is empty"
    if _names_source(page):
        return "a list on it is empty and names the address of its data"
    if (name := _filled_by_script(page, scripts)) is not None:
        return f"its scripts fill {name}, which is empty"
    if _is_loading(page):
        return "it says that it is still loading"
    return _asks_for_scripts(page)


def plain_endpoints(page: Page) -> tuple[str, ...]:
    """Addresses of the site's own data that *page* names: to be tried plainly before a browser is started."""
    named = [value for element in page.root.iter() for value in _sources(element)]
    for script in _scripts(page):
        for match in _ASKED.finditer(script):
            around = script[max(0, match.start() - _AROUND) : match.end() + _AROUND]
            if match["after"] != "+" and not _POSTED.search(around):
                named.append(match["address"].replace("\\/", "/"))
    found = (absolute(page.base, value) for value in named if not _UNFINISHED.search(value))
    own = (page.host.removeprefix("www."),)
    kept = (one for one in found if one and belongs(one, own) and not is_media(one) and one != page.url)
    return tuple(dict.fromkeys(kept))[:_MOST_ENDPOINTS]


def _scripts(page: Page) -> list[str]:
    """The scripts of the page that run; for one kept elsewhere, nothing but that it is there."""
    return [
        element.text or ""
        for element in page.root.iter("script")
        if not _DATA_SCRIPTS.search(element.get("type") or "")
    ]


def _little_content(root: Element) -> str | None:
    """Say what there is too little of; ordinary pages show in their first part that they have enough."""
    characters = links = 0
    for element in root.iter():
        tag = element.tag
        if tag not in _UNSEEN and element.text and isinstance(tag, str):
            characters += len(element.text.strip())
        if element.tail:
            characters += len(element.tail.strip())
        links += tag == "a" and element.get("href") is not None
        if characters >= _FEW_CHARACTERS and links >= _FEW_LINKS:
            return None
    return "it has few words" if characters < _FEW_CHARACTERS else "it has few links"


def _has_words(element: Element) -> bool:
    return any(
        (one.text or "").strip()
        for one in element.iter()
        if isinstance(one.tag, str) and one.tag not in _UNSEEN
    )


def _is_empty(element: Element) -> bool:
    """It holds no link, no cell and no words but perhaps that they are to come."""
    if next(element.iter("a", "td"), None) is not None:
        return False
    if element.tag in {"table", "tbody"}:  # its header may be there
        return True
    said = normalise(text(element)).strip(" .…")
    return not said or said in _loading_words()


def _sources(element: Element) -> list[str]:
    """The addresses of data an element names for itself; a picture that is loaded late is none."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _FRAMES:
        return []
    values = (element.get(name) for name in _SOURCES)
    return [value for value in values if value and ("/" in value or "?" in value) and not is_media(value)]


def _names_source(page: Page) -> bool:
    if not _SOURCE_MARK.search(page.source):
        return False
    return any(_sources(one) and _is_empty(one) for one in page.root.iter() if one.tag in _CONTAINERS)


def _filled_by_script(page: Page, scripts: list[str]) -> str | None:
    """The empty list a script of the page speaks of; or any empty place, where that script asks for data too."""
    code = [script for script in scripts if script]
    for element in page.root.iter(*_CONTAINERS) if code else ():
        name = element.get("id")
        if not name or not _is_empty(element):
            continue
        speaking = [script for script in code if _names(script, name)]
        if speaking and (element.tag in _LISTS or any(_ASKED.search(script) for script in speaking)):
            return f"#{name[:40]}"
    return None


def _names(script: str, name: str) -> bool:
    """Whether *script* speaks of the element *name*, as a string or a selector."""
    return name in script and re.search(rf"[#\"'`]{re.escape(name)}(?![\w-])", script) is not None


def _has_empty_mount(page: Page) -> bool:
    if not any(mark in page.source for mark in _MOUNT_MARKS):
        return False
    return any(not _has_words(mount) for mount in page.root.xpath(_MOUNTS))


def _is_loading(page: Page) -> bool:
    """Somewhere it says so and nothing else; not in a button, a link or a heading."""
    source = page.source
    if 'aria-busy="true"' in source:
        return True
    for dots in chain.from_iterable(each.finditer(source) for each in _DOTS):
        end = dots.start()
        begin = source.rfind(">", max(0, end - _LONGEST_NOTE), end) + 1
        if begin and normalise(source[begin:end]) in _loading_words():
            tag = source.rfind("<", max(0, begin - 4 * _LONGEST_NOTE), begin)
            if not source[tag:begin].lower().startswith(_NOT_NOTES):
                return True
    return False


def _asks_for_scripts(page: Page) -> str | None:
    """A noscript element asks for them, and what stands here without them looks like menus."""
    if "<noscript" not in page.source:
        return None
    asked = phrases("scripts", "asks")
    if not any(asked.within(text(one)) for one in page.root.iter("noscript")):
        return None
    return "it asks for scripts, and has little but links without them" if _is_links_only(page.root) else None


def _is_links_only(root: Element) -> bool:
    """Hardly a word outside links; told without laying the page out, which costs more than all else here."""
    characters = 0
    for element in root.iter():
        parent = element.getparent()
        around = parent.tag if parent is not None else ""
        if element.text and not {element.tag, around} & _UNLINKED and isinstance(element.tag, str):
            characters += len(element.text.strip())
        if element.tail and around not in _UNLINKED:
            characters += len(element.tail.strip())
        if characters >= _FEW_CHARACTERS:
            return False
    return True


@cache
def _loading_words() -> frozenset[str]:
    return frozenset(normalise(word) for word in words("scripts", "loading"))
