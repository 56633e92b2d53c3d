"""Addresses as places: which two mean the same page, whose host it is, what a file's name promises."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

# Parameters that change how a page looks or who counts the visit, never what it says.
_IDLE_PARAMETERS = re.compile(
    r"(utm_\w+|fbclid|gclid|phpsessid|jsessionid|sid|print|printable|tmpl|lang_print)"
)
_PRINT_PATH = re.compile(r"/print(?:able|er)?/?$")
_FILE_TYPE = re.compile(r"\.([a-z0-9]{2,5})$")

FILE_TYPES = frozenset(
    {"pdf", "doc", "docx", "rtf", "odt", "xls", "xlsx", "xlsm", "ods", "csv", "tsv", "json", "xml", "zip"}
    | {"rar", "7z", "djvu", "jpg", "jpeg", "png", "tif", "tiff", "ppt", "pptx", "p7s"}
)  # fmt: skip
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/rtf": "rtf",
    f"{_OPEN_XML}wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    f"{_OPEN_XML}spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "text/csv": "csv",
    "application/json": "json",
    "application/zip": "zip",
}
_CACHE_SIZE = 32_768


@lru_cache(maxsize=_CACHE_SIZE)
def _split(url: str) -> SplitResult:
    return urlsplit(url)


@lru_cache(maxsize=_CACHE_SIZE)
def place(url: str) -> str:
    """One spelling for all addresses of a page: its print version, its fragment and its trackers included."""
    parts = _split(url)
    path = _PRINT_PATH.sub("", parts.path).rstrip("/")
    query = parts.query
    if query:
        kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if not _is_idle(*pair)]
        query = "?" + urlencode(kept) if kept else ""
    return f"{host_of(url)}{path}{query}"


def _is_idle(name: str, value: str) -> bool:
    return bool(_IDLE_PARAMETERS.fullmatch(name.casefold())) or (name, value) == ("format", "print")


@lru_cache(maxsize=_CACHE_SIZE)
def host_of(url: str) -> str:
    """The host of an address, without www. and a final dot."""
    return (_split(url).hostname or "").rstrip(".").removeprefix("www.")


@lru_cache(maxsize=_CACHE_SIZE)
def is_under(host: str, hosts: tuple[str, ...]) -> bool:
    """True where *host* is one of *hosts* or a name beneath one."""
    return any(host == one or host.endswith("." + one) for one in hosts)


@lru_cache(maxsize=_CACHE_SIZE)
def file_type(url: str) -> str | None:
    """The type a file's name promises ("pdf"), whether it stands in the path or in a parameter."""
    parts = _split(url)
    named = (value for _, value in parse_qsl(parts.query)) if parts.query else ()
    for name in (parts.path, *named):
        found = _FILE_TYPE.search(unquote(name).casefold())
        if found and found[1] in FILE_TYPES:
            return found[1]
    return None


def media_file_type(media_type: str) -> str | None:
    """The type ("pdf") of a document that was sent as *media_type*; None for pages and what we do not know."""
    return _MEDIA_TYPES.get(media_type.partition(";")[0].strip().casefold())
