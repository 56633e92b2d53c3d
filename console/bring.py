"""`tcm bring`: captures the links that people submitted at the desk, and checks what cities reply."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from threading import Event, Thread
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from console.opening import desk_for, refusing, registry_for
from console.telling import Refusal
from crawlers.registry import Registry
from flows.bringing import Brought, bring, something_waits
from flows.visiting import Desk
from models.environment import settings

EVERY = 1.0  # seconds between two looks for something that waits: somebody sits before the page
SEAL_EVERY = 15.0  # seconds between two seals of what needs no fetching


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    parser = commands.add_parser("bring", help="capture the links that people submitted")
    parser.add_argument("--once", action="store_true", help="end when nothing waits")
    parser.add_argument("--cities", metavar="DIR", help="folder of city files (default: the built-in ones)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fetch what waits, and go on doing so until told to stop."""
    desk, registry = desk_for(settings()), registry_for(arguments.cities)
    turn = Turn(desk, registry)
    while True:
        with refusing():
            if turn.has_come():
                tell(asyncio.run(bring(desk, registry)))
        if arguments.once:
            return 0
        time.sleep(EVERY)


def tell(done: Brought) -> None:
    """Say what was done, if anything was."""
    if done != Brought(later=done.later):
        print(
            f"{done.captured} captured, {done.failed} could not be, {done.later} wait for their city's hours, "
            f"{done.checked} replies checked",
            flush=True,
        )


class Turn:
    """When to bring: as soon as something waits, and from time to time to seal what the desk took in by itself."""

    def __init__(self, desk: Desk, registry: Registry) -> None:
        """Come at once the first time."""
        self._desk, self._registry = desk, registry
        self._last = float("-inf")

    def has_come(self) -> bool:
        """Whether it is time; asked every second, it asks the database two short questions."""
        if not something_waits(self._desk, self._registry) and time.monotonic() - self._last < SEAL_EVERY:
            return False
        self._last = time.monotonic()
        return True


class Poll:
    """Brings, beside a desk that serves, what people submit to it."""

    def __init__(self, desk: Desk, registry: Registry) -> None:
        """Prepare to bring; nothing begins yet."""
        self._desk, self._registry = desk, registry
        self._stopped = Event()
        self._thread = Thread(target=self._go_on, name="bringing", daemon=True)

    def start(self) -> None:
        """Begin to look for what waits, every second."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; what is under way goes on at the next start."""
        self._stopped.set()

    def _go_on(self) -> None:
        turn = Turn(self._desk, self._registry)
        while not self._stopped.wait(EVERY):
            try:
                with refusing():
                    if turn.has_come():
                        tell(asyncio.run(bring(self._desk, self._registry)))
            except (Refusal, OSError, SQLAlchemyError) as trouble:  # the next look may find it mended
                print(f"bringing what people submitted: {trouble}", file=sys.stderr, flush=True)
