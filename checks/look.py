"""Where one visit looked: its ledger held against its captures, once for all indicators."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from checks.addresses import host_of, is_under, media_file_type, place
from checks.shelf import ANSWERED, GONE
from models.facts import Gap, PlannedAddress, SeenPage, Sight
from models.vocabulary import AddressState, PageKind, Reason

GAPS_KEPT = 50
_LARGEST = 12
_BY_SEARCH = (
    "search"  # what the crawler says an address of its own making serves: a site's search asked a word
)
_TRIED = frozenset({AddressState.FETCHED, AddressState.FAILED})
_RANKS = (
    {Reason.GEO_BLOCK, Reason.CHALLENGE, Reason.LOGIN_WALL, Reason.ROBOTS},
    {Reason.DNS, Reason.REFUSED, Reason.TIMEOUT, Reason.RESET, Reason.TLS},
    {Reason.HTTP_4XX, Reason.HTTP_429, Reason.HTTP_5XX, Reason.REDIRECT_LOOP},
    {Reason.TRUNCATED, Reason.TOO_LARGE, Reason.BAD_ENCODING, Reason.BAD_CHARSET, Reason.PARSE_CUT},
    {Reason.SOFT_404, Reason.LAYOUT_CHANGED, Reason.EMPTY_SHELL},
    {Reason.DOC_ENCRYPTED, Reason.DOC_SCAN_NO_TEXT, Reason.DOC_UNSAFE, Reason.ERASED},
)
_RANK = {  # within one rank, the order in which the reasons are listed
    reason: (next((rank for rank, reasons in enumerate(_RANKS) if reason in reasons), len(_RANKS)), place)
    for place, reason in enumerate(Reason)
}
_PAGES = ("text/html", "application/xhtml", "text/plain", "application/json", "text/xml", "application/xml")


@dataclass(frozen=True, slots=True)
class Looked:
    """How the look at one planned address ended, before asking whom it concerns."""

    row: PlannedAddress
    page: SeenPage | None
    reason: Reason | None  # None: seen, whole and readable
    is_plain_no: bool = False  # the address itself answered "there is nothing here"
    is_start: bool = False

    def gap(self) -> Gap:
        """The place where we could not look."""
        return Gap(self.row.url, self.reason or Reason.HTTP_4XX)

    def weight(self) -> tuple[tuple[int, int], int, str]:
        """What sorts gaps, the most decisive first."""
        return _RANK[self.reason or Reason.HTTP_4XX], self.row.depth, self.row.url


class Tally:
    """How many there are of each sort, and the largest few sorts; a few more are soon added."""

    def __init__(self, sorts: Iterable[str]) -> None:
        self._times = Counter(sorts)
        self.largest = _largest(self._times.items())

    def with_more(self, sorts: Iterable[str]) -> tuple[tuple[str, int], ...]:
        """The largest sorts, were these counted too."""
        if not (more := Counter(sorts)):
            return self.largest
        may_be = dict.fromkeys((*(sort for sort, _ in self.largest), *more))
        return _largest((sort, self._times[sort] + more[sort]) for sort in may_be)


def _largest(times: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(times, key=lambda pair: (-pair[1], pair[0]))[:_LARGEST])


class Common:
    """Addresses that concern every indicator alike, since nothing is known of them: weighed once."""

    def __init__(self, rows: Sequence[Looked], look: "Look") -> None:
        missed = sorted(
            (one for one in rows if (one.is_start and look.no_start if one.is_plain_no else one.reason)),
            key=Looked.weight,
        )
        starts = [one for one in missed if one.is_start and look.no_start]
        others = (one for one in missed if not (one.is_start and look.no_start))
        self.gaps_at_start = tuple(one.gap() for one in starts[:GAPS_KEPT])
        self.gaps = tuple(one.gap() for one, _ in zip(others, range(GAPS_KEPT), strict=False))
        self.pages: Mapping[str, SeenPage] = {
            one.page.capture: one.page for one in rows if one.reason is None and one.page is not None
        }
        self.branches = Tally(map(look.branch_of, self.pages.values()))
        self.file_types = Tally(filter(None, map(format_of, self.pages.values())))
        self.times: list[datetime] = _ends(page.fetched_at for page in self.pages.values())

    def times_with(self, pages: Iterable[SeenPage]) -> tuple[datetime | None, datetime | None]:
        """When the first page was looked at and when the last, were these looked at too."""
        ends = _ends((*self.times, *(page.fetched_at for page in pages)))
        return (ends[0], ends[-1]) if ends else (None, None)


def _ends(times: Iterable[datetime]) -> list[datetime]:
    known = list(times)
    return [min(known), max(known)] if known else []


class Look:
    """What came of every address that a visit planned."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self._by_capture = {page.capture: page for page in sight.pages}
        self._by_place = {place(page.url): page for page in sight.pages}
        rows = tuple(self._rows())
        self.no_start = not any(one.is_start and one.reason is None for one in rows)
        self._serving: dict[str, list[Looked]] = {}
        for one in rows:
            for topic in one.row.serves:
                self._serving.setdefault(topic, []).append(one)
        anything, hosts = [one for one in rows if not one.row.serves], sight.city.hosts
        off_site = [one for one in anything if not is_under(host_of(one.row.url), hosts)]
        self._common, self._off_site = Common(anything, self), Common(off_site, self)
        asked = (one.row for one in self.rows_serving(_BY_SEARCH) if one.row.state in _TRIED)
        self._asked = dict.fromkeys(row.anchor for row in asked if row.anchor)

    def rows_serving(self, topic: str) -> Sequence[Looked]:
        """The addresses whose links named *topic*."""
        return self._serving.get(topic, ())

    def common(self, *, with_site: bool) -> Common:
        """What concerns every indicator; without the city's own site where a portal has answered for itself."""
        return self._common if with_site else self._off_site

    def searches(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Words that the site's own search was asked, first those of *terms*."""
        own = (term for term in terms if term in self._asked)
        return tuple(dict.fromkeys((*own, *self._asked)))[:_LARGEST]

    def branch_of(self, page: SeenPage) -> str:
        """The part of the site a page stands in: its first folder, or the other host it is on."""
        host = host_of(page.url)
        folder, _, _ = urlsplit(page.url).path.lstrip("/").partition("/")
        return f"/{folder}" if host in self.sight.city.hosts[:1] else host

    def _rows(self) -> Iterator[Looked]:
        looked = [self._looked(row) for row in self.sight.ledger]
        seen = {place(one.row.url) for one in looked if one.reason is None and one.page is not None}
        for one in looked:
            if one.row.reason is Reason.OFFSITE and not one.is_start:
                continue  # another body's site is not where the council publishes
            if one.reason is not None and place(one.row.url) in seen:
                continue  # a print version or double of a page that was seen
            yield one

    def _looked(self, row: PlannedAddress) -> Looked:
        page = self._by_capture.get(row.capture or "") or self._by_place.get(place(row.url))
        is_start = row.depth == 0 and not row.serves and is_under(host_of(row.url), self.sight.city.hosts)
        plain_no = page is not None and page.status in GONE and row.state in _TRIED
        return Looked(row, page, _reason(row, page), plain_no, is_start)


def format_of(page: SeenPage) -> str | None:
    """What an opened document is; None for pages."""
    document = page.facts.document if page.facts is not None else None
    return document.format if document is not None else media_file_type(page.media_type)


def _reason(row: PlannedAddress, page: SeenPage | None) -> Reason | None:
    """Why the look at one address shows nothing, or None where it was seen, whole and readable."""
    match row.state:
        case AddressState.PLANNED:
            return Reason.NOT_VISITED
        case AddressState.SKIPPED:
            return row.reason or Reason.BUDGET
        case AddressState.REFUSED:
            return row.reason or Reason.REFUSED_ADDRESS
        case AddressState.FAILED:
            return row.reason or Reason.CRAWLER_ERROR
        case AddressState.FETCHED:
            return (row.reason or _unreadable(page)) if page is not None else Reason.CRAWLER_ERROR


def _unreadable(page: SeenPage) -> Reason | None:
    if page.status not in ANSWERED:
        return page.reason or (Reason.HTTP_5XX if page.status >= 500 else Reason.HTTP_4XX)  # noqa: PLR2004
    if not page.complete or page.reason is not None:
        return page.reason or Reason.TRUNCATED
    if page.facts is None:
        return Reason.LAYOUT_CHANGED if page.media_type.startswith(_PAGES) else None
    if page.facts.kind is PageKind.SHIELD:
        return next(iter(page.facts.reasons), Reason.CHALLENGE)
    if page.facts.kind is PageKind.ERROR:
        return Reason.SOFT_404
    return None if page.facts.complete else next(iter(page.facts.reasons), Reason.PARSE_CUT)
