"""One tab that shows pages without scripts and without a network, and takes pictures of words in them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Route

MEDIA_TYPE = "image/webp"
WIDTH, HEIGHT = 1280, 900
TALLEST = 20_000  # pixels of a page that its picture shows
_NARROW = 480  # pixels: a phone; lines break so that letters stay large
_WITH_ROW = 640  # pixels that a crop may be wide to show how the row of the words begins
_FULL_SCALE, _LONGEST = 0.6, 12_000  # of the picture of a whole page; WebP holds 16,383 pixels
_CROP_PIXELS, _CROP_TALLEST = 960, 640
_ABOVE, _BESIDE = 84, 26
_FULL_QUALITY, _CROP_QUALITY = 42, 60
_OUTLINE = resources.files(__package__).joinpath("outlining.js").read_text(encoding="utf-8")
_PLAIN = resources.files(__package__).joinpath("plain.js").read_text(encoding="utf-8")
_BASE_STYLE = """
html{background:#fff}
body{max-width:860px;margin:0 auto;padding:20px 24px;color:#1b1b1b;line-height:1.5;
 font-family:"DejaVu Sans",Arial,sans-serif;overflow-wrap:break-word}
img,video,iframe,object,svg{max-width:100%}
table{border-collapse:collapse;max-width:100%} td,th{padding:4px 8px;border:1px solid #c9ced6;vertical-align:top}
ul,ol{padding-left:26px} nav ul,header ul{columns:2 220px} a{color:#0b4f9e}
"""


@dataclass(frozen=True, slots=True)
class Photo:
    """What was taken of one quote: the page and a crop, encoded. ``crop`` is empty where the words are not seen."""

    full: bytes
    crop: bytes
    width: int
    height: int
    found: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the page said of one quote."""

    boxes: Sequence[Sequence[float]]
    width: float
    height: float
    seen: bool
    notes: tuple[str, ...]
    lead: float | None = None  # where the row begins in which the words stand

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of all the words."""
        return (
            min(box[0] for box in self.boxes),
            min(box[1] for box in self.boxes),
            max(box[2] for box in self.boxes),
            max(box[3] for box in self.boxes),
        )

    @property
    def across(self) -> float:
        """How wide the words are."""
        left, _, right, _ = self.edges
        return right - left


class Camera:
    """A tab of its own context; after a page that breaks it, make another."""

    def __init__(self, context: BrowserContext, page: Page, devtools: CDPSession) -> None:
        self._context = context
        self._page = page
        self._devtools = devtools

    @classmethod
    async def set_up(cls, browser: Browser) -> Self:
        """A camera in *browser*: no scripts, no network, no downloads, no workers."""
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            java_script_enabled=False,
            offline=True,
            service_workers="block",
            accept_downloads=False,
            locale="uk-UA",
            timezone_id="Europe/Kyiv",
        )
        await context.route("**/*", _refuse)
        page = await context.new_page()
        return cls(context, page, await context.new_cdp_session(page))

    async def put_away(self) -> None:
        """Close the tab."""
        await self._context.close()

    async def shoot(self, html: str, views: Sequence[dict[str, Any]]) -> list[Photo]:
        """One picture for each view of one page, which is loaded once."""
        await self._page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        await self._page.set_content(
            html
        )  # a navigation to its own address would cost a process for every host
        is_plain = bool(await self._page.evaluate(_PLAIN, _BASE_STYLE))
        photos: list[Photo] = []
        narrow: list[int] = []
        for number, view in enumerate(views):
            seen = await self._outline(view, is_plain=is_plain)
            full, notes = await self._whole(seen)
            is_ours = view.get("rendering") or any(note.startswith("band=") for note in seen.notes)
            is_wide = bool(seen.boxes) and (is_ours or seen.across > _NARROW - 2 * _BESIDE)
            crop = await self._close_up(seen) if seen.seen and not is_wide else b""
            if seen.seen and is_wide:
                narrow.append(number)
            size = round(WIDTH * _scale(seen.height)), round(min(seen.height, TALLEST) * _scale(seen.height))
            photos.append(Photo(full, crop, *size, seen.seen, (*seen.notes, *notes)))
        await self._add_narrow(views, photos, narrow)
        return photos

    async def _add_narrow(
        self, views: Sequence[dict[str, Any]], photos: list[Photo], numbers: Sequence[int]
    ) -> None:
        """Crops of long lines, from the page as a phone lays it out; as it was where the words do not show there."""
        again: list[int] = []
        for width, some in ((_NARROW, numbers), (WIDTH, again)):
            if some:
                await self._page.set_viewport_size({"width": width, "height": HEIGHT})
            for number in some:
                seen = await self._outline(views[number], is_plain=False)
                if not seen.seen and width == _NARROW:
                    again.append(number)
                    continue
                crop = await self._close_up(seen) if seen.seen else b""
                photo = photos[number]
                photos[number] = Photo(photo.full, crop, photo.width, photo.height, photo.found, photo.notes)

    async def _outline(self, view: dict[str, Any], *, is_plain: bool) -> _Seen:
        order = {"marks": view["marks"], "words": view.get("words", ""), "band": view["band"]}
        told = await self._page.evaluate(_OUTLINE, order | {"said": view.get("said", "")})
        if view["marks"] and not told["seen"] and not view["band"]:
            order |= {"band": "hidden", "said": view.get("words", "")}
            told = await self._page.evaluate(_OUTLINE, order)
        notes = [name for name in ("rendering", "text-alone") if view.get(name)]
        notes += [name for name in ("unfolded", "covered") if told[name]] + ["plain"] * is_plain
        notes += ["searched"] * bool(view["marks"] and told["seen"] and not told["exact"])
        if order["band"]:
            notes.append(f"band={order['band']}")
        found = bool(told["seen"] and told["boxes"])
        return _Seen(told["boxes"], told["width"], told["height"], found, tuple(notes), told["lead"])

    async def _whole(self, seen: _Seen) -> tuple[bytes, tuple[str, ...]]:
        """The page from its top; of one that is too tall the part that shows the words."""
        top, height = 0.0, min(seen.height, TALLEST)
        notes: tuple[str, ...] = ()
        if seen.height > TALLEST:
            notes = (f"clipped={round(seen.height)}",)
            if seen.boxes and seen.edges[3] > TALLEST:
                top = min(max(seen.edges[1] - TALLEST / 2, 0), seen.height - TALLEST)
        clip = {"x": 0, "y": top, "width": WIDTH, "height": height, "scale": _scale(seen.height)}
        return await self._shot(clip, _FULL_QUALITY), notes

    async def _close_up(self, seen: _Seen) -> bytes:
        """The words at full size with what stands around them, no wider than a phone shows well unless they are."""
        left, top, right, bottom = seen.edges
        if seen.lead is not None and right - seen.lead + 2 * _BESIDE <= _WITH_ROW:
            left = min(left, seen.lead)
        width = min(max(_NARROW, right - left + 2 * _BESIDE), max(seen.width, _NARROW))
        x = 0 if right + _BESIDE <= width else max(min(left - _BESIDE, max(seen.width, _NARROW) - width), 0)
        y = max(top - _ABOVE, 0)
        height = min(bottom + _ABOVE, max(seen.height, bottom)) - y
        scale = min(max(_CROP_PIXELS / width, 1.0), 2.0)
        clip = {"x": x, "y": y, "width": width, "height": min(height, _CROP_TALLEST), "scale": scale}
        return await self._shot(clip, _CROP_QUALITY)

    async def _shot(self, clip: dict[str, float], quality: int) -> bytes:
        shot = await self._devtools.send(
            "Page.captureScreenshot",
            {"format": "webp", "quality": quality, "clip": clip, "captureBeyondViewport": True},
        )
        return base64.b64decode(shot["data"])


def _scale(height: float) -> float:
    """Of a whole page: smaller where it is long."""
    return min(_FULL_SCALE, _LONGEST / max(min(height, TALLEST), 1))


async def _refuse(route: Route) -> None:
    """Nothing is fetched for a picture."""
    await route.abort()
