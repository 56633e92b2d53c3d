"""The parent's side of looking: what is asked of the confined child about one body, and what comes back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crawlers.confinement import Confined, Limits, OverrunError
from crawlers.picturing.sheets import Told, sheet_of
from models.spots import Spotted

LIMITS = Limits(memory=3 * 2**29, cpu_seconds=60, seconds=120.0, result_bytes=2**27)
_LOG = logging.getLogger(__name__)
_UNSAFE = "Файл не вдалося безпечно прочитати. / The file could not be read safely."


@dataclass(frozen=True, slots=True)
class Asked:
    """One body and the quotes to be found in it, each with the address that its words lead to, if any."""

    body: bytes
    url: str
    media_type: str
    charset: str | None
    file_name: str
    known: str
    quotes: Mapping[str, str]
    pictured: frozenset[str] = frozenset()  # of which quotes a picture is wanted


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished picture of paper."""

    full: bytes
    crop: bytes
    width: int
    height: int
    lacked: bool  # letters that had to be drawn in


@dataclass(frozen=True, slots=True)
class Looked:
    """What the child made of one body: spots, pages for a browser with views of them by quote, finished pictures."""

    spots: dict[str, Spotted]
    pages: tuple[str, ...] = ()
    views: dict[str, dict[str, Any]] = field(default_factory=dict)  # of quotes that need a browser
    shown: dict[str, Shown] = field(default_factory=dict)


class Looker:
    """Looks at bodies in one confined child. Use it from the thread that made the first call, and close it there."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child = Confined("crawlers.picturing.looking:look_task", limits=LIMITS)

    def close(self) -> None:
        """End the child."""
        self._child.close()

    def look(self, asked: Asked, *, as_text: bool = False) -> Looked:
        """Find the quotes in the body and make their views; a body that breaks the child is called unsafe."""
        options = {
            "url": asked.url,
            "media_type": asked.media_type,
            "charset": asked.charset,
            "file_name": asked.file_name,
            "known": asked.known,
            "quotes": list(asked.quotes.items()),
            "pictured": sorted(asked.pictured),
            "as_text": as_text,
        }
        try:
            values, made = self._child.call(asked.body, options)
            return _looked(asked, values, made)
        except OverrunError as overrun:
            _LOG.warning("looking at %s was ended: %s", asked.url[:200], overrun)
        except (KeyError, TypeError, ValueError, AttributeError):
            _LOG.warning("looking at %s gave nothing", asked.url[:200])
        return _unsafe(asked)


def _looked(asked: Asked, values: dict[str, Any], made: bytes) -> Looked:
    spots = {
        quote: Spotted(bool(spot["found"]), str(spot["kind"]), dict(spot["place"]))
        for quote, spot in zip(asked.quotes, values["spots"], strict=True)
    }
    at = 0
    pages: list[str] = []
    for length in values["pages"]:
        pages.append(made[at : at + length].decode())
        at += length
    looked = Looked(spots, tuple(pages))
    for quote, view in values["views"].items():
        if "shot" not in view:
            looked.views[quote] = view
            continue
        shot = view["shot"]
        full, crop = made[at : at + shot["full"]], made[at + shot["full"] : at + shot["full"] + shot["crop"]]
        at += shot["full"] + shot["crop"]
        looked.shown[quote] = Shown(full, crop, int(shot["width"]), int(shot["height"]), bool(shot["lacked"]))
    return looked


def _unsafe(asked: Asked) -> Looked:
    """What is said of a body whose reading had to be ended."""
    spot = Spotted(found=False, kind="none", place={"reason": "unsafe"})
    page = sheet_of(Told("", asked.file_name, asked.url, trouble=_UNSAFE), None, ())
    view = {"page": 0, "rendering": True, "marks": [], "words": "", "band": ""}
    return Looked(dict.fromkeys(asked.quotes, spot), (page,), dict.fromkeys(asked.pictured, view))
