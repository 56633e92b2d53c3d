"""What keeps people with impairments out of a page, as far as its markup alone can tell.

Each barrier is a failure of the Web Content Accessibility Guidelines (WCAG 2.2, https://www.w3.org/TR/WCAG22/, on
which EN 301 549 and ДСТУ EN 301 549 rest) that needs no style sheet, no script and no person to be seen. Where
markup may still be right the page is believed: this never says that a page is accessible. Advice that is no
failure by itself is marked *advice* in ``CRITERIA``.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator

from crawlers.pages.base import Element, Page
from crawlers.pages.tabulated import is_table_without_headers

CRITERIA: dict[str, str] = {
    "image-without-text": "1.1.1 A, technique H37, failure F65",
    "field-without-label": "1.3.1 and 4.1.2 A, techniques H44 and H65, failure F68",
    "link-without-name": "2.4.4 and 4.1.2 A, technique H30, failure F89",
    "button-without-name": "4.1.2 A, technique H91, failure F68",
    "language-missing": "3.1.1 A, technique H57",
    "language-wrong": "3.1.1 A, technique H57: no language tag, or that of another language",
    "title-missing": "2.4.2 A, technique H25, failure F25",
    "main-heading-missing": "1.3.1 A and 2.4.6 AA, techniques H42 and G141, advice",
    "heading-level-skipped": "1.3.1 A, techniques H42 and G141, advice",
    "label-id-repeated": "1.3.1 and 4.1.2 A, failure F77",
    "table-without-headers": "1.3.1 A, techniques H51 and H63, failure F91",
    "zoom-forbidden": "1.4.4 AA, resize text",
    "frame-without-title": "2.4.1 and 4.1.2 A, technique H64",
    "sound-by-itself": "1.4.2 A, failure F93",
    "moving-text": "2.2.2 A, failures F16 and F47",
    "page-reloads-itself": "2.2.1 A, failures F40 and F41",
}
"""Every name a barrier may have, with the criterion it fails and the W3C's own technique or failure for it."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NAMES = ("aria-label", "aria-labelledby", "title")
_NO_FIELDS = frozenset({"hidden", "submit", "reset", "button", "image"})
_NOTHING = frozenset({"0", "1", "0px", "1px"})  # wide or high: a counter's frame or picture
_DECORATION = frozenset({"presentation", "none"})
_UNSEEN_TAGS = frozenset({"noscript", "template", "svg", "head"})
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)
_NO_LANGUAGES = frozenset({"ua", "gb", "us", "by", "kz", "md"})  # countries, written for a language
_TOLD_APART = frozenset({"uk", "ru", "en"})  # by their letters
_CLIMB = 60  # parts around an element; only traps are nested deeper
_ZOOM_FROM = 2.0
_LONGEST_DELAY = 72_000  # seconds; the criterion's twenty hours


def barriers(page: Page) -> tuple[tuple[str, int], ...]:
    """Give the barriers of a page with how often each is met, by name. Costs less than a millisecond a page."""
    return tuple(sorted(Counter(_met(page)).items()))


def is_unseen(element: Element) -> bool:
    """Say whether the markup itself hides the element from everybody or from those who listen."""
    for one in (element, *itertools.islice(element.iterancestors(), _CLIMB)):
        if one.tag in _UNSEEN_TAGS or one.get("hidden") is not None or one.get("aria-hidden") == "true":
            return True
        style = one.get("style")
        if style and _UNSEEN_STYLE.search(style):
            return True
    return False


def _met(page: Page) -> Iterator[str]:
    parts = _Parts(page.root)
    yield from filter(None, (_language(page), _title(parts)))
    yield from (name for meta in parts.of("meta") for name in (_zoom(meta), _reload(meta)) if name)
    yield from _headings(parts)
    labels = _Labels(parts)
    yield from labels.repeated()
    for element in parts.of("input", "select", "textarea"):
        if (name := labels.lacking(element)) and not is_unseen(element):
            yield name
    for tag, lacking in _CHECKS.items():
        for element in parts.of(tag):
            if (name := lacking(element)) and not is_unseen(element):
                yield name


class _Parts:
    """The parts of a page that are looked at, found in one walk."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.headings: list[Element] = []
        self._found: dict[str, list[Element]] = {tag: [] for tag in _LOOKED_AT}
        for element in root.iter(*_LOOKED_AT):
            self._found[element.tag].append(element)
            if element.tag in _HEADINGS:
                self.headings.append(element)

    def of(self, *tags: str) -> list[Element]:
        """Give the parts of these tags, tag by tag."""
        return [element for tag in tags for element in self._found[tag]]


# ---- the page as a whole -----------------------------------------------------------------------------


def _language(page: Page) -> str:
    """A tag that is none, as "ua" for Ukrainian; or one of another language than the page's letters."""
    stated = (page.root.get("lang") or page.root.get("xml:lang") or "").strip()
    if not stated:
        return "language-missing"
    primary = stated.replace("_", "-").partition("-")[0].lower()
    if not _LANGUAGE.fullmatch(stated) or primary in _NO_LANGUAGES:
        return "language-wrong"
    is_other = primary in _TOLD_APART and page.language in _TOLD_APART and page.language != primary
    return "language-wrong" if is_other else ""


