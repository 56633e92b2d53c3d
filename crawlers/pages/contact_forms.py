"""Whether a page has a form by which a visitor can write to those whose site it is."""

from crawlers.pages.base import Element, Page, text
from crawlers.pages.lexicon import folded, phrases
from crawlers.pages.outline import name_parts

_FOR_WORDS = frozenset({"text", "email", "tel", "url", "number"})
_FOR_PEOPLE = frozenset({"email", "tel"})
_SENT = frozenset({"submit", "button", "image"})
_FIELDS_OF_A_LETTER = 2
_NAMING = ("id", "class", "name", "action", "aria-label", "title")
_SAYING = ("name", "id", "placeholder", "aria-label", "title")
_FRAME = ("main", "nav", "header", "footer")  # parts that a form holds if it is wrapped around a whole page
_SAID_UP_TO = 400  # characters of a form's own words


def has_form(page: Page) -> bool:
    """Say whether somebody can write to the council here: no search, sign-in, subscription, comment or filter."""
    return any(_is_letter(form) for form in page.root.iter("form"))


def _is_letter(form: Element) -> bool:
    fields = [field for field in form.iter("input") if _kind(field) in _FOR_WORDS and _is_shown(field)]
    areas = [area for area in form.iter("textarea") if _is_shown(area)]
    if not areas and len(fields) < _FIELDS_OF_A_LETTER:
        return False
    if next(form.iter(*_FRAME), None) is not None:  # it is a page rather than a form
        return bool(areas) and _is_sent(form) and not any(_is_something_else(_names(area)) for area in areas)
    if form.get("role") == "search" or any(
        _kind(one) in {"password", "search"} for one in form.iter("input")
    ):
        return False
    if _is_something_else(_names(form)) or any(map(_is_something_else, _pressed(form))):
        return False
    if areas:
        return _is_sent(form) or _is_writing(form)
    to_answer = any(_kind(field) in _FOR_PEOPLE for field in fields)
    return _is_writing(form) and (_is_sent(form) or to_answer)


def _kind(field: Element) -> str:
    return (field.get("type") or "text").lower()


def _is_shown(field: Element) -> bool:
    """Robots' traps and the answers of puzzles are fields that nobody sees or writes in."""
    if field.get("readonly") is not None or field.get("hidden") is not None:
        return False
    return "display:none" not in (field.get("style") or "").replace(" ", "").lower()


def _is_sent(form: Element) -> bool:
    action = (form.get("action") or "").strip().lower()
    return (form.get("method") or "").lower() == "post" or action.startswith("mailto:")


def _is_writing(form: Element) -> bool:
    names = _names(form)
    said = [*_pressed(form), text(form)[:_SAID_UP_TO]]
    for field in form.iter("input", "textarea"):
        said += [written for name in _SAYING if (written := field.get(name))]
    return _carries("writing", names) or any(_carries("writing", words) for words in said)


def _is_something_else(words: str) -> bool:
    return _carries("something_else", words)


def _names(element: Element) -> str:
    return " ".join(written for name in _NAMING if (written := element.get(name)))


def _pressed(form: Element) -> list[str]:
    """What stands on the buttons of a form."""
    buttons = [text(button) or button.get("aria-label") or "" for button in form.iter("button")]
    fields = [one.get("value") or one.get("alt") or "" for one in form.iter("input") if _kind(one) in _SENT]
    return [words for words in (*buttons, *fields) if words]


def _carries(key: str, words: str) -> bool:
    return bool(name_parts(words) & folded("letters", key)) or phrases("letters", key).within(words)
