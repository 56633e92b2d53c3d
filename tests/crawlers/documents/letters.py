"""A letter as Word's own library writes it, for tests of what is read and of where it stands."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document


def letter(rows: Sequence[Sequence[str]]) -> bytes:
    """A titled letter with words above the text, a heading, a paragraph and a table of three columns."""
    written = Document()
    written.core_properties.title = "Звіт про виконання бюджету"
    written.sections[0].header.paragraphs[0].text = "Фінансове управління"
    written.add_heading("Доходи", level=1)
    written.add_paragraph("Доходи зросли на 5 %.")
    table = written.add_table(rows=0, cols=3)
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    packed = io.BytesIO()
    written.save(packed)
    return packed.getvalue()
