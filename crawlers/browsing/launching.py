"""Starts the browser with as few rights as this machine can give it, and says which it was.

In order: an account of its own where we are root, a network namespace with nothing in it, no files but its own
folder (Landlock), and Chromium's sandbox over each page. What does not stand here is left out and said so; a
browser that would run strangers' scripts with the rights of the crawl is not started at all.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error as BrowserError
from playwright.async_api import async_playwright

from crawlers.browsing.finding import PREFIX, NoBrowserError
from crawlers.browsing.processes import end

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

MEMORY = 768 * 2**20
_LAUNCHER = Path(__file__).with_name("launcher.py")
_ACCOUNT = 64917  # of the numbers that systemd keeps for accounts made on the fly: nobody's
_GRACE, _PATIENCE = 5.0, 30.0  # seconds to end, and to start
_TRIES = ((True, True), (True, False), (False, True), (False, False))  # Chromium's sandbox, Landlock
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",  # where the kernel keeps the network: no name leads anywhere,
    "--proxy-server=http://none.invalid:9",  # and all goes to a proxy that is not there,
    "--proxy-bypass-list=<-loopback>",  # this machine's own ports too,
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # and calls as well
    "--disable-quic",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--no-first-run",
    "--js-flags=--max-old-space-size=512",
)


@dataclass(frozen=True, slots=True)
class Isolation:
    """Which walls stand around the browser."""

    sandbox: bool
    own_account: bool
    own_folder: bool
    no_network: bool

    @property
    def is_enough(self) -> bool:
        """A script that broke out of the browser would still not have the rights of the crawl."""
        return self.sandbox or self.own_account or self.own_folder

    def __str__(self) -> str:
        """The walls by name, for people."""
        named = (
            (self.sandbox, "Chromium's sandbox"),
            (self.own_account, "an account of its own"),
            (self.own_folder, "no files but its own"),
            (self.no_network, "no network"),
        )
        return ", ".join(name for stands, name in named if stands) or "none"


@dataclass(frozen=True, slots=True)
class Started:
    """A browser that runs. ``session`` is the number of its process group and session."""

    browser: Browser
    isolation: Isolation
    session: int
    folder: Path

    def kill(self) -> None:
        """End it now, whatever it does; its folder goes too."""
        end(self.session)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def close(self) -> None:
        """Let it end, and make it if it will not."""
        try:
            await asyncio.wait_for(self.browser.close(), _GRACE)
        except (BrowserError, TimeoutError):
            pass
        finally:
            self.kill()


async def start(playwright: Playwright, executable: Path, *, memory: int = MEMORY) -> Started:
    """Start *executable* with the most walls that stand here. Raises NoBrowserError when too few do."""
    cause = "no try was made"
    for sandbox, walled in _TRIES:
        folder = _prepare(executable, walled=walled, memory=memory)
        try:
            browser = await playwright.chromium.launch(
                executable_path=folder / "launch",
                args=list(_FLAGS),
                ignore_default_args=["--disable-popup-blocking"],
                chromium_sandbox=sandbox,
                timeout=_PATIENCE * 1000,
            )
        except BrowserError as error:
            shutil.rmtree(folder, ignore_errors=True)
            cause = _cause(str(error))
            continue
        held = json.loads((folder / "own" / "held.json").read_text(encoding="ascii"))
        session = held.pop("pid")
        started = Started(browser, Isolation(sandbox=sandbox, **held), session, folder)
        if started.isolation.is_enough:
            return started
        await started.close()
        cause = "it would have the rights of the crawl"
    raise NoBrowserError(
        f"{executable} does not start behind walls here ({cause}): install Chromium where every account may run it,"
        " and allow user namespaces or Landlock"
    )


async def isolation(executable: Path) -> Isolation:
    """Start *executable* once to see which walls stand here. Raises NoBrowserError when too few do."""
    async with async_playwright() as playwright:
        started = await start(playwright, executable)
        await started.close()
    return started.isolation


def _prepare(executable: Path, *, walled: bool, memory: int) -> Path:
    """A folder that holds the order, the program Playwright is to run, and the browser's own folder."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    own = folder / "own"
    own.mkdir(mode=0o700)
    account = _give_away(own)
    folder.chmod(0o711 if account is not None else 0o700)  # on its way it may pass, not look
    order = {
        "browser": str(executable),
        "folder": str(own),
        "account": account,
        "walled": walled,
        "memory": memory,
    }
    (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
    command = shlex.join([sys.executable, "-I", "-S", str(_LAUNCHER), str(folder / "order.json")])
    launch = folder / "launch"
    launch.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    launch.chmod(0o700)
    return folder


def _give_away(own: Path) -> int | None:
    """Make the folder *own* that of another account; None where we may not."""
    if os.geteuid() != 0:
        return None
    try:
        os.chown(own, _ACCOUNT, _ACCOUNT)
    except OSError:  # root of a container that has few accounts
        return None
    return _ACCOUNT


def _cause(message: str) -> str:
    """The line in which the browser itself, or the launcher, said what was wrong."""
    said = [line.partition("[err]")[2].strip() for line in message.splitlines() if "[err]" in line]
    return (said or message.splitlines())[-1][:300]
