"""The read step, behind walls: any bytes in, facts out, whatever the bytes do to the process that reads them."""

import logging
import time
from datetime import date
from types import TracebackType
from typing import Any, Self

from crawlers.confinement import Confined, Limits, OverrunError
from crawlers.documents import tools
from crawlers.documents.contents import Tools
from crawlers.documents.reading import read_document
from crawlers.documents.sniffing import is_binary, is_html, magic
from crawlers.reading import read_page
from models.facts import Document, PageFacts
from models.facts_json import from_json, to_json
from models.vocabulary import PageKind, Reason

TOOL_LIMITS = Limits(memory=2**30, cpu_seconds=60, seconds=90.0, result_bytes=tools.MOST_OUTPUT + 2**16)
TOOL_SECONDS = 120.0
"""How long the tools may work on one document, all its pages together."""

_LOG = logging.getLogger(__name__)
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/calendar")
_FEEDS = ("application/rss+xml", "application/atom+xml")


class ConfinedReader:
    """Reads pages and files in a limited child process. Never raises for what the bytes are.

    Use it from the thread that made it, and close it: ``with ConfinedReader() as reader``.
    """

    def __init__(self, *, limits: Limits | None = None, with_tools: bool = True) -> None:
        """Take the *limits* of one page or file; without tools scans and packed RAR members stay unread."""
        self._child = Confined("crawlers.confined_reading:read_task", limits=limits)
        self._found = tools.found() if with_tools else {}
        self._tool_child = Confined("crawlers.documents.tools:run", limits=TOOL_LIMITS, tools=True)

    def __enter__(self) -> Self:
        """Nothing is started before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End both children."""
        self.close()

    @property
    def walls(self) -> tuple[str, ...]:
        """The walls that really stand around the reading child here; names are in ``crawlers.isolation``."""
        return self._child.walls

    @property
    def pid(self) -> int:
        """The process that would read the next capture."""
        return self._child.pid

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools that are at hand here."""
        return tuple(self._found)

    def read(
        self,
        body: bytes,
        *,
        url: str,
        media_type: str = "",
        file_name: str = "",
        charset: str | None = None,
        today: date,
        tool_seconds: float = TOOL_SECONDS,
    ) -> PageFacts:
        """Give the facts of *body*; where its reading had to be ended, facts that say so and nothing else.

        The tools may work on it for *tool_seconds*; with 0 its scans stay unread, and say so.
        """
        options = {
            "url": url,
            "media_type": media_type,
            "file_name": file_name,
            "charset": charset,
            "today": today.isoformat(),
        }
        desk = _Desk(self._tool_child, self._found, tool_seconds)
        try:
            values, _ = self._child.call(body, options, answer=desk.serve)
            return from_json(values)
        except OverrunError as overrun:
            _LOG.warning("reading %s was ended: %s", url, overrun)
        except (KeyError, TypeError, ValueError, AttributeError):
            _LOG.warning("reading %s gave no facts", url)
        return _ended(body, url=url, media_type=media_type)

    def close(self) -> None:
        """End both children."""
        self._child.close()
        self._tool_child.close()


class _Desk:
    """Serves one document's requests for tools, for as long as its time lasts."""

    def __init__(self, child: Confined, found: dict[str, str], seconds: float) -> None:
        self._child = child
        self._found = found
        self._left = seconds

    def serve(self, tool: str, body: bytes) -> bytes | None:
        """Give what the tool made of *body*; None where it is absent, failed, or its time is used up."""
        if tool not in self._found or self._left <= 0:
            return None
        begun = time.monotonic()
        try:
            values, made = self._child.call(body, {"tool": tool, "path": self._found[tool]})
        except OverrunError as overrun:
            _LOG.warning("the tool %s was ended: %s", tool, overrun)
            return None
        finally:
            self._left -= time.monotonic() - begun
        return made if values.get("done") is True else None


def read_task(body: bytes, options: dict[str, Any], ask: Tools) -> tuple[dict[str, Any], bytes]:
    """Read a page or a file: what runs in the child."""
    facts = read_any(
        body,
        url=options["url"],
        media_type=options["media_type"],
        file_name=options["file_name"],
        charset=options["charset"],
        today=date.fromisoformat(options["today"]),
        ask=ask,
    )
    return to_json(facts), b""


def read_any(
    body: bytes, *, url: str, media_type: str, file_name: str, charset: str | None, today: date, ask: Tools
) -> PageFacts:
    """Give the facts of a page or a file: the bytes decide which it is, and what they leave open its type."""
    if is_page(body, media_type):
        return read_page(body, url=url, media_type=media_type or "text/html", charset=charset, today=today)
    return read_document(
        body, url=url, media_type=media_type, file_name=file_name, charset=charset, today=today, tools=ask
    )


def is_page(body: bytes, media_type: str) -> bool:
    """Whether *body* is for the readers of pages; opens nothing."""
    if magic(body) or is_binary(body):
        return False
    kind = media_type.partition(";")[0].strip().lower()
    return (
        kind.startswith(_PAGE_TYPES)
        or kind in _FEEDS
        or kind.endswith("json")
        or (not kind and is_html(body))
    )


def _ended(body: bytes, *, url: str, media_type: str) -> PageFacts:
    """Say that reading was ended: a page may have lost what it said, a file is not safe to open."""
    if is_page(body, media_type):
        return PageFacts(url, "", None, PageKind.OTHER, complete=False, reasons=(Reason.PARSE_CUT,))
    return PageFacts(
        url,
        "",
        None,
        PageKind.DOCUMENT,
        complete=False,
        reasons=(Reason.DOC_UNSAFE,),
        document=Document(magic(body) or "binary", searchable=False),
    )
