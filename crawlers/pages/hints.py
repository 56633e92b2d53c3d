"""What speaks for the kind of paper a link leads to: its own words, and what stands around and above it."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from crawlers.pages import kinds
from crawlers.pages.base import Page
from crawlers.pages.dates import first_date
from crawlers.pages.filenames import kind_of_folders, kind_of_name, kind_of_names
from crawlers.pages.kinds import Said
from crawlers.pages.outline import Heading, Spot
from crawlers.pages.records import Record
from crawlers.pages.wording import Named, wording
from models.vocabulary import LinkKind

_LABEL_UP_TO = 60  # characters
_DECISIVE = 0.85
_ONE_VIDEO = re.compile(r"//(?:[\w-]+\.)*(?:youtube\.com/(?:watch|live/|embed/)|youtu\.be/\w|vimeo\.com/\d)")
_DATA_NAMES = re.compile(r"\.(?:csv|json|geojson|ods)$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_VIDEO_HOSTS = ("youtu", "vimeo")
_DATA_ENDINGS = ("csv", "json", "ods")
_BY_HEADINGS = (0.6, 0.5, 0.4)  # the nearest counts most
_BESIDE = frozenset({"td", "li", "p", "span", "div"})


class Hint(NamedTuple):
    """One thing that speaks for a kind: where it was said, how much that counts."""

    said: Said
    weight: float
    where: str


class HintReader:
    """Collects the hints of one page's links; what is the same for neighbours is worked out once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._outline = page.outline
        self._columns = page.columns
        self._page_said = wording(page.title).said
        self._above: dict[tuple[Heading, ...], tuple[list[Hint], list[Hint]]] = {}

    def collect(
        self, spot: Spot, href: str, named: Named, record: Record | None, *, is_file: bool
    ) -> list[Hint]:
        """Give the hints for the link at *spot*; those around it are asked only where its own settle nothing."""
        hints = _own_hints(href, named)
        if not settles(hints):
            hints += self._around(spot, href, named, record, is_file=is_file)
        return hints

    def _around(
        self, spot: Spot, href: str, named: Named, record: Record | None, *, is_file: bool
    ) -> list[Hint]:
        """Ask column, label, file name, class, row, headings and page; less of each, the farther it is."""
        told = wording(named.best)
        titled = told.act_title
        quiet = titled or named.is_quiet(is_file=is_file)
        renamed = not quiet and told.something_else
        semi = quiet or (told.meeting and not renamed)
        near = 1.0 if semi else 0.75 if not renamed else 0.4
        far = 1.0 if quiet else 0.8 if semi else 0.0
        found = [
            (_said_by(self._columns.over(spot.element)), 0.85 * near, "column"),
            (_said_by(self.label(spot)), 0.8 * (1.0 if quiet else 0.4), "label"),
            (kind_of_name(href), 0.75 * near, "file name"),
            (_said_by_names(spot), 0.6 * near, "class"),
            (_said_by(self._columns.row_header(spot.element)), 0.6 * near, "row"),
        ]
        near_by = [Hint(said, weight, where) for said, weight, where in found if said]
        if is_file and not far and not renamed and (said := self._section_said(spot)):
            near_by.append(Hint(said, 0.7, "heading of the section"))
        if titled and not near_by:
            near_by = [Hint(Said(LinkKind.DECISION, "про"), 0.3, "wording of its title")]
        stands_for_a_day = titled or (quiet and (record is not None or told.dated))
        if not far or not (is_file or stands_for_a_day) or settles(near_by):
            return near_by
        return near_by + self._further(spot, href, far)

    def _further(self, spot: Spot, href: str, far: float) -> list[Hint]:
        headings = tuple(self._outline.above(spot.start))
        if headings not in self._above:
            self._above[headings] = self._of_headings(headings)
        of_headings, of_page = self._above[headings]
        folder = kind_of_folders(href)
        found = [*of_headings, *([Hint(folder, 0.5, "folder")] if folder else ()), *of_page]
        return [hint._replace(weight=hint.weight * far) for hint in found] if far < 1 else found

    def _of_headings(self, headings: tuple[Heading, ...]) -> tuple[list[Hint], list[Hint]]:
        """Give what headings say, and what the page's title says if it is none of them."""
        words = [self._outline.said(heading.start, heading.end) for heading in headings]
        found = [
            Hint(said, weight, "heading")
            for one, weight in zip(words, _BY_HEADINGS, strict=False)
            if (said := kinds.kind_said(one))
        ]
        if self._page_said is None or self._page.title in words:
            return found, []
        return found, [Hint(self._page_said, 0.4, "page title")]

    def _section_said(self, spot: Spot) -> Said | None:
        """Papers under "Resolutions adopted" are called by what they are about, each in words of its own."""
        nearest = self._outline.above(spot.start, most=1)
        told = wording(self._outline.said(nearest[0].start, nearest[0].end)) if nearest else None
        return told.said if told and told.plural else None

    def label(self, spot: Spot) -> str:
        """Give the words before the link on its line, over other links that say as little: "Agenda: PDF DOC"."""
        words = self._outline.text
        start = max(
            words.rfind("\n", 0, spot.start) + 1,
            words.rfind("\t", 0, spot.start) + 1,
            spot.start - _LABEL_UP_TO,
        )
        before = self._outline.said(start, spot.start)
        said = kinds.kind_said(before) if _LETTER.search(before) else None
        return "" if not before or (said is None and first_date(before)) else before


def settles(hints: list[Hint]) -> bool:
    """Say whether one of the hints is enough by itself."""
    return any(hint.weight >= _DECISIVE for hint in hints)


@lru_cache(maxsize=16_384)
def weighed(hints: tuple[Hint, ...]) -> tuple[LinkKind, float, str]:
    """Join what speaks for each kind; several weak voices for one kind make a stronger one."""
    doubt: dict[LinkKind, float] = {}
    for hint in hints:
        doubt[hint.said.kind] = doubt.get(hint.said.kind, 1.0) * (1 - hint.weight)
    if not doubt:
        return LinkKind.OTHER, 0.0, ""
    kind = min(doubt, key=lambda one: doubt[one])
    heard = [f"{hint.said.phrase!r} in {hint.where}" for hint in hints if hint.said.kind is kind]
    return kind, 1 - doubt[kind], "; ".join(heard[:3])


def _own_hints(href: str, named: Named) -> list[Hint]:
    hints = []
    told = wording(named.text) if named.text else None
    if told and told.said:
        hints.append(Hint(told.said, 0.6 if told.words > kinds.SENTENCE else 0.9, "link text"))
    if named.spoken and named.spoken != named.text and (said := wording(named.spoken).said):
        hints.append(Hint(said, 0.85, "title"))
    if not hints and any(host in href for host in _VIDEO_HOSTS) and _ONE_VIDEO.search(href):
        hints.append(Hint(Said(LinkKind.VIDEO, "host"), 0.6, "address"))
    if any(ending in href for ending in _DATA_ENDINGS) and _DATA_NAMES.search(urlsplit(href).path):
        hints.append(Hint(Said(LinkKind.DATASET, "format"), 0.5, "file format"))
    return hints


def _said_by(words: str) -> Said | None:
    return kinds.kind_said(words) if words and _LETTER.search(words) else None


def _said_by_names(spot: Spot) -> Said | None:
    """Ask the classes and ids of the link and of the part it stands in."""
    link = spot.element
    names = [link.get("class"), link.get("id")]
    cell = link.getparent()
    if cell is not None and cell.tag in _BESIDE:
        names += [cell.get("class"), cell.get("headers")]
    written = " ".join(name for name in names if name)
    return kind_of_names(written) if written else None
