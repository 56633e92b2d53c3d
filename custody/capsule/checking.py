"""A capsule checked with nothing but the file: every byte, every row, every proof, the log and its time-stamps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from jinja2 import TemplateError

from custody.capsule import indexing, records
from custody.capsule.contents import (
    ABOUT,
    FACTS,
    MANIFEST,
    PAGE,
    PROOFS,
    ROOTS,
    Contents,
    pictures_in,
    row_file,
    tokens_in,
)
from custody.capsule.holding import check_cities, check_items, check_log, check_stamps
from custody.capsule.listing import check_files
from custody.capsule.loading import contents_of
from custody.capsule.making import info_of
from custody.capsule.opening import CapsuleError, Opened
from custody.capsule.page import page
from custody.capsule.rows import Row
from custody.heads import Head
from custody.trouble import Trouble
from models.version import TOOL_VERSION

_LONGEST = 200  # characters of what Python says of such rows
_STRANGE = (  # what rows that nobody sealed are read with
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    OverflowError,
    RecursionError,
    TemplateError,
)


def check_capsule(
    path: Path, *, heads: Sequence[Head] = (), roots: Sequence[x509.Certificate] = ()
) -> Iterator[Trouble]:
    """Everything that does not hold in the capsule at *path*, the plainest first; nothing where all of it does."""
    try:
        with Opened(path) as opened:
            yield from check_opened(opened, heads=heads, roots=roots)
    except CapsuleError as error:
        yield error.trouble


def check_opened(
    opened: Opened, *, heads: Sequence[Head] = (), roots: Sequence[x509.Certificate] = ()
) -> Iterator[Trouble]:
    """The same of one that is open."""
    yield from check_files(opened)
    try:
        contents = contents_of(opened)
        yield from check_items(contents)
        yield from check_cities(contents)
        yield from check_log(contents, heads)
        yield from check_stamps(
            contents, {one: opened.read(file) for one, file in _files(opened, contents)}, roots
        )
        yield from _check_bodies(opened, contents)
    except _STRANGE as error:
        said = f"{type(error).__name__} {error}".splitlines()[0][:_LONGEST]
        raise CapsuleError("the rows", f"are not what this monitor writes: {said}") from error


def notes_on(
    contents: Contents, *, heads: Sequence[Head] = (), roots: Sequence[x509.Certificate] = ()
) -> Iterator[str]:
    """What a checked capsule does not show by itself, in a sentence each."""
    lines = [row["seq"] for row in contents.of("log_entries")]
    if not contents.of("stamps"):
        yield "no authority has time-stamped it yet: that the log was not chained anew this file alone cannot show"
    elif not roots and contents.roots:
        yield "its time-stamps were checked by the certificates that it brings along: --roots tells whose they are"
    elif not roots:
        yield "whether its time-stamps are signed was not checked, for want of certificates: give them by --roots"
    if heads and not any(lines[0] <= head.seq <= lines[-1] for head in heads):
        yield f"none of the heads given stands among lines {lines[0]}–{lines[-1]} of the log, which it holds"
    for why in sorted(set(contents.left_out.values())):
        count = sum(one == why for one in contents.left_out.values())
        yield f"the bytes of {count} captures are not in it ({'erased' if why == 'erased' else 'too large'})"
    if contents.about["tool"] != TOOL_VERSION:
        yield f"it was made by version {contents.about['tool']}: its page was not written again to compare"


def _files(opened: Opened, contents: Contents) -> list[tuple[str, str]]:
    return [(digest, file) for digest, file in tokens_in(contents) if file in opened]


def _check_bodies(opened: Opened, contents: Contents) -> Iterator[Trouble]:
    """Records, pictures and tokens against their rows; then what is made of all these, made again."""
    index: list[str] = []
    yield from _check_records(opened, contents, index)
    for digest, file in (*pictures_in(contents), *tokens_in(contents)):
        if file in opened and sha256(opened.read(file)).hexdigest() != digest:
            yield Trouble(file, "is not what its name says")
    yield from _check_names(opened, contents)
    if contents.about["tool"] != TOOL_VERSION:
        return  # another version may word its page otherwise; what is sealed has been checked all the same
    files = {name: (opened.digest_of(name), opened.members[name].size) for name in opened.members}
    listed = {
        name: told for name, told in files.items() if name not in {indexing.PACKAGE, indexing.PACKAGE_DIGEST}
    }
    made = {
        indexing.INDEX: indexing.index(index),
        indexing.PAGES: indexing.pages(contents),
        PAGE: page(contents),
        indexing.PACKAGE: indexing.package(contents, listed),
    }
    for name, expected in made.items():
        if opened.read(name) != expected:
            yield Trouble(
                name, "does not say what the rows say: it was written by something else than the monitor"
            )


def _check_names(opened: Opened, contents: Contents) -> Iterator[Trouble]:
    """Files that stand in no capsule, or are missing in this one."""
    parts = [name for name in opened.members if name.startswith("archive/")]
    proofs = [PROOFS] if contents.items is None else []
    facts = [FACTS] if contents.facts else []
    expected = [
        *(indexing.part_file(number) for number in range(1, len(parts) + 1)),
        *(indexing.INDEX, indexing.PAGES, PAGE, ABOUT, MANIFEST, *proofs),
        *(row_file(table) for table, rows in sorted(contents.rows.items()) if rows),
        *facts,
        *([ROOTS] if contents.roots else []),
        *(file for _, file in (*pictures_in(contents), *tokens_in(contents))),
        *(indexing.PACKAGE, indexing.PACKAGE_DIGEST),
    ]
    for name in opened.members:
        if name not in expected:
            yield Trouble(name, "was added: no such file stands in a capsule like this")
    for name in expected:
        if name not in opened:
            yield Trouble(name, "was removed: a capsule like this holds it")
    if list(opened.members) != expected:
        yield Trouble("the file", "holds its members in another order than a capsule does")


def _check_records(opened: Opened, contents: Contents, index: list[str]) -> Iterator[Trouble]:
    """Each record against the one that its row and its body make; the lines of the index that stand for them."""
    found = _records(opened)
    first = next(found, None)
    if first is None or first.data != info_of(contents).data:
        yield Trouble(indexing.FIRST_PART, "does not begin as the archive of a capsule does")
    for capture in contents.of("captures"):
        named = f"capture {capture['id']}"
        answer = None if capture["id"] in contents.left_out else next(found, _NOTHING)
        body = None if answer is None else records.body_in(answer.data, capture)
        if body is not None and _carries_body(capture) and sha256(body).hexdigest() != capture["body_sha256"]:
            yield Trouble(named, "has other bytes than those that were sealed")
            continue
        for made in records.records_of(capture, body):
            there = answer if answer is not None and made.kind != "metadata" else next(found, _NOTHING)
            if there.data != made.data:
                yield Trouble(named, f"has a record in {there.part} that its sealed row does not make")
            elif made.replays:
                index.append(indexing.index_line(capture, made.kind, there.part, there.at, there.size))
    if next(found, None) is not None:
        yield Trouble("archive", "holds more records than there are captures")


def bodies_in(opened: Opened, contents: Contents) -> Iterator[tuple[Row, bytes]]:
    """Each capture whose body is in a capsule that was checked, and the body."""
    found = (record for record in _records(opened) if not record.data.startswith(_BESIDE))
    for capture in contents.of("captures"):
        if capture["id"] not in contents.left_out:
            record = next(found, _NOTHING)
            if _carries_body(capture):
                yield capture, records.body_in(record.data, capture)


def _carries_body(capture: Row) -> bool:
    return capture["confirms_id"] is None


class _Found(NamedTuple):
    part: str
    at: int
    size: int
    data: bytes


_BESIDE = tuple(b"WARC/1.1\r\nWARC-Type: " + kind for kind in (b"warcinfo", b"metadata"))
_NOTHING = _Found("archive", 0, 0, b"")


def _records(opened: Opened) -> Iterator[_Found]:
    number = 1
    while (part := indexing.part_file(number)) in opened:
        for at, size, data in opened.records(part):
            yield _Found(part, at, size, data)
        number += 1
