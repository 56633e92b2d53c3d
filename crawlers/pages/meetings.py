"""Meetings: the days of a page that a body sits on, with their papers and what became of them."""

import re
from collections.abc import Iterator
from datetime import date

from crawlers.pages import kinds
from crawlers.pages.base import Page
from crawlers.pages.kinds import PAPERS
from crawlers.pages.lexicon import phrases
from crawlers.pages.records import Record, Records
from models.facts import DocumentLink, Meeting
from models.vocabulary import LinkKind

PASSED, TENTATIVE, CONFIRMED, CANCELLED = "passed", "tentative", "confirmed", "cancelled"

_TITLE_UP_TO = 160  # characters
_RECORD_UP_TO = 1500
_CARD_FROM = 30
_LINES_BACK = 40
_BARE_UP_TO = 60
_TOP = 3000
_RECORDS_OF_A_DAY = 12
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)|\d\s?[ap]\.?m\b", re.IGNORECASE)
_WITH_A_MEETING = PAPERS | {LinkKind.DECISION, LinkKind.DRAFT_DECISION}


def read_meetings(page: Page, records: Records, links: tuple[DocumentLink, ...]) -> tuple[Meeting, ...]:
    """Give the meetings of the page in the order of their days, each day once."""
    by_day: dict[date, list[DocumentLink]] = {}
    for link in links:
        day = link.event_date or (link.date if link.kind in _WITH_A_MEETING else None)
        if day and not link.in_menu and link.kind in _WITH_A_MEETING:
            by_day.setdefault(day, []).append(link)
    by_record: dict[date, list[Record]] = {}
    for record in records.all:
        found = by_record.setdefault(record.day, [])
        if len(found) < _RECORDS_OF_A_DAY:
            found.append(record)
    for card in _cards(page, records):
        by_record.setdefault(card.day, []).append(card)
    about = kinds.names_meeting(page.title) or phrases("words", "calendar").within(page.title) or bool(by_day)
    issued = {link.date for link in links if link.date and link.event_date and link.date != link.event_date}
    sits = {
        day
        for day, found in by_record.items()
        if day not in by_day and day not in issued
        if any(records.is_sitting(one) or _is_meeting(page, one, about=about) for one in found)
    }
    days = set(by_day) | sits
    if not days and records.of_page and kinds.names_meeting(page.title):
        days = {records.of_page}
    return tuple(
        _meeting(page, day, by_record.get(day, []), tuple(by_day.get(day, ()))) for day in sorted(days)
    )


def _cards(page: Page, records: Records) -> Iterator[Record]:
    """Give the links that are whole announcements: a body, a day and an hour in one card."""
    outline = page.outline
    for spot in outline.spots:
        if not _CARD_FROM <= spot.end - spot.start <= _RECORD_UP_TO or outline.in_menu(spot.start):
            continue
        if not _CLOCK.search(outline.text, spot.start, spot.end):
            continue
        day = records.within(spot.start, spot.end)
        if day and kinds.names_meeting(outline.said(spot.start, spot.end)):
            yield Record(spot.start, spot.end, day, (spot.start, spot.end))


def _is_meeting(page: Page, record: Record, *, about: bool) -> bool:
    """A day is a meeting's where its words say so, or where it is a label on a page about meetings."""
    said = _said(page, record)
    if about and len(said) <= _TITLE_UP_TO:
        return True
    if kinds.names_meeting(said) or phrases("words", "cancelled").within(said):
        return True
    if len(said) > _TITLE_UP_TO:
        return False
    above = page.outline.above(record.start, most=2)
    if any(kinds.names_meeting(page.outline.said(one.start, one.end)) for one in above):
        return True
    if len(said) <= _BARE_UP_TO and _is_announced(page, record.start):
        return True
    return bool(_CLOCK.search(said) and kinds.names_meeting(page.outline.main_text[:_TOP]))


def _said(page: Page, record: Record) -> str:
    return page.outline.said(record.start, min(record.end, record.start + _RECORD_UP_TO))


def _is_announced(page: Page, start: int) -> bool:
    """A list of bare days: the last words above it that are more than a day speak of meetings."""
    lines = page.outline.text[max(0, start - _TOP) : start].replace("\t", "\n").split("\n")
    for line in reversed(lines[-_LINES_BACK:]):
        if any(letter.isalpha() for letter in line) and not kinds.says_nothing(line[:_TITLE_UP_TO]):
            return kinds.names_meeting(line)
    return False


def _meeting(page: Page, day: date, found: list[Record], links: tuple[DocumentLink, ...]) -> Meeting:
    said = [_said(page, record) for record in found]
    said += [link.title for link in links] or ([page.title] if len(found) == 0 else [])
    return Meeting(date=day, title=_title(page, found, links), status=_status(page, day, said), links=links)


def _status(page: Page, day: date, said: list[str]) -> str:
    if any(phrases("words", "cancelled").within(words) for words in said):
        return CANCELLED
    if day < page.today:
        return PASSED
    confirmed = any(phrases("words", "confirmed").within(words) for words in said)
    return CONFIRMED if confirmed else TENTATIVE


def _title(page: Page, found: list[Record], links: tuple[DocumentLink, ...]) -> str:
    """Give the first line near the day that names a sitting, else the page's own name."""
    for record in found:
        if not kinds.names_meeting(_said(page, record)):
            continue
        written = page.outline.text[record.start : min(record.end, record.start + _RECORD_UP_TO)]
        for line in written.replace("\t", "\n").split("\n"):
            plain = " ".join(line.split())
            if 0 < len(plain) <= _TITLE_UP_TO and kinds.names_meeting(plain):
                return plain
    named = next((link.title for link in links if kinds.names_meeting(link.title)), "")
    return named or page.title
