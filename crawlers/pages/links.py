"""Every link of a page with its kind, name and day, told by its words and by where it stands."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from crawlers.pages import kinds
from crawlers.pages.base import Page, absolute, text
from crawlers.pages.dates import date_in_address, first_date
from crawlers.pages.kinds import PAPERS, Said
from crawlers.pages.lexicon import folded, phrases
from crawlers.pages.outline import Heading, Spot, name_parts
from crawlers.pages.records import Record, Records
from models.facts import DocumentLink
from models.vocabulary import LinkKind

Element = Any  # lxml ships no types

_TITLE_UP_TO = 300  # characters
_LABEL_UP_TO = 60
_SECTION_UP_TO = 4  # words
_CONTEXT_UP_TO = 160
_ENOUGH = 0.4  # of a file or a link that says nothing
_ENOUGH_OF_WORDS = 0.6  # where the link's own words say something else
_SURE = 0.97
_DECISIVE = 0.85
_HEADLINE_FROM = 3  # words
_ONE_VIDEO = re.compile(r"//(?:[\w-]+\.)*(?:youtube\.com/(?:watch|live/|embed/)|youtu\.be/\w|vimeo\.com/\d)")
_DATA_NAMES = re.compile(r"\.(?:csv|json|geojson|ods)$", re.IGNORECASE)
_SECTION_KINDS = frozenset({LinkKind.AGENDA, LinkKind.MINUTES})
_SHOWN_WHEN_PUBLISHED = frozenset({LinkKind.NEWS, LinkKind.NOTICE, LinkKind.OTHER})
_DOCUMENT_KINDS = frozenset({LinkKind.DECISION, LinkKind.BUDGET, LinkKind.BUDGET_REPORT, LinkKind.ORDER})


class Hint(NamedTuple):
    """One thing that speaks for a kind: where it was said, how much that counts."""

    said: Said
    weight: float
    where: str


@dataclass(frozen=True, slots=True)
class Named:
    """A link's own words: what it shows, and what it says on hovering and to a screen reader."""

    text: str
    spoken: str

    @property
    def best(self) -> str:
        """The one that tells more."""
        return self.text if self.text and not kinds.says_nothing(self.text) else self.spoken or self.text


