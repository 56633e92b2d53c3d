"""Files of words: what they say, what they are called, and which act they are the text of."""

import gzip
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.documents.contents import TEXT_UP_TO
from crawlers.documents.piece_table import words_of
from crawlers.documents.plain import delimiter_of
from crawlers.documents.reading import read_document
from fixtures import files
from fixtures.councils.documents import make
from models.facts import PageFacts
from models.vocabulary import PageKind, Reason
from tests.crawlers.documents.damage import damages

TODAY = date(2024, 5, 1)
HEAD = (
    "УКРАЇНА",
    "ТЕРНОПІЛЬСЬКА МІСЬКА РАДА",
    "РІШЕННЯ",
    "від 12.03.2024 № 8/45/12",
    "Про затвердження бюджету громади на 2024 рік",
    "Міська рада ВИРІШИЛА:",
    "1. Затвердити бюджет.",
)
ROWS = [["Код", "Назва", "Сума"], ["1", "Дороги", "100"], ["2", "Школи", "200"]]


def read(body: bytes, name: str, media_type: str = "") -> PageFacts:
    """The facts of a file of this name."""
    return read_document(body, url=f"https://rada.example/files/{name}", media_type=media_type, today=TODAY)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (make("docx", "Рішення ради", HEAD, ROWS), "a.docx"),
        (files.odt("Рішення ради", HEAD, ROWS), "a.odt"),
        ("\r\n".join(HEAD).encode(), "a.txt"),
        ("\r\n".join(HEAD).encode("cp1251"), "a.txt"),
        ("\n".join(HEAD).encode("utf-16"), "a.txt"),
    ],
    ids=["docx", "odt", "utf-8", "cp1251", "utf-16"],
)
def test_the_head_of_an_act_is_read_in_every_format(body: bytes, name: str) -> None:
    """Type, issuer, number and day come out of files as they do out of pages."""
    facts = read(body, name)

    assert facts.kind is PageKind.DOCUMENT
    assert facts.complete
    assert facts.language == "uk"
    assert facts.act
    assert (facts.act.type, facts.act.issuer, facts.act.number) == ("decision", "міська рада", "8/45/12")
    assert facts.act.date == facts.date == date(2024, 3, 12)
    assert facts.title == "Про затвердження бюджету громади на 2024 рік"


def test_a_document_that_is_no_act_is_called_by_its_own_title() -> None:
    """A report keeps its name, and no act is made of it."""
    facts = read(files.odt("Звіт про виконання бюджету", ["Доходи зросли.", "Видатки теж."]), "a.odt")

    assert facts.title == "Звіт про виконання бюджету"
    assert facts.headings == ("Звіт про виконання бюджету",)
    assert facts.act is None


def test_tables_of_a_text_are_described() -> None:
    """Size and header of a table are facts, not only its words."""
    facts = read(files.odt("Додаток", ["до рішення"], ROWS), "a.odt")

    assert facts.document
    table = facts.document.tables[0]
    assert (table.name, table.rows, table.columns, table.header) == (
        "Таблиця",
        3,
        3,
        ("Код", "Назва", "Сума"),
    )


