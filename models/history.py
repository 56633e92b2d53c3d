"""What earlier runs said of the same cities."""

from __future__ import annotations

from sqlalchemy import select

from models.crawling import SUBMITTED, Run
from models.findings import findings_of
from models.judging import Finding
from models.store import Store


def earlier_findings(store: Store, run_id: str, *, methodology: str) -> list[Finding]:
    """The standing findings of the last earlier run that judged each city of *run_id*."""
    judged = select(Finding.city).where(Finding.run_id == run_id, Finding.methodology == methodology)
    with store.reading() as db:
        run = db.get_one(Run, run_id)
        pairs = db.execute(
            select(Finding.city, Finding.run_id)
            .join(Run, Run.id == Finding.run_id)
            .where(
                Finding.methodology == methodology,
                Finding.city.in_(judged),
                Run.id != run_id,
                Run.source != SUBMITTED,
                Run.started_at <= run.started_at,
            )
            .distinct()
            .order_by(Run.started_at, Run.id)
        )
        last = dict(pairs.tuples().all())
    return [
        finding
        for earlier in sorted(set(last.values()))
        for finding in findings_of(store, earlier, methodology=methodology)
        if last.get(finding.city) == earlier
    ]
