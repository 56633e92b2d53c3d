"""Bringing a database's schema up to date. Apart from the store, so that a crawl process need not load Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x74636D  # of migrations on PostgreSQL: a number nobody else takes


def known_revisions() -> set[str]:
    """Every revision that this version of the program knows."""
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to *revision*, or back to ``base``; once, even if several processes try."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(tcm_writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        config.attributes["connection"] = connection
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
