"""The act that a page or a document is the text of, read from its head."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from crawlers.acts.heads import Written, is_grounds, read_lines
from crawlers.acts.named import has_verb, issuer_named, type_named, type_of
from crawlers.acts.numbers import is_numbered, spelling, without_number
from crawlers.acts.sessions import sitting_in, speaks_of_sitting
from crawlers.acts.subjects import divided
from crawlers.acts.titles import act_named_by_file
from crawlers.pages.base import Page
from crawlers.pages.cards import card_of
from crawlers.pages.dates import find_dates, first_date
from crawlers.pages.filenames import file_name, is_document
from crawlers.pages.kinds import is_act_title, is_plural
from crawlers.pages.lexicon import phrases
from models.facts import Act
from models.matching import normalise, stems

__all__ = ["card_of", "issuer_named", "read_act", "type_named"]

_HEAD_LINES = 40
_HEAD_UP_TO = 2500  # characters
_LINE_UP_TO = 140
_KEPT_OF_A_LINE = 1500
_SIGNED_UP_TO = 20  # characters besides number and day
_ABOVE, _BELOW = 6, 12  # lines around the one that names the type
_COURTS_WITHIN = 8
_WORDS_OF_A_HEAD, _WITH_ITS_BODY, _WITH_ITS_SITTING = 4, 6, 10
_PARTS_OF_A_LINE = re.compile(r"\s[·•|]\s")
_LINE = re.compile(r"[^\s][^\n]*[^\s]")
_SENTENCES = re.compile(r"[^\W\d_]{4}[.!?] +[А-ЯІЇЄҐ]")
_SIGNED_BELOW = re.compile(r"^\W*(?:від|№|\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Head:
    """The line that names the type of an act, and that type."""

    at: int
    type: str


def read_act(page: Page) -> Act | None:
    """Give the act that this page is the text of; None where it only speaks of one."""
    lines = _lines(page)
    if not lines:
        return _by_file_name(page)
    head = _head_of(page, lines)
    if head is None or _is_of_others(lines, head):
        return None
    below = _above_verb(lines, head)
    above = [line for line in lines[max(0, head.at - _ABOVE) : head.at] if not _is_clock(page, line)]
    blocks = [page.heading, "", *below, "", *above, "", page.document_title]
    written = read_lines(blocks, month_first=page.month_first)
    number, day = written.number_and_day()
    if not (number and day) and not written.is_blank:
        card, signed = card_of(page), _signed_below(page, lines[head.at + len(below) :])
        number = number or (spelling(card["number"]) if "number" in card else None)
        day = day or first_date(card.get("adopted", ""))
        if not (number or day):
            number, day = signed.number_and_day()
    verb = has_verb(_text(lines)[:_HEAD_UP_TO])
    named = any(type_of(title) and is_numbered(title) for title in (page.heading, page.document_title))
    draft = _is_draft(page, written)
    if not (number and day and (verb or named)) and not (verb and (number or day or draft)):
        return None
    kind = "draft-decision" if head.type == "decision" and draft else head.type
    issuer = _issuer(page, lines, head, head.type)
    subject = "" if kind == "minutes" else written.subject
    return Act(kind, issuer, number, day, *sitting_in(written.own), subject=subject)


def _lines(page: Page) -> tuple[str, ...]:
    """Give the first lines of the page outside menus that are no links to other papers."""
    outline = page.outline
    links = {spot.start: spot.end for spot in outline.spots}
    lines: list[str] = []
    for found in _LINE.finditer(outline.text):
        whole_link = links.get(found.start(), 0) >= found.end()
        if not whole_link and not outline.in_menu(found.start()):
            said = found[0][:_KEPT_OF_A_LINE]
            lines += [" ".join(part.split()) for part in _PARTS_OF_A_LINE.split(said)]
        if len(lines) >= _HEAD_LINES:
            break
    return tuple(lines)


def _text(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)


def _head_of(page: Page, lines: tuple[str, ...]) -> _Head | None:
    """Find the line that begins with a type of act: in the title, or standing by itself near the top."""
    for place, line in enumerate(lines):
        kind = type_of(line)
        if not kind or (line == page.heading and _is_over_many(line, lines[place + 1 : place + 3])):
            continue
        if line == page.heading or len(stems(_bare(line))) <= _words_of_a_head(line):
            return _Head(place, kind)
    for title in (page.heading, page.document_title):
        if (kind := type_of(title)) and is_numbered(title):
            return _Head(0, kind)
    if not has_verb(_text(lines)[:_HEAD_UP_TO]):
        return None
    at = lines.index(page.heading) if page.heading in lines else 0
    if kind := type_of(card_of(page).get("type", "")):
        return _Head(at, kind)
    titled = is_act_title(page.heading) or (divided(page.heading).subject and is_numbered(page.heading))
    return _Head(at, "decision") if titled else None


def _is_clock(page: Page, line: str) -> bool:
    """Say whether *line* is no more than today's date, which many sites print on top of every page."""
    days = find_dates(line, month_first=page.month_first)
    return len(days) == 1 and days[0].on() == page.today and len(_bare(line)) < _SIGNED_UP_TO


