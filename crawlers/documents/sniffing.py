"""What a file is, told by its bytes; its name only settles what bytes leave open."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from crawlers.documents.contents import UnreadableError
from crawlers.documents.packages import Package

_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # an empty one
    (b"Rar!\x1a\x07", "rar"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"AT&TFORM", "djvu"),
)
_BMP_RESERVED = slice(6, 10)
_PDF_WITHIN = 1024
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title)\b", re.IGNORECASE)
_HTML_WITHIN = 1024
_NUL_SHARE = 0.02
_SAMPLE = 8192
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_WIDE = (b"\xff\xfe", b"\xfe\xff")

_BY_STREAM = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("PowerPoint Document", "ppt"))
_BY_MEMBER = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_OPEN_DOCUMENT = {"text": "odt", "text-template": "odt", "spreadsheet": "ods", "presentation": "odp"}
_OPEN_DOCUMENT_TYPE = "application/vnd.oasis.opendocument."
_LOCKED = "EncryptedPackage"

_NAMES = {
    "pdf": {"pdf"},
    "docx": {"docx", "docm", "dotx", "dotm"},
    "doc": {"doc", "dot"},
    "odt": {"odt", "ott"},
    "rtf": {"rtf"},
    "xlsx": {"xlsx", "xlsm", "xlsb", "xltx", "xltm"},
    "xls": {"xls", "xlt"},
    "ods": {"ods", "ots"},
    "csv": {"csv", "tsv", "tab", "txt"},
    "text": {"txt", "csv", "tsv", "md", "log", "text"},
    "zip": {"zip"},
    "rar": {"rar"},
    "image": {"png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff"},
    "html": {"html", "htm", "xhtml", "mht", "php", "aspx", "asp", "jsp"},
}
_KNOWN_NAMES = frozenset().union(*_NAMES.values()) - _NAMES["html"]
_TABLE_NAMES = frozenset({"csv", "tsv", "tab"})
_TABLE_TYPES = frozenset({"text/csv", "text/tab-separated-values", "application/csv"})


def magic(body: bytes) -> str | None:
    """Give the kind of container the first bytes name; opens nothing, so that a parent may ask it too."""
    start = body[:_PDF_WITHIN]
    if b"%PDF-" in start and not _HTML.search(start.partition(b"%PDF-")[0]):
        return "pdf"
    trimmed = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, kind in _MAGIC:
        if trimmed.startswith(mark):
            return None if mark == b"BM" and body[_BMP_RESERVED] != bytes(4) else kind
    if trimmed.startswith(b"RIFF") and trimmed[8:12] == b"WEBP":
        return "image"
    return None


def format_of(body: bytes, *, name: str = "", media_type: str = "") -> str:
    """Give the format of *body*: one of those in ``models.facts.Document``, else a word for what we do not read."""
    kind = magic(body)
    if kind == "ole":
        return _inside_ole(body, name)
    if kind == "zip":
        return _inside_zip(body, name)
    if kind:
        return kind
    if is_html(body):
        return "html"
    if is_binary(body):
        return "binary"
    stated = media_type.partition(";")[0].strip().lower()
    if extension(name) in _TABLE_NAMES or stated in _TABLE_TYPES:
        return "csv"
    return "text"


def is_html(body: bytes) -> bool:
    """Whether *body* begins as a page does."""
    return bool(_HTML.search(body[:_HTML_WITHIN]))


def is_binary(body: bytes) -> bool:
    """Whether *body* holds bytes that no text has."""
    sample = body[:_SAMPLE]
    if sample.startswith(_WIDE):
        return False
    return len(sample) - len(sample.translate(None, _CONTROLS)) > _NUL_SHARE * len(sample)


def extension(name: str) -> str:
    """Give the ending of a file's name or of an address, lower case, without the dot."""
    return PurePosixPath(unquote(urlsplit(name).path) if "://" in name else name).suffix[1:].lower()


def is_named_wrong(name: str, format_: str) -> bool:
    """Whether the name promises another format than the bytes keep; a name without a known ending promises none."""
    ending = extension(name)
    return ending in _KNOWN_NAMES and ending not in _NAMES.get(format_, {format_})


def _inside_ole(body: bytes, name: str) -> str:
    """Tell old office files by the streams at the root of their container; what lies deeper is embedded."""
    from crawlers.documents.compound import root_names  # noqa: PLC0415  # most captures hold no such container

    names = root_names(body)
    for stream, kind in _BY_STREAM:
        if stream in names:
            return kind
    if _LOCKED in names:
        return "locked-xlsx" if extension(name).startswith("xl") else "locked-docx"
    return "ole"


def _inside_zip(body: bytes, name: str) -> str:
    """Tell office files by their members; a zip that cannot be opened is what its name says."""
    try:
        package = Package(body)
    except UnreadableError:
        ending = extension(name)
        return next((kind for kind, endings in _NAMES.items() if ending in endings), "zip")
    if "mimetype" in package:
        try:
            stated = package.read("mimetype")[:100].decode("ascii", "replace").strip()
        except UnreadableError:
            stated = ""
        if stated.startswith(_OPEN_DOCUMENT_TYPE):
            return _OPEN_DOCUMENT.get(stated.removeprefix(_OPEN_DOCUMENT_TYPE), "odp")
    if "[Content_Types].xml" in package:
        for folder, kind in _BY_MEMBER:
            if any(member.startswith(folder) for member in package.names):
                return kind
    return "zip"
