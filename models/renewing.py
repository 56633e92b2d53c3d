"""Items follow from findings: what a run found becomes people's work, or changes it.

An item never forgets what people decided while the machine says the same; it opens again when it says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import SUBMITTED, City, Run, Visit
from models.items import after, hold, move
from models.judging import Finding, of_pack_in_force
from models.looks import looks_at
from models.reviewing import Item, Round
from models.rounds import assignee_of
from models.sampling import SURE, draws
from models.store import Store
from models.vocabulary import Verdict
from models.worth import expected_seconds, worth

SECOND_SHARE, PROBE_SHARE = 0.1, 0.02  # of a round that nobody has set up


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the methodology says of one indicator: its area, and its points."""

    area: str
    weight: float


Questions = Mapping[str, Weighed]  # by indicator


def ensure_round(db: Session, round_id: str) -> Round:
    """The round *round_id*; opened here where its first run comes before anybody opened it."""
    known = db.get(Round, round_id)
    if known is None:
        known = Round(id=round_id, opened_at=now(), second_share=SECOND_SHARE, probe_share=PROBE_SHARE)
        db.add(known)
        db.flush()
    return known


def renew_items(db: Session, run_id: str, city: str, questions: Questions | None = None) -> int:
    """Bring the items of *city* up to what *run_id* found; how many were made or changed.

    What people submitted is no look of ours: a run of theirs changes nothing. Without *questions* an indicator's
    area is the beginning of its id, and all weigh the same.
    """
    run, of_city = db.get_one(Run, run_id), db.get(City, city)
    if run.source == SUBMITTED or of_city is None:
        return 0
    standing = _standing(db, run_id, city)
    hold(db, Item.round == run.round, Item.city == city)  # what somebody decides meanwhile is not overwritten
    changed = 0
    for methodology in {finding.methodology for finding in standing}:
        room = _Room(db, run, of_city, methodology, questions or {})
        changed += sum(room.renew(one) for one in standing if one.methodology == methodology)
    db.flush()
    return changed


def renew_round(store: Store, round_id: str, questions: Questions | None = None) -> int:
    """The items of a whole round, run by run; for databases that were filled otherwise, or before there were items."""
    with store.reading() as db:
        runs = db.execute(
            select(Visit.run_id, Visit.city)
            .join(Run, Run.id == Visit.run_id)
            .where(Run.round == round_id)
            .order_by(Run.started_at, Run.id, Visit.city)
        ).all()
    changed = 0
    for run_id, city in runs:
        with store.writing() as db:
            changed += renew_items(db, run_id, city, questions)
    return changed


def renew_missing(store: Store) -> list[str]:
    """Make the items of rounds that were judged before there were any; which rounds these were."""
    with store.reading() as db:
        judged = select(Run.round).join(Finding, Finding.run_id == Run.id).where(Run.source != SUBMITTED)
        known = select(Round.id)
        rounds = db.scalars(judged.where(Run.round.not_in(known)).distinct().order_by(Run.round)).all()
    for round_id in rounds:
        renew_round(store, round_id)
    return list(rounds)


