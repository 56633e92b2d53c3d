"""Engine and transactions: the one way into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from models import crawling, custody, judging, loads, people, replying, reviewing  # noqa: F401  # every table must be known to Base

HEAD = "0007"  # the newest migration; a test holds it against the folder
BUSY_SECONDS = 30
SEEN_OFTEN = 2  # times a connection runs a statement before it prepares it


class StoreError(Exception):
    """The database cannot be used as it is; the sentence says what to do."""


class Store:
    """One database. ``reading()``, ``writing()`` and ``noting()`` hand out sessions; writers never wait in vain."""

    def __init__(self, url: str) -> None:
        """Name the database at *url*; nothing is opened yet."""
        self.url = url = _by_our_driver(url)
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            _make_room(Path(parsed.database).parent)
        self.engine: Engine = create_engine(
            url,
            connect_args={"timeout": BUSY_SECONDS} if self.is_sqlite else {"prepare_threshold": SEEN_OFTEN},
            pool_use_lifo=True,  # the connection last used knows most statements already
            hide_parameters=True,  # an error names the statement, and not the words of a page
        )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "begin", _begin_postgresql)
        # SQLite has one writer at a time, and who finds it busy sleeps and tries again, for longer and longer. Writers
        # of this process wait for one another here instead, and are woken the moment it is their turn.
        self._turn: AbstractContextManager[object] = RLock() if self.is_sqlite else nullcontext()
        # At every ROLLBACK psycopg forgets the statements it has prepared. Who only looks has nothing to roll back.
        self._looking = (
            self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        writer = self.engine.execution_options(tcm_writes=True)
        self._writers = sessionmaker(writer, expire_on_commit=False)
        self._passers = sessionmaker(writer.execution_options(tcm_passing=True), expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks; what a server is asked in it, it answers as of then."""
        with Session(self._looking, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end of the block, or rolled back as a whole."""
        with self._turn, self._writers.begin() as session:
            yield session

    @contextmanager
    def noting(self) -> Iterator[Session]:
        """A writing session for what a power cut may take, such as who has what open: the disk is not waited for."""
        with self._turn, self._passers.begin() as session:
            yield session

    def when_committed(self, tell: Callable[[Session], None]) -> None:
        """Have *tell* called with every writing session once it is committed, and with none that is not."""
        event.listen(self._writers, "after_commit", tell)

    def revision(self) -> str | None:
        """The migration this database stands at; None when it is empty."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database at *url*, bringing an older one up to date; refuse one from a newer program."""
    store = Store(url)
    try:
        current = store.revision()
        if current != HEAD:
            _update(store, current)
    except DBAPIError as error:
        cause = str(error.orig).strip().splitlines()[0]
        message = (
            f"the database {_shown(url)} cannot be opened: {cause}. Check TCM_DATABASE_URL and TCM_HOME."
        )
        raise StoreError(message) from error
    return store


def _update(store: Store, current: str | None) -> None:
    from models.migrating import known_revisions, migrate  # noqa: PLC0415  # 0.3 s that a crawl process saves

    if current is not None and current not in known_revisions():
        message = (
            f"the database {_shown(store.url)} is at revision {current}, which this version of the monitor does"
            " not know: it was written by a newer one. Update the monitor, or restore a backup."
        )
        raise StoreError(message)
    migrate(store.engine)


def _by_our_driver(url: str) -> str:
    """*url* with the driver we have for its kind of database; refuse other kinds, and what is no address."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "TCM_DATABASE_URL is no database's address: write sqlite:////folder/monitor.db or"
            " postgresql://user:password@host/name"
        ) from error
    match parsed.get_backend_name():
        case "sqlite":
            return url
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        case other:
            raise StoreError(f"TCM_DATABASE_URL names a database of kind {other}; use sqlite or postgresql")


def _make_room(folder: Path) -> None:
    """Make the folder that is to hold the database."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder {folder} for the database cannot be made: {error.strerror}. Check TCM_HOME."
        ) from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401  # a driver's own connection
    """Readers beside a writer, nothing acknowledged is lost, and we say BEGIN ourselves."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A deferred BEGIN fails at once when a reader turns writer; IMMEDIATE waits its turn."""
    options = connection.get_execution_options()
    if not options.get("tcm_writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    lasts = "NORMAL" if options.get("tcm_passing", False) else "FULL"
    connection.exec_driver_sql(
        f"PRAGMA synchronous={lasts}"
    )  # a connection may have served either kind before
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """Do not wait for the disk where nothing would be lost but a passing note."""
    if connection.get_execution_options().get("tcm_passing", False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")


def _shown(url: str) -> str:
    """The address without its password."""
    return make_url(url).render_as_string(hide_password=True)
