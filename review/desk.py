"""What every view works with: the database, the archive, the questions, and how this desk is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, cast

from cryptography.x509 import Certificate
from fastapi import Request
from pydantic import Field

from models.archive import Archive
from models.store import Store
from review.origins import Sealing
from review.questions import Questions

RowNumber = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""An id or version as an address or form may say it; larger ones no database of ours can look for."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One review desk."""

    store: Store
    archive: Archive
    questions: Questions
    secure_cookies: bool  # true where the desk is reached by https only
    user_agent: str  # how the crawler names itself, for the page that tells site owners
    contact: str  # where they can write to: a mail address or a page
    sealing: Sealing | None = None  # the other origin, where stored pages are shown; none: they are not
    roots: Sequence[Certificate] = ()  # of the authorities whose time-stamps a capsule carries
    key: bytes | None = (
        None  # of this installation, for what the database holds sealed; none: no second factor
    )
    prefect_url: str = ""  # where operators open Prefect's own pages; empty: nowhere


def desk_of(request: Request) -> Desk:
    """The desk that serves *request*."""
    return cast("Desk", request.app.state.desk)
