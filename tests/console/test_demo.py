"""The demo shows the whole house at work, and leaves nothing running."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fixtures.children import family
from models.crawling import Picture
from models.environment import inherited
from models.store import open_store

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.prefect
@pytest.mark.timeout(420)
def test_the_demo_judges_its_councils_and_ends(tmp_path: Path) -> None:
    """Two councils are crawled under a real Prefect server, scored, open for review, pictured, and all of it ends."""
    ports = ["--port", str(free_port()), "--prefect-port", str(free_port())]
    with (tmp_path / "demo.log").open("w+") as log:
        demo = subprocess.Popen(
            [sys.executable, "-m", "console", "demo", "--cities", "2", "--once", *ports],
            env={**inherited(), "TCM_HOME": str(tmp_path)},
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            start_new_session=True,
        )
        code = demo.wait(400)
        log.seek(0)
        said = log.read()

    assert code == 0, said
    score = re.search(r"together (\d+) of (\d+) .*without ground: (\d+)", said)
    assert score is not None, said
    assert int(score[2]) > 200
    assert int(score[1]) >= 0.97 * int(score[2])
    assert score[3] == "0"
    assert "Sign in to the review desk" in said
    assert [pid for pid in family(demo.pid) if pid != demo.pid] == []
    with open_store(f"sqlite:///{tmp_path / 'demo' / 'monitor.db'}").reading() as db:
        assert db.scalar(select(func.count()).select_from(Picture))


@pytest.mark.long
def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    """The sentence names the port and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "console", "demo", "--cities", "1", "--once", "--port", port],
            env={**inherited(), "TCM_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )

    assert done.returncode != 0
    assert f"port {port} is in use" in done.stderr
    assert done.stderr.count("\n") == 1
