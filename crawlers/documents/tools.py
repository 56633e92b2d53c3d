"""Programs of the distribution that read what Python cannot: run in a confined child of their own, bytes in and out.

This module is that child's task; ``found`` tells the parent which of them are here.
"""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from typing import Any

from crawlers import isolation
from crawlers.documents.contents import RECOGNISE, UNPACK

_LANGUAGES = ("ukr", "eng")
_PROGRAMS = {RECOGNISE: "tesseract", UNPACK: "bsdtar"}
_ARGUMENTS = {
    RECOGNISE: ("stdin", "stdout", "-l", "+".join(_LANGUAGES)),
    UNPACK: ("-cf", "-", "--format", "pax", "@-"),
}
_ENVIRONMENT = {
    "PATH": os.defpath,
    "LC_ALL": "C.UTF-8",
    "OMP_THREAD_LIMIT": "1",  # tesseract's threads wait for each other: four times the CPU for the same words
}
MOST_OUTPUT = 48_000_000
_CHUNK = 2**16
_LISTING_SECONDS = 10


def found() -> dict[str, str]:
    """Give the tools this machine has, and the path of each program; one without Ukrainian is none."""
    paths = {tool: shutil.which(program) for tool, program in _PROGRAMS.items()}
    return {
        tool: path for tool, path in paths.items() if path and (tool != RECOGNISE or _reads_ukrainian(path))
    }


def missing() -> tuple[str, ...]:
    """Give the programs that should be installed, for whoever looks after the machine."""
    here = found()
    return tuple(program for tool, program in _PROGRAMS.items() if tool not in here)


def run(body: bytes, options: dict[str, Any], _tools: object) -> tuple[dict[str, Any], bytes]:
    """Give what the program ``options["path"]`` makes of *body*; a program that fails made nothing of it."""
    with tempfile.TemporaryFile() as given:
        given.write(body)
        given.seek(0)
        parent = os.getpid()
        with subprocess.Popen(
            [options["path"], *_ARGUMENTS[options["tool"]]],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            preexec_fn=lambda: isolation.die_with(parent),  # noqa: PLW1509  # this process has one thread
        ) as process:
            made, whole = _bounded(process)
    return {"done": whole and process.returncode == 0}, made


def _bounded(process: subprocess.Popen[bytes]) -> tuple[bytes, bool]:
    """Read what the program says, and end it where it says too much."""
    parts: list[bytes] = []
    got = 0
    assert process.stdout is not None  # noqa: S101  # it was asked for
    while part := process.stdout.read(_CHUNK):
        got += len(part)
        if got > MOST_OUTPUT:
            process.kill()
            return b"", False
        parts.append(part)
    return b"".join(parts), True


@cache
def _reads_ukrainian(path: str) -> bool:
    try:
        listed = subprocess.run(
            [path, "--list-langs"], capture_output=True, timeout=_LISTING_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return set(_LANGUAGES) <= set(listed.stdout.decode(errors="replace").split())
