"""More than one process for the desk: all of them answer on one socket, and end together."""

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
def beside(listening: socket.socket, count: int, options: Sequence[str]) -> Iterator[None]:
    """*count* more processes of ``tcm serve`` with *options*, which answer on *listening* as well until the block ends.

    Each opens the database for itself. Should this process be killed, they end with it.
    """
    socket_number = listening.fileno()
    serve = ["-m", "console", "serve", *options, "--socket", str(socket_number)]
    command = [*dying_with_us(signal.SIGTERM), sys.executable, *serve]
    others = [subprocess.Popen(command, pass_fds=[socket_number]) for _ in range(count)]
    before = signal.signal(signal.SIGTERM, _leave)  # or it would end us on the spot, and others later
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        for one in others:
            one.terminate()
        for one in others:
            _wait(one)


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
