"""PDF by PDFium: words page by page; pages that are only pictures are rendered and recognised, within bounds."""

import re

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from crawlers.documents.contents import (
    PAGE_END,
    RECOGNISED,
    Contents,
    Gathering,
    Given,
    UnreadableError,
)
from crawlers.documents.mending import mended
from crawlers.documents.pictures import recognised
from models.vocabulary import Reason

MOST_RECOGNISED = 10  # pages of one file
_MOST_PAGES = 3000
_MOST_BOOKMARKS = 60
_HEADING_UP_TO = 250
_RESOLUTION = 200  # dots per inch
_POINTS = 72  # to the inch
_LONGEST_SIDE = 3500  # pixels, whatever size the page claims
_FEW_LETTERS = 20  # on a page; a page number or a stamp is no text layer
_LETTERS = re.compile(r"[^\W\d_]")


def read(body: bytes, given: Given) -> Contents:
    """Give the words of every page until there is enough, and what the file says of itself."""
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableError(Reason.DOC_ENCRYPTED, "encrypted") from error
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    try:
        return _read(document, given)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, given: Given) -> Contents:
    count = len(document)
    pages = _Pages(document, given)
    for number in range(min(count, _MOST_PAGES)):
        pages.add(number)
        if pages.text.is_full:
            break
    silent = not pages.text.text().strip()
    unread = pages.pictures > pages.recognised and pages.pictures * 2 > pages.seen
    cut = pages.text.is_full or count > _MOST_PAGES
    return Contents(
        "pdf",
        "" if silent else pages.text.text(),
        title=document.get_metadata_dict().get("Title", "").strip(),
        headings=_bookmarks(document),
        pages=count,
        searchable=not silent and pages.pictures * 2 <= pages.seen,
        members=_attached(document),
        marks=(*_marks(document), *((RECOGNISED,) if pages.recognised else ()), *(("cut",) if cut else ())),
        reasons=(Reason.DOC_SCAN_NO_TEXT,) if silent or unread else (),
    )


class _Pages:
    """The words of a document's pages, and how many of them had to be recognised."""

    def __init__(self, document: pypdfium2.PdfDocument, given: Given) -> None:
        self._document = document
        self._given = given
        self._can_recognise = True
        self.text = Gathering()
        self.seen = self.pictures = self.recognised = 0

    def add(self, number: int) -> None:
        """Take the words of one page; a page that cannot be loaded counts as a picture nobody could read."""
        self.seen += 1
        try:
            page = self._document[number]
        except pypdfium2.PdfiumError:
            self.pictures += 1
            self.text.add(PAGE_END)
            return
        try:
            words = _words(page)
            if len(_LETTERS.findall(words[:1000])) < _FEW_LETTERS and _shows_something(page):
                self.pictures += 1
                words = self._recognise(page) or words
        finally:
            page.close()
        self.text.add(words + PAGE_END)

    def _recognise(self, page: pypdfium2.PdfPage) -> str:
        if not self._can_recognise or self.recognised >= MOST_RECOGNISED:
            return ""
        words = recognised(_rendered(page), self._given.tools)
        self._can_recognise = words is not None
        self.recognised += bool(words)
        return words or ""


def _words(page: pypdfium2.PdfPage) -> str:
    layer = page.get_textpage()
    try:
        written = str(layer.get_text_bounded())
    finally:
        layer.close()
    return mended(written.replace("\r\n", "\n").replace(PAGE_END, "\n").replace("\x00", ""))


def _shows_something(page: pypdfium2.PdfPage) -> bool:
    """Whether there is anything on the page at all."""
    return bool(pdfium.FPDFPage_CountObjects(page.raw) > 0)


def _rendered(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(*page.get_size(), 1.0)
    scale = min(_RESOLUTION / _POINTS, _LONGEST_SIDE / longest)
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture


def _bookmarks(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    found: list[str] = []
    for mark in document.get_toc():
        found.append(" ".join(mark.get_title().split())[:_HEADING_UP_TO])
        if len(found) >= _MOST_BOOKMARKS:
            break
    return tuple(dict.fromkeys(title for title in found if title))


def _attached(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    count = min(document.count_attachments(), _MOST_BOOKMARKS)
    return tuple(document.get_attachment(number).get_name() for number in range(count))


def _marks(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    marks = []
    if document.count_attachments():
        marks.append("embedded-files")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        marks.append("scripts")
    return tuple(marks)
