"""The one place where "we did not find it" may become "it is not published".

Saying that a council has not published something it has published is the worst mistake this monitor can make.
So nothing else in the house may say ``not-met``: rules report what they did not find, and the function
``conclude`` below decides what may be said of it. A constraint of the database holds it to that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.addresses import host_of, is_under, place
from checks.answers import Absent
from checks.methodology import Indicator
from checks.shelf import ANSWERED, GONE
from models.facts import Answer, Evidence, Gap, PlannedAddress, SearchRecord, SeenPage, Sight
from models.vocabulary import AddressState, PageKind, Reason, Verdict

GAPS_KEPT = 50
_WEIGHT = tuple(Reason)  # the order in which the reasons are listed, within one rank below
_RANKS = (
    {Reason.GEO_BLOCK, Reason.CHALLENGE, Reason.LOGIN_WALL, Reason.ROBOTS},
    {Reason.DNS, Reason.REFUSED, Reason.TIMEOUT, Reason.RESET, Reason.TLS},
    {Reason.HTTP_4XX, Reason.HTTP_429, Reason.HTTP_5XX, Reason.REDIRECT_LOOP},
    {Reason.TRUNCATED, Reason.TOO_LARGE, Reason.BAD_ENCODING, Reason.BAD_CHARSET, Reason.PARSE_CUT},
    {Reason.SOFT_404, Reason.LAYOUT_CHANGED, Reason.EMPTY_SHELL},
    {Reason.DOC_ENCRYPTED, Reason.DOC_SCAN_NO_TEXT, Reason.DOC_UNSAFE},
)
_PAGES = ("text/html", "application/xhtml", "text/plain", "application/json", "text/xml", "application/xml")


@dataclass(frozen=True, slots=True)
class _Looked:
    """How the look at one planned address ended, before asking whom it concerns."""

    row: PlannedAddress
    page: SeenPage | None
    reason: Reason | None  # None: seen, whole and readable
    is_plain_no: bool = False  # the address itself answered "there is nothing here"
    is_start: bool = False


class Look:
    """Where one visit looked: its ledger held against its captures, once for all indicators."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self._by_capture = {page.capture: page for page in sight.pages}
        self._by_place = {place(page.url): page for page in sight.pages}
        rows = tuple(self._rows())
        self.open_rows = tuple(one for one in rows if not one.row.serves)
        self.no_start = not any(one.is_start and one.reason is None for one in rows)
        self._serving: dict[str, list[_Looked]] = {}
        for one in rows:
            for topic in one.row.serves:
                self._serving.setdefault(topic, []).append(one)

    def rows_serving(self, topic: str) -> tuple[_Looked, ...]:
        """The addresses whose links named *topic*."""
        return tuple(self._serving.get(topic, ()))

    def _rows(self) -> Iterator[_Looked]:
        looked = [self._looked(row) for row in self.sight.ledger]
        seen = {place(one.row.url) for one in looked if one.reason is None and one.page is not None}
        for one in looked:
            if one.row.reason is Reason.OFFSITE and not one.is_start:
                continue  # another body's site is not where the council publishes
            if one.reason is not None and place(one.row.url) in seen:
                continue  # a print version or double of a page that was seen
            yield one

    def _looked(self, row: PlannedAddress) -> _Looked:
        page = self._by_capture.get(row.capture or "") or self._by_place.get(place(row.url))
        is_start = row.depth == 0 and not row.serves and is_under(host_of(row.url), self.sight.city.hosts)
        plain_no = page is not None and page.status in GONE and row.state in _TRIED
        return _Looked(row, page, _reason(row, page), plain_no, is_start)


_TRIED = frozenset({AddressState.FETCHED, AddressState.FAILED})


