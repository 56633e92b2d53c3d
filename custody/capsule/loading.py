"""The contents of an opened capsule; whatever is not as it is written ends in one sentence."""

from __future__ import annotations

import json
import re
from typing import Any

from custody.canonical import canonical
from custody.capsule import rows as lines
from custody.capsule.contents import (
    ABOUT,
    FACTS,
    FORMAT,
    MANIFEST,
    PROOFS,
    ROOTS,
    Contents,
    readable,
    row_file,
)
from custody.capsule.opening import CapsuleError, Opened
from custody.capsule.rows import TABLES, Row, RowError

_OURS = re.compile(r"tcm-capsule/\d{1,6}")
_ABOUT = {
    "kind": str,
    "tool": str,
    "title": str,
    "run": str,
    "line": int,
    "left_out": dict,
    "scope": str,
    "follows": bool,
    "city": str | None,
    "finding": int | None,
}
_HEADER = {"format": str, "run": dict, "number": int, "columns": dict, "count": int, "root": str}


def contents_of(opened: Opened) -> Contents:
    """What *opened* holds. CapsuleError where it is of another format version, or not spelled as we write."""
    if ABOUT not in opened:
        raise CapsuleError("the file", f"is no capsule of this monitor: it has no {ABOUT}")
    about = _json(opened, ABOUT)
    said = about.get("format")
    if said != FORMAT:
        known = (
            f"is of format {said}; this version reads {FORMAT}" if _is_ours(said) else "is no capsule of ours"
        )
        raise CapsuleError("the capsule", known)
    _require(ABOUT, about, _ABOUT)
    if readable(about) != opened.read(ABOUT):
        raise CapsuleError(ABOUT, "is not spelled as it is written")
    manifest, items, proofs = _manifest(opened)
    return Contents(
        about=about,
        rows={table: _rows(opened, row_file(table), table) for table in TABLES if row_file(table) in opened},
        manifest=manifest,
        items=items,
        proofs=proofs,
        facts=_facts(opened),
        roots=opened.read(ROOTS) if ROOTS in opened else b"",
    )


def _manifest(opened: Opened) -> tuple[Row, list[tuple[str, str]] | None, Row]:
    """The head of the manifest, with all its items or with the proofs of some."""
    manifest = _json(opened, MANIFEST)
    items, spelled = None, readable(manifest)
    if PROOFS not in opened:
        spelled = canonical(manifest)
        items = _items(manifest.pop("items", None))
    _require(MANIFEST, manifest, _HEADER)
    if spelled != opened.read(MANIFEST):
        raise CapsuleError(MANIFEST, "is not spelled as it is written")
    return manifest, items, _proofs(opened) if items is None else {}


def _proofs(opened: Opened) -> Row:
    packed = opened.unpack(PROOFS)
    proofs = _parsed(PROOFS, packed)
    if canonical(proofs) != packed:
        raise CapsuleError(PROOFS, "is not spelled as it is written")
    if not all(isinstance(proof, dict) and isinstance(proof.get("digest"), str) for proof in proofs.values()):
        raise CapsuleError(PROOFS, "holds something else than proofs")
    return proofs


def _items(said: object) -> list[tuple[str, str]]:
    if not isinstance(said, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) for word in pair)  # noqa: PLR2004
        for pair in said
    ):
        raise CapsuleError(MANIFEST, "does not list what was sealed")
    return [(name, digest) for name, digest in said]


def _rows(opened: Opened, file: str, table: str) -> list[Row]:
    try:
        return lines.read(opened.unpack(file), table)
    except RowError as error:
        raise CapsuleError(file, f"is not as rows are written: {error}") from error


def _facts(opened: Opened) -> list[Row]:
    if FACTS not in opened:
        return []
    try:
        facts = [json.loads(line) for line in opened.unpack(FACTS).splitlines()]
    except (ValueError, RecursionError) as error:
        raise CapsuleError(FACTS, "is not as facts are written") from error
    if not all(isinstance(row, dict) and isinstance(row.get("capture"), str) for row in facts):
        raise CapsuleError(FACTS, "is not as facts are written")
    return facts


def _json(opened: Opened, name: str) -> dict[str, Any]:
    return _parsed(name, opened.read(name))


def _parsed(name: str, text: bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CapsuleError(name, "is no JSON") from error
    if not isinstance(said, dict):
        raise CapsuleError(name, "is not what stands there in a capsule")
    return said


def _require(name: str, said: dict[str, Any], kinds: dict[str, Any]) -> None:
    for key, kind in kinds.items():
        if not isinstance(said.get(key), kind):
            raise CapsuleError(name, f"lacks {key!r}, or it is of another kind")


def _is_ours(said: object) -> bool:
    return isinstance(said, str) and bool(_OURS.fullmatch(said))
