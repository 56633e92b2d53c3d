"""The pages of a PDF as texts whose characters have boxes; of scans, what recognition read of them."""

from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from crawlers.documents.contents import PAGE_END, UnreadableError
from crawlers.documents.mending import mended
from crawlers.spots.units import Unit
from models.vocabulary import Reason

MOST_PAGES = 3000
_MOST_BOXES = 60  # of one quote: lines of it


def opened(body: bytes) -> pypdfium2.PdfDocument:
    """The document; says why where it cannot be opened."""
    try:
        return pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pdfium.FPDF_ERR_PASSWORD
        reason = Reason.DOC_ENCRYPTED if locked else Reason.PARSE_CUT
        raise UnreadableError(reason, "encrypted" if locked else "damaged") from error


def page_units(document: pypdfium2.PdfDocument, known: str) -> Iterator[Unit]:
    """Every page with its text; *known* is what its reader made of the file, for pages that are pictures."""
    read = known.split(PAGE_END)
    count = len(document)
    for number in range(min(count, MOST_PAGES)):
        text = _text_of(document, number)
        if not text.strip() and number < len(read):
            text = read[number]
        yield Unit("page", {"page": number + 1, "pages": count}, text)


def with_boxes(document: pypdfium2.PdfDocument, place: dict[str, Any], unit: Unit) -> dict[str, Any]:
    """*place* with the boxes of its characters, and of those on further pages."""
    found = place | {"boxes": _boxes(document, place, unit.text)}
    if parts := place.get("parts"):
        texts = [_text_of(document, part["page"] - 1) for part in parts]
        found["parts"] = [
            part | {"boxes": _boxes(document, part, text)} for part, text in zip(parts, texts, strict=True)
        ]
    return found


def _text_of(document: pypdfium2.PdfDocument, number: int) -> str:
    """The text of a page, one sign for each character that has a box; empty where the page cannot be loaded."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return ""
    layer = page.get_textpage()
    try:
        count = layer.count_chars()
        text = str(layer.get_text_range()) if count else ""
        if len(text) != count:
            text = "".join(_sign(pdfium.FPDFText_GetUnicode(layer.raw, at)) for at in range(count))
        text = text.replace("\x00", " ").replace(PAGE_END, "\n")
        whole = mended(text)
        return whole if len(whole) == len(text) else text
    finally:
        layer.close()
        page.close()


def _sign(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "  # noqa: PLR2004  # of Unicode


def _boxes(document: pypdfium2.PdfDocument, place: dict[str, Any], text: str) -> list[list[float]]:
    """What is around the words, line by line; nothing where the page holds them in a picture."""
    page = document[place["page"] - 1]
    layer = page.get_textpage()
    try:
        if layer.count_chars() != len(text):
            return []
        count = layer.count_rects(place["start"], place["end"] - place["start"])
        boxes = [layer.get_rect(at) for at in range(min(count, _MOST_BOXES))]
    finally:
        layer.close()
        page.close()
    return _lines(boxes)


def _lines(boxes: Sequence[tuple[float, float, float, float]]) -> list[list[float]]:
    """Neighbouring boxes of one line as one: a box for each change of font says nothing."""
    lines: list[list[float]] = []
    for left, bottom, right, top in boxes:
        middle = (bottom + top) / 2
        if lines and lines[-1][1] <= middle <= lines[-1][3] and left >= lines[-1][0]:
            last = lines[-1]
            lines[-1] = [last[0], min(last[1], bottom), max(last[2], right), max(last[3], top)]
        else:
            lines.append([left, bottom, right, top])
    return [[round(side, 1) for side in line] for line in lines]
