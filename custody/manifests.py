"""Manifests: one root over every row and every body of a run, and one line of the log for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from custody.canonical import canonical, digest
from custody.items import columns_now, items_of, own_rows, run_row
from custody.log import append
from custody.merkle import Proof, Tree, holds
from custody.trouble import Trouble
from models.archive import Archive, ArchiveError, ErasedError
from models.custody import LogEntry
from models.store import Store
from models.vocabulary import LogKind

FORMAT = "tcm-manifest/1"
_KEPT = ("body ", "capture ", "finding ", "picture-body ")  # what a run has once, it has for good


class ManifestError(Exception):
    """A manifest cannot be read as one; the sentence says why."""


@dataclass(frozen=True)
class Manifest:
    """What of one run was sealed at one time. ``items`` are (name, digest), in the order of names.

    ``before`` is the digest of this run's manifest before it; ``tokens`` are the SHA-256 of the time-stamps that
    came in since any run was last sealed; ``columns`` are those that the digests of rows speak for.
    """

    run: Mapping[str, Any]
    number: int
    before: str | None
    tokens: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]
    items: tuple[tuple[str, str], ...]

    @cached_property
    def tree(self) -> Tree:
        """The tree over all items."""
        return Tree([leaf_of(name, value) for name, value in self.items])

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each item stands."""
        return {name: index for index, (name, _) in enumerate(self.items)}

    @property
    def digest(self) -> str:
        """What the log's line speaks for: all of it, the items by their root."""
        return digest(header_of(self))

    def spelling(self) -> bytes:
        """The manifest as a file."""
        return canonical({**header_of(self), "items": self.items})

    @classmethod
    def read(cls, spelling: bytes) -> Manifest:
        """The manifest that a file holds; ManifestError where it holds none, or its root is not that of its items."""
        try:
            said = json.loads(spelling)
            items = tuple((str(name), str(value)) for name, value in said["items"])
            manifest = cls(
                said["run"], said["number"], said["before"], tuple(said["tokens"]), said["columns"], items
            )
            if said["format"] != FORMAT:
                raise ManifestError(
                    f"the manifest is of format {said['format']!r}; this version reads {FORMAT}"
                )
            as_written = manifest.spelling() == spelling
        except (ValueError, KeyError, TypeError) as error:
            raise ManifestError("the file is no manifest of a run") from error
        if not as_written:
            raise ManifestError("the manifest is not as it was written: its items do not give its root")
        return manifest


def leaf_of(name: str, value: str) -> str:
    """What stands in the tree for an item: its name and digest together."""
    return digest([name, value])


def header_of(manifest: Manifest) -> dict[str, Any]:
    """The manifest without its items; whoever holds it and a proof needs no more."""
    return {
        "format": FORMAT,
        "run": manifest.run,
        "number": manifest.number,
        "before": manifest.before,
        "tokens": list(manifest.tokens),
        "columns": manifest.columns,
        "count": len(manifest.items),
        "root": manifest.tree.root,
    }


def prove_item(manifest: Manifest, name: str) -> tuple[str, Proof]:
    """The digest of an item and its proof; KeyError where the manifest has none of that name."""
    place = manifest.places[name]
    return manifest.items[place][1], manifest.tree.prove(place)


def item_holds(header: Mapping[str, Any], name: str, value: str, proof: Proof) -> bool:
    """Whether the item *name* with the digest *value* stands in the manifest of *header*."""
    return proof.count == header["count"] and holds(leaf_of(name, value), proof, header["root"])


def proof_as_json(proof: Proof) -> dict[str, Any]:
    """*proof* for a file."""
    return asdict(proof) | {"path": list(proof.path)}


def seal_run(store: Store, archive: Archive, run_id: str) -> Manifest:
    """Seal what a run has that is not sealed yet; where that is nothing, its standing manifest is returned.

    The file goes into the archive, and a line of the log speaks for it. Raises LookupError for an unknown run.
    """
    columns = columns_now()
    while True:
        standing = manifest_of(store, archive, run_id)
        with store.reading() as db:
            run, items = run_row(db, run_id, columns), tuple(items_of(db, run_id, columns).items())
        if not run:
            raise LookupError(f"there is no run {run_id!r}")
        if standing and (standing.run, standing.items) == (run, items):
            return standing
        sealed = _write(store, archive, run_id, standing, (run, columns, items))
        if sealed is not None:
            return sealed


