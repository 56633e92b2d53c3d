"""An installation of a test's own, whose web is on loopback."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flows.visiting import Desk, open_desk
from models.environment import settings


def installed(folder: Path, port: int) -> Desk:
    """A desk that keeps everything in *folder* and asks the web at *port* for every page."""
    return open_desk(
        replace(
            settings(),
            home=folder,
            database_url=f"sqlite:///{folder / 'monitor.db'}",
            archive=folder / "archive",
            custody_folder=folder / "custody",
            pretend_proxy=f"http://127.0.0.1:{port}",
        )
    )
