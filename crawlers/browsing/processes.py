"""The processes of a browser: what memory they use, and their end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_STATE, _SESSION = 0, 3  # fields of /proc/PID/stat after the name
_RESIDENT, _SHARED = 1, 2  # of /proc/PID/statm


def memory_of(session: int) -> int:
    """Bytes of memory the processes of *session* use, each shared page counted in proportion (PSS)."""
    return sum(_memory(pid) for pid in members(session))


def members(session: int) -> list[int]:
    """The living processes of *session*."""
    pids = (int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit())
    return [pid for pid in pids if _session(pid) == session]


def end(session: int) -> None:
    """End all processes of *session* at once."""
    for pid in members(session):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _session(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = status.rpartition(")")[2].split()
    return None if fields[_STATE] == "Z" else int(fields[_SESSION])


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except OSError:  # a sandboxed process may be closed to us; its own pages can still be counted
        return _own_memory(pid)


def _own_memory(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return _PAGE * (int(pages[_RESIDENT]) - int(pages[_SHARED]))
