"""Letters that a PDF names and does not bring: drawn in, as every viewer does with fonts of its own."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageFont

_FONT = "DejaVuSans.ttf"
_MOST = 20_000  # letters of a page
_BLANK = 40  # shades between the lightest and the darkest of a place where nothing is drawn
_LATIN = 0x250  # from here on the fonts that PDFium has of its own may lack a letter
_NARROWEST, _HEIGHT = 0.3, 0.5  # of a letter, in its font's size


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter of a page: where it begins on its line, how large it is, and whether it may be missing."""

    sign: str
    x: float
    y: float
    size: float
    fontless: bool


def draw_missing(page: pypdfium2.PdfPage, bitmap: Any, picture: Image.Image, scale: float) -> bool:  # noqa: ANN401
    """Draw the letters of fonts that are not in the file where *picture* shows none; whether there were any."""
    if page.get_rotation() or _font(10) is None:
        return False
    place, shades = bitmap.get_posconv(page), picture.convert("L")
    missing = False
    for run, room in _runs(_letters(page)):
        left, base = place.to_bitmap(run[0].x, run[0].y)
        pixels = run[0].size * scale
        spot = (left, int(base - _HEIGHT * pixels), left + max(int(_NARROWEST * pixels), 1), base)
        if _is_blank(shades, spot):
            _draw("".join(letter.sign for letter in run), picture, (left, base), pixels, room * scale)
            missing = True
    return missing


def _runs(letters: Iterable[_Letter]) -> Iterator[tuple[list[_Letter], float]]:
    """Neighbouring letters that may be missing, and the room up to what follows them; 0 where nothing does."""
    run: list[_Letter] = []
    for letter in letters:
        if run and not (letter.fontless and letter.y == run[0].y and letter.size == run[0].size):
            yield run, max(letter.x - run[0].x, 0.0) if letter.y == run[0].y else 0.0
            run = []
        if letter.fontless:
            run.append(letter)
    if run:
        yield run, 0.0


def _draw(words: str, picture: Image.Image, at: tuple[int, int], pixels: float, room: float) -> None:
    """Write *words* from *at* on, squeezed into *room* where they are wider."""
    font = _font(max(round(pixels * 0.94), 4))
    if font is None:
        return
    width, height = max(int(font.getlength(words)) + 1, 1), max(round(pixels * 1.5), 2)
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).text((0, round(pixels * 1.1)), words, fill=255, font=font, anchor="ls")
    if 0 < room < width:
        mask = mask.resize((max(int(room), 1), height))
    picture.paste((0, 0, 0), (at[0], at[1] - round(pixels * 1.1)), mask)


def _letters(page: pypdfium2.PdfPage) -> Iterator[_Letter]:
    """The letters of a page in its own order."""
    layer = page.get_textpage()
    try:
        for at in range(min(layer.count_chars(), _MOST)):
            code = pdfium.FPDFText_GetUnicode(layer.raw, at)
            x, y = ctypes.c_double(), ctypes.c_double()
            if not pdfium.FPDFText_GetCharOrigin(layer.raw, at, ctypes.byref(x), ctypes.byref(y)):
                continue
            size = float(pdfium.FPDFText_GetFontSize(layer.raw, at))
            fontless = False
            if _LATIN <= code < 0xD800 and chr(code).isalnum():  # noqa: PLR2004  # halves of signs follow
                written = pdfium.FPDFText_GetTextObject(layer.raw, at)
                fontless = bool(written) and _is_drawn_without_font(written)
            yield _Letter(chr(code) if fontless else " ", x.value, y.value, size, fontless)
    finally:
        layer.close()


def _is_drawn_without_font(written: Any) -> bool:  # noqa: ANN401  # a pointer
    if pdfium.FPDFTextObj_GetTextRenderMode(written) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return False  # words behind a scan: the scan shows them
    font = pdfium.FPDFTextObj_GetFont(written)
    return bool(font) and pdfium.FPDFFont_GetIsEmbedded(font) == 0


def _is_blank(shades: Image.Image, spot: tuple[int, int, int, int]) -> bool:
    if spot[0] < 0 or spot[1] < 0 or spot[2] > shades.width or spot[3] > shades.height or spot[3] <= spot[1]:
        return False
    lightest_and_darkest: Any = shades.crop(spot).getextrema()
    darkest, lightest = lightest_and_darkest
    return bool(lightest - darkest < _BLANK)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    """Our font in this size; None where the machine has it not."""
    try:
        return ImageFont.truetype(_FONT, size)
    except OSError:
        return None
