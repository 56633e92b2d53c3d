"""The plain, frozen things that crawlers hand to checks. No behaviour, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from models.vocabulary import AddressState, LinkKind, PageKind, Reason, Verdict

Day = date  # for classes with a field that is itself called date


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """One link of a page, with what it most likely leads to.

    ``date`` is the date of the document itself (adopted, published, signed, as printed beside it);
    ``event_date`` that of the meeting or event it belongs to. ``confidence`` is 0..1, ``why`` a short
    English note of what decided the kind. ``title`` is the best human name found (link text, title
    attribute, row or heading): where the text is only "PDF (2 MB)", it is what a reader would call it.
    """

    href: str
    text: str
    kind: LinkKind
    date: Day | None = None
    event_date: Day | None = None
    confidence: float = 0.5
    why: str = ""
    title: str = ""
    in_menu: bool = False  # navigation that repeats on every page


@dataclass(frozen=True, slots=True)
class Meeting:
    """One sitting of a body, with its papers. ``status``: passed, tentative, cancelled, confirmed."""

    date: date | None
    title: str
    status: str
    links: tuple[DocumentLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """What the head of an act says of it. ``type``: decision, draft-decision, order, minutes."""

    type: str
    issuer: str | None
    number: str | None
    date: date | None
    session: int | None = None
    convocation: int | None = None
    subject: str = ""  # "Про …", without the quotes around it


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset of an open-data portal, as its API describes it."""

    id: str
    title: str
    publisher: str | None
    formats: tuple[str, ...] = ()
    modified: date | None = None
    url: str = ""
    frequency: str = ""  # how often it is promised to be renewed, in the portal's words
    described: tuple[
        str, ...
    ] = ()  # what its passport fills: email, maintainer, licence, purpose, keywords, schema


@dataclass(frozen=True, slots=True)
class Table:
    """One table or sheet of a document. ``header``: its first row that holds words."""

    name: str
    rows: int
    columns: int
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What a file is, told from its bytes and not from its name.

    The text of page n stands in ``PageFacts.text`` before the n-th form feed, so that a quote has its page.
    """

    format: str  # pdf, docx, doc, odt, rtf, xlsx, xls, ods, csv, zip, rar, image, html, text
    pages: int | None = None
    searchable: bool = True  # False: a scan; words in ``text`` then come from OCR
    tables: tuple[Table, ...] = ()
    members: tuple[str, ...] = ()  # of an archive, in its own order
    marks: tuple[str, ...] = ()  # what a reader should know: macros, external-links, wrong-extension


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What one capture says, once read."""

    url: str
    title: str
    language: str | None
    kind: PageKind
    complete: bool
    reasons: tuple[Reason, ...] = ()
    act: Act | None = None
    links: tuple[DocumentLink, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    headings: tuple[str, ...] = ()
    date: date | None = None  # when the page says it was published
    words: int = 0  # visible words outside menus
    text: str = ""  # visible text outside menus, cut at 20,000 characters
    has_search: bool = False
    has_form: bool = False  # one by which a visitor can write to the council
    barriers: tuple[tuple[str, int], ...] = ()  # (what keeps people with impairments out, how often), by name
    aids: tuple[str, ...] = ()  # what it offers people with impaired sight: version, switch, widget
    document: Document | None = None  # where the capture is a file rather than a page


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that show something, and where. ``capture`` is a capture's id."""

    url: str
    quote: str
    capture: str
    title: str = ""
    date: date | None = None


@dataclass(frozen=True, slots=True)
class SeenPage:
    """One stored capture of a visit together with what its reader made of it."""

    capture: str
    url: str
    status: int
    fetched_at: datetime
    media_type: str
    complete: bool
    facts: PageFacts | None  # None where the capture is no page (a document, an image) or unreadable
    reason: Reason | None = None  # why it is incomplete or unread


@dataclass(frozen=True, slots=True)
class PlannedAddress:
    """One row of the crawl ledger: an address that was to be looked at, and how that ended.

    ``serves`` are the topics (indicator ids of the lexicon) its link was thought to serve. Empty means it
    could be about anything, so that its failure leaves every absence open.
    """

    url: str
    state: AddressState
    reason: Reason | None = None
    serves: tuple[str, ...] = ()
    depth: int = 0
    anchor: str = ""
    found_on: str | None = None  # url
    capture: str | None = None


@dataclass(frozen=True, slots=True)
class CityCard:
    """What a rule may know of the city itself."""

    slug: str
    name_uk: str
    name_en: str
    hosts: tuple[str, ...]  # the council's own hosts, without www.
    edrpou: str | None = None  # the council's number in the state register


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything one visit saw of one city: the whole input of its checks."""

    city: CityCard
    pages: tuple[SeenPage, ...]
    ledger: tuple[PlannedAddress, ...]
    visit_complete: bool  # every planned address reached a terminal state
    today: date  # the day of the visit, in Kyiv; rules have no clock of their own


@dataclass(frozen=True, slots=True)
class Gap:
    """One place where we could not look, and why."""

    url: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """Where we looked for one indicator. A ``not-met`` exists only with a complete one."""

    complete: bool
    looked_at: int  # pages and documents fetched, complete and readable
    gaps: tuple[Gap, ...] = ()
    near_miss: Evidence | None = None  # the closest thing that did not count
    terms: tuple[str, ...] = ()
    first_at: datetime | None = None
    last_at: datetime | None = None
    branches: tuple[tuple[str, int], ...] = ()  # folders and other hosts: pages looked at
    searches: tuple[str, ...] = ()  # words that the site's own search was asked
    file_types: tuple[tuple[str, int], ...] = ()  # formats of the documents that were opened


@dataclass(frozen=True, slots=True)
class Answer:
    """What the machine says of one indicator. ``detail`` fills the reason's sentence."""

    verdict: Verdict
    reason: Reason
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    search: SearchRecord | None = None
    detail: dict[str, str | int | float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase that a topic's links carry, or (``negative``) that cancels such a match."""

    text: str
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a methodology looks for, in words: topic (indicator id) → terms. Made by ``checks.catalog``.

    ``sources``: a kind of source in the registry (``decisions``, ``ckan``) → the topics it is known to serve.
    ``parts``: how menus name the parts of a site in which topics are found.
    """

    topics: dict[str, tuple[Term, ...]]
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