def _write(
    store: Store, archive: Archive, run_id: str, standing: Manifest | None, what: tuple[Any, Any, Any]
) -> Manifest | None:
    """The manifest after *standing*, in the archive and in the log; None where another was quicker."""
    run, columns, items = what
    with store.writing() as db:
        if _count(db, run_id) != (standing.number if standing else 0):
            return None
        manifest = Manifest(
            run=run,
            number=standing.number + 1 if standing else 1,
            before=standing.digest if standing else None,
            tokens=_new_tokens(db),
            columns=columns,
            items=items,
        )
        body = {
            "manifest": archive.put(manifest.spelling()),
            "number": manifest.number,
            "count": len(items),
            "root": manifest.tree.root,
        }
        append(db, LogKind.MANIFEST, run_id, manifest.digest, body=body)
    return manifest


def _count(db: Session, run_id: str) -> int:
    return db.scalar(select(func.count()).select_from(LogEntry).where(*_lines(run_id))) or 0


def _lines(run_id: str) -> tuple[Any, Any]:
    return LogEntry.kind == LogKind.MANIFEST, LogEntry.subject == run_id


def _new_tokens(db: Session) -> tuple[str, ...]:
    """The time-stamps of which no manifest speaks yet."""
    last = select(func.coalesce(func.max(LogEntry.seq), 0)).where(LogEntry.kind == LogKind.MANIFEST)
    since = LogEntry.seq > last.scalar_subquery()
    stamps = select(LogEntry.digest).where(LogEntry.kind == LogKind.STAMP, since).order_by(LogEntry.seq)
    return tuple(db.scalars(stamps))


def line_of_manifest(db: Session, run_id: str) -> LogEntry | None:
    """The line of the log for the newest manifest of a run."""
    return db.scalar(select(LogEntry).where(*_lines(run_id)).order_by(LogEntry.seq.desc()).limit(1))


def manifest_of(store: Store, archive: Archive, run_id: str) -> Manifest | None:
    """The newest manifest of a run; None where it was never sealed.

    Raises ManifestError or ArchiveError where it is not what the log speaks of.
    """
    with store.reading() as db:
        line = line_of_manifest(db, run_id)
    return None if line is None else manifest_of_line(archive, line)


def manifest_of_line(archive: Archive, line: LogEntry) -> Manifest:
    """The manifest that a line of the log speaks for."""
    manifest = Manifest.read(archive.get(str(line.body.get("manifest"))))
    if manifest.digest != line.digest:
        raise ManifestError(f"the manifest of line {line.seq} is not the one that was logged")
    return manifest


def check_growth(before: Manifest, after: Manifest) -> Iterator[Trouble]:
    """What a later manifest of a run lacks, or says otherwise, of what is never edited."""
    run = after.run["id"]
    if after.before != before.digest or after.number != before.number + 1:
        yield Trouble(f"manifest {after.number} of run {run}", "does not follow the one before it")
    later = dict(after.items)
    for name, value in before.items:
        if name.startswith(_KEPT) and later.get(name) != value:
            what = "was edited" if name in later else "was removed"
            yield Trouble(name, f"{what} between manifests {before.number} and {after.number} of run {run}")


def check_manifest(manifest: Manifest, store: Store | None, archive: Archive) -> Iterator[Trouble]:
    """Every row and every body of which *manifest* speaks that does not hold; rows only where there is a *store*."""
    decided: frozenset[str] | None = None
    if store is not None:
        yield from _check_rows(manifest, store)
        decided = _erasures(store)
    for name, value in manifest.items:
        if name.startswith(("body ", "picture-body ")):
            try:
                archive.get(value)
            except ErasedError as error:
                if decided is not None and value not in decided:
                    yield Trouble(name, f"was erased, and the log knows of no such decision: {error}")
            except ArchiveError as error:
                yield Trouble(name, f"does not hold: {error}")


def _erasures(store: Store) -> frozenset[str]:
    """The bodies that were erased by a decision in the log."""
    with store.reading() as db:
        return frozenset(db.scalars(select(LogEntry.subject).where(LogEntry.kind == LogKind.ERASURE)))


def _check_rows(manifest: Manifest, store: Store) -> Iterator[Trouble]:
    run_id = manifest.run["id"]
    with store.reading() as db:
        run, now = run_row(db, run_id, manifest.columns), items_of(db, run_id, manifest.columns)
        own = own_rows(db, run_id)
    if run != manifest.run:
        yield Trouble(
            f"run {run_id}", "was edited after it was sealed" if run else "is gone, though it was sealed"
        )
    for name, value in manifest.items:
        if name not in now:
            yield Trouble(name, f"is gone, though it was sealed with run {run_id}")
        elif now[name] != value:
            yield Trouble(name, f"was edited after run {run_id} was sealed")
    for name in sorted(own - manifest.places.keys()):
        yield Trouble(name, f"is not among what was sealed with run {run_id}: it was added afterwards")
