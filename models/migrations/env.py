"""Runs migrations on the connection that `models.migrating.migrate` hands over."""

from alembic import context

from models import crawling, custody, judging, loads, people, replying, reviewing  # noqa: F401  # every table must be known to Base
from models.base import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
