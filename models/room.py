"""A disk that is full, said plainly, whichever file could grow no more."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_POSTGRES_FULL = "53100"  # disk_full


class NoRoomError(Exception):
    """Nothing more can be stored; the sentence says where."""

    def __init__(self, place: object) -> None:
        """Name the *place* whose volume is full."""
        super().__init__(f"no space left on the volume of {place}; free some and run again")


def is_full(error: BaseException | None) -> bool:
    """Whether *error*, of the system or of a database's driver, says that a disk is full."""
    return (
        getattr(error, "errno", None) in _FULL
        or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(error, "sqlstate", None) == _POSTGRES_FULL
    )


@contextmanager
def writing_to(url: str) -> Iterator[None]:
    """Say NoRoomError where the database at *url* can grow no more."""
    try:
        yield
    except DBAPIError as error:
        if not is_full(error.orig):
            raise
        named = make_url(url)
        is_file = named.get_backend_name() == "sqlite"
        raise NoRoomError(
            named.database if is_file else named.render_as_string(hide_password=True)
        ) from error
