"""Engine and transactions: the one way into the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import crawling, judging, people  # noqa: F401  # every table must be known to Base

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
LOCK = 0x74636D  # of migrations on PostgreSQL: a number nobody else takes


class StoreError(Exception):
    """The database cannot be used as it is; the sentence says what to do."""


class Store:
    """One database. ``reading()`` and ``writing()`` hand out sessions; writers never wait in vain."""

    def __init__(self, url: str) -> None:
        """Name the database at *url*; nothing is opened yet."""
        self.url = url
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(
            url, connect_args={"timeout": BUSY_SECONDS} if self.is_sqlite else {}
        )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writer = self.engine.execution_options(tcm_writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end of the block, or rolled back as a whole."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def revision(self) -> str | None:
        """The migration this database stands at; None when it is empty."""
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database at *url*, bringing an older one up to date; refuse one from a newer program."""
    store = Store(url)
    script = ScriptDirectory(str(MIGRATIONS))
    try:
        current = store.revision()
        if current == script.get_current_head():
            return store
        known = {revision.revision for revision in script.walk_revisions()}
        if current is not None and current not in known:
            message = (
                f"the database {_shown(url)} is at revision {current}, which this version of the monitor does"
                " not know: it was written by a newer one. Update the monitor, or restore a backup."
            )
            raise StoreError(message)
        migrate(store)
    except DBAPIError as error:
        cause = str(error.orig).strip().splitlines()[0]
        message = (
            f"the database {_shown(url)} cannot be opened: {cause}. Check TCM_DATABASE_URL and TCM_HOME."
        )
        raise StoreError(message) from error
    return store


def migrate(store: Store, revision: str = "head") -> None:
    """Bring the schema to *revision*, in one transaction, once even if several processes try."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.execution_options(tcm_writes=True).begin() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401  # a driver's own connection
    """Readers beside a writer, nothing acknowledged is lost, and we say BEGIN ourselves."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A deferred BEGIN fails at once when a reader turns writer; IMMEDIATE waits its turn."""
    writes = connection.get_execution_options().get("tcm_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _shown(url: str) -> str:
    """The address without its password."""
    return make_url(url).render_as_string(hide_password=True)
