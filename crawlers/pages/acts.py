"""The head of an act: what it is, who issued it, its number and its day."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from crawlers.pages.base import Page
from crawlers.pages.dates import called, find_dates, first_date
from crawlers.pages.kinds import is_act_title, is_plural
from crawlers.pages.lexicon import Phrases, phrases, table
from models.facts import Act
from models.matching import normalise, stems

_HEAD_LINES = 40
_HEAD_UP_TO = 2500  # characters
_LINE_UP_TO = 140
_DAY_LINE_UP_TO = 60
_WORDS_OF_A_HEAD = 4
_PART = r"\d[^\W_]*|(?:[IVXLІХ]{1,6}|[^\W_]{1,3})(?![^\W_])"  # 34, VIII, МР, п21
_NUMBER = re.compile(
    rf"(?:№|\bN[oо]?\.?(?=\s?\d)|#)\s*_*\s*(?P<number>\d(?:[^\W_]|\.)*(?:\s?[-–—/]\s?(?:{_PART})){{0,4}})",
    re.IGNORECASE,
)
_SPELT_NUMBER = re.compile(
    r"\b(?:resolution|ordinance|order|decision|рішення|розпорядження)\s?(?P<number>\d[\w./-]*)", re.IGNORECASE
)
_PARTS_OF_A_LINE = re.compile(r"\s[·•|]\s")
_CARD_LINE = re.compile(r"^[ \t]*([^\W\d]{1,30}(?: [^\W\d]{1,30}){0,3}) ?[:\t]\s*(.{1,80})$", re.MULTILINE)
_CARD_BOX = re.compile(
    r"^[ \t]*([^\W\d]{1,30}(?: [^\W\d]{1,30}){0,3}):?[ \t]*\n\s*(\S.{0,79})$", re.MULTILINE
)
_CARD_LABELS = ("type", "number", "adopted", "issuer")
_LINE = re.compile(r"[^\s][^\n]*[^\s]")
_BLANK = re.compile(r"(?:від|№|dsl|no\.?)\s*_{3,}", re.IGNORECASE)
_OF_OTHER_THINGS = frozenset({"published", "reading", "elsewhere"})
_DASHES = re.compile(r"\s{0,4}[-–—]\s{0,4}")


@dataclass(frozen=True, slots=True)
class _Head:
    """The line that names the type of an act, and that type."""

    at: int
    type: str


def read_act(page: Page) -> Act | None:
    """Give the act that this page is the text of; None where it only speaks of one."""
    lines = _lines(page)
    head = _head_of(page, lines)
    if head is None:
        return None
    near = lines[max(0, head.at - 6) : head.at + 8]
    top = "\n".join(line for line in near if not is_act_title(line))
    if phrases("acts", "not_acts").within(top):
        return None
    number, day = _number_and_day(page, lines, head)
    if not (number and day):
        card = card_of(page)
        number, day = number or card.get("number"), day or first_date(card.get("adopted", ""))
    verb = phrases("acts", "verbs").within(_text(lines)[:_HEAD_UP_TO])
    named = any(_type_of(title) and _NUMBER.search(title) for title in (page.heading, page.document_title))
    told = number and day and (verb or named)
    if not told and not (verb and (number or day or _is_draft(page, lines, head))):
        return None
    kind = head.type
    if kind == "decision" and _is_draft(page, lines, head):
        kind = "draft-decision"
    return Act(type=kind, issuer=_issuer(page, lines, head), number=number, date=day)


def _lines(page: Page) -> tuple[str, ...]:
    """Give the first lines of the page outside menus that are no links to other papers."""
    outline = page.outline
    links = {spot.start: spot.end for spot in outline.spots}
    lines: list[str] = []
    for found in _LINE.finditer(outline.text):
        whole_link = links.get(found.start(), 0) >= found.end()
        if not whole_link and not outline.in_menu(found.start()):
            lines += [" ".join(part.split()) for part in _PARTS_OF_A_LINE.split(found[0])]
        if len(lines) >= _HEAD_LINES:
            break
    return tuple(lines)


def _text(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)


def _head_of(page: Page, lines: tuple[str, ...]) -> _Head | None:
    """Find the line that begins with a type of act: in the title, or standing by itself near the top."""
    for place, line in enumerate(lines):
        kind = _type_of(line)
        numbered = any(_NUMBER.search(below) for below in lines[place + 1 : place + 3])
        if not kind or (line == page.heading and len(stems(line)) == 1 and is_plural(line) and not numbered):
            continue  # "Протоколи" over a list; "Рішення" is one or many, one has its number below
        if line == page.heading or len(stems(_bare(line))) <= _WORDS_OF_A_HEAD:
            return _Head(place, kind)
    for title in (page.heading, page.document_title):
        if (kind := _type_of(title)) and _NUMBER.search(title):
            return _Head(0, kind)
    if is_act_title(page.heading) and phrases("acts", "verbs").within(_text(lines)[:_HEAD_UP_TO]):
        return _Head(lines.index(page.heading) if page.heading in lines else 0, "decision")
    return None


def _bare(line: str) -> str:
    """Give a line without its number and days."""
    for one in reversed(find_dates(line)):
        line = f"{line[: one.start]} {line[one.end :]}"
    return _NUMBER.sub(" ", line)


def _type_of(line: str) -> str | None:
    if not line or len(line) > _LINE_UP_TO:
        return None
    given = stems(line)[:4]
    draft = _drafts()
    while given and (given[0] in draft or given[0].isdigit()):
        given = given[1:]
    for kind, known in _types().items():
        places = known.among(given)
        if any(start <= (0 if not _is_ascii(given) else 2) for start, _ in places):
            return kind
    return None


def _is_ascii(given: tuple[str, ...]) -> bool:
    return all(word.isascii() for word in given)


@cache
def _types() -> dict[str, Phrases]:
    return {kind: Phrases(written) for kind, written in table("acts")["types"].items()}


@cache
def _drafts() -> frozenset[str]:
    return frozenset(stem for word in table("acts")["draft"] for stem in stems(word))


@cache
def _issuers() -> tuple[tuple[Phrases, str], ...]:
    return tuple((Phrases((one["words"],)), one["name"]) for one in table("acts")["issuers"])


def card_of(page: Page) -> dict[str, str]:
    """Give the values of an act's card by what their labels mean: type, number, adopted, issuer."""
    found: dict[str, str] = {}
    top = page.outline.text[: 2 * _HEAD_UP_TO]
    for label, value in (*_CARD_LINE.findall(top), *_boxes(top)):
        for meaning in _CARD_LABELS:
            if meaning not in found and phrases("card", meaning).within(label):
                found[meaning] = " ".join(value.split()).strip(" №")
    return found


