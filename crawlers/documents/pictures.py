"""Scans and other pictures: checked for size before a pixel is unpacked, then recognised where a tool is at hand."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from crawlers.documents.contents import (
    PAGE_END,
    RECOGNISE,
    RECOGNISED,
    TEXT_UP_TO,
    Contents,
    Given,
    Tools,
    UnreadableError,
)
from models.vocabulary import Reason

MOST_PIXELS = 60_000_000
_LONG_SIDE = 3500  # pixels; more makes recognition slower and not better
_QUALITY = 85
_MOST_PAGES = 10  # of a picture file with several
_SMALLEST = 300  # pixels of the shorter side; below it there is no page of text
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def read(body: bytes, given: Given) -> Contents:
    """Give the words of a picture; without a tool, or without words, say that a person has to look."""
    try:
        with Image.open(io.BytesIO(body), formats=_FORMATS) as picture:
            pages = min(getattr(picture, "n_frames", 1), _MOST_PAGES)
            texts = [_of_page(picture, number, given.tools) for number in range(pages)]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableError(Reason.DOC_UNSAFE) from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        LookupError,
        TypeError,
        EOFError,
    ) as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    text = "".join(f"{words or ''}{PAGE_END}" for words in texts)[:TEXT_UP_TO]
    silent = not text.strip()
    return Contents(
        "image",
        "" if silent else text,
        pages=pages,
        searchable=False,
        marks=() if silent else (RECOGNISED,),
        reasons=(Reason.DOC_SCAN_NO_TEXT,) if silent else (),
    )


def recognised(picture: Image.Image, tools: Tools) -> str | None:
    """Give the words of *picture*; None where nobody here can read it."""
    grey = ImageOps.exif_transpose(picture).convert("L")
    grey.thumbnail((_LONG_SIDE, _LONG_SIDE))
    packed = io.BytesIO()
    grey.save(packed, "JPEG", quality=_QUALITY)
    words = tools(RECOGNISE, packed.getvalue())
    return None if words is None else words.decode(errors="replace").replace(PAGE_END, "").strip()


def _of_page(picture: Image.Image, number: int, tools: Tools) -> str | None:
    if number:
        picture.seek(number)
    if picture.width * picture.height > MOST_PIXELS:
        raise UnreadableError(Reason.DOC_UNSAFE)
    return recognised(picture, tools) if min(picture.size) >= _SMALLEST else None
