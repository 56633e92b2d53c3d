"""Formats whose readers are other people's: pages, sheets, old Word files, RTF, RAR."""

import struct
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.documents.mending import mended
from crawlers.documents.reading import read_document
from fixtures import bombs, files
from fixtures.councils.documents import make
from models.facts import PageFacts
from tests.crawlers.documents.damage import damages
from tests.crawlers.documents.letters import letter

TODAY = date(2024, 5, 1)
HEAD = (
    "ТЕРНОПІЛЬСЬКА МІСЬКА РАДА",
    "РІШЕННЯ",
    "від 12.03.2024 № 8/45/12",
    "Про затвердження бюджету громади на 2024 рік",
    "Міська рада ВИРІШИЛА:",
)
ROWS = [["Код", "Назва", "Сума"], ["1", "Дороги", "100"], ["2", "Школи", "200"]]


def read(body: bytes, name: str) -> PageFacts:
    """The facts of a file of this name, without tools."""
    return read_document(body, url=f"https://rada.example/files/{name}", today=TODAY)


def old_word() -> bytes:
    """An act in an old Word file, in pieces of both widths."""
    return files.doc([("\r".join(HEAD[:3]) + "\r", "cp1251"), ("\r".join(HEAD[3:]) + "\r", "utf-16-le")])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (make("pdf", "Рішення ради", HEAD, []), "a.pdf"),
        (make("rtf", "Рішення ради", HEAD, []), "a.rtf"),
        (old_word(), "a.doc"),
        (files.doc_of_word_6("\r".join(HEAD) + "\r"), "a.doc"),
    ],
    ids=["pdf", "rtf", "doc", "word 6"],
)
def test_the_head_of_an_act_is_read(body: bytes, name: str) -> None:
    """Type, issuer, number and day come out of every format that councils sign acts in."""
    facts = read(body, name)

    assert facts.complete
    assert facts.act
    assert (facts.act.type, facts.act.issuer, facts.act.number) == ("decision", "міська рада", "8/45/12")
    assert facts.date == date(2024, 3, 12)
    assert facts.title == "Про затвердження бюджету громади на 2024 рік"


def test_every_page_of_a_pdf_ends_with_a_form_feed() -> None:
    """A quote has its page."""
    pages = 3
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(pages))
    font = b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
    ]
    for number in range(pages):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %s >>"
        words = b"BT /F1 12 Tf 50 700 Td (These are the words of page %d) Tj ET" % (number + 1)
        objects += [page % (4 + 2 * number, font), bombs.pdf_stream(words)]

    facts = read(bombs.pdf(objects), "a.pdf")

    assert facts.document
    assert facts.document.pages == pages
    assert [part.strip()[-6:] for part in facts.text.split("\f")] == ["page 1", "page 2", "page 3", ""]


@pytest.mark.parametrize(
    ("body", "name"),
    [(make("xlsx", "Дані", [], ROWS), "a.xlsx"), (files.ods("Аркуш1", ROWS), "a.ods")],
    ids=["xlsx", "ods"],
)
def test_sheets_are_tables(body: bytes, name: str) -> None:
    """Each sheet has its size and its header, empty rows not counted."""
    facts = read(body, name)

    assert facts.complete
    assert facts.document
    table = facts.document.tables[0]
    assert (table.name, table.columns, table.header) == ("Аркуш1", 3, ("Код", "Назва", "Сума"))
    assert "1\tДороги\t100" in facts.text


def test_a_letter_of_words_own_library_is_read_whole() -> None:
    """Title, header, heading and table of an ordinary DOCX."""
    facts = read(letter(ROWS), "a.docx")

    assert facts.complete
    assert facts.title == "Звіт про виконання бюджету"
    assert facts.headings == ("Доходи",)
    assert facts.text.startswith("Фінансове управління\n")
    assert facts.document
    assert [(table.rows, table.columns) for table in facts.document.tables] == [(3, 3)]


