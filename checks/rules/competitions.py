"""Competitions for posts: was each that was announced also concluded in public?"""

import re
from collections.abc import Sequence
from datetime import timedelta

from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.words import carries
from models.facts import Answer
from models.matching import MATCH_AT_LEAST, resembles
from models.vocabulary import Reason

_NAMED = 4  # competitions without a result, as a sentence can still name them


def competitions_concluded(
    material: Material,
    *,
    announced: Sequence[str],
    results: Sequence[str],
    post: str,
    within_days: int,
    grace_days: int,
    share: float = 0.8,
    both: bool = False,
) -> Answer | Absent:
    """Met where *share* of the competitions announced within *within_days* have a result; partly by some of it.

    Not yet due is the result of one announced in the last *grace_days*. A result belongs to an announcement of
    the same post: *post* is the pattern whose first group names it; where one of them names none, the later
    result is taken for it. With *both*, results without any announcement are partly met.
    """
    since, due = (material.today - timedelta(days=days) for days in (within_days, grace_days))
    named = [one for one in material.papers if carries(one.words, (*announced, *results))]
    recent = [one for one in named if one.held_on is not None and one.held_on >= since]
    outcomes = [one for one in recent if carries(one.words, results)]
    calls = [one for one in recent if one not in outcomes]
    pattern = re.compile(post)
    judged = [one for one in calls if one.held_on and one.held_on <= due]
    open_ones = [one for one in judged if not any(_concludes(two, one, pattern) for two in outcomes)]
    missing = "; ".join(one.words for one in open_ones[:_NAMED])
    found = len(judged) - len(open_ones)
    detail: Detail = {"found": found, "expected": len(judged), "missing": missing or None}
    if outcomes and found >= share * len(judged) and (calls or not both):
        count = len(judged) or None
        detail |= {"found": found if count else None, "expected": count}
        return met([*outcomes, *calls[:1]], Reason.ALL_FOUND, detail, sure=surety(outcomes))
    if outcomes or (both and calls):
        detail |= {"count": len(outcomes), "title": (outcomes or calls)[0].words}
        return partly(
            [*outcomes, *open_ones, *calls[:1]], Reason.SOME_FOUND, detail, sure=surety(outcomes or calls)
        )
    if undated := [one for one in named if one.held_on is None and carries(one.words, results)]:
        return partly(undated, Reason.UNDATED, {"count": len(undated)}, sure=0.8 * surety(undated))
    if named:
        nearest = named[0]
        detail |= {"title": nearest.words, "newest": str(nearest.held_on) if nearest.held_on else None}
        stale = any(carries(one.words, results) for one in named) and not recent
        return Absent(Reason.ONLY_STALE if stale else Reason.NO_DOCUMENT, nearest.shown(), detail)
    return Absent(Reason.NO_DOCUMENT)


def _concludes(outcome: Document, call: Document, post: re.Pattern[str]) -> bool:
    """A result that is not older than the announcement, and of the same post as far as both name it."""
    if outcome.held_on is None or call.held_on is None or outcome.held_on < call.held_on:
        return False
    of_outcome, of_call = post.search(outcome.words), post.search(call.words)
    if of_outcome is None or of_call is None:
        return True
    one, two = of_outcome[1], of_call[1]
    return max(resembles(one, two), resembles(two, one)) >= MATCH_AT_LEAST
