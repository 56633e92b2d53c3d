"""The smallest set of captures from which a finding's verdict follows, found by judging slices of what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from checks.catalog import CatalogError, load
from checks.evaluate import evaluate
from checks.methodology import Methodology
from custody.capsule.ways import Ways
from models.facts import Answer, Sight
from models.judging import Finding
from models.vocabulary import Verdict


class Scope(StrEnum):
    """Which captures of a visit a capsule of one finding holds; each word takes in those before it."""

    EVIDENCE = "evidence"  # what shows it, and the way there
    SERVING = "serving"  # every page whose link was thought to serve the indicator
    PARENTS = "parents"  # and the pages that lead to those
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The captures to put in, how far that goes, and whether the verdict follows from them."""

    scope: Scope
    captures: frozenset[str]
    follows: bool


def choose(sight: Sight, finding: Finding, ways: Ways) -> Chosen:
    """The fewest captures of *sight* that give *finding* again; all, where it is said that something is absent."""
    every = ways.captures  # redirects too, which a sight leaves out
    pack = pack_of(finding.methodology, finding.methodology_version)
    if pack is None or finding.indicator not in pack.by_id:
        return Chosen(Scope.ALL, every, follows=False)
    if finding.proposed is not Verdict.NOT_MET:
        for scope, captures in _widening(sight, finding, ways):
            if captures != every and gives_again(
                answer_to(pack, finding.indicator, narrowed(sight, captures)), finding
            ):
                return Chosen(scope, captures, follows=True)
    follows = gives_again(answer_to(pack, finding.indicator, sight), finding)
    return Chosen(Scope.ALL, every, follows=follows)


def pack_of(methodology: str, version: str) -> Methodology | None:
    """The pack a finding was judged by, in the very version; None where this installation has it no more."""
    name = methodology.partition("@")[0]
    for called in (f"{name}@{version}", methodology):
        try:
            pack = load(called)
        except CatalogError:
            continue
        if pack.version == version:
            return pack
    return None


def answer_to(pack: Methodology, indicator: str, sight: Sight) -> Answer:
    """The machine's answer to one indicator of *pack*."""
    asked = replace(pack, indicators=(pack.by_id[indicator],))
    return evaluate(asked, sight)[0][1]


def narrowed(sight: Sight, captures: Iterable[str]) -> Sight:
    """*sight* as if nothing but *captures* had been received."""
    kept = frozenset(captures)
    return replace(
        sight,
        pages=tuple(page for page in sight.pages if page.capture in kept),
        ledger=tuple(row for row in sight.ledger if row.capture is None or row.capture in kept),
    )


def gives_again(answer: Answer, finding: Finding) -> bool:
    """Whether *answer* says what *finding* says: verdict, reason, what it leans to, and the same evidence."""
    shown = [(item.url, item.quote, item.capture) for item in answer.evidence]
    said = [(item["url"], item["quote"], item["capture"]) for item in finding.evidence]
    leaning = ("leaning", "leaning_reason")
    return (
        (answer.verdict, answer.reason) == (finding.verdict, finding.reason)
        and shown == said
        and [answer.detail.get(word) for word in leaning] == [finding.detail.get(word) for word in leaning]
    )


def _widening(sight: Sight, finding: Finding, ways: Ways) -> Iterator[tuple[Scope, frozenset[str]]]:
    shown = {item["capture"] for item in finding.evidence}
    near = (finding.search or {}).get("near_miss") or {}
    shown |= {near["capture"]} if near.get("capture") else set()
    begun = next((row.capture for row in sight.ledger if not row.depth and row.capture), None)
    evidence = ways.captures_to(shown or ({begun} if begun else ()))
    yield Scope.EVIDENCE, evidence
    serving = {row.capture for row in sight.ledger if row.capture and finding.indicator in row.serves}
    yield Scope.SERVING, evidence | serving
    yield Scope.PARENTS, evidence | ways.captures_to(serving)
