"""The one place where "we did not find it" may become "it is not published".

Saying that a council has not published something it has published is the worst mistake this monitor can make.
So nothing else in the house may say ``not-met``: rules report what they did not find, and the function
``conclude`` below decides what may be said of it. A constraint of the database holds it to that.
"""

from collections.abc import Sequence

from checks.answers import Absent
from checks.look import GAPS_KEPT, Common, Look, Looked, format_of
from checks.methodology import Indicator
from models.facts import Answer, Evidence, SearchRecord
from models.vocabulary import Reason, Verdict

__all__ = ["Look", "conclude", "searched"]


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
    serving = look.rows_serving(indicator.id)
    answered = [one for one in serving if one.reason is None or _is_answered_no(one, indicator)]
    common = _common(look, indicator, answered)
    missed = [one for one in serving if one.reason is not None and not _is_answered_no(one, indicator)]
    missed.sort(key=Looked.weight)
    gaps = (*common.gaps_at_start, *(one.gap() for one in missed), *common.gaps)
    own = {one.page.capture: one.page for one in answered if one.page is not None}
    more = [page for capture, page in own.items() if capture not in common.pages]
    first_at, last_at = common.times_with(more)
    found_any = bool(common.pages or more)
    return SearchRecord(
        complete=look.sight.visit_complete and not gaps and found_any and _was_asked(answered, indicator),
        looked_at=len(common.pages) + len(more),
        gaps=gaps[:GAPS_KEPT],
        near_miss=near_miss,
        terms=indicator.looks_at.terms,
        first_at=first_at,
        last_at=last_at,
        branches=common.branches.with_more(map(look.branch_of, more)),
        searches=look.searches(indicator.looks_at.terms),
        file_types=common.file_types.with_more(filter(None, map(format_of, more))),
    )


def _common(look: Look, indicator: Indicator, answered: Sequence[Looked]) -> Common:
    """What could lead to any indicator. Once a portal has answered for itself, the city's site cannot."""
    portal_told = indicator.looks_at.plain_no == "json" and _was_asked(answered, indicator)
    return look.common(with_site=not portal_told)


def _is_answered_no(one: Looked, indicator: Indicator) -> bool:
    """The "not found" of an address that serves the indicator is the answer to its question."""
    if one.page is None or not one.is_plain_no:
        return False
    how = indicator.looks_at.plain_no
    return how == "any" or (how == "json" and "json" in one.page.media_type)


def _was_asked(answered: Sequence[Looked], indicator: Indicator) -> bool:
    """What only a portal can tell was asked of a portal."""
    if indicator.looks_at.plain_no != "json":
        return True
    return any("json" in one.page.media_type for one in answered if one.page is not None)


def _why_nothing(look: Look) -> Reason:
    """Without one obstacle to name: the visit has not come to its end, or there was nowhere to ask."""
    return Reason.NO_SOURCE if look.sight.visit_complete else Reason.NOT_VISITED
