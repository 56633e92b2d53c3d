"""On which days a body sat: by the days of its papers, and by the calendar that the site keeps."""

from datetime import date

from checks.choosing import chosen
from checks.lens import Lens
from checks.methodology import Methodology
from checks.shelf import Page, Shelf
from checks.words import carries, days_named, head
from models.facts import Meeting
from models.vocabulary import LinkKind, PageKind

_OF_MEETINGS = frozenset({LinkKind.AGENDA, LinkKind.MINUTES, LinkKind.VOTES, LinkKind.PACKET})
_NOT_HELD = frozenset({"tentative", "cancelled"})


def days_of_papers(shelf: Shelf, lens: Lens) -> set[date]:
    """The days of papers of which it is said whose they are; of all, where that is said of none."""
    documents, _ = chosen(shelf, lens)
    told = [one for one in documents if one.is_told]
    return {document.held_on for document in told or documents if document.held_on}


def days_met(shelf: Shelf, lens: Lens, methodology: Methodology) -> set[date]:
    """Meetings that took place, by the calendar the site itself keeps; news only retell them."""
    return {
        meeting.date
        for page in shelf.pages
        if page.facts.kind is not PageKind.NEWS
        for meeting in page.facts.meetings
        if meeting.date and meeting.status not in _NOT_HELD and lens.concerns(meeting.title, page)
        if _has_papers(meeting, page, shelf, lens) or _is_named(meeting, page, shelf, methodology)
    }


def _has_papers(meeting: Meeting, page: Page, shelf: Shelf, lens: Lens) -> bool:
    """It has papers that only a meeting has, and none of another body; a way to the list of them is no paper."""
    return any(
        link.kind in _OF_MEETINGS
        and not shelf.is_menu(link)
        and not shelf.leads_to_list(link.href)
        and lens.concerns(link.title or link.text, page)
        for link in meeting.links
    )


def _is_named(meeting: Meeting, page: Page, shelf: Shelf, methodology: Methodology) -> bool:
    """It has a title of its own that names a meeting, and no second day that may be the meeting's instead.

    The name of a section is no title, nor a sentence, nor a paper's subject: "Про роботу постійних комісій, сесія 3".
    """
    title = meeting.title.strip()
    if (
        title in {page.facts.title, page.title}
        or title.endswith(".")
        or shelf.is_navigation(title)
        or len(days_named(title)) > 1
    ):
        return False
    return carries(head(title, methodology.subject_begins), methodology.meetings)
