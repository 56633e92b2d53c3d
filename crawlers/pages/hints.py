"""The kind of paper a link leads to: its own words speak for it, and less loudly what stands around and above it."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from crawlers.pages import kinds
from crawlers.pages.filenames import is_news_address, kind_of_folders, kind_of_name, kind_of_names
from crawlers.pages.kinds import PAPERS, Said
from crawlers.pages.surroundings import Context
from crawlers.pages.wording import SECTION_UP_TO, Named, wording
from models.vocabulary import LinkKind

_ENOUGH = 0.4  # of a file or a link that says nothing
_ENOUGH_OF_WORDS = 0.6  # where the link's own words say something else
_SURE = 0.97
_DECISIVE = 0.85
_HEADLINE_FROM = 3  # words
_DOCUMENT_KINDS = frozenset({LinkKind.DECISION, LinkKind.BUDGET, LinkKind.BUDGET_REPORT, LinkKind.ORDER})
_ONE_VIDEO = re.compile(r"//(?:[\w-]+\.)*(?:youtube\.com/(?:watch|live/|embed/)|youtu\.be/\w|vimeo\.com/\d)")
_DATA_NAMES = re.compile(r"\.(?:csv|json|geojson|ods)$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_VIDEO_HOSTS = ("youtu", "vimeo")
_DATA_ENDINGS = ("csv", "json", "ods")
_BY_HEADINGS = (0.6, 0.5, 0.4)  # the nearest counts most
_CACHE_SIZE = 8_192  # more than one page has, and most of what neighbouring pages share


class Hint(NamedTuple):
    """One thing that speaks for a kind: where it was said, how much that counts."""

    said: Said
    weight: float
    where: str


class Conclusion(NamedTuple):
    """What a link most likely leads to, how surely, and what decided it."""

    kind: LinkKind
    confidence: float
    why: str


@lru_cache(maxsize=_CACHE_SIZE)
def kind_of_link(named: Named, href: str, context: Context) -> Conclusion:
    """Say what a link of these words to this address in these surroundings leads to."""
    told = wording(named.best)
    if not told.act_title and any(wording(words).aside for words in (named.text, named.spoken) if words):
        return Conclusion(LinkKind.OTHER, 0.8, "names an attachment, archive or form")
    if not context.is_file and _is_headline(named, href, context):
        return Conclusion(LinkKind.NEWS, 0.7, "an article under news")
    hints = _own(named, href)
    if not _settles(hints):
        hints += _around(named, href, context)
    kind, weight, why = _weighed(hints)
    quiet = told.act_title or named.is_quiet(is_file=context.is_file)
    if weight < (_ENOUGH if context.is_file or quiet else _ENOUGH_OF_WORDS):
        return Conclusion(LinkKind.OTHER, max(0.5, 1 - weight), why and f"too little: {why}")
    if not context.is_file and not context.in_record and _is_section(named, kind):
        return Conclusion(LinkKind.OTHER, 0.6, "names a section, not a paper")
    return Conclusion(kind, min(weight, _SURE), why)


def _own(named: Named, href: str) -> list[Hint]:
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


def _around(named: Named, href: str, context: Context) -> list[Hint]:
    """Ask column, label, file name, class, row, headings and page; less of each, the farther it is."""
    told = wording(named.best)
    titled = told.act_title
    quiet = titled or named.is_quiet(is_file=context.is_file)
    renamed = not quiet and told.something_else
    semi = quiet or (told.meeting and not renamed)
    near = 1.0 if semi else 0.75 if not renamed else 0.4
    far = 1.0 if quiet else 0.8 if semi else 0.0
    found = [
        (_said_by(context.column), 0.85 * near, "column"),
        (_said_by(context.label), 0.8 * (1.0 if quiet else 0.4), "label"),
        (kind_of_name(href), 0.75 * near, "file name"),
        (kind_of_names(context.names) if context.names else None, 0.6 * near, "class"),
        (_said_by(context.row), 0.6 * near, "row"),
    ]
    near_by = [Hint(said, weight, where) for said, weight, where in found if said]
    if context.is_file and not far and not renamed and (said := _section_said(context)):
        near_by.append(Hint(said, 0.7, "heading of the section"))
    if titled and not near_by:
        near_by = [Hint(Said(LinkKind.DECISION, "про"), 0.3, "wording of its title")]
    stands_for_a_day = titled or (quiet and (context.in_record or told.dated))
    if not far or not (context.is_file or stands_for_a_day) or _settles(near_by):
        return near_by
    return near_by + [hint._replace(weight=hint.weight * far) for hint in _above(href, context)]


def _above(href: str, context: Context) -> list[Hint]:
    """Ask the headings, the folders of the address, and the page's title if it is none of the headings."""
    found = [
        (kinds.kind_said(words), weight, "heading")
        for words, weight in zip(context.headings, _BY_HEADINGS, strict=False)
    ]
    if not (context.is_numbered and is_news_address(href)):
        found.append((kind_of_folders(href), 0.5, "folder"))
    if context.title not in context.headings:
        found.append((wording(context.title).said, 0.4, "page title"))
    return [Hint(said, weight, where) for said, weight, where in found if said]


def _section_said(context: Context) -> Said | None:
    """Papers under "Resolutions adopted" are called by what they are about, each in words of its own."""
    told = wording(context.headings[0]) if context.headings else None
    return told.said if told and told.plural else None


def _is_headline(named: Named, href: str, context: Context) -> bool:
    """A headline: its address says news, or the headings it stands under do.

    Where all pages have such addresses, "Про затвердження … № 17" is an act all the same.
    """
    told = wording(named.text)
    if told.words < _HEADLINE_FROM:
        return False
    if is_news_address(href):
        return not (told.act_title and context.is_numbered)
    sections = map(wording, (*context.headings, context.title))
    return any(
        told.said is not None and told.said.kind is LinkKind.NEWS
        for told in sections
        if told.words <= SECTION_UP_TO
    )


def _is_section(named: Named, kind: LinkKind) -> bool:
    """A page link in the plural and without a day leads to many papers: "Agendas", "Протоколи"."""
    if kind not in PAPERS and kind not in _DOCUMENT_KINDS:
        return False
    told = wording(named.best)
    return told.plural and not told.dated


def _said_by(words: str) -> Said | None:
    return kinds.kind_said(words) if words and _LETTER.search(words) else None


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
