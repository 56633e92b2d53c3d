"""The confined child: reads tasks from its parent one after another, inside limits it cannot leave.

    python -m crawlers.confined MODULE:FUNCTION LIMITS

Started by ``crawlers.confinement`` only. The function is imported before the walls go up, so that what it needs is
loaded once; it takes ``(body, options, tools)`` and gives JSON values and bytes. What it raises ends the child:
the parent names that a crash and the next task gets a fresh one.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from crawlers import isolation
from crawlers.framing import ANSWER, ASK, DONE, FAILED, READY, Frame, FrameError, receive, send

Tools = Callable[[str, bytes], bytes | None]
Task = Callable[[bytes, dict[str, Any], Tools], tuple[dict[str, Any], bytes]]

_TAKEN = 2**28  # bytes of one message from the parent, which has its own limits
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Work until the parent hangs up, or until this process has grown too large to be kept."""
    task, limits = _named(sys.argv[1]), json.loads(sys.argv[2])
    inbox, outbox = _own_pipes()
    isolation.limit(memory=limits["memory"], file_bytes=limits["file_bytes"], open_files=limits["open_files"])
    walls = isolation.raise_walls(limits["parent"], tools=limits["tools"])
    send(outbox, Frame(READY, {"walls": walls}))
    while True:
        try:
            given = receive(inbox, at_most=_TAKEN)
        except FrameError:
            return 0
        isolation.limit_cpu(limits["cpu_seconds"])
        try:
            values, body = task(given.body, given.values, _asking(inbox, outbox))
        except MemoryError:
            send(outbox, Frame(FAILED, {"of": "memory"}))
            return 1
        except ImportError as error:  # what this installation lacks is no fault of the bytes
            send(outbox, Frame(FAILED, {"of": "installation", "said": str(error)}))
            return 1
        last = _resident() > limits["keep_below"]
        send(outbox, Frame(DONE, {"last": last, "values": values}, body))
        if last:
            return 0


def _named(path: str) -> Task:
    module, _, name = path.partition(":")
    task: Task = getattr(importlib.import_module(module), name)
    return task


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep the pipes to the parent out of reach of libraries that print."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return inbox, outbox


def _asking(inbox: IO[bytes], outbox: IO[bytes]) -> Tools:
    """Let a task ask the parent for a tool that this process may not run itself."""

    def ask(tool: str, body: bytes) -> bytes | None:
        send(outbox, Frame(ASK, {"tool": tool}, body))
        answer = receive(inbox, at_most=_TAKEN)
        if answer.mark != ANSWER:
            raise FrameError("an answer was expected")
        return answer.body if answer.values.get("done") else None

    return ask


def _resident() -> int:
    """How many bytes of memory this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


if __name__ == "__main__":
    raise SystemExit(main())
