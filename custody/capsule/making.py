"""Capsules made: of one finding, of a city in a run, of a run. The same finding gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO

import zstandard
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from custody.canonical import canonical
from custody.capsule import gathering, indexing, records
from custody.capsule import rows as lines
from custody.capsule.contents import (
    ABOUT,
    FACTS,
    MANIFEST,
    PAGE,
    PROOFS,
    ROOTS,
    Contents,
    pictures_in,
    readable,
    row_file,
    tokens_in,
)
from custody.capsule.gathering import MOST_OF_BODIES, MakingError
from custody.capsule.packing import ZipWriter
from custody.capsule.page import page
from custody.capsule.records import Record
from models.archive import Archive
from models.store import Store

__all__ = ["MOST_OF_BODIES", "MakingError", "make_finding_capsule", "write_capsule", "write_run_capsule"]

Certificates = Sequence[x509.Certificate]


def make_finding_capsule(
    store: Store,
    archive: Archive,
    finding_id: int,
    *,
    roots: Certificates = (),
    most: int = MOST_OF_BODIES,
) -> bytes:
    """The capsule of one finding. Raises MakingError where its run is not sealed, ArchiveError where bytes are gone.

    *roots*, those that time-stamps stand under, go with it. Bodies of more than *most* bytes together stay out.
    """
    out = BytesIO()
    contents = gathering.of_finding(store, archive, finding_id, most=most)
    write_capsule(replace(contents, roots=_pem(contents, roots)), archive, out)
    return out.getvalue()


def write_run_capsule(
    store: Store,
    archive: Archive,
    run_id: str,
    out: BinaryIO,
    *,
    city: str | None = None,
    roots: Certificates = (),
) -> None:
    """Write the capsule of a run, or of one *city* in it, to *out*; a few megabytes of it are in memory at a time."""
    contents = gathering.of_run(store, archive, run_id, city=city)
    write_capsule(replace(contents, roots=_pem(contents, roots)), archive, out)


def _pem(contents: Contents, roots: Certificates) -> bytes:
    """*roots* as a file; nothing where no time-stamp needs them."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in roots) if contents.of("stamps") else b""


def write_capsule(contents: Contents, archive: Archive, out: BinaryIO) -> None:
    """Pack *contents*, the bodies from the *archive*."""
    packer = _Packer(ZipWriter(out))
    index = list(_write_records(packer, contents, archive))
    packer.add(indexing.INDEX, indexing.index(index))
    packer.add(indexing.PAGES, indexing.pages(contents))
    packer.add(PAGE, page(contents))
    packer.add(ABOUT, readable(contents.about))
    if contents.items is None:
        packer.add(MANIFEST, readable(contents.manifest))
        packer.add(PROOFS, records.zipped(canonical(contents.proofs)))
    else:
        packer.add(MANIFEST, canonical({**contents.manifest, "items": contents.items}))
    for table, rows in sorted((table, rows) for table, rows in contents.rows.items() if rows):
        packer.add(row_file(table), records.zipped(lines.written(rows)))
    if contents.facts:
        packer.add(FACTS, zstandard.ZstdCompressor(level=9).compress(lines.written(contents.facts)))
    if contents.roots:
        packer.add(ROOTS, contents.roots)
    for digest, file in (*pictures_in(contents), *tokens_in(contents)):
        packer.add(file, archive.get(digest))
    packer.close(contents)


class _Packer:
    """A ZIP, and the list of its files with their digests."""

    def __init__(self, writer: ZipWriter) -> None:
        self._zip = writer
        self.files: dict[str, tuple[str, int]] = {}

    def add(self, name: str, data: bytes) -> None:
        self.files[name] = hashlib.sha256(data).hexdigest(), len(data)
        self._zip.add(name, data)

    def close(self, contents: Contents) -> None:
        listed = indexing.package(contents, self.files)
        self._zip.add(indexing.PACKAGE, listed)
        self._zip.add(indexing.PACKAGE_DIGEST, indexing.package_digest(listed))
        self._zip.close()


def records_in(contents: Contents, bodies: Archive) -> Iterator[Record]:
    """Every record of a capsule, in its order."""
    yield info_of(contents)
    for capture in contents.of("captures"):
        has_body = capture["id"] not in contents.left_out
        yield from records.records_of(capture, bodies.get(capture["body_sha256"]) if has_body else None)


def info_of(contents: Contents) -> Record:
    """The first record: what the file is."""
    moment = str(contents.line["at"])[:19] + "Z" if contents.line else ""
    software = f"Transparent Cities Monitor {contents.about['tool']}"
    return records.info_record(str(contents.about["title"]), moment, software)


def _write_records(packer: _Packer, contents: Contents, archive: Archive) -> Iterator[str]:
    """Write the WARC files; the lines of their index are given on the way."""
    part, number = bytearray(), 1
    for record in records_in(contents, archive):
        packed = records.packed(record)
        if part and len(part) + len(packed) > records.PART_BYTES:
            packer.add(indexing.part_file(number), bytes(part))
            part, number = bytearray(), number + 1
        if record.replays:
            capture, at = contents.captures[record.capture], len(part)
            yield indexing.index_line(capture, record.kind, indexing.part_file(number), at, len(packed))
        part += packed
    packer.add(indexing.part_file(number), bytes(part))
