"""What counts for an indicator: a document with the page that shows it, and a text that can be read."""

from dataclasses import dataclass, field

from checks.addresses import place
from checks.scales import Weight
from checks.shelf import Page, Shelf, Showing, Thing, is_answer
from checks.words import horizon, years
from models.facts import Day, Evidence, PageFacts
from models.vocabulary import LinkKind

_OPENING = 400  # characters of a document in which it says what years it is about


@dataclass(frozen=True, slots=True)
class Document:
    """One document that counts, and the page that shows it."""

    url: str
    words: str  # as on the page
    kind: LinkKind
    date: Day | None
    event_date: Day | None
    file_type: str | None
    place: str  # what the page it is shown on is called
    page_url: str
    capture: str
    confidence: float
    facts: PageFacts | None = field(default=None, compare=False)  # what it says itself, where it was read
    is_told: bool = True  # its words, its list or its issuer say whose it is; otherwise only its kind
    read_in: str = ""  # the capture of the document itself, where it was read

    @property
    def held_on(self) -> Day | None:
        """The day it belongs to: of the meeting if known, otherwise its own."""
        return self.event_date or self.date

    @property
    def years(self) -> frozenset[int]:
        """The years it is about, by its own words; by its page where they name none."""
        return years(self.words) or years(self.place)

    @property
    def reaches(self) -> frozenset[int]:
        """Every year it names, both ends of a span: by its words, its page, or how it begins."""
        return horizon(self.words) or horizon(self.place) or horizon(self.text[:_OPENING])

    @property
    def text(self) -> str:
        """What stands in it, where it was read."""
        return self.facts.text if self.facts is not None else ""

    @property
    def format(self) -> str | None:
        """What it is by its bytes; by its name where nobody has opened it."""
        opened = self.facts.document if self.facts is not None else None
        return opened.format if opened is not None else self.file_type

    def shown(self) -> Evidence:
        """The words that show it, and where."""
        return Evidence(self.page_url, self.words, self.capture, title=self.url, date=self.held_on)

    def as_text(self) -> "Text | None":
        """The document itself, to be read and quoted; None where nobody has read it."""
        return Text(self.url, self.words, self.read_in, self.facts) if self.facts is not None else None


@dataclass(frozen=True, slots=True)
class Text:
    """Something to be read that belongs to an indicator: its section, or a paper of it."""

    url: str
    title: str
    capture: str
    facts: PageFacts

    def shown(self, quote: str = "") -> Evidence:
        """Words of it, or its title."""
        return Evidence(self.url, quote or self.facts.title or self.url, self.capture, title=self.url)


def page_as_document(page: Page) -> Document:
    """A page of text that is itself the paper."""
    seen, facts = page.seen, page.facts
    return Document(
        seen.url,
        page.title,
        LinkKind.OTHER,
        facts.date,
        None,
        None,
        page.title,
        seen.url,
        seen.capture,
        0.9,
        facts,
        read_in=seen.capture,
    )


def document(thing: Thing, showing: Showing, weight: Weight, shelf: Shelf) -> Document:
    """What *showing* shows of *thing*, so surely; its days are those of any showing, its text that of its page."""
    act_date = thing.act.date if thing.act is not None else None
    dates = sorted(one.date for one in thing.showings if one.date)
    events = sorted(one.event_date for one in thing.showings if one.event_date)
    target = shelf.seen.get(place(thing.url))
    seen = target if target is not None and is_answer(target) else None
    return Document(
        url=thing.url,
        words=showing.words,
        kind=min(thing.kinds) if showing.kind not in thing.kinds else showing.kind,
        date=act_date or showing.date or (dates[0] if dates else None),
        event_date=showing.event_date or (events[0] if events else None),
        file_type=thing.file_type,
        place=showing.page.title,
        page_url=showing.page.seen.url,
        capture=showing.page.seen.capture,
        confidence=round(weight.sure, 3),
        is_told=weight.is_told,
        facts=seen.facts if seen is not None else None,
        read_in=seen.capture if seen is not None else "",
    )
