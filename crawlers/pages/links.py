"""Every link of a page with its kind, name and day, told by its words and by where it stands."""

import re
from dataclasses import replace
from datetime import date

from crawlers.acts.subjects import divided
from crawlers.pages import kinds
from crawlers.pages.base import Page, absolute
from crawlers.pages.dates import first_date
from crawlers.pages.filenames import date_in_address, is_document, is_news_address
from crawlers.pages.hints import kind_of_link
from crawlers.pages.kinds import PAPERS
from crawlers.pages.lexicon import phrases
from crawlers.pages.outline import Spot
from crawlers.pages.records import Record, Records
from crawlers.pages.surroundings import Surroundings
from crawlers.pages.wording import SECTION_UP_TO, Named, own_words, wording
from models.facts import DocumentLink
from models.vocabulary import LinkKind

_TITLE_UP_TO = 300  # characters
_CONTEXT_UP_TO = 160
_DIGITS = re.compile(r"\d+")
_SECTION_KINDS = frozenset({LinkKind.AGENDA, LinkKind.MINUTES})
_SHOWN_WHEN_PUBLISHED = frozenset({LinkKind.NEWS, LinkKind.NOTICE, LinkKind.OTHER})


__all__ = ["LinkReader", "is_news_address"]


class LinkReader:
    """Reads the links of one page."""

    def __init__(self, page: Page, records: Records) -> None:
        self._page = page
        self._outline = page.outline
        self._records = records
        self._surroundings = Surroundings(page)
        self._sittings: dict[tuple[int, int], bool] = {}

    def read(self) -> tuple[DocumentLink, ...]:
        """Give the links in page order, one for each address: the occurrence that tells most."""
        best: dict[str, DocumentLink] = {}
        for spot in self._outline.spots:
            href = absolute(self._page.base, spot.href)
            if href is None or spot.href.lstrip().startswith("#"):
                continue
            known, in_menu = best.get(href), self._outline.in_menu(spot.start)
            if known is not None and in_menu:
                continue
            link = self._link(spot, href, in_menu=in_menu)
            if known is None or self._telling(link) > self._telling(known):
                best[href] = link
        return self._with_sections(tuple(best.values()))

    def _telling(self, link: DocumentLink) -> tuple[bool, bool, bool, bool, float, int]:
        """Weigh one occurrence of an address: content, a known kind, a day, the day that its file names."""
        day = link.event_date or link.date
        named = date_in_address(link.href, month_first=self._page.month_first) if day else None
        return (
            not link.in_menu,
            link.kind is not LinkKind.OTHER,
            day is not None,
            day is not None and day == named,
            link.confidence,
            len(link.text),
        )

    def _with_sections(self, links: tuple[DocumentLink, ...]) -> tuple[DocumentLink, ...]:
        """Where a page holds no paper of a kind, let a link to where they are said to be stand for it, doubtfully."""
        if any(link.kind in _SECTION_KINDS for link in links):
            return links
        return tuple(_as_section(link) if link.kind is LinkKind.OTHER else link for link in links)

    def _link(self, spot: Spot, href: str, *, in_menu: bool) -> DocumentLink:
        named = own_words(spot, self._outline.said(spot.start, spot.end))
        record = None if in_menu else self._records.at(spot.start)
        is_file = is_document(href)
        day = event_day = None
        if in_menu and not is_file:
            kind, confidence, why = LinkKind.OTHER, 0.8, "navigation"
        else:
            context = self._surroundings.of(spot, is_file=is_file, in_record=record is not None)
            kind, confidence, why = kind_of_link(named, href, context)
        if not in_menu:
            day, event_day = self._days(spot, href, named, record, kind)
        return DocumentLink(
            href=href,
            text=named.text[:_TITLE_UP_TO],
            kind=kind,
            confidence=round(confidence, 2),
            why=why,
            title=self._title(spot, named, record)[:_TITLE_UP_TO],
            in_menu=in_menu,
            date=day,
            event_date=event_day,
        )

    # ---- day and name --------------------------------------------------------------------------------

    def _days(
        self, spot: Spot, href: str, named: Named, record: Record | None, kind: LinkKind
    ) -> tuple[date | None, date | None]:
        """Give the day of the paper itself and the day of the sitting it belongs to."""
        own = self._own_day(spot, named)
        if own and record and record.day != own and _is_of_another_act(named):
            own = None
        told = own or self._day(spot, href, named, record)
        stamped = self._records.stamped(spot.element)
        if kind in PAPERS:
            return stamped or told, told
        sitting = record.day if record and told == record.day and self._is_of_a_sitting(record) else None
        if kind is LinkKind.DRAFT_DECISION:  # not adopted yet: a second day beside it is that of its reading
            stamped = stamped or (self._records.stamped_over(record) if record else None)
            reading = self._records.read_on(spot.element)
            if reading:
                other = (
                    told if told not in {None, reading} else self._records.other_than(reading, spot.element)
                )
                return own or stamped or other, reading
            reading = sitting or (told if stamped and told != own else None)
            return own or stamped or (None if reading else told), reading
        return (own or stamped or told) if kind in _SHOWN_WHEN_PUBLISHED else (told or stamped), sitting

    def _is_of_a_sitting(self, record: Record) -> bool:
        start, _ = self._outline.line(record.label[0])
        end = min(record.end, start + _CONTEXT_UP_TO)
        if (start, end) not in self._sittings:
            header = self._page.columns.over(self._outline.owner(record.label[0]))
            said = self._outline.said(start, end)
            said = f"{header} {said}" if header else said
            self._sittings[start, end] = kinds.names_meeting(said) or phrases("words", "reading").within(said)
        return self._sittings[start, end]

    def _own_day(self, spot: Spot, named: Named) -> date | None:
        return self._records.within(spot.start, spot.end) or first_date(
            named.spoken, month_first=self._page.month_first
        )

    def _day(self, spot: Spot, href: str, named: Named, record: Record | None) -> date | None:
        return (
            (record.day if record else None)
            or date_in_address(href, month_first=self._page.month_first)
            or self._records.beside(spot.element)
            or (self._records.of_page if is_document(href) or kinds.kind_said(named.best) else None)
        )

    def _title(self, spot: Spot, named: Named, record: Record | None) -> str:
        """Give what a person would call the paper, where the link itself only says "PDF"."""
        if not wording(named.best).nothing:
            return named.best
        column = self._page.columns.over(spot.element)
        if record and record.end - record.start <= _TITLE_UP_TO:
            around = self._outline.said(record.start, record.end)
        else:
            headings = self._outline.above(spot.start, most=1)
            around = self._outline.said(headings[0].start, headings[0].end) if headings else ""
        label = self._surroundings.label(spot)
        parts = dict.fromkeys(part for part in (column or label, around) if part)
        return " — ".join(parts) or named.best


def _is_of_another_act(named: Named) -> bool:
    """Say whether the days in a link's words stand in its subject: "Про зміни до рішення від …"."""
    parts = divided(named.best)
    return bool(parts.subject) and not (first_date(parts.before) or first_date(parts.after))


def _as_section(link: DocumentLink) -> DocumentLink:
    told = wording(link.text)
    if told.words > SECTION_UP_TO or told.said is None or told.said.kind not in _SECTION_KINDS or told.aside:
        return link
    return replace(
        link, kind=told.said.kind, confidence=0.3, why=f"{told.said.phrase!r} names a section elsewhere"
    )
