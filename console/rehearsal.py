"""What the demo tells while it runs and at its end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from itertools import groupby

from sqlalchemy import func, select

from fixtures.councils.profile import load
from fixtures.councils.reaching import Reached, reached
from fixtures.councils.scoring import Judged, Score, score
from models.crawling import Address, Capture, Run, Visit
from models.findings import findings_of
from models.judging import Finding
from models.store import Store
from models.vocabulary import AddressState, Verdict, VisitState

SHOWN = 12


class Progress:
    """One line for every city as soon as it is judged."""

    def __init__(self, store: Store, cities: int) -> None:
        """Watch *store* for *cities* cities, from now on."""
        self._store = store
        self._cities = cities
        self._began = time.monotonic()
        self._told: set[int] = set()
        with store.reading() as db:
            self._before = set(db.scalars(select(Visit.id)))
            self._runs = set(db.scalars(select(Run.id)))

    def tell(self) -> None:
        """Print what has come since the last time."""
        with self._store.reading() as db:
            visits = list(
                db.scalars(
                    select(Visit)
                    .where(Visit.state != VisitState.OPEN, Visit.id.in_(select(Finding.visit_id)))
                    .order_by(Visit.ended_at)
                )
            )
            for visit in visits:
                if visit.id in self._told or visit.id in self._before:
                    continue
                self._told.add(visit.id)
                said = Counter(db.scalars(select(Finding.verdict).where(Finding.visit_id == visit.id)))
                self._line(visit, said)

    def runs(self) -> list[str]:
        """The runs that have begun since, in order."""
        with self._store.reading() as db:
            return [
                run for run in db.scalars(select(Run.id).order_by(Run.started_at)) if run not in self._runs
            ]

    def pages(self) -> int:
        """Answers stored since."""
        with self._store.reading() as db:
            return (
                db.scalar(
                    select(func.count()).where(
                        Address.visit_id.not_in(self._before), Address.state == AddressState.FETCHED
                    )
                )
                or 0
            )

    def _line(self, visit: Visit, said: Counter[Verdict]) -> None:
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        words = ", ".join(f"{said[verdict]} {verdict}" for verdict in Verdict if said[verdict])
        why = f" ({visit.reason})" if visit.reason else ""
        print(
            f"  {minutes}:{seconds:02}  {len(self._told):>2}/{self._cities}  {visit.city:<16}"
            f" {visit.stats.get('fetched', 0):>4} pages  {words}{why}",
            flush=True,
        )


def share_reached(
    store: Store, visit_id: int, slug: str, today: date, changes: Sequence[str] = ()
) -> Reached:
    """How much of the evidence planted at a pretend council this visit has whole answers for."""
    with store.reading() as db:
        rows = db.execute(
            select(Address.url, Capture.final_url)
            .join(Capture, Capture.id == Address.capture_id)
            .where(Address.visit_id == visit_id, Capture.status == HTTPStatus.OK, Capture.complete != "no")
        )
        fetched = {url for row in rows for url in row}
    return reached(fetched, slug, today, changes, fault=load(slug).fault)


def tell_reached(store: Store, runs: Sequence[str], today: date) -> float:
    """Print how much of the planted evidence the visits of *runs* have fetched; that share."""
    with store.reading() as db:
        visits = list(db.execute(select(Visit.id, Visit.city).where(Visit.run_id.in_(runs))))
    found = {slug: share_reached(store, visit_id, slug, today) for visit_id, slug in visits}
    every = sum(one.planted for one in found.values())
    missing = [(slug, one) for slug, reach in found.items() for one in reach.missing]
    share = 1 - len(missing) / every if every else 1.0
    print(f"Reached      {every - len(missing)} of {every} addresses that decide an indicator ({share:.1%})")
    for slug, one in missing[:SHOWN]:
        print(f"    not fetched: {slug} {one.kind}: {one.address}")
    return share


def tell_score(store: Store, runs: Sequence[str]) -> Score:
    """Print what was found against what was planted; the misses by name, the costliest first."""
    found = score(
        Judged(finding.city, finding.indicator, finding.verdict, finding.reason, finding.leaning)
        for run_id in runs
        for finding in findings_of(store, run_id)
    )
    print("\nFound against planted:")
    for area, of_area in groupby(found.by_indicator.items(), key=lambda row: row[0].partition("-")[0]):
        counts = [row for _, row in of_area]
        right, every = sum(one for one, _ in counts), sum(one for _, one in counts)
        bar = "█" * round(20 * right / every)
        print(f"  {area:<6} {len(counts):>3} indicators  {right:>5} of {every:>5}  {bar:<20}")
    share = 100 * found.right / found.total if found.total else 0.0
    print(
        f"  together {found.right} of {found.total} ({share:.1f} %);"
        f" said unpublished without ground: {len(found.false_absences)}"
    )
    misses = sorted(found.misses, key=lambda miss: not miss.is_false_absence)
    for miss in misses[:SHOWN]:
        judged = miss.judged
        print(
            f"    {judged.city} {judged.indicator}: planted {miss.expected} ({miss.note}),"
            f" found {judged.leaning or judged.verdict} ({judged.reason})"
        )
    if len(misses) > SHOWN:
        print(f"    … and {len(misses) - SHOWN} more")
    return found
