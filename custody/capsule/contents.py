"""What is in a capsule, apart from how it is packed: the same for who makes one and who reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from custody.capsule.rows import Row, Rows
from custody.capsule.ways import Ways
from custody.manifests import leaf_of
from custody.merkle import Proof, Tree

FORMAT = "tcm-capsule/1"
ABOUT = "capsule/capsule.json"
MANIFEST = "capsule/manifest.json"
PROOFS = "capsule/proofs.gz"  # JSON, packed: two proofs of a run share most of their way
PAGE = "capsule/index.html"
FACTS = "capsule/facts.rows.zst"
ROOTS = "capsule/roots.pem"


@dataclass(frozen=True)
class Contents:
    """The sealed things of a capsule, as plain values. ``about`` says what it is; see ``docs/capsules.md``.

    ``items`` is the whole manifest where the capsule holds all of a run or a city; otherwise ``proofs`` has an
    item's digest and its way to the root, by name.
    """

    about: Mapping[str, Any]
    rows: Rows
    manifest: Mapping[str, Any]
    items: Sequence[tuple[str, str]] | None = None
    proofs: Mapping[str, Any] = field(default_factory=dict)
    facts: Sequence[Row] = ()  # what readers made of captures whose bodies are left out
    roots: bytes = b""  # certificates (PEM) that the time-stamps were checked by when they came in

    @property
    def left_out(self) -> Mapping[str, str]:
        """The captures whose bodies are not in the capsule, and why: erased, or too large."""
        told: Mapping[str, str] = self.about["left_out"]
        return told

    @cached_property
    def captures(self) -> dict[str, Row]:
        """The captures by id."""
        return {row["id"]: row for row in self.of("captures")}

    @cached_property
    def sealed(self) -> dict[str, str]:
        """Name → digest of every item that is known of the manifest."""
        if self.items is not None:
            return dict(self.items)
        return {name: proof["digest"] for name, proof in self.proofs.items()}

    @cached_property
    def finding(self) -> Row | None:
        """The finding that the capsule was made for; None in one of a city or a run."""
        asked = self.about["finding"]
        return next((row for row in self.of("findings") if row["id"] == asked), None)

    @cached_property
    def line(self) -> Row | None:
        """The line of the log that speaks for the manifest."""
        number = self.about["line"]
        return next((row for row in self.of("log_entries") if row["seq"] == number), None)

    @cached_property
    def erased(self) -> frozenset[str]:
        """The bodies that were erased by a decision."""
        return frozenset(row["body_sha256"] for row in self.of("erasures"))

    def of(self, table: str) -> list[Row]:
        """The rows of one table."""
        return self.rows.get(table, [])

    @cached_property
    def ways(self) -> Ways:
        """How one comes to a capture."""
        return Ways(self.of("addresses"))

    def replays(self, capture: str) -> bool:
        """Whether a player can show *capture*: its body is there, and it is an answer of its own."""
        row = self.captures.get(capture)
        return row is not None and row["confirms_id"] is None and capture not in self.left_out


def row_file(table: str) -> str:
    """The file that holds the rows of *table*."""
    return f"capsule/{table.replace('_', '-')}.rows.gz"


def picture_file(digest: str, media_type: str) -> str:
    """The file that holds a picture's bytes."""
    return f"capsule/{digest}.{media_type.rpartition('/')[2]}"


def token_file(digest: str) -> str:
    """The file that holds a time-stamp as the authority gave it."""
    return f"capsule/{digest}.tsr"


def pictures_in(contents: Contents) -> Iterable[tuple[str, str]]:
    """(digest, file) of every picture and crop that the rows name and nobody erased, each once."""
    found = {}
    for row in contents.of("pictures"):
        for digest in (row["sha256"], row["crop_sha256"]):
            if digest and digest not in contents.erased:
                found[digest] = picture_file(digest, row["media_type"])
    return found.items()


def tokens_in(contents: Contents) -> Iterable[tuple[str, str]]:
    """(digest, file) of every time-stamp that the rows name."""
    return {
        row["token_sha256"]: token_file(row["token_sha256"])
        for row in contents.of("stamps")
        if row["token_sha256"]
    }.items()


def readable(value: object) -> bytes:
    """*value* as JSON that a person can read, in one spelling."""
    return (
        json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode(errors="surrogatepass") + b"\n"
    )


def proof_of(said: Mapping[str, Any]) -> Proof:
    """The proof that a file spells; ValueError where it is none."""
    try:
        return Proof(int(said["index"]), int(said["count"]), tuple(map(str, said["path"])))
    except (KeyError, TypeError) as error:
        raise ValueError("no proof") from error


def root_of(items: Sequence[tuple[str, str]]) -> str:
    """The root over *items*; ValueError where one of them has no digest."""
    return Tree([leaf_of(name, value) for name, value in items]).root
