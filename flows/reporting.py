"""Publishes what the operator and the analyst read in the Prefect UI, as artifacts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

from flows.notes import city_table, drift_note, run_note
from flows.outcomes import CityOutcome, Ending
from flows.watch_drift import Changes


class Progress:
    """A bar that fills as the cities of a run are done."""

    def __init__(self, scope: str, run_id: str, cities: int) -> None:
        """Prepare a bar for *cities* cities; *scope* (a region or a city) keeps bars of a kind together."""
        self._key = f"progress-{scope}"
        self._about = f"Cities done in {run_id}"
        self._cities = max(cities, 1)
        self._done = 0
        self._artifact: UUID | None = None

    async def begin(self) -> None:
        """Show the empty bar."""
        self._artifact = await acreate_progress_artifact(0.0, key=self._key, description=self._about)

    async def step(self) -> None:
        """One more city is done."""
        self._done += 1
        if self._artifact is not None:
            await aupdate_progress_artifact(self._artifact, progress=100 * self._done / self._cities)


async def report(
    scope: str,
    run_id: str,
    outcomes: Sequence[CityOutcome],
    end: Ending,
    changes: Changes,
    *,
    review_url: str,
) -> None:
    """Publish the table of cities, the note on the run, and what changed."""
    await acreate_table_artifact(
        city_table(outcomes), key=f"cities-{scope}", description=f"Cities of {run_id}. {end.sentence}"
    )
    note = run_note(run_id, outcomes, end, review_url=review_url)
    await acreate_markdown_artifact(note, key=f"findings-{scope}", description=f"Findings of {run_id}")
    await acreate_markdown_artifact(
        drift_note(changes, review_url=review_url),
        key=f"what-changed-{scope}",
        description=f"{run_id} against each city's previous run",
    )