def _is_over_many(heading: str, below: tuple[str, ...]) -> bool:
    """Say whether a list stands below: of "Протоколи" always, of "Рішення" where no number follows."""
    return len(stems(heading)) == 1 and is_plural(heading) and not any(map(is_numbered, below))


def _bare(line: str) -> str:
    """Give a line without its number, its days and its subject."""
    line = divided(line).before or line
    for one in reversed(find_dates(line)):
        line = f"{line[: one.start]} {line[one.end :]}"
    return without_number(line)


def _words_of_a_head(line: str) -> int:
    """Give how many words a line may have that names the type of the act below it."""
    if _SENTENCES.search(line):
        return 0
    if speaks_of_sitting(line):
        return _WITH_ITS_SITTING
    return _WITH_ITS_BODY if issuer_named(line) else _WORDS_OF_A_HEAD


def _is_of_others(lines: tuple[str, ...], head: _Head) -> bool:
    """Say whether a court, a parliament or a ministry speaks here: outside the subject and its grounds."""
    near = lines[max(0, head.at - _ABOVE) : head.at + _COURTS_WITHIN]
    top = "\n".join(divided(line).before for line in near if not is_grounds(line))
    return phrases("acts", "not_acts").within(top)


def _above_verb(lines: tuple[str, ...], head: _Head) -> list[str]:
    """Give the line of the head and those below it, up to the verb."""
    below = lines[head.at + 1 : head.at + _BELOW]
    return [*lines[head.at : head.at + 1], *itertools.takewhile(lambda line: not has_verb(line), below)]


def _signed_below(page: Page, lines: Sequence[str]) -> Written:
    """Read what some councils print under the signature: a line with day and number and nothing else."""
    signed = [line for line in lines if _SIGNED_BELOW.match(line) and is_numbered(line) and find_dates(line)]
    return read_lines(
        [line for line in signed if len(_bare(line)) < _SIGNED_UP_TO], month_first=page.month_first
    )


def _issuer(page: Page, lines: tuple[str, ...], head: _Head, kind: str) -> str | None:
    """Give the most particular body that the head names, else the first that is named at all."""
    near = (
        page.heading,
        *lines[max(0, head.at - _ABOVE) : head.at],
        *_above_verb(lines, head),
    )
    own = (divided(line).before for line in near if len(line) <= _LINE_UP_TO and not is_grounds(line))
    after = lines[head.at : head.at + 2 * _BELOW]
    for said in ("\n".join(own), *filter(has_verb, after), *lines[:_BELOW], page.document_title):
        if name := issuer_named(divided(said).before, of=kind):
            return name
    return None


def _is_draft(page: Page, written: Written) -> bool:
    if written.draft or written.is_blank:
        return True
    return "proekt" in normalise(page.url).replace(" ", "") or "proiekt" in page.url.lower()


def _by_file_name(page: Page) -> Act | None:
    """Give the act that a file without words is called after, if its name tells both number and day."""
    act = act_named_by_file(unquote(file_name(page.url))) if is_document(page.url) else None
    return act if act and act.number and act.date else None
