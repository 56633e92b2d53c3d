"""`tcm serve`: one process or several answer at one address, and all of them end together."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from console.serve import listen
from fixtures.children import Child, family
from models.environment import inherited

pytestmark = pytest.mark.crawl  # it starts processes of its own


@pytest.fixture
def port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def desk(tmp_path: Path, port: int) -> Iterator[Child]:
    """A desk of two processes over an empty database."""
    command = [sys.executable, "-m", "console", "serve", "--port", str(port), "--workers", "2"]
    environment = inherited() | {"TCM_HOME": str(tmp_path), "TCM_DATABASE_URL": "", "TCM_ARCHIVE": ""}
    started = Child("the desk", command, log=tmp_path / "log", environment=environment)
    started.wait_until(lambda: len(serving(started)) == 2 and _status(port) == 200, seconds=60)
    yield started
    started.stop()


def serving(desk: Child) -> list[int]:
    """The processes of the desk that serve."""
    return [pid for pid in family(desk.pid) if b"serve" in _command(pid)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _status(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_two_processes_answer_on_one_address_and_end_together(desk: Child, port: int) -> None:
    """Every one of many connections is answered by one of the two; told to end, the first takes the other along."""
    both = serving(desk)

    answers = {_status(port) for _ in range(20)}
    desk.process.terminate()
    desk.process.wait(30)

    assert answers == {200}
    assert len(both) == 2
    assert [pid for pid in both if Path(f"/proc/{pid}").exists()] == []


def test_a_worker_does_not_outlive_a_killed_desk(desk: Child) -> None:
    """Where the first process is killed, the other ends by itself and no port stays taken."""
    both = serving(desk)

    desk.process.kill()
    desk.process.wait(30)
    deadline = time.monotonic() + 20
    while any(b"serve" in _command(pid) for pid in both) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not any(b"serve" in _command(pid) for pid in both)


def test_an_answer_is_not_held_back_until_its_beginning_is_acknowledged() -> None:
    """Connections to the desk are told to send at once, whatever the size of what is sent."""
    with listen("127.0.0.1", 0)[0] as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        at_once = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        accepted.close()

    assert at_once


def test_no_more_than_one_process_is_the_default(tmp_path: Path) -> None:
    """The help says so, and speaks of no option that is not for people."""
    said = subprocess.run(
        [sys.executable, "-m", "console", "serve", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    ).stdout

    assert "default: 1" in said
    assert "--socket" not in said
