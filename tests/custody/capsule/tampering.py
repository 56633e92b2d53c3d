"""Capsules opened, changed and closed again by somebody who knows their form."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from custody.capsule import rows as lines
from custody.capsule.checking import check_capsule
from custody.capsule.contents import row_file
from custody.capsule.indexing import PACKAGE, PACKAGE_DIGEST, package_digest
from custody.capsule.packing import ZipWriter
from custody.capsule.records import zipped

Row = dict[str, Any]


def members_of(capsule: bytes) -> dict[str, bytes]:
    """The files of a capsule, as any ZIP program gives them."""
    with zipfile.ZipFile(BytesIO(capsule)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rewritten(capsule: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """*capsule* with files changed, added, or (None) removed; its list of files and their digests made to fit."""
    members = {**members_of(capsule), **changes}
    listed = json.loads(members.pop(PACKAGE) or b"")
    members.pop(PACKAGE_DIGEST)
    kept = {name: data for name, data in members.items() if data is not None}
    listed["resources"] = [
        {
            "name": name.rpartition("/")[2],
            "path": name,
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
        }
        for name, data in kept.items()
    ]
    package = json.dumps(listed, ensure_ascii=False, indent=1).encode() + b"\n"
    return zipped_up({**kept, PACKAGE: package, PACKAGE_DIGEST: package_digest(package)})


def zipped_up(members: Mapping[str, bytes]) -> bytes:
    """A ZIP as ours are written."""
    out = BytesIO()
    writer = ZipWriter(out)
    for name, data in members.items():
        writer.add(name, data)
    writer.close()
    return out.getvalue()


def with_rows(capsule: bytes, table: str, change: Callable[[list[Row]], list[Row]]) -> bytes:
    """*capsule* with the rows of one table changed, and everything around them made to fit."""
    name = row_file(table)
    rows = lines.read(zlib.decompress(members_of(capsule)[name], 31), table)
    return rewritten(capsule, {name: zipped(lines.written(change(rows)))})


def troubles(path: Path, capsule: bytes) -> list[str]:
    """Everything that does not hold in *capsule*."""
    path.write_bytes(capsule)
    return [str(one) for one in check_capsule(path)]


def first_trouble(path: Path) -> str | None:
    """The first thing that does not hold in a file."""
    return next((str(one) for one in check_capsule(path)), None)
