"""What kind of file somebody brings, by its bytes: its name and what the browser calls it prove nothing."""

from __future__ import annotations

import io
import zipfile

LARGEST_FILE = 20 * 2**20

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_OFFICE_PARTS = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENTS = frozenset(
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")
)
_OLD_OFFICE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml")
_FIRST = 4096
_ENDINGS = {".csv": "text/csv", ".json": "application/json"}


class RefusedFileError(Exception):
    """A file is not taken; ``fault`` is the name of the text that says why."""

    def __init__(self, fault: str) -> None:
        """Carry the name of the text."""
        super().__init__(fault)
        self.fault = fault


def kind_of(body: bytes, filename: str) -> str:
    """The media type of a file that is taken: PDF, image, office file or text; RefusedFileError for any other."""
    if not body:
        raise RefusedFileError("submit.fault.empty")
    if len(body) > LARGEST_FILE:
        raise RefusedFileError("submit.fault.large")
    ending = f".{filename.rpartition('.')[2].lower()}"
    for beginning, media_type in _BEGINNINGS:
        if body.startswith(beginning):
            return media_type
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body.startswith(_OLE):
        return _old_office(ending)
    if body.startswith(b"PK\x03\x04"):
        return _office(body)
    return _text(body, ending)


def _old_office(ending: str) -> str:
    """An old office file, by its ending: the container is the same for all of them, and for installers too."""
    try:
        return _OLD_OFFICE[ending]
    except KeyError:
        raise RefusedFileError("submit.fault.kind") from None


def _office(body: bytes) -> str:
    """Which office file a ZIP is; an archive of anything else is refused. Only its list of names is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = {info.filename: info for info in packed.infolist()}
            said = names.get("mimetype")
            if said is not None and said.file_size < 100:  # noqa: PLR2004  # a media type is shorter
                stated = packed.read(said).decode("ascii", "replace").strip()
                if stated in _OPEN_DOCUMENTS:
                    return stated
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError, EOFError):
        raise RefusedFileError("submit.fault.broken") from None
    for part, media_type in _OFFICE_PARTS.items():
        if part in names:
            return media_type
    raise RefusedFileError("submit.fault.archive")


def _text(body: bytes, ending: str) -> str:
    """Plain text in a charset that we read; a page or a program is none."""
    start = body[:_FIRST].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(mark in start[:512] for mark in _MARKUP):
        raise RefusedFileError("submit.fault.page")
    if b"\x00" in body or body.startswith((b"MZ", b"\x7fELF", b"#!")):
        raise RefusedFileError("submit.fault.kind")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        _require_cyrillic(body)
    return _ENDINGS.get(ending, "text/plain")


def _require_cyrillic(body: bytes) -> None:
    """Refuse bytes that are no text in windows-1251 either: control characters tell."""
    control = sum(byte < ord(" ") and byte not in b"\t\r\n\f" for byte in body[: 64 * 1024])
    if control:
        raise RefusedFileError("submit.fault.kind")