class LinkReader:
    """Reads the links of one page."""

    def __init__(self, page: Page, records: Records) -> None:
        self._page = page
        self._outline = page.outline
        self._records = records
        self._columns = page.columns
        self._page_said = kinds.kind_said(page.title[:_CONTEXT_UP_TO])

    def read(self) -> tuple[DocumentLink, ...]:
        """Give the links in page order, one for each address: the occurrence that tells most."""
        best: dict[str, DocumentLink] = {}
        for spot in self._outline.spots:
            href = absolute(self._page.base, spot.href)
            if href is None or spot.href.lstrip().startswith("#"):
                continue
            known = best.get(href)
            if known is not None and self._outline.in_menu(spot.start):
                continue
            link = self._link(spot, href)
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
        held = {link.kind for link in links}
        missing = _SECTION_KINDS - held
        if missing != _SECTION_KINDS:
            return links
        return tuple(self._as_section(link) if link.kind is LinkKind.OTHER else link for link in links)

    def _as_section(self, link: DocumentLink) -> DocumentLink:
        said = kinds.kind_said(link.text) if len(link.text.split()) <= _SECTION_UP_TO else None
        if said is None or said.kind not in _SECTION_KINDS or kinds.is_aside(link.text):
            return link
        return replace(link, kind=said.kind, confidence=0.3, why=f"{said.phrase!r} names a section elsewhere")

    def _link(self, spot: Spot, href: str) -> DocumentLink:
        named = _own_words(spot, self._outline.said(spot.start, spot.end))
        in_menu = self._outline.in_menu(spot.start)
        record = None if in_menu else self._records.at(spot.start)
        kind, confidence, why = self._kind(spot, href, named, record, in_menu=in_menu)
        day, event_day = (None, None) if in_menu else self._days(spot, href, named, record, kind)
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

    # ---- kind ----------------------------------------------------------------------------------------

    def _kind(
        self, spot: Spot, href: str, named: Named, record: Record | None, *, in_menu: bool
    ) -> tuple[LinkKind, float, str]:
        is_file = kinds.is_document(href)
        if in_menu and not is_file:
            return LinkKind.OTHER, 0.8, "navigation"
        hints = self._own_hints(href, named)
        if not kinds.is_act_title(named.best) and any(
            kinds.is_aside(words) for words in (named.text, named.spoken) if words
        ):
            return LinkKind.OTHER, 0.8, "names an attachment, archive or form"
        if not _settles(hints):
            hints += self._hints_around(spot, href, named, record, is_file=is_file)
        kind, weight, why = _weighed(hints)
        if not in_menu and self._is_news_link(spot, href, named, is_file=is_file):
            return LinkKind.NEWS, 0.7, "an article under news"
        quiet = _is_quiet(named, is_file=is_file) or kinds.is_act_title(named.best)
        if weight < (_ENOUGH if is_file or quiet else _ENOUGH_OF_WORDS):
            return LinkKind.OTHER, max(0.5, 1 - weight), why and f"too little: {why}"
        if not is_file and record is None and self._is_section(named, kind):
            return LinkKind.OTHER, 0.6, "names a section, not a paper"
        return kind, min(weight, _SURE), why

    def _own_hints(self, href: str, named: Named) -> list[Hint]:
        hints = []
        if said := kinds.kind_said(named.text[:_CONTEXT_UP_TO]):
            long = len(named.text.split()) > kinds.SENTENCE
            hints.append(Hint(said, 0.6 if long else 0.9, "link text"))
        if (
            named.spoken
            and named.spoken != named.text
            and (said := kinds.kind_said(named.spoken[:_CONTEXT_UP_TO]))
        ):
            hints.append(Hint(said, 0.85, "title"))
        if _ONE_VIDEO.search(href) and not hints:
            hints.append(Hint(Said(LinkKind.VIDEO, "host"), 0.6, "address"))
        if _DATA_NAMES.search(urlsplit(href).path):
            hints.append(Hint(Said(LinkKind.DATASET, "format"), 0.5, "file format"))
        return hints

    def _hints_around(
        self, spot: Spot, href: str, named: Named, record: Record | None, *, is_file: bool
    ) -> list[Hint]:
        """Ask column, label, file name, class, row, headings and page; less of each, the farther it is."""
        titled = kinds.is_act_title(named.best)
        quiet = titled or _is_quiet(named, is_file=is_file)
        renamed = not quiet and kinds.is_something_else(named.best)
        semi = quiet or (kinds.names_meeting(named.best) and not renamed)
        near = 1.0 if semi else 0.75 if not renamed else 0.4
        far = 1.0 if quiet else 0.8 if semi else 0.0
        found = [
            (kinds.kind_said(self._columns.over(spot.element)), 0.85 * near, "column"),
            (kinds.kind_said(self._label(spot)), 0.8 * (1.0 if quiet else 0.4), "label"),
            (kinds.kind_of_name(href), 0.75 * near, "file name"),
            (kinds.kind_said(self._names_around(spot.element)), 0.6 * near, "class"),
            (kinds.kind_said(self._columns.row_header(spot.element)), 0.6 * near, "row"),
        ]
        near_by = [Hint(said, weight, where) for said, weight, where in found if said and weight]
        if is_file and not far and not renamed and (said := self._section_said(spot)):
            near_by.append(Hint(said, 0.7, "heading of the section"))
        if titled and not near_by:
            near_by = [Hint(Said(LinkKind.DECISION, "про"), 0.3, "wording of its title")]
        stands_for_a_day = titled or (quiet and (record is not None or first_date(named.best) is not None))
        if not far or not (is_file or stands_for_a_day) or _settles(near_by):
            return near_by
        return near_by + self._hints_above(spot, href, far)

    def _hints_above(self, spot: Spot, href: str, far: float) -> list[Hint]:
        headings = self._outline.above(spot.start)
        found = [
            (kinds.kind_said(self._outline.said(heading.start, heading.end)), weight, "heading")
            for heading, weight in zip(headings, (0.6, 0.5, 0.4), strict=False)
        ]
        found.append((kinds.kind_of_folders(href), 0.5, "folder"))
        if not any(self._is_page_title(heading) for heading in headings):
            found.append((self._page_said, 0.4, "page title"))
        return [Hint(said, weight * far, where) for said, weight, where in found if said]

    def _section_said(self, spot: Spot) -> Said | None:
        """Papers under "Resolutions adopted" are called by what they are about, each in words of its own."""
        nearest = self._outline.above(spot.start, most=1)
        words = self._outline.said(nearest[0].start, nearest[0].end) if nearest else ""
        return kinds.kind_said(words) if kinds.is_plural(words) else None

    def _is_page_title(self, heading: Heading) -> bool:
        return self._outline.said(heading.start, heading.end) == self._page.title

    def _label(self, spot: Spot) -> str:
        """Give the words before the link on its line, over other links that say as little: "Agenda: PDF DOC"."""
        start, _ = self._outline.line(spot.start)
        start = max(start, self._outline.text.rfind("\t", start, spot.start) + 1)
        before = self._outline.said(max(start, spot.start - _LABEL_UP_TO), spot.start)
        return "" if first_date(before) and not kinds.kind_said(before) else before

    def _names_around(self, link: Element) -> str:
        names = [link.get("class"), link.get("id")]
        cell = link.getparent()
        if cell is not None and cell.tag in {"td", "li", "p", "span", "div"}:
            names += [cell.get("class"), cell.get("headers")]
        return kinds.parts_of(" ".join(name for name in names if name))

    def _is_section(self, named: Named, kind: LinkKind) -> bool:
        """A page link in the plural and without a day leads to many papers: "Agendas", "Протоколи"."""
        if kind not in PAPERS and kind not in _DOCUMENT_KINDS:
            return False
        return kinds.is_plural(named.best) and not first_date(named.best)

    def _is_news_link(self, spot: Spot, href: str, named: Named, *, is_file: bool) -> bool:
        """A headline: its address says news, or the headings it stands under do."""
        if is_file or len(named.text.split()) < _HEADLINE_FROM:
            return False
        if is_news_address(href):
            return True
        above = [self._outline.said(one.start, one.end) for one in self._outline.above(spot.start)]
        sections = (words for words in (*above, self._page.title) if len(words.split()) <= _SECTION_UP_TO)
        said = (kinds.kind_said(words) for words in sections)
        return any(one is not None and one.kind is LinkKind.NEWS for one in said)

    # ---- day and name --------------------------------------------------------------------------------

    def _days(
        self, spot: Spot, href: str, named: Named, record: Record | None, kind: LinkKind
    ) -> tuple[date | None, date | None]:
        """Give the day of the paper itself and the day of the sitting it belongs to."""
        told = self._day(spot, href, named, record)
        stamped = self._records.stamped(spot.element)
        if kind in PAPERS:
            return stamped or told, told
        own = self._own_day(spot, named)
        sitting = record.day if record and told == record.day and self._is_of_a_sitting(record) else None
        if kind is LinkKind.DRAFT_DECISION:  # not adopted yet: a second day beside it is that of its reading
            stamped = stamped or (self._records.stamped_over(record) if record else None)
            reading = self._records.read_on(spot.element)
            if reading:
                return own or stamped or (told if told != reading else None), reading
            reading = sitting or (told if stamped and told != own else None)
            return own or stamped or (None if reading else told), reading
        return (own or stamped or told) if kind in _SHOWN_WHEN_PUBLISHED else (told or stamped), sitting

    def _is_of_a_sitting(self, record: Record) -> bool:
        start, _ = self._outline.line(record.label[0])
        header = self._columns.over(self._outline.owner(record.label[0]))
        said = f"{header} {self._outline.said(start, min(record.end, start + _CONTEXT_UP_TO))}"
        return kinds.names_meeting(said) or phrases("words", "reading").within(said)

    def _own_day(self, spot: Spot, named: Named) -> date | None:
        return self._records.within(spot.start, spot.end) or first_date(
            named.spoken, month_first=self._page.month_first
        )

    def _day(self, spot: Spot, href: str, named: Named, record: Record | None) -> date | None:
        month_first = self._page.month_first
        return (
            self._own_day(spot, named)
            or (record.day if record else None)
            or date_in_address(href, month_first=month_first)
            or self._records.beside(spot.element)
            or (self._records.of_page if kinds.is_document(href) or kinds.kind_said(named.best) else None)
        )

    def _title(self, spot: Spot, named: Named, record: Record | None) -> str:
        """Give what a person would call the paper, where the link itself only says "PDF"."""
        if not kinds.says_nothing(named.best):
            return named.best
        column = self._columns.over(spot.element)
        if record and record.end - record.start <= _TITLE_UP_TO:
            around = self._outline.said(record.start, record.end)
        else:
            headings = self._outline.above(spot.start, most=1)
            around = self._outline.said(headings[0].start, headings[0].end) if headings else ""
        label = self._label(spot)
        parts = dict.fromkeys(part for part in (column or label, around) if part)
        return " — ".join(parts) or named.best


