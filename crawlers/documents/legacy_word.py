"""Word files of before 2007: streams in a container, the words of which the piece table puts in order."""

import io

import olefile

from crawlers.documents import compound
from crawlers.documents.contents import TEXT_UP_TO, Contents, Given, UnreadableError, tables_within
from crawlers.documents.piece_table import words_of
from models.vocabulary import Reason


def read(body: bytes, _given: Given) -> Contents:
    """Give the words of the main text, then those of notes and headers, as the file keeps them."""
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as container:
            main = compound.stream(container, "WordDocument")
            tables = (compound.stream(container, "0Table"), compound.stream(container, "1Table"))
            title, marks = compound.title_of(container), compound.marks_of(container)
    except compound.BROKEN as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    text = words_of(main, tables)
    return Contents(
        "doc",
        text[:TEXT_UP_TO],
        title=title,
        tables=tables_within(text, "\t"),
        marks=(*marks, *(("cut",) if len(text) > TEXT_UP_TO else ())),
    )
