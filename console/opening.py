"""Opening what commands need, with refusals in place of tracebacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.catalog import CatalogError, load
from console.telling import Refusal
from crawlers.registry import Registry, RegistryError
from custody.manifests import ManifestError
from flows.visiting import Desk, open_desk, registry_of
from models.archive import ArchiveError
from models.environment import Settings
from models.store import StoreError
from models.visits import VisitTakenError

DEFAULT_METHODOLOGY = "transparent-cities"


@contextmanager
def refusing() -> Iterator[None]:
    """Say in one sentence what the floors below refuse, and end with exit code 2 or 3."""
    try:
        yield
    except (RegistryError, CatalogError, StoreError) as error:
        raise Refusal(str(error)) from error
    except (ArchiveError, ManifestError, VisitTakenError) as error:
        raise Refusal(str(error), exit_code=3) from error


def desk_for(settings: Settings) -> Desk:
    """The database and archive of *settings*."""
    with refusing():
        return open_desk(settings)


def registry_for(folder: str | None) -> Registry:
    """The registry in *folder*, or the built-in one."""
    with refusing():
        return registry_of(Path(folder) if folder else None)


def require_methodology(name: str) -> str:
    """*name*, if a pack of that name can be read."""
    with refusing():
        load(name)
    return name