def test_headings_tables_and_pages_of_a_word_file() -> None:
    """Styles tell headings whatever language the author's Word speaks; rendered breaks tell the pages."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        '<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>Порядок денний</w:t></w:r></w:p>'
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Перша</w:t><w:tab/><w:t>сторінка</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Друга сторінка</w:t></w:r><w:del><w:r><w:delText>зайве"
        "</w:delText></w:r></w:del></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Код</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Назва</w:t></w:r></w:p>"
        "</w:tc></w:tr><w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>Дороги</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    styles = '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    facts = read(
        files.zipped(
            {
                "[Content_Types].xml": "<Types/>",
                "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
                "word/styles.xml": f'<w:styles xmlns:w="{word}">{styles}</w:styles>',
                "word/header1.xml": f'<w:hdr xmlns:w="{word}"><w:p><w:r><w:t>Колонтитул</w:t></w:r></w:p></w:hdr>',
            }
        ),
        "a.docx",
    )

    assert facts.document
    assert facts.headings == ("Порядок денний",)
    assert facts.document.pages == 2
    assert facts.text.split("\f") == [
        "Колонтитул\nПорядок денний\nПерша\tсторінка\n",
        "Друга сторінка\nКод\tНазва\n\tДороги\n",
        "",
    ]
    assert [(table.rows, table.columns) for table in facts.document.tables] == [(2, 2)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1251", "koi8-u"])
def test_a_table_in_text_is_told_by_its_columns(delimiter: str, codec: str) -> None:
    """Any of the usual delimiters in any of the usual alphabets gives the same table."""
    lines = [["Код", "Назва дороги", "Сума"], *([str(n), "вулиця Київська, ремонт", "100"] for n in range(9))]
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in line] for line in lines]
    body = "\r\n".join(delimiter.join(line) for line in quoted).encode(codec)

    facts = read(body, "doroga.csv")

    assert facts.document
    assert facts.document.format == "csv"
    table = facts.document.tables[0]
    assert (table.rows, table.columns, table.header) == (10, 3, ("Код", "Назва дороги", "Сума"))
    assert facts.title == "doroga"


def test_cells_over_several_lines_are_one_row() -> None:
    """A line break in quotes ends no row."""
    facts = read(b'name;text\n1;"two\nlines"\n2;one\n\n;\n', "a.csv")

    assert facts.document
    assert facts.document.tables[0].rows == 3


def test_one_column_is_a_table_too() -> None:
    """Where nothing divides the lines, a comma is assumed and finds one column."""
    assert delimiter_of("назва\nперша\nдруга\n") == ","


def test_a_long_text_is_cut_and_said_to_be() -> None:
    """Facts stay small; the mark tells that there was more."""
    facts = read(("слово " * TEXT_UP_TO).encode(), "a.txt")

    assert len(facts.text) == TEXT_UP_TO
    assert facts.document
    assert "cut" in facts.document.marks


def test_columns_make_a_table_of_any_text() -> None:
    """A table under the name of a text is a table; prose with commas is none."""
    table = read("Код;Назва;Сума\n1;Дороги;100\n2;Школи;200\n3;Парки;300\n".encode(), "a.txt")
    prose = read("Раз, два, три.\nТак.\nОдне, друге.\nІ ще, і ще, і ще, далі.\nКінець.\n".encode(), "a.txt")

    assert table.document
    assert table.document.tables[0].header == ("Код", "Назва", "Сума")
    assert prose.document
    assert (prose.document.format, prose.document.tables) == ("text", ())


def test_pieces_of_one_and_two_bytes_make_one_text() -> None:
    """An old Word file is put together in the order of its piece table, cp1251 and UTF-16 alike."""
    streams = files.doc_streams(
        [
            ("УКРАЇНА\rТернопільська міська рада\r", "cp1251"),
            ("РІШЕННЯ\r\x13 HYPERLINK \x13 inner \x14x\x15 \x14від 12.03.2024\x15 № 5\r", "utf-16-le"),
            ("Код\x07Назва\x07\x071\x07Дороги\x07\x07кінець\r", "cp1251"),
        ]
    )

    words = words_of(streams["WordDocument"], (b"", streams["1Table"]))

    assert words.splitlines()[:4] == ["УКРАЇНА", "Тернопільська міська рада", "РІШЕННЯ", "від 12.03.2024 № 5"]
    assert words.splitlines()[4:] == ["Код\tНазва\t", "1\tДороги\t", "кінець"]


def test_an_unknown_format_is_incomplete() -> None:
    """What we cannot read may hold what is sought, so that it supports no absence."""
    facts = read(b"7z\xbc\xaf\x27\x1c" + bytes(100), "a.7z")

    assert not facts.complete
    assert facts.document
    assert facts.document.marks == ("unread-format",)


def test_what_is_no_document_at_all_is_left_alone() -> None:
    """A film is neither read nor missed."""
    facts = read(bytes(range(256)) * 10, "a.mp4", media_type="video/mp4")

    assert (facts.kind, facts.complete) == (PageKind.OTHER, True)


def test_an_empty_file_is_incomplete() -> None:
    """Nothing was said, and that is not the same as nothing being there."""
    facts = read(b"", "a.txt")

    assert (facts.complete, facts.reasons) == (False, (Reason.PARSE_CUT,))


SAMPLES = (
    make("docx", "Рішення", HEAD, ROWS),
    files.odt("Рішення", HEAD, ROWS),
    make("csv", "Рішення", HEAD, ROWS),
    files.zipped({"a.csv": "a;b\n1;2\n", "b.odt": files.odt("Звіт", ["Слова"])}),
    gzip.compress(b"a;b\n1;2\n"),
)


@given(st.binary(max_size=3000), st.sampled_from(["", "a.csv", "a.docx", "a.odt", "a.zip", "a.txt", "a.gz"]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(body: bytes, name: str) -> None:
    """Whatever the bytes are, there are facts."""
    assert read(body, name).url


@pytest.mark.long
@given(st.sampled_from(SAMPLES), st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_raises(sample: bytes, data: st.DataObject) -> None:
    """A document with flipped, lost or repeated bytes gives facts or the reason why not."""
    for body in damages(sample, data):
        facts = read(body, "a.bin")
        assert facts.complete or facts.reasons
