"""The files of a capsule against the list of them: each is there, is listed, and has the listed SHA-256."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from custody.capsule.indexing import PACKAGE, PACKAGE_DIGEST, package_digest
from custody.capsule.opening import CapsuleError, Opened
from custody.trouble import Trouble

Digests = Callable[[str], str]  # from a member's name to the SHA-256 of its bytes


def check_files(opened: Opened, digest_of: Digests | None = None) -> Iterator[Trouble]:
    """Every file that was changed, removed or added. Raises CapsuleError where there is no list to tell by."""
    digest_of = digest_of or opened.digest_of
    for name in (PACKAGE_DIGEST, PACKAGE):
        if name not in opened:
            raise CapsuleError(name, "is missing")
        digest_of(name)
    listed = opened.read(PACKAGE)
    if opened.read(PACKAGE_DIGEST) != package_digest(listed):
        raise CapsuleError(PACKAGE, f"is not what {PACKAGE_DIGEST} speaks for: one of the two was changed")
    resources = _resources(listed)
    for name in opened.members:
        if name not in resources and name not in {PACKAGE, PACKAGE_DIGEST}:
            yield Trouble(name, "was added: the list of files does not know it")
    for name, (digest, size) in resources.items():
        if name not in opened:
            yield Trouble(name, "was removed: it is listed and not there")
        elif (trouble := _changed(opened, name, digest, size, digest_of)) is not None:
            yield trouble


def _changed(opened: Opened, name: str, digest: str, size: int, digest_of: Digests) -> Trouble | None:
    try:
        found = digest_of(name)
    except CapsuleError as error:
        return error.trouble
    if found != digest or opened.members[name].size != size:
        return Trouble(name, "is not what was written: its SHA-256 is another")
    return None


def _resources(listed: bytes) -> dict[str, tuple[str, int]]:
    try:
        said: dict[str, Any] = json.loads(listed)
        found = {
            str(one["path"]): (str(one["hash"]).removeprefix("sha256:"), int(one["bytes"]))
            for one in said["resources"]
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CapsuleError(PACKAGE, "is no list of files") from error
    if len(found) != len(said["resources"]):
        raise CapsuleError(PACKAGE, "lists a file twice")
    return found
