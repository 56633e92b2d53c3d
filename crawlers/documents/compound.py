"""The container of office files of before 2007: streams in storages, as in a small file system."""

import io

import olefile

from crawlers.documents.contents import UnreadableError
from models.vocabulary import Reason

LARGEST_STREAM = 64_000_000
BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
"""What olefile raises on damaged containers."""


def root_names(body: bytes) -> frozenset[str]:
    """Give the names of the streams and storages at the root; none where the container is damaged."""
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as container:
            return frozenset(path[0] for path in container.listdir(streams=True, storages=True))
    except BROKEN:
        return frozenset()


def stream(container: olefile.OleFileIO, name: str) -> bytes:
    """Give one stream whole; an absent one is empty, one that claims too much is refused."""
    if not container.exists(name):
        return b""
    if container.get_size(name) > LARGEST_STREAM:
        raise UnreadableError(Reason.DOC_UNSAFE)
    return bytes(container.openstream(name).read())


def title_of(container: olefile.OleFileIO) -> str:
    """Give the title its author gave the file; empty if none."""
    about = container.get_metadata()
    title = about.title
    if isinstance(title, bytes):
        codepage = (about.codepage or 1251) % 65536
        codec = "utf-8" if codepage == _UTF8 else f"cp{codepage}"
        try:
            title = title.decode(codec, errors="replace")
        except LookupError:
            return ""
    return title.strip("\x00 ") if isinstance(title, str) else ""


def marks_of(container: olefile.OleFileIO) -> tuple[str, ...]:
    """Give macros and embedded files."""
    marks = []
    if container.exists("Macros") or container.exists("_VBA_PROJECT_CUR"):
        marks.append("macros")
    if container.exists("ObjectPool"):
        marks.append("embedded-files")
    return tuple(marks)


_UTF8 = 65001
