"""Which browser this machine has."""

from __future__ import annotations

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PREFIX = "tcm-browser-"  # of the folder a running browser lives in


class NoBrowserError(Exception):
    """No browser can be used here; the sentence says how to get one."""


def find_browser(named: str | None) -> Path:
    """The browser *named* in the environment, or the system's Chromium, or Playwright's own."""
    if named is not None:
        if Path(named).is_file():
            return Path(named)
        message = f"TCM_CHROMIUM names {named}, which is no file: correct it or unset it"
        raise NoBrowserError(message)
    for name in NAMES:
        if (found := shutil.which(name)) is not None:
            return Path(found)
    own = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    if own:
        return own[-1]
    message = (
        "no browser was found: install the package chromium, run `playwright install chromium`, or name one in"
        " TCM_CHROMIUM"
    )
    raise NoBrowserError(message)