def _boxes(top: str) -> Iterator[tuple[str, str]]:
    """Give labels and values that stand in boxes of their own, one below the other."""
    at = 0
    while found := _CARD_BOX.search(top, at):
        yield found[1], found[2]
        at = found.end(1)


def type_named(words: str) -> str | None:
    """Give the type of act that *words* name anywhere."""
    return next((kind for kind, known in _types().items() if known.within(words)), None)


def issuer_named(words: str) -> str | None:
    """Give the body that *words* name; of two named together, the more particular one."""
    return next((name for known, name in _issuers() if known.within(words)), None)


def _issuer(page: Page, lines: tuple[str, ...], head: _Head) -> str | None:
    """Give the body named first in the head."""
    for said in (*lines[max(0, head.at - 6) : head.at + 2], *lines[:12], page.heading, page.document_title):
        if len(said) <= _LINE_UP_TO and not is_act_title(said) and (name := issuer_named(said)):
            return name
    return None


def _number_and_day(page: Page, lines: tuple[str, ...], head: _Head) -> tuple[str | None, date | None]:
    """Take number and day from the line that has both, else from the nearest lines above the operative verb.

    A blank where they belong means that they are not given yet, whatever the text below mentions.
    """
    near = [page.heading, *_above_verb(lines[head.at : head.at + 8]), *lines[max(0, head.at - 6) : head.at]]
    if any(_BLANK.search(line) for line in near):
        return None, None
    number: str | None = None
    day: date | None = None
    for line in (*near, page.document_title):
        if len(line) > _LINE_UP_TO:
            continue
        found, when = _number_in(line), _day_in(page, line)
        if found and when:
            return found, when
        number = number or found
        day = day or (when if len(line) <= _DAY_LINE_UP_TO else None)
    return number, day


def _above_verb(lines: tuple[str, ...]) -> list[str]:
    verbs = phrases("acts", "verbs")
    return list(itertools.takewhile(lambda line: not verbs.within(line), lines))


def _number_in(line: str) -> str | None:
    found = _NUMBER.search(line) or _SPELT_NUMBER.search(line)
    return _DASHES.sub("-", found["number"]).strip(" ._") if found else None


def _day_in(page: Page, line: str) -> date | None:
    """Give the first day of a line that is its own: not that of publication, of reading, or of another act."""
    for one in find_dates(line, month_first=page.month_first):
        if (day := one.on()) and _OF_OTHER_THINGS.isdisjoint(called(line, one.start)):
            return day
    return None


def _is_draft(page: Page, lines: tuple[str, ...], head: _Head) -> bool:
    near = (page.heading, page.document_title, *lines[max(0, head.at - 4) : head.at + 3])
    drafts = _drafts()
    if any(drafts & set(stems(line)[:3]) for line in near if len(line) <= _LINE_UP_TO):
        return True
    return "proekt" in normalise(page.url).replace(" ", "") or "proiekt" in page.url.lower()
