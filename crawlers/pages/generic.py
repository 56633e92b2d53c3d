"""Any page of any site: what can be told without knowing who built it."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from crawlers.pages.acts import read_act, type_named
from crawlers.pages.base import Page, is_home, text
from crawlers.pages.dates import first_date
from crawlers.pages.distances import relative_day
from crawlers.pages.filenames import is_document
from crawlers.pages.kinds import is_act_title, is_plural, kind_said, names_meeting
from crawlers.pages.lexicon import folded, phrases
from crawlers.pages.links import LinkReader, is_news_address
from crawlers.pages.meetings import read_meetings
from crawlers.pages.outline import name_parts
from crawlers.pages.records import Records
from crawlers.pages.states import stands_in
from models.facts import Act, DocumentLink, Meeting, PageFacts
from models.vocabulary import LinkKind, PageKind

Element = Any  # lxml ships no types

TEXT_UP_TO = 20_000
"""Characters of a page's text that facts carry."""

_PAPERS_OF_A_LIST = 4
_SITE_MAP_UP_TO = 4  # words of a title
_HEADINGS_KEPT = 60
_HEADING_LEVEL = 6
_OF_ONE_THING = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{2,}")  # a number that is no year
_PUBLISHED_METAS = ("article:published_time", "datePublished", "date", "DC.date.issued", "dcterms.issued")


def recognise(page: Page) -> bool:
    """Take any page: the last row of the table of readers."""
    return page.root is not None


def read(page: Page) -> PageFacts:
    """Give all that a page says by its structure alone."""
    standing = stands_in(page)
    records = Records(page)
    links = LinkReader(page, records).read()
    if standing:
        kind, reason = standing
        plain = tuple(
            replace(link, kind=LinkKind.OTHER, date=None, event_date=None, why="") for link in links
        )
        return replace(_facts(page, kind), complete=False, reasons=(reason,), links=plain)
    meetings = read_meetings(page, records, links)
    act = read_act(page)
    kind = _kind(page, act, links, meetings)
    if kind is PageKind.NEWS:
        act = None
    return replace(_facts(page, kind), act=act, links=links, meetings=meetings, date=published(page, records))


def holds_papers(facts: PageFacts) -> bool:
    """Say whether something dated or of a known kind was read, or there is nothing on the page to misread."""
    content = [link for link in facts.links if not link.in_menu and not _is_service(link)]
    told = any(link.date or link.kind is not LinkKind.OTHER for link in content)
    return told or not content or phrases("states", "nothing_here").within(facts.text)


def misses_papers(facts: PageFacts) -> bool:
    """Say whether links lead to papers of the site, as files and numbers in addresses tell, and none was read."""
    host = urlsplit(facts.url).hostname
    return not holds_papers(facts) and any(
        is_document(link.href) or _OF_ONE_THING.search(link.href.rpartition("/")[2])
        for link in facts.links
        if not link.in_menu and not _is_service(link) and urlsplit(link.href).hostname == host
    )


def with_days(facts: PageFacts, days: dict[str, date]) -> PageFacts:
    """Give the links named in *days* the day that their family's layout prints beside them."""
    links = tuple(
        replace(link, date=days[link.href], event_date=link.event_date) if link.href in days else link
        for link in facts.links
    )
    return replace(facts, links=links)


def published(page: Page, records: Records) -> date | None:
    """Give the day the page says it was published."""
    for name in _PUBLISHED_METAS:
        if day := first_date(page.meta(name)):
            return day
    if records.first_stamp:
        return records.first_stamp
    for stamp in page.root.iter("time"):
        written = text(stamp)
        day = first_date(stamp.get("datetime") or written) or relative_day(written, page.today)
        if day and not (day == page.today and page.outline.is_over_title(stamp)):
            return day
    return None


def _facts(page: Page, kind: PageKind) -> PageFacts:
    said = page.outline.main_text
    outline = page.outline
    headings = dict.fromkeys(
        outline.said(heading.start, heading.end)
        for heading in outline.headings
        if heading.level <= _HEADING_LEVEL and not outline.in_menu(heading.start)
    )
    return PageFacts(
        url=page.url,
        title=page.title,
        language=page.language,
        kind=kind,
        complete=True,
        headings=tuple(heading for heading in headings if heading)[:_HEADINGS_KEPT],
        words=len(said.split()),
        text=said[:TEXT_UP_TO],
        has_search=has_search(page),
    )


def has_search(page: Page) -> bool:
    """Say whether the page offers a search field."""
    for field in page.root.iter("input"):
        if (field.get("type") or "text").lower() == "search":
            return True
        if _takes_words(field) and (_speaks_of_search(field) or field.get("name") in {"s", "q"}):
            return True
    forms = page.root.iter("form", "div", "search")
    return any(form.get("role") == "search" or _is_search_form(form) for form in forms)


def _is_search_form(form: Element) -> bool:
    """A form with one field for words, that is called a search or whose button says so."""
    if form.tag != "form" or sum(_takes_words(field) for field in form.iter("input")) != 1:
        return False
    buttons = [one for one in form.iter("input", "button") if not _takes_words(one)]
    said = any(phrases("words", "search_marks").within(text(one)) for one in form.iter("button"))
    return said or any(map(_speaks_of_search, (form, *buttons)))


def _takes_words(field: Element) -> bool:
    return field.tag == "input" and (field.get("type") or "text").lower() == "text"


def _speaks_of_search(element: Element) -> bool:
    said = ("placeholder", "aria-label", "title", "alt", *(() if _takes_words(element) else ("value",)))
    names = " ".join(element.get(name) or "" for name in ("name", "id", "class", *said))
    return bool(name_parts(names) & folded("words", "search_marks")) or phrases(
        "words", "search_marks"
    ).within(names)


def _is_service(link: DocumentLink) -> bool:
    """Ways home and to the site map stand under any content."""
    return is_home(link.href) or phrases("words", "site_map").within(link.text)


def _names_one(title: str) -> bool:
    """A title with a number or a day names one sitting; "Housing commission" names a section."""
    return any(letter.isdigit() for letter in title)


def _kind(
    page: Page, act: Act | None, links: tuple[DocumentLink, ...], meetings: tuple[Meeting, ...]
) -> PageKind:
    """Say what the page is as a whole, the surest sign first."""
    if phrases("words", "site_map").within(page.title) and len(page.title.split()) <= _SITE_MAP_UP_TO:
        return PageKind.SITE_MAP
    if phrases("words", "search_results").within(page.title):
        return PageKind.SEARCH
    if is_home(page.url):
        return PageKind.HOME
    filed = any((said := kind_said(section)) and said.kind is LinkKind.NEWS for section in page.sections)
    if (filed or is_news_address(page.url)) and type_named(page.heading) is None:
        return PageKind.NEWS
    if act:
        return PageKind.ACT
    papers = [link for link in links if link.kind not in {LinkKind.OTHER, LinkKind.NEWS} and not link.in_menu]
    plural = is_plural(page.title) and not is_act_title(page.title)
    if len(meetings) == 1 and names_meeting(page.title) and not plural and _names_one(page.title):
        return PageKind.MEETING
    several = len(papers) >= _PAPERS_OF_A_LIST or len(meetings) > 1 or (papers and plural)
    return PageKind.LIST if several else PageKind.OTHER