def _title(parts: _Parts) -> str:
    """A drawing has a title, too, which is not the page's."""
    titles = (one for one in parts.of("title") if next(one.iterancestors("svg"), None) is None)
    return "" if any(_has_words(title) for title in titles) else "title-missing"


def _headings(parts: _Parts) -> Iterator[str]:
    seen = [heading for heading in parts.headings if _has_words(heading) or _has_picture(heading)]
    levels = [int(heading.tag[1]) for heading in seen if not is_unseen(heading)]
    if 1 not in levels and not parts.root.xpath("boolean(//*[@role='heading'][@aria-level='1'])"):
        yield "main-heading-missing"
    last = levels[0] if levels else 0
    for level in levels[1:]:
        if level > last + 1:
            yield "heading-level-skipped"
        last = level


def _zoom(meta: Element) -> str:
    if (meta.get("name") or "").lower() != "viewport":
        return ""
    said = re.split(r"[,;]", (meta.get("content") or "").lower().replace(" ", ""))
    told = dict(part.partition("=")[::2] for part in said)
    largest = _number(told.get("maximum-scale", ""))
    forbids = told.get("user-scalable") in {"no", "0"} or (largest is not None and 0 <= largest < _ZOOM_FROM)
    return "zoom-forbidden" if forbids else ""


def _reload(meta: Element) -> str:
    if (meta.get("http-equiv") or "").lower() != "refresh":
        return ""
    delay = _number((meta.get("content") or "").replace(",", ";").partition(";")[0].strip())
    return "page-reloads-itself" if delay is not None and 0 < delay < _LONGEST_DELAY else ""


def _number(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None


# ---- its parts ---------------------------------------------------------------------------------------


def _image(image: Element) -> str:
    if image.get("alt") is not None or image.get("role") in _DECORATION or _is_named(image):
        return ""
    is_counter = image.get("width") in _NOTHING and image.get("height") in _NOTHING
    return "" if is_counter else "image-without-text"


def _link(link: Element) -> str:
    if link.get("href") is None or (link.text and not link.text.isspace()):
        return ""
    named = _is_named(link) or (link.get("alt") or "").strip() or _has_words(link) or _has_picture(link)
    return "" if named else "link-without-name"


def _button(button: Element) -> str:
    named = _is_named(button) or _has_words(button) or _has_picture(button)
    return "" if named else "button-without-name"


def _frame(frame: Element) -> str:
    is_counter = frame.get("width") in _NOTHING or frame.get("height") in _NOTHING
    return "" if is_counter or _is_named(frame) else "frame-without-title"


def _sound(player: Element) -> str:
    """Sound that starts by itself and can neither be stopped nor turned down."""
    starts = player.get("autoplay") is not None
    is_silent = player.get("muted") is not None or player.get("controls") is not None
    return "sound-by-itself" if starts and not is_silent else ""


def _moving(element: Element) -> str:
    return "moving-text" if _has_words(element) or _has_picture(element) else ""


class _Labels:
    """The labels of a page, and which fields they name."""

    def __init__(self, parts: _Parts) -> None:
        self._root = parts.root
        labels = [label for label in parts.of("label") if _has_words(label) or _has_picture(label)]
        self._named = {label.get("for") for label in labels if label.get("for")}

    def lacking(self, field: Element) -> str:
        """Name what a field lacks. Words shown in it while it is empty count: browsers read them out."""
        kind = (field.get("type") or "text").lower() if field.tag == "input" else ""
        if kind in _NO_FIELDS:
            return _pressed(field, kind)
        if field.get("id") in self._named or _is_named(field) or (field.get("placeholder") or "").strip():
            return ""
        around = next(field.iterancestors("label"), None)
        return "" if around is not None and _has_words(around) else "field-without-label"

    def repeated(self) -> Iterator[str]:
        """One for each label whose field cannot be told, as several bear its id."""
        if self._named:
            times = Counter(self._root.xpath("//@id"))
            yield from ("label-id-repeated" for name in self._named if times[name] > 1)


def _pressed(button: Element, kind: str) -> str:
    """A field that is a button: to send and to reset have names of their own in every browser."""
    named = {"button": button.get("value"), "image": button.get("alt")}.get(kind, "of the browser's own")
    return "" if (named or "").strip() or _is_named(button) else "button-without-name"


def _table(table: Element) -> str:
    return "table-without-headers" if is_table_without_headers(table) else ""


def _is_named(element: Element) -> bool:
    return any((element.get(name) or "").strip() for name in _NAMES)


def _has_words(element: Element) -> bool:
    return any(not words.isspace() for words in element.itertext() if words)


def _has_picture(element: Element) -> bool:
    """A picture or drawing that says what it is, or a part that bears a name for those who listen."""
    inside = (one for one in element.iterdescendants() if one is not element)
    return any((one.get("alt") or "").strip() or _is_named(one) for one in inside)


_CHECKS: dict[str, Callable[[Element], str]] = {
    "img": _image,
    "a": _link,
    "area": _link,
    "button": _button,
    "iframe": _frame,
    "audio": _sound,
    "video": _sound,
    "marquee": _moving,
    "blink": _moving,
    "table": _table,
}
_LOOKED_AT = (*_CHECKS, "title", "meta", "label", "input", "select", "textarea", *_HEADINGS)