def conclude(absent: Absent, look: Look, indicator: Indicator) -> Answer:
    """Decide what may be said of a thing that was not found on a council's site.

    "Not published" (``not-met``) is said only if every one of the following is true:

    1. the visit was finished: every address that was to be opened has been dealt with;
    2. every address that could lead to the thing looked for was opened, answered normally, came whole, and
       could be read: no error, no cut page, no unreadable letters, no page that only says "not found", no
       login or protection page in place of the content, no document we could not open;
    3. the site's own rules for programs (robots.txt) let us open all of them, and none was left out for lack
       of time or because there were too many;
    4. at least one page was in fact looked at.

    An address "could lead to the thing" if the link to it named it, or if nothing is known of what the link
    was about. Addresses that were plainly about something else, sites of other bodies, and print versions of
    pages already seen do not count. An address that answers "there is nothing here" (404, 410) is an answer
    like any other, unless the link to it had named the very thing looked for: then the council meant to
    publish it there and something is broken, and we do not say that it is not published. Where the address
    is a data portal's question "is there such an organisation", its plain "no" is the answer, whatever is
    wrong with the council's own site; but a portal that was never asked has said nothing.

    If any of this fails, the answer is ``blocked`` where the decisive obstacle is the site's protection
    against visitors, and ``not-observable`` otherwise, with that obstacle as the reason. Decisive is: the
    page the visit starts from, if none such could be opened; then what stands in the way of an address that
    named the thing; then the rest; and within each, protection before network, network before faulty
    answers, these before unreadable pages and documents, and our own limits last. Neither answer says
    anything about the council, and neither moves its score.
    """
    search = searched(look, indicator, absent.near_miss)
    if search.complete:
        sure = 0.6 + 0.35 * min(1.0, search.looked_at / 20) - (0.1 if absent.near_miss else 0.0)
        verdict, reason = Verdict.NOT_MET, absent.reason
    else:
        sure = 1.0  # that we could not look is certain
        reason = search.gaps[0].reason if search.gaps else _why_nothing(look)
        verdict = Verdict.BLOCKED if reason.is_shield else Verdict.NOT_OBSERVABLE
    detail = {**absent.detail, "looked_at": search.looked_at, "gaps": len(search.gaps)}
    if not search.complete:
        detail |= {"url": search.gaps[0].url if search.gaps else None, "not_found": absent.reason.value}
    return Answer(verdict, reason, round(sure, 3), search=search, detail=detail)


def searched(look: Look, indicator: Indicator, near_miss: Evidence | None) -> SearchRecord:
    """Where we looked for one indicator, and every place where we could not."""
    relevant = _relevant(look, indicator)
    gaps = [one for one in relevant if _is_gap(one, indicator, no_start=look.no_start)]
    whole = [one for one in relevant if one.reason is None or _is_answered_no(one, indicator)]
    pages = {one.page.capture: one.page for one in whole if one.page is not None}
    times: list[datetime] = sorted(page.fetched_at for page in pages.values())
    gaps.sort(key=lambda one: _importance(one, indicator, no_start=look.no_start))
    return SearchRecord(
        complete=look.sight.visit_complete and not gaps and bool(pages) and _was_asked(whole, indicator),
        looked_at=len(pages),
        gaps=tuple(Gap(one.row.url, one.reason or Reason.HTTP_4XX) for one in gaps[:GAPS_KEPT]),
        near_miss=near_miss,
        terms=indicator.looks_at.terms,
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
    )


def _relevant(look: Look, indicator: Indicator) -> list[_Looked]:
    """The addresses that could lead to it. Once a portal has answered for itself, the city's site cannot."""
    serving, anything = look.rows_serving(indicator.id), look.open_rows
    answered = [one for one in serving if one.reason is None or _is_answered_no(one, indicator)]
    if indicator.looks_at.plain_no == "json" and _was_asked(answered, indicator):
        hosts = look.sight.city.hosts
        anything = tuple(one for one in anything if not is_under(host_of(one.row.url), hosts))
    return [*anything, *serving]


def _is_gap(one: _Looked, indicator: Indicator, *, no_start: bool) -> bool:
    if not one.is_plain_no:
        return one.reason is not None
    if indicator.id not in one.row.serves:
        return one.is_start and no_start  # a home page that is not there is no home page
    return not _is_answered_no(one, indicator)


def _is_answered_no(one: _Looked, indicator: Indicator) -> bool:
    """The "not found" of an address that serves the indicator is the answer to its question."""
    if one.page is None or not one.is_plain_no or indicator.id not in one.row.serves:
        return False
    how = indicator.looks_at.plain_no
    return how == "any" or (how == "json" and "json" in one.page.media_type)


def _was_asked(whole: Sequence[_Looked], indicator: Indicator) -> bool:
    """What only a portal can tell was asked of a portal."""
    if indicator.looks_at.plain_no != "json":
        return True
    asked = [one.page for one in whole if indicator.id in one.row.serves and one.page is not None]
    return any("json" in page.media_type for page in asked)


def _importance(
    one: _Looked, indicator: Indicator, *, no_start: bool
) -> tuple[bool, bool, int, int, int, str]:
    reason = one.reason or Reason.HTTP_4XX
    rank = next((number for number, reasons in enumerate(_RANKS) if reason in reasons), len(_RANKS))
    serves = indicator.id in one.row.serves
    return (
        not (no_start and one.is_start),
        not serves,
        rank,
        _WEIGHT.index(reason),
        one.row.depth,
        one.row.url,
    )


def _why_nothing(look: Look) -> Reason:
    """Without one obstacle to name: the visit has not come to its end, or there was nowhere to ask."""
    return Reason.NO_SOURCE if look.sight.visit_complete else Reason.NOT_VISITED


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
