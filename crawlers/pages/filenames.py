"""What an address says of what stands there: file or page, its name, its day and its kind."""

import re
from datetime import date
from functools import cache, lru_cache
from urllib.parse import unquote

from crawlers.pages.dates import either, first_date, full_year, real_day
from crawlers.pages.kinds import Said, kind_said
from crawlers.pages.laying import name_parts
from crawlers.pages.lexicon import folded, table
from models.vocabulary import LinkKind

_DOCUMENT_NAMES = re.compile(
    r"\.(?:pdf|docx?|rtf|odt|ods|xlsx?|csv|zip|rar|7z|pptx?|p7s|tiff?|jpe?g|txt)$", re.IGNORECASE
)
_DOCUMENT_FOLDERS = """
    download downloads download_file viewfile getfile showdocument documentcenter attachment attachments viewdocument
    openfile uploads finish view.ashx file files
"""
_DOCUMENT_PARTS = frozenset(_DOCUMENT_FOLDERS.split())
_DIGITS = re.compile(r"\d+")
_COMPACT = re.compile(r"(?<!\d)(\d{8}|\d{6})(?!\d)")
_SPLIT_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_ ](\d{4})(?!\d)")
_YEAR_GLUED = re.compile(r"(?<=[^\W\d_])(\d{1,2})(?=20\d\d(?!\d))")
_GLUED = re.compile(r"(?<=[a-zа-яіїєґ])(?=\d)|(?<=\d)(?=[a-zа-яіїєґ])")


def is_document(href: str) -> bool:
    """Say whether an address looks like a file rather than a page: by its ending, or by a word in it."""
    path, _, query = href.partition("#")[0].partition("?")
    if "." in query and _DOCUMENT_NAMES.search(unquote(query)):
        return True
    if "%" in path:
        path = unquote(path)
    return _is_document_path(_DIGITS.sub("0", path))


@lru_cache(maxsize=16_384)
def _is_document_path(address: str) -> bool:
    path = path_of(address)
    if _DOCUMENT_NAMES.search(path) or address.partition("//")[2].startswith("drive."):
        return True
    return not _DOCUMENT_PARTS.isdisjoint(re.split(r"[/.]", path.lower()))


def kind_of_name(href: str) -> Said | None:
    """Give the kind that a file's name speaks for, read as ordinary words, glued ones too."""
    return _kind_of_plain_name(_DIGITS.sub("0", file_name(href)))


@lru_cache(maxsize=16_384)
def _kind_of_plain_name(name: str) -> Said | None:
    told = kind_said(" ".join(re.split(r"[\W\d_]+", _humps(name))))
    return told or _glued(name)


def kind_of_folders(href: str) -> Said | None:
    """Give the kind that the folders of an address speak for, if they speak with one voice."""
    return _kind_of_path(_DIGITS.sub("0", path_of(href).rpartition("/")[0]))


@lru_cache(maxsize=16_384)
def _kind_of_path(path: str) -> Said | None:
    plain = unquote(path)
    folders = [_humps(folder) for folder in plain.split("/")]
    told = {said.kind: said for folder in folders if (said := kind_said(re.sub(r"[\W\d_]+", " ", folder)))}
    several = sum(1 for word in _long_words() if word in plain.lower())
    return next(iter(told.values())) if len(told) == 1 and several <= 1 else None


def _humps(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)


@cache
def _long_words() -> dict[str, LinkKind]:
    """Words of one kind only, long enough to be told inside a name without spaces."""
    found: dict[str, LinkKind] = {}
    for name, written in table("addresses").items():
        for word in written:
            found[word] = LinkKind(name)
    return found


def _glued(name: str) -> Said | None:
    plain = re.sub(r"[\W\d_]+", "", name.lower())
    told = {kind: word for word, kind in _long_words().items() if word in plain}
    if len(told) != 1:
        return None
    kind, word = told.popitem()
    return Said(kind, word)


@lru_cache(maxsize=4096)
def kind_of_names(names: str) -> Said | None:
    """Give the kind that class names or ids speak for; not news, after which engines call the parts of any list."""
    said = kind_said(" ".join(sorted(name_parts(names))))
    return None if said and said.kind is LinkKind.NEWS else said


def is_news_address(url: str) -> bool:
    """Say whether the address itself says that news stand here."""
    return _is_news_path(_DIGITS.sub("0", path_of(url)))


@lru_cache(maxsize=16_384)
def _is_news_path(path: str) -> bool:
    return not name_parts(path).isdisjoint(folded("words", "news_marks"))


def date_in_address(url: str, *, month_first: bool = False) -> date | None:
    """Give the date in a file's name, glued or not; the folders above it do not count."""
    return _date_in_name(file_name(url), month_first)


def path_of(url: str) -> str:
    """Give the path of an absolute address, as written."""
    plain = url.partition("#")[0].partition("?")[0]
    start = plain.find("/", plain.find("//") + 2)
    return plain[start:] if start >= 0 else ""


def file_name(url: str) -> str:
    """Give the part of an address that names a file: the last of its path, or of a path in its query."""
    query = url.partition("#")[0].partition("?")[2]
    named = query if "." in query.rsplit("/", 1)[-1] else path_of(url)
    name = named.rstrip("/").rsplit("/", 1)[-1].rsplit("=", 1)[-1]
    return unquote(name) if "%" in name else name


@lru_cache(maxsize=8192)
def _date_in_name(name: str, month_first: bool) -> date | None:  # noqa: FBT001  # a key of the cache
    lowered = name.lower()
    spaced = re.sub(r"[_+\s]+", " ", lowered)
    written = first_date(spaced, month_first=month_first)
    if written:
        return written
    for compact in _COMPACT.finditer(_SPLIT_YEAR.sub(r"\1\2", lowered)):
        whole = len(compact[1]) == len("ddmmyyyy")  # six digits are as often the number of a file
        if (whole or month_first) and (found := _compact(compact[1], month_first=month_first)):
            return found
    parted = _GLUED.sub(" ", _YEAR_GLUED.sub(r"\1 ", lowered))
    loose = re.sub(r"[\s._-]+", " ", parted)
    return first_date(loose, month_first=month_first) or _spaced_numbers(loose, month_first=month_first)


def _compact(digits: str, *, month_first: bool) -> date | None:
    tail, head = (digits[-4:], digits[:4]) if len(digits) == len("yyyymmdd") else (digits[-2:], digits[:2])
    whole = len(tail) == len("yyyy")
    if whole and (found := real_day(full_year(head), int(digits[4:6]), int(digits[6:]))):
        return found
    found = either(int(digits[:2]), int(digits[2:4]), full_year(tail), month_first=month_first)
    return found or (None if whole else real_day(full_year(head), int(digits[2:4]), int(tail)))


def _spaced_numbers(name: str, *, month_first: bool) -> date | None:
    numbers = re.search(r"(?<!\d)(\d{1,2}) (\d{1,2}) (\d{4}|\d{2})(?!\d)", name)
    if not numbers:
        return None
    return either(int(numbers[1]), int(numbers[2]), full_year(numbers[3]), month_first=month_first)
