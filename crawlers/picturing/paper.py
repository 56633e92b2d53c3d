"""Pages of PDFs and pictures as pictures: the words boxed, and a crop around them. Runs in the confined child."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from crawlers.picturing.letters import draw_missing

MEDIA_TYPE = "image/webp"
_PAGE_WIDTH, _TALLEST = 1100, 3000  # pixels
_CROP_SCALE_AT_MOST = 4.0
_CROP_WIDTH = 900  # pixels, for about 480 of a page on a screen
_AROUND = 45  # points above and below the words
_CROP_POINTS = 330.0  # what is shown across: some 60 letters of a usual paper
_RED, _PAD = (179, 38, 30), 3.0
_QUALITY = 60
_MOST_PIXELS = 40_000_000
_BESIDE, _LINE = 12.0, 1.4  # points

_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture and its crop, encoded; without a crop where no box is known."""

    full: bytes
    crop: bytes
    width: int
    height: int
    lacked: bool = False  # letters whose font is not in the file, and which were drawn in


def shot_of_page(document: pypdfium2.PdfDocument, number: int, boxes: Sequence[Sequence[float]]) -> Shot:
    """Page *number* (from 1) with *boxes* drawn; points from its lower left corner."""
    page = document[number - 1]
    try:
        width, height = page.get_size()
        scale = min(_PAGE_WIDTH / max(width, 1.0), _TALLEST / max(height, 1.0))
        full, _, lacked = _drawn(page, scale, boxes)
        crop = b""
        if boxes:
            crop_scale = max(min(_CROP_WIDTH / _CROP_POINTS, _CROP_SCALE_AT_MOST, _room(page)), scale)
            crop = _encoded(_around(page, crop_scale, boxes), 70)
    finally:
        page.close()
    return Shot(_encoded(full, _QUALITY), crop, full.width, full.height, lacked)


def shot_of_picture(body: bytes) -> Shot:
    """A picture as a picture of our own: small enough, and without what it carried besides."""
    with Image.open(io.BytesIO(body)) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (_PAGE_WIDTH, _TALLEST))
        picture = opened.convert("RGB")
    picture.thumbnail((_PAGE_WIDTH, _TALLEST))
    return Shot(_encoded(picture, _QUALITY), b"", picture.width, picture.height)


def _room(page: pypdfium2.PdfPage) -> float:
    """The scale at which the page has as many pixels as may be."""
    width, height = page.get_size()
    return float((_MOST_PIXELS / 2 / max(width * height, 1.0)) ** 0.5)


def _drawn(
    page: pypdfium2.PdfPage, scale: float, boxes: Sequence[Sequence[float]]
) -> tuple[Image.Image, list[_Box], bool]:
    """The page with a frame around the words, where on it they are, and whether letters had to be drawn in."""
    bitmap = page.render(scale=scale)
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    lacked = draw_missing(page, bitmap, picture, scale)
    draw = ImageDraw.Draw(picture)
    placed = _placed(page, bitmap, boxes)
    for left, top, right, bottom in placed:
        pad = _PAD * scale
        frame = (left - pad, top - pad, right + pad, bottom + pad)
        draw.rectangle(frame, outline=_RED, width=max(2, round(scale * _LINE)))
    return picture, placed, lacked


def _placed(page: pypdfium2.PdfPage, bitmap: Any, boxes: Sequence[Sequence[float]]) -> list[_Box]:  # noqa: ANN401
    """*boxes* in pixels, however the page is turned."""
    place = bitmap.get_posconv(page)
    found = []
    for left, bottom, right, top in boxes:
        corners = [place.to_bitmap(left, bottom), place.to_bitmap(right, top)]
        xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        found.append((xs[0], ys[0], xs[1], ys[1]))
    return found


def _around(page: pypdfium2.PdfPage, scale: float, boxes: Sequence[Sequence[float]]) -> Image.Image:
    """The words with the lines around them, as wide as a phone shows letters well; wider only if they are."""
    picture, placed, _ = _drawn(page, scale, boxes)
    left, top = min(box[0] for box in placed), min(box[1] for box in placed)
    right, bottom = max(box[2] for box in placed), max(box[3] for box in placed)
    beside = max((_CROP_POINTS * scale - (right - left)) / 2, _BESIDE * scale)
    across = (left - beside, right + beside)
    if across[0] < 0:
        across = (0.0, max(_CROP_POINTS * scale, right + _BESIDE * scale))
    box = (across[0], top - _AROUND * scale, across[1], bottom + _AROUND * scale)
    edges = (max(0, round(box[0])), max(0, round(box[1])))
    ends = (min(picture.width, round(box[2])), min(picture.height, round(box[3]), edges[1] + _TALLEST))
    crop = picture.crop((*edges, *ends))
    if crop.width > _CROP_WIDTH:
        crop = crop.resize((_CROP_WIDTH, max(1, crop.height * _CROP_WIDTH // crop.width)))
    return crop


def _encoded(picture: Image.Image, quality: int) -> bytes:
    packed = io.BytesIO()
    picture.save(packed, "WEBP", quality=quality, method=4)
    return packed.getvalue()