def test_cyrillic_in_a_font_without_a_map_is_given_back() -> None:
    """Bytes of cp1251 that come out as accented Latin letters are read as what they are."""
    words = "Про затвердження бюджету громади міста".encode("cp1251").hex().encode()
    font = (
        b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>"
    )
    content = bombs.pdf_stream(b"BT /F1 12 Tf 50 700 Td <" + words + b"> Tj ET")

    facts = read(bombs.pdf_page(content, resources=font), "a.pdf")

    assert "затвердження бюджету громади" in facts.text


@pytest.mark.parametrize(
    "fonts", [r"\f0\fnil\fcharset0 Arial;", r"\f0\fnil\fcharset204 Arial;", r"\f0\fnil Arial;"]
)
@pytest.mark.parametrize("codepage", ["", r"\ansicpg1251", r"\ansicpg1252"])
def test_cyrillic_of_an_rtf_is_read_whatever_it_says_of_its_fonts(fonts: str, codepage: str) -> None:
    """Programs that write RTF call Cyrillic Western as often as not."""
    words = "".join(
        f"\\'{letter.encode('cp1251').hex()}" if letter > "\x7f" else letter for letter in "\\par ".join(HEAD)
    )

    facts = read(f"{{\\rtf1\\ansi{codepage}{{\\fonttbl{{{fonts}}}}}\\f0 {words}}}".encode(), "a.rtf")

    assert facts.text.split("\n") == list(HEAD)


def test_accents_of_latin_languages_stay() -> None:
    """A text of a twin town keeps its own letters."""
    french = "À été décidé: où, à côté, là-bas, près du café, élève âgé, naïveté, goûter d'été"

    assert mended(french) == french


def test_signs_in_two_halves_are_joined() -> None:
    """RTF writes what lies beyond the first plane in halves; half a sign alone could not be stored."""
    facts = read(rb"{\rtf1\ansi\uc1 one \u-10179?\u-8704? two \u-10179? three}", "a.rtf")

    assert facts.text == "one \N{GRINNING FACE} two \ufffd three"


def test_a_sheet_of_excel_97_is_read() -> None:
    """The oldest spreadsheets still on council sites."""
    facts = read(_excel_97("Аркуш1", ROWS), "a.xls")

    assert facts.document
    assert facts.document.format == "xls"
    assert facts.document.tables[0].header == ("Код", "Назва", "Сума")


def _excel_97(name: str, rows: list[list[str]]) -> bytes:
    """A workbook of one sheet in records of BIFF8."""

    def record(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def wide(text: str, length: str) -> bytes:
        return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")

    end = record(0x0A)
    begin = record(0x809, struct.pack("<4H2I", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    named = struct.pack("<H", 0) + wide(name, "<B")
    start = len(begin) + 4 + 4 + len(named) + len(end)
    sheet = record(0x809, struct.pack("<4H2I", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    sheet += record(0x200, struct.pack("<2I3H", 0, len(rows), 0, len(rows[0]), 0))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet += record(0x204, struct.pack("<3H", at, column, 0) + wide(cell, "<H"))
    book = begin + record(0x85, struct.pack("<I", start) + named) + end + sheet + end
    return files.compound({"Workbook": book})


SAMPLES = (
    make("pdf", "Рішення", HEAD, ROWS),
    make("rtf", "Рішення", HEAD, ROWS),
    make("xlsx", "Рішення", HEAD, ROWS),
    files.ods("Аркуш1", ROWS),
    files.rar({"a.csv": b"a;b\n1;2\n"}),
    bombs.picture(400, 400),
    old_word(),
)


@pytest.mark.long
@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_raises(sample: bytes, data: st.DataObject) -> None:
    """A document with flipped or lost bytes gives facts or the reason why not."""
    for body in damages(sample, data):
        facts = read(body, "a.bin")
        assert facts.complete or facts.reasons
