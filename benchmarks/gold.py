"""The labelled set by which checks are measured: pretend councils as they are, as redesigned, behind their faults.

Every case is one indicator of one council in one condition, with the verdict that was planted and what the
machine says of it: its verdict, or what it leans to where it leaves the decision to a person. Councils are dealt
into folds by their names: each fold is measured with what was learned from the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from benchmarks.sights import OWN, Sights
from checks.calibration import NOT_CALIBRATED
from checks.catalog import Methodology
from checks.catalog import load as load_pack
from checks.evaluate import evaluate
from fixtures.councils.profile import TRUTH, load, slugs
from fixtures.councils.recipes import expected
from models.facts import Sight
from models.vocabulary import Reason, Verdict

TODAY = date(2026, 11, 20)  # the set is frozen: its day too
MUTATIONS = ("renamed", "reordered", "wrapped", "untabled", "translated", "cluttered")
FOLDS = 10
_BEHIND = "fault"
_RECIPES = TRUTH.parents[1] / "indicators"


@dataclass(frozen=True, slots=True)
class Case:
    """One indicator of one council in one condition. ``sure`` is the rule's own number, before any calibration."""

    city: str
    condition: str  # "as it is", a mutation, or "fault: …"
    indicator: str
    rule: str
    truth: Verdict
    said: Verdict
    reason: Reason
    sure: float
    honest: frozenset[Verdict]

    @property
    def is_right(self) -> bool:
        """The machine says what was planted, or what would be as honest."""
        return self.said in self.honest

    @property
    def is_wrong(self) -> bool:
        """It says something of the council that is not so, and not that it could not see."""
        return self.said.counts and self.said not in self.honest

    @property
    def fold(self) -> int:
        """Which part of the councils this one belongs to, from 0; all its conditions do."""
        return hashlib.sha256(self.city.encode()).digest()[0] % FOLDS


def name_of(pack: Methodology) -> str:
    """What the set is called: the version of the pack, and a digest of everything that is planted."""
    told = hashlib.sha256()
    for path in sorted((*TRUTH.glob("*.yaml"), *_RECIPES.glob("*/planted.yaml"))):
        told.update(path.relative_to(TRUTH.parents[1]).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{pack.version}-{told.hexdigest()[:8]}"


@lru_cache(maxsize=4)
def undecided(pack: Methodology) -> Methodology:
    """*pack* as its rules speak before anything is calibrated or left to people."""
    bare = tuple(replace(one, class_="machine", sure_from={}) if one.rule else one for one in pack.indicators)
    return replace(
        pack, indicators=bare, by_id={one.id: one for one in bare}, calibration=NOT_CALIBRATED, measured={}
    )


def cases(
    pack: Methodology, folder: Path, councils: Sequence[str] = (), *, processes: int = 1
) -> Iterator[Case]:
    """Judge every council in every condition, in so many *processes*; sights are kept in *folder*."""
    asked = [(pack.name, folder, place, slug) for place, slug in enumerate(councils or slugs())]
    if processes == 1:
        yield from (case for one in asked for case in _of_council(*one))
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_of_council, *zip(*asked, strict=True)):
            yield from found


def _of_council(name: str, folder: Path, place: int, slug: str) -> list[Case]:
    bare, fault = undecided(load_pack(name)), load(slug).fault
    with Sights(TODAY, folder, methodology=name) as sights:
        mutation = MUTATIONS[place % len(MUTATIONS)]
        conditions = [
            ("as it is", sights.of(slug, fault=None)),
            (mutation, sights.of(slug, mutation=mutation, fault=None)),
        ]
        if fault is not None:
            conditions.append((f"{_BEHIND}: {fault}", sights.of(slug, fault=OWN)))
        return [case for condition, sight in conditions for case in _judged(bare, sight, slug, condition)]


def _judged(bare: Methodology, sight: Sight, slug: str, condition: str) -> Iterator[Case]:
    planted = expected(slug)
    for indicator, answer in evaluate(bare, sight):
        truth = planted.get(indicator.id)
        if truth is None or indicator.rule is None:
            continue
        if not (truth.verdict.counts or condition.startswith(_BEHIND)):
            continue  # what stands behind a fault was planted as hidden; nobody wrote down what it is without
        yield Case(
            city=slug,
            condition=condition,
            indicator=indicator.id,
            rule=indicator.rule,
            truth=truth.verdict,
            said=answer.verdict,
            reason=answer.reason,
            sure=answer.confidence,
            honest=truth.honest,
        )
