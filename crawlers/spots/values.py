"""The values of JSON, each with its path as a JSON Pointer (RFC 6901)."""

from collections.abc import Iterator
from typing import Any

from crawlers.documents.contents import UnreadableError
from crawlers.pages.listings import parsed
from crawlers.spots.units import Unit
from models.vocabulary import Reason

_LARGEST = 10_000_000  # characters; what they hold takes thirty times their room


def value_units(source: str) -> Iterator[Unit]:
    """Every text and number of the data, in its order."""
    if len(source) > _LARGEST:
        raise UnreadableError(Reason.TOO_LARGE)
    try:
        data = parsed(source)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{path}/{_escaped(name)}", inner) for name, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(f"{path}/{number}", inner) for number, inner in reversed(tuple(enumerate(value)))]
        elif value is not None and not isinstance(value, bool) and str(value).strip():
            yield Unit("value", {"path": path}, str(value))


def _escaped(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
