"""Bytes from outside are read in a child process with limits; its death is an answer, never an accident.

One child serves many tasks, so that its start is paid once; whatever kills it costs that task only. The child is
started from the code beside this file, with an empty environment, in a folder of its own that goes with it.

The kernel ends the child with the *thread* that started it: use a ``Confined`` from one thread.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawlers.framing import ANSWER, ASK, DONE, READY, TASK, Frame, FrameError, TooMuchError, receive, send

_CODE = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0  # imports of a child on a very busy machine
_OUT_OF_MEMORY = (b"MemoryError", b"memory allocation of", b"bad_alloc", b"out of memory")
_DYING_SECONDS = 5.0
_LAST_WORDS = 2000  # bytes of what a dying child said

Answering = Callable[[str, bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use. Bytes, and seconds of CPU and of the clock."""

    memory: int = 2**30
    cpu_seconds: int = 20
    seconds: float = 60.0
    file_bytes: int = 50_000_000
    open_files: int = 64
    result_bytes: int = 5_000_000
    keep_below: int = 300_000_000  # a child that holds more after a task is replaced


class OverrunError(Exception):
    """A task did not end well; ``how`` is memory, cpu, time, output or crashed."""

    def __init__(self, how: str, last_words: str = "") -> None:
        """Carry what ended it and, where the child left any, its last line."""
        super().__init__(f"{how}: {last_words}" if last_words else how)
        self.how = how


class ConfinementError(Exception):
    """No child could be started, or it lacks a package: this installation is at fault, not the bytes."""


class Confined:
    """One function in a limited child process, named ``module:function``; see ``crawlers.confined.Task``."""

    def __init__(self, task: str, *, limits: Limits | None = None, tools: bool = False) -> None:
        """Describe the child; it is started by the first call."""
        self._task = task
        self._limits = limits or Limits()
        self._tools = tools
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        """Nothing is started before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child and remove its folder."""
        self.close()

    @property
    def walls(self) -> tuple[str, ...]:
        """The walls that really stand around the child here; names are in ``crawlers.isolation``."""
        return self._living().walls

    @property
    def pid(self) -> int:
        """The process that would take the next task."""
        return self._living().process.pid

    def call(
        self, body: bytes, options: dict[str, Any], *, answer: Answering | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Give what the function makes of *body*; raise OverrunError where it left its limits.

        *answer* serves the child's requests for tools; its time is not counted against the task.
        """
        child = self._living()
        try:
            frame = child.work(Frame(TASK, options, body), answer or (lambda _tool, _body: None))
        except (OverrunError, ConfinementError):
            self.close()
            raise
        if frame.values.get("last"):
            self.close()
        return frame.values["values"], frame.body

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child:
            child.end()

    def _living(self) -> "_Child":
        if self._child and self._child.process.poll() is not None:
            self.close()
        if self._child is None:
            self._child = _Child(self._task, self._limits, tools=self._tools)
        return self._child


class _Child:
    """A started child and its folder."""

    def __init__(self, task: str, limits: Limits, *, tools: bool) -> None:
        self._limits = limits
        self._folder = Path(tempfile.mkdtemp(prefix="tcm-confined-"))
        self._said = self._folder / "said"
        given = {**asdict(limits), "tools": tools, "parent": os.getpid()}
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crawlers.confined", task, json.dumps(given)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=_CODE,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TMPDIR": str(self._folder)},
                start_new_session=True,  # a group of its own, so that its tools end with it
            )
        with _Clock(self.process, _START_SECONDS):
            try:
                ready = self._receive()
            except OverrunError as overrun:
                self.end()
                raise ConfinementError(f"no confined child could be started: {overrun}") from overrun
        self.walls = tuple(ready.values["walls"]) if ready.mark == READY else ()

    def work(self, task: Frame, answer: Answering) -> Frame:
        """Give the child's result, serving its requests on the way."""
        left = self._limits.seconds
        say = task
        while True:
            begun = time.monotonic()
            with _Clock(self.process, left) as clock:
                self._send(say)
                frame = self._receive(late=clock)
            if frame.mark == DONE and isinstance(frame.values.get("values"), dict):
                return frame
            if frame.mark != ASK:
                raise _said(frame.values)
            left = max(left - (time.monotonic() - begun), 1.0)
            made = answer(str(frame.values.get("tool")), frame.body)
            say = Frame(ANSWER, {"done": made is not None}, made or b"")

    def end(self) -> None:
        """Kill the child with all it started, and remove its folder."""
        _kill(self.process)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):  # what it was not there to take any more
                pipe.close() if pipe else None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self, frame: Frame) -> None:
        assert self.process.stdin is not None  # noqa: S101  # it was asked for
        with suppress(BrokenPipeError):  # reading will say how it died
            send(self.process.stdin, frame)

    def _receive(self, late: "_Clock | None" = None) -> Frame:
        assert self.process.stdout is not None  # noqa: S101  # it was asked for
        try:
            return receive(self.process.stdout, at_most=self._limits.result_bytes)
        except TooMuchError as error:
            raise OverrunError("output") from error
        except FrameError as error:
            raise self._overrun(late=bool(late and late.rang)) from error

    def _overrun(self, *, late: bool) -> OverrunError:
        """Name what ended the child."""
        try:
            code = self.process.wait(_DYING_SECONDS)
        except subprocess.TimeoutExpired:
            return OverrunError("crashed", "it fell silent")
        words = self._last_words()
        if late:
            return OverrunError("time")
        if code == -signal.SIGXCPU:
            return OverrunError("cpu")
        if code == -signal.SIGKILL or any(sign in words for sign in _OUT_OF_MEMORY):
            return OverrunError("memory")  # where we did not kill it, the kernel did, for want of memory
        return OverrunError("crashed", words.decode(errors="replace").strip().rpartition("\n")[2])

    def _last_words(self) -> bytes:
        try:
            return self._said.read_bytes()[-_LAST_WORDS:]
        except OSError:
            return b""


class _Clock:
    """Kills a process when its time is up."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True
        self.rang = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        _kill(self._process)


def _said(values: dict[str, Any]) -> Exception:
    """Give the failure that a child named itself."""
    if values.get("of") == "installation":
        return ConfinementError(f"the confined child lacks something: {values.get('said')}")
    return OverrunError(str(values.get("of", "output")))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and its tools; where it has been waited for, its number may be another's and is let be."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
