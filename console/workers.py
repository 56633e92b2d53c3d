"""More than one process for the desk: all of them answer on one port, and end together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from fixtures.children import dying_with_us

GRACE_SECONDS = 10.0


@contextmanager
def beside(listening: Sequence[socket.socket], options: Sequence[str]) -> Iterator[None]:
    """For each of *listening* one more process of ``tcm serve`` with *options*, answering on it until the block ends.

    Each opens the database for itself. Should this process be killed, they end with it.
    """
    others = [_serving(one, options) for one in listening]
    before = signal.signal(signal.SIGTERM, _leave)  # or it would end us on the spot, and others later
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        for one in others:
            one.terminate()
        for one in others:
            _wait(one)


def _serving(listening: socket.socket, options: Sequence[str]) -> subprocess.Popen[bytes]:
    """A process that has taken over *listening*; this one lets go of it, or a part of what comes in would wait here."""
    number = listening.fileno()
    serve = ["-m", "console", "serve", *options, "--socket", str(number)]
    process = subprocess.Popen([*dying_with_us(signal.SIGTERM), sys.executable, *serve], pass_fds=[number])
    listening.close()
    return process


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
