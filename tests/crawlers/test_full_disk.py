"""A disk that fills up in the middle of a visit: said plainly, and the visit goes on once there is room."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.visit import VisitOutcome
from models.archive import Archive
from models.runs import open_run
from models.vocabulary import VisitState
from tests.crawlers.small_web import Says, SmallWeb, page
from tests.crawlers.world import World, world_at

pytestmark = pytest.mark.crawl
PAPERS = 8


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Path]:
    """A volume of half a megabyte; only root may make one."""
    place = tmp_path / "volume"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", place], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no volume can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A small web whose papers are larger than that volume together, and do not pack."""
    links = [(f"/rishennia-{number}", f"Рішення міської ради № {number}") for number in range(PAPERS)]
    answers = {"/": Says(page("Міська рада", *links))}
    for number, (path, _) in enumerate(links):
        noise = random.Random(number).randbytes(100_000).hex()  # noqa: S311  # the same every time
        answers[path] = Says(page(f"Рішення № {number}").replace("</body>", f"<p>{noise}</p></body>"))
    with SmallWeb(answers) as web, world_at(tmp_path, web.port) as made:
        yield made


def visited(world: World, archive: Archive) -> VisitOutcome:
    """One visit that stores its bodies in *archive*, in the same run each time."""
    run = open_run(world.store, round_id="2026-11", name="full")
    return replace(world, archive=archive).visit(run_id=run)


def test_a_full_disk_is_named_and_the_visit_goes_on_later(world: World, volume: Path) -> None:
    """The visit breaks with a sentence that names the place, keeps what it has, and is completed by the next."""
    archive = Archive(volume / "archive")

    broken = visited(world, archive)
    subprocess.run(["mount", "-o", "remount,size=8m", volume], check=True)
    whole = visited(world, archive)

    assert broken.state is VisitState.BROKEN
    assert broken.failure == f"no space left on the volume of {archive.root}; free some and run again"
    assert 0 < broken.fetched <= PAPERS
    assert whole.state is VisitState.COMPLETE
    assert whole.fetched == PAPERS + 1
