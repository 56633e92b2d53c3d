"""Where the world of the desk is kept: a file, or a PostgreSQL server of its own with its data in the folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from fixtures.postgres import PostgreSQL
from models.environment import inherited

SERVER, FILE = "postgres", "monitor.db"
WORLD, MEASURED = "world", "measured"


@contextmanager
def database_of(world: Path, *, postgres: bool) -> Iterator[str]:
    """The address of the world's own database, made if need be; its server runs as long as it is used."""
    if not postgres:
        yield f"sqlite:///{world / FILE}"
        return
    with PostgreSQL(world / SERVER, inherited()) as server:
        yield server.url(WORLD, driver="psycopg")


@contextmanager
def copy_of(world: Path, home: Path) -> Iterator[str]:
    """The address of a whole copy of the world's database, that every measurement begins with the same one."""
    if not (world / SERVER).exists():
        with (
            closing(sqlite3.connect(world / FILE)) as one,
            closing(sqlite3.connect(home / FILE)) as other,
        ):
            one.backup(other)  # a whole copy, even while something else has the world open
        yield f"sqlite:///{home / FILE}"
        return
    with PostgreSQL(world / SERVER, inherited()) as server:
        engine = create_engine(server.url("postgres", driver="psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {MEASURED}"))
            connection.execute(text(f"CREATE DATABASE {MEASURED} TEMPLATE {WORLD}"))
            connection.execute(text("CHECKPOINT"))  # or the copy is still being written while it is measured
        engine.dispose()
        yield server.url(MEASURED, driver="psycopg")