class _Room:
    """The items of one city by one methodology, as a run comes in."""

    def __init__(self, db: Session, run: Run, city: City, methodology: str, questions: Questions) -> None:
        self.db, self.run, self.city, self.questions = db, run, city, questions
        self.round = ensure_round(db, run.round)
        self.assignees = assignee_of(db, run.round, city.slug)
        mine = select(Item).where(Item.city == city.slug, Item.methodology == methodology)
        self.items = {item.indicator: item for item in db.scalars(mine.where(Item.round == run.round))}
        self.before = _ended_as(db, run.round, city.slug, methodology)
        self.looks = looks_at(db, run.round, city.slug, methodology)
        shown = select(Finding, Run.started_at).join(Run, Run.id == Finding.run_id)
        ids = [item.finding_id for item in self.items.values()]
        self.shown = {row[0].id: (row[0], row[1]) for row in db.execute(shown.where(Finding.id.in_(ids)))}

    def renew(self, finding: Finding) -> bool:
        """Whether *finding* made an item, or changed one."""
        item = self.items.get(finding.indicator)
        if item is None:
            self.items[finding.indicator] = item = self._new(finding)
            self.db.add(item)
        else:
            shown, shown_at = self.shown[item.finding_id]
            if shown.id == finding.id or shown_at > self.run.started_at or _saw_less(finding, shown):
                return False
            self._show(item, finding)
            if says_the_same(shown, finding):
                return True
            item.opened_after = max(
                (
                    told.look.assessment_id
                    for told in self.looks[finding.indicator]
                    if told.finding_id < finding.id
                ),
                default=item.opened_after,
            )
            item.changed = True
        told = [one.look for one in self.looks[finding.indicator]]
        looks = [look for look in told if look.assessment_id > item.opened_after]
        move(item, after(item, looks))
        return True

    def _new(self, finding: Finding) -> Item:
        drawn = draws(
            self.run.round,
            self.city.slug,
            finding.methodology,
            finding.indicator,
            second_share=self.round.second_share,
            probe_share=self.round.probe_share,
            verdict=finding.proposed,
            confidence=finding.confidence,
        )
        weighed = self.questions.get(finding.indicator) or Weighed(_area_of(finding.indicator), 1.0)
        person_id, due_on = self.assignees.get(weighed.area, (None, self.round.due_on))
        item = Item(
            round=self.run.round,
            city=self.city.slug,
            region=self.city.region,
            methodology=finding.methodology,
            indicator=finding.indicator,
            area=weighed.area,
            weight=weighed.weight,
            person_id=person_id,
            due_on=due_on,
            needs_second=drawn.needs_second,
            probe=drawn.probe,
            planted=drawn.planted,
            changed=self.before.get(finding.indicator, finding.proposed) is not finding.proposed,
            replied=False,
            opened_after=0,
            version=0,
        )
        self._show(item, finding)
        return item

    def _show(self, item: Item, finding: Finding) -> None:
        """Have people see *finding* when they open *item*."""
        item.finding_id = finding.id
        item.region = self.city.region
        item.verdict, item.confidence = finding.proposed, finding.confidence
        if item.planted is not None and (item.planted is finding.proposed or finding.confidence < SURE):
            item.probe = item.planted = None  # it would be no wrong verdict any more
        item.seconds = expected_seconds(finding)
        item.worth = worth(finding, weight=item.weight, seconds=item.seconds, changed=item.changed)
        item.changed_at = now()


def says_the_same(one: Finding, other: Finding) -> bool:
    """Whether two findings say the same to a person: verdict, reason, leaning, and the words that show it."""
    said = [
        (
            finding.verdict,
            finding.reason,
            finding.proposed,
            {(piece["url"], piece["quote"]) for piece in finding.evidence},
        )
        for finding in (one, other)
    ]
    return said[0] == said[1]


def _saw_less(later: Finding, earlier: Finding) -> bool:
    """Whether a look failed where an earlier one of the same round did not."""
    return not later.proposed.counts and earlier.proposed.counts


def _area_of(indicator: str) -> str:
    return indicator.partition("-")[0].partition(".")[0]


def _standing(db: Session, run_id: str, city: str) -> Sequence[Finding]:
    """The last evaluation of each question in one run about one city, by packs in force."""
    latest = (
        select(func.max(Finding.id))
        .where(Finding.run_id == run_id, Finding.city == city, of_pack_in_force())
        .group_by(Finding.methodology, Finding.indicator)
    )
    return db.scalars(select(Finding).where(Finding.id.in_(latest)).order_by(Finding.id)).all()


def _ended_as(db: Session, round_id: str, city: str, methodology: str) -> dict[str, Verdict]:
    """What stood at the end of the round before: what people settled, or else what the machine proposed."""
    earlier = (Item.city == city, Item.methodology == methodology, Item.round < round_id)
    last = select(func.max(Item.round)).where(*earlier).scalar_subquery()
    rows = db.execute(
        select(Item.indicator, Item.settled_verdict, Item.verdict).where(*earlier, Item.round == last)
    )
    return {indicator: settled or proposed for indicator, settled, proposed in rows}
