"""Cities, runs, visits, the crawl ledger, and captures."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import AddressState, Reason, VisitState

NETWORK, REPLAY, SUBMITTED = "network", "replay", "submitted"  # where the captures of a run come from


class City(Base):
    """What pages show of a city; a copy of the registry, renewed by every run."""

    __tablename__ = "cities"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_uk: Mapped[str]
    name_en: Mapped[str]
    region: Mapped[str] = mapped_column(String(32), index=True)
    region_uk: Mapped[str]
    region_en: Mapped[str]
    site: Mapped[str]
    edrpou: Mapped[str | None]
    hosts: Mapped[list[str]]


class Run(Base):
    """One execution of a crawl flow, over some cities of one round."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # e.g. 2026-11-west-1
    round: Mapped[str] = mapped_column(String(32), index=True)
    region: Mapped[str | None] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(16))
    tool_version: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Visit(Base):
    """One city in one run. Its lease says which process works on it; a dead one's expires."""

    __tablename__ = "visits"
    __table_args__ = (UniqueConstraint("run_id", "city"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    city: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[VisitState]
    reason: Mapped[Reason | None]
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stats: Mapped[dict[str, Any]]


class Address(Base):
    """One row of the crawl ledger: an address planned in a visit, and how it ended."""

    __tablename__ = "addresses"
    __table_args__ = (
        UniqueConstraint("visit_id", "key"),
        Index("ix_addresses_visit_id_state", "visit_id", "state"),
        CheckConstraint("state = 'planned' OR ended_at IS NOT NULL", name="ended"),
        CheckConstraint("state <> 'fetched' OR capture_id IS NOT NULL", name="fetched_has_capture"),
        CheckConstraint("state IN ('planned', 'fetched') OR reason IS NOT NULL", name="reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    key: Mapped[str]  # the address in its one canonical spelling
    url: Mapped[str]
    found_on: Mapped[str | None]  # key of the address whose page led here
    anchor: Mapped[str]
    depth: Mapped[int]
    score: Mapped[float]
    serves: Mapped[list[str]]
    state: Mapped[AddressState]
    reason: Mapped[Reason | None]
    attempts: Mapped[int]
    capture_id: Mapped[str | None] = mapped_column(ForeignKey("captures.id"))
    planned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Capture(Base):
    """One answer as received, and everything known of how it was obtained. Never edited.

    ``complete`` is yes, no or unknown; only yes can support an absence. Where a server said that nothing has
    changed (304), ``confirms_id`` is the capture whose bytes it confirmed, and the body is that one's. Where a
    browser ran the page's scripts, ``rendered_from_id`` is the answer it began with, and the body is what they left.
    """

    __tablename__ = "captures"
    __table_args__ = (
        UniqueConstraint("visit_id", "requested_url", "attempt"),
        CheckConstraint("complete IN ('yes', 'no', 'unknown')", name="complete_word"),
        CheckConstraint("complete <> 'no' OR reason IS NOT NULL", name="reasoned"),
        Index("ix_captures_body_sha256", "body_sha256"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    requested_url: Mapped[str]
    final_url: Mapped[str]
    hops: Mapped[list[dict[str, Any]]]  # every redirect: from, to, status
    status: Mapped[int]
    headers: Mapped[list[list[str]]]
    media_type: Mapped[str]
    charset_declared: Mapped[str | None]
    body_sha256: Mapped[str] = mapped_column(String(64))  # raw, before any decoding
    body_bytes: Mapped[int]
    decoded_bytes: Mapped[int]
    content_encoding: Mapped[str]
    complete: Mapped[str] = mapped_column(String(8))
    reason: Mapped[Reason | None]
    ip: Mapped[str | None]
    tls: Mapped[dict[str, Any]]
    robots: Mapped[str]
    attempt: Mapped[int]
    vantage: Mapped[str]
    tool_version: Mapped[str]
    clock_offset_s: Mapped[float | None]  # their Date header minus our clock
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    confirms_id: Mapped[str | None] = mapped_column(ForeignKey("captures.id"))
    rendered_from_id: Mapped[str | None] = mapped_column(ForeignKey("captures.id"))


class Reading(Base):
    """The facts one reader version found in one capture. Recomputable, kept for speed."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("capture_id", "reader_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    capture_id: Mapped[str] = mapped_column(ForeignKey("captures.id"))
    reader_version: Mapped[str] = mapped_column(String(32))
    facts: Mapped[bytes]  # JSON, zstd: a page's menu repeats on every page


class Picture(Base):
    """How a capture looks, rendered from the stored bytes, off the network: the page, and a crop around a quote."""

    __tablename__ = "pictures"
    __table_args__ = (
        UniqueConstraint("capture_id", "quote"),
        Index("ix_pictures_sha256", "sha256"),
        Index("ix_pictures_crop_sha256", "crop_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    capture_id: Mapped[str] = mapped_column(ForeignKey("captures.id"))
    quote: Mapped[str]  # the words outlined in it; empty when none
    found: Mapped[bool]  # whether those words were seen on the page
    sha256: Mapped[str] = mapped_column(String(64))
    crop_sha256: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(default="image/png")  # of both
    note: Mapped[str] = mapped_column(default="")  # what the picture does not show as a visitor saw it
    width: Mapped[int]
    height: Mapped[int]
    browser: Mapped[str]
    taken_at: Mapped[datetime]