def is_news_address(url: str) -> bool:
    """Say whether the address itself says that news stand here."""
    folders = name_parts(urlsplit(url).path)
    return bool(folders & folded("words", "news_marks"))


def _own_words(spot: Spot, shown: str) -> Named:
    element = spot.element
    images = " ".join(alt for image in element.iter("img") if (alt := image.get("alt")))
    spoken = next(
        (words for name in ("title", "aria-label") if (words := (element.get(name) or "").strip())), ""
    )
    if not shown and not spoken:
        labelled = next((text(one) for one in element.iter("title")), "")
        return Named(images or labelled, "")
    return Named(shown, spoken or images)


def _is_quiet(named: Named, *, is_file: bool) -> bool:
    return kinds.says_nothing(named.best) or (is_file and kinds.is_month(named.best))


def _settles(hints: list[Hint]) -> bool:
    return any(hint.weight >= _DECISIVE for hint in hints)


def _weighed(hints: list[Hint]) -> tuple[LinkKind, float, str]:
    """Join what speaks for each kind; several weak voices for one kind make a stronger one."""
    doubt: dict[LinkKind, float] = {}
    for hint in hints:
        doubt[hint.said.kind] = doubt.get(hint.said.kind, 1.0) * (1 - hint.weight)
    if not doubt:
        return LinkKind.OTHER, 0.0, ""
    kind = min(doubt, key=lambda one: doubt[one])
    heard = [f"{hint.said.phrase!r} in {hint.where}" for hint in hints if hint.said.kind is kind]
    return kind, 1 - doubt[kind], "; ".join(heard[:3])
