"""`tcm doctor`: is this place fit to work, and what in the registry waits for a person?"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from console.telling import Refusal, tell_json
from crawlers.browsing import launching
from crawlers.browsing.finding import NoBrowserError, find_browser
from crawlers.confined_reading import ConfinedReader
from crawlers.confinement import ConfinementError
from crawlers.documents import tools
from crawlers.registry import CITIES, Registry, RegistryError, load_registry
from models.environment import Settings, settings
from models.migrating import MIGRATIONS
from models.store import Store, StoreError

PYTHON = (3, 11)
FREE_SHARE = 0.05  # below it a database or an archive may fail in the middle of a run


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign of this place; ``advice`` says what to do when it is not ok."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor", help="check this machine, or list what the registry has unverified"
    )
    parser.add_argument(
        "--registry", action="store_true", help="list unverified addresses and what is missing"
    )
    parser.add_argument("--cities", type=Path, metavar="DIR", help="another folder of city files")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look, tell, and return 1 when something is not ok."""
    if arguments.registry or arguments.cities:
        _tell_registry(arguments.cities or CITIES, as_json=arguments.json)
        return 0
    here = settings()
    signs = [
        python_version(),
        browser(here.chromium),
        isolation(here.chromium),
        reading(),
        scans(),
        disk(here.home),
        database(here),
    ]
    if arguments.json:
        tell_json({"ok": all(one.ok for one in signs), "signs": [asdict(one) for one in signs]})
    else:
        for one in signs:
            print(f"{'ok    ' if one.ok else 'NOT OK'}  {one.name:<9} {one.found}")
            if not one.ok:
                print(f"                  {one.advice}")
    return 0 if all(one.ok for one in signs) else 1


def python_version() -> Sign:
    """Is this Python new enough?"""
    found = ".".join(str(part) for part in sys.version_info[:3])
    return Sign("python", sys.version_info >= PYTHON, found, "Install Python 3.11 or newer; run make setup.")


def browser(named: str | None) -> Sign:
    """Is there a browser that starts: the named one, else the system's, else Playwright's own?"""
    advice = (
        "Install chromium, or run `.venv/bin/playwright install chromium`, or set TCM_CHROMIUM to its path."
    )
    if named:
        version = _browser_version(named)
        found = (
            f"{version} (TCM_CHROMIUM)" if version else f"TCM_CHROMIUM names {named}, which does not start"
        )
        return Sign("browser", bool(version), found, "Set TCM_CHROMIUM to a working browser, or unset it.")
    try:
        path = str(find_browser(None))
    except NoBrowserError:
        return Sign("browser", ok=False, found="none", advice=advice)
    version = _browser_version(path)
    found = f"{version} at {path}" if version else f"{path} does not start"
    return Sign("browser", bool(version), found, advice)


def isolation(named: str | None) -> Sign:
    """Which walls stand around the browser that runs strangers' scripts here?"""
    advice = "Without a browser behind walls, pages that need scripts are not observable, and are said to be."
    try:
        walls = asyncio.run(launching.isolation(find_browser(named)))
    except NoBrowserError as error:
        return Sign("isolation", ok=False, found=str(error), advice=advice)
    return Sign("isolation", walls.is_enough, f"around the browser: {walls}", advice)


def reading() -> Sign:
    """Which walls stand around the child that reads strangers' pages and files here?"""
    try:
        with ConfinedReader() as reader:
            walls = reader.walls
    except ConfinementError as error:
        return Sign(
            "reading", ok=False, found=str(error), advice="Run make setup again: nothing can be read."
        )
    return Sign("reading", ok=True, found=f"around the reader: {', '.join(walls) or 'limits alone'}")


def scans() -> Sign:
    """What reads scans and packed RAR members here; nothing breaks without it, so it is told and never not ok."""
    missing = tools.missing()
    said = f"without {' and '.join(missing)} scans or packed RAR members stay unread, and are said to be"
    return Sign("scans", ok=True, found=said if missing else "tesseract with Ukrainian, and bsdtar")


def disk(home: Path) -> Sign:
    """Is there room where the data lives?"""
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    total, _, free = shutil.disk_usage(place)
    total = max(total, 1)  # places that hold no files say 0
    found = f"{free / total:.0%} free ({free / 2**30:.1f} GiB) at {place}"
    return Sign(
        "disk", free / total >= FREE_SHARE, found, f"Free some room: below {FREE_SHARE:.0%} a run may fail."
    )


def database(here: Settings) -> Sign:
    """Can the database be opened, and does this version of the monitor know its schema?"""
    advice = "Check TCM_DATABASE_URL and TCM_HOME."
    try:
        url = make_url(here.database_url)
    except ArgumentError:
        return Sign("database", ok=False, found="TCM_DATABASE_URL is no database address", advice=advice)
    shown = url.render_as_string(hide_password=True)
    try:
        if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
            return _not_yet(Path(url.database), advice)
        return _opened(url)
    except StoreError as error:
        return Sign("database", ok=False, found=str(error), advice=advice)
    except DBAPIError as error:
        cause = str(error.orig).strip().splitlines()[0]
        return Sign("database", ok=False, found=f"{shown} cannot be opened: {cause}", advice=advice)


def _not_yet(file: Path, advice: str) -> Sign:
    """No database so far: can the first run make one there?"""
    standing = next(place for place in file.parents if place.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK):
        return Sign(
            "database", ok=False, found=f"{file} cannot be made: {standing} takes no files", advice=advice
        )
    return Sign("database", ok=True, found=f"none yet; the first run makes {file}")


def _opened(url: URL) -> Sign:
    store = Store(url.render_as_string(hide_password=False))
    script = ScriptDirectory(str(MIGRATIONS))
    try:
        revision = store.revision()
        server = f"SQLite {sqlite3.sqlite_version}"
        if not store.is_sqlite:
            with store.engine.connect() as connection:
                server = f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"
    finally:
        store.close()
    shown = url.render_as_string(hide_password=True)
    if revision is not None and revision not in {one.revision for one in script.walk_revisions()}:
        found = f"{shown} ({server}) is at revision {revision}, written by a newer version of the monitor"
        return Sign("database", ok=False, found=found, advice="Update the monitor, or restore a backup.")
    state = (
        "up to date" if revision == script.get_current_head() else "to be brought up to date by the first run"
    )
    return Sign("database", ok=True, found=f"{shown} ({server}), {state}")


def _browser_version(path: str) -> str | None:
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() or None if asked.returncode == 0 else None


def _tell_registry(folder: Path, *, as_json: bool) -> None:
    try:
        registry = load_registry(folder)
    except RegistryError as error:
        raise Refusal(str(error)) from error
    summary = registry_summary(registry)
    if as_json:
        tell_json(summary)
        return
    for slug, addresses in summary["unverified"].items():
        print(f"{slug}: {len(addresses)} unverified")
        for address in addresses:
            print(f"  {address}")
    print("\nregion   cities  ready  confirmed")
    for region, counts in summary["regions"].items():
        print(f"{region:<8} {counts['cities']:>6} {counts['ready']:>6} {counts['confirmed']:>10}")
    unverified = sum(len(addresses) for addresses in summary["unverified"].values())
    print(f"\n{summary['cities']} cities; {unverified} unverified addresses.")
    for words, slugs in (
        ("No verified address to begin from", summary["without_start"]),
        ("No EDRPOU code", summary["without_edrpou"]),
    ):
        print(f"{words} ({len(slugs)}): {', '.join(slugs) or 'none'}")


def registry_summary(registry: Registry) -> dict[str, Any]:
    """What in the registry is unverified or missing, by city and by region.

    A city is ready when a visit has a verified address to begin from.
    """
    regions = {
        region.id: {
            "cities": len(cities := registry.select(region=region.id)),
            "ready": sum(bool(city.start_urls()) for city in cities),
            "confirmed": sum(city.confirmed_on is not None for city in cities),
        }
        for region in registry.regions
    }
    return {
        "cities": len(registry),
        "regions": regions,
        "unverified": {
            city.slug: list(urls) for city in registry.values() if (urls := city.unverified_urls())
        },
        "without_start": [city.slug for city in registry.values() if not city.start_urls()],
        "without_edrpou": [city.slug for city in registry.values() if city.edrpou is None],
    }
