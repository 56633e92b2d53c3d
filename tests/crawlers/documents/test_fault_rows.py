"""The document rows of the fault matrix, each through the confined child, as a crawl would meet it."""

import bz2
import gzip
import logging
import lzma
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from crawlers.confined_reading import ConfinedReader
from crawlers.confinement import Limits
from fixtures import bombs, files
from fixtures.councils.documents import make
from models.facts import PageFacts
from models.vocabulary import PageKind, Reason

pytestmark = pytest.mark.crawl

TODAY = date(2024, 5, 1)
_NO_TIME = Limits(cpu_seconds=1)
_SPACES = b" " * 1_000_000
_OPEN_TEXT = b"application/vnd.oasis.opendocument.text"


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    """One reader for all rows: what one bomb does to its child the next document does not feel."""
    with ConfinedReader() as confined:
        yield confined


def read(reader: ConfinedReader, body: bytes, name: str, media_type: str = "") -> PageFacts:
    """The facts of a file of this name."""
    return reader.read(
        body, url=f"https://rada.example/files/{name}", media_type=media_type, file_name=name, today=TODAY
    )


def is_unsafe(facts: PageFacts) -> bool:
    """Say whether the facts carry nothing but the warning."""
    return (
        facts.kind is PageKind.DOCUMENT
        and not facts.complete
        and facts.reasons == (Reason.DOC_UNSAFE,)
        and not facts.text
    )


@pytest.fixture(autouse=True)
def _parent_lives(reader: ConfinedReader) -> Iterator[None]:
    """After whatever the row did, an ordinary document is read."""
    yield
    assert "Дороги" in read(reader, "Код;Назва\n1;Дороги\n".encode(), "a.csv").text


def test_d01_a_workbook_of_endless_rows_is_refused(reader: ConfinedReader) -> None:
    """D01: a spreadsheet that unpacks to 210 MB is refused by its directory."""
    assert is_unsafe(read(reader, bombs.workbook_of_rows(), "a.xlsx"))


def test_d01_a_cell_in_the_last_corner_makes_no_endless_table(reader: ConfinedReader) -> None:
    """D01: two cells that span 17 milliards of them cost no more than the limits of one child."""
    assert is_unsafe(read(reader, bombs.workbook_with_a_far_corner(), "a.xlsx"))


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (bombs.letter_that_lies, "a.docx"),
        (
            lambda: files.lying_zip({"mimetype": _OPEN_TEXT, "content.xml": _SPACES * 210}, claimed=39),
            "a.odt",
        ),
        (lambda: files.lying_zip({"a.txt": _SPACES * 210}, claimed=10), "a.zip"),
    ],
    ids=["docx", "odt", "zip"],
)
def test_d02_a_directory_that_lies_does_not_get_its_bytes(
    reader: ConfinedReader, made: Callable[[], bytes], name: str
) -> None:
    """D02: bytes are counted while they come, whatever the directory says of their number."""
    assert is_unsafe(read(reader, made(), name))


def test_d02_a_workbook_that_lies_is_refused(reader: ConfinedReader) -> None:
    """D02: a spreadsheet is weighed before a reader opens it that would believe its directory."""
    assert is_unsafe(read(reader, bombs.workbook_that_lies(), "a.xlsx"))


@pytest.mark.parametrize("pack", [gzip, bz2, lzma])
def test_d02_a_packed_file_without_end_is_refused(reader: ConfinedReader, pack: ModuleType) -> None:
    """D02: a stream that says nothing of its size is unpacked no further than the limit."""
    assert is_unsafe(read(reader, pack.compress(bytes(100_000_000)), "a.csv.gz"))


def test_d03_nothing_is_written_and_no_link_followed(reader: ConfinedReader, tmp_path: Path) -> None:
    """D03: climbing paths and links are names and no more; an archive inside is named and not opened."""
    facts = read(reader, bombs.zip_that_reaches_out(), "a.zip")

    assert facts.document
    assert set(facts.document.marks) == {"link", "nested-archive", "odd-names"}
    assert "root:" not in facts.text
    assert "deep words" not in facts.text
    assert (facts.complete, facts.reasons) == (False, (Reason.PARSE_CUT,))
    assert not any(Path(folder, "evil.txt").exists() for folder in (tmp_path, "/etc", "..", "../.."))


def test_d03_very_many_entries_are_refused(reader: ConfinedReader) -> None:
    """D03: a hundred thousand members are not listed one by one."""
    assert is_unsafe(read(reader, bombs.zip_of_many(), "a.zip"))


def test_d04_macros_links_and_embedded_files_are_data(reader: ConfinedReader) -> None:
    """D04: nothing of a document is run or opened, and a reader is told that it is there."""
    relation = (
        '<Relationship Id="r1" TargetMode="External" Target="file:///etc/hostname" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
    )
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = (
        f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:instrText>DDEAUTO c:\\\\calc.exe</w:instrText></w:r>'
        "<w:r><w:t>Рішення</w:t></w:r></w:p></w:body></w:document>"
    )
    body = files.zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": document,
            "word/vbaProject.bin": b"macros",
            "word/embeddings/one.bin": b"file",
            "word/_rels/settings.xml.rels": f"<Relationships>{relation}</Relationships>",
        }
    )

    facts = read(reader, body, "a.docm")

    assert facts.document
    assert set(facts.document.marks) == {"macros", "embedded-files", "external-links", "dde"}
    assert facts.text.strip() == "Рішення"
    assert facts.complete


def test_d04_entities_of_a_part_are_refused(reader: ConfinedReader) -> None:
    """D04: a document that unfolds itself or names a local file is not safe to open."""
    assert is_unsafe(read(reader, bombs.letter_of_laughs(), "a.docx"))


@pytest.mark.parametrize("name", ["words.pdf", "circles.pdf", "references.pdf", "brackets.pdf", "forms.pdf"])
def test_d05_a_hostile_pdf_gives_its_text_or_the_warning(reader: ConfinedReader, name: str) -> None:
    """D05: bombs, circles and endless nesting end in facts, and none of them in a complete silence."""
    facts = read(reader, bombs.BOMBS[name](), name)

    assert facts.kind is PageKind.DOCUMENT
    assert facts.text.strip() or not facts.complete


def test_d05_tables_without_end_are_told_to_be_cut(reader: ConfinedReader) -> None:
    """D05: what the parser left out of a document nested too deep is not taken for absent."""
    facts = read(reader, bombs.letter_of_tables(), "a.docx")

    assert Reason.PARSE_CUT in facts.reasons


def test_d06_a_pdf_without_a_character_is_a_scan() -> None:
    """D06: no words and nobody to recognise them: a person has to look, and nothing follows from the silence."""
    with ConfinedReader(with_tools=False) as reader:
        facts = read(reader, make("scan", "Рішення", ["слова"], []), "a.pdf")

    assert facts.reasons == (Reason.DOC_SCAN_NO_TEXT,)
    assert not facts.complete
    assert facts.document
    assert not facts.document.searchable


def test_d06_a_page_with_neither_words_nor_pictures_is_no_evidence(reader: ConfinedReader) -> None:
    """D06: a blank page says nothing, not even that nothing is there."""
    facts = read(reader, bombs.pdf_page(bombs.pdf_stream(b"")), "a.pdf")

    assert facts.reasons == (Reason.DOC_SCAN_NO_TEXT,)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (bombs.pdf_locked(), "a.pdf"),
        (files.doc([("Рішення", "utf-16-le")], locked=True), "a.doc"),
        (files.compound({"EncryptedPackage": b"0", "EncryptionInfo": b"0"}), "a.docx"),
        (files.compound({"EncryptedPackage": b"0", "EncryptionInfo": b"0"}), "a.xlsx"),
        (files.odt("Рішення", ["слова"], locked=True), "a.odt"),
        (files.ods("Аркуш", [["a"]], locked=True), "a.ods"),
    ],
    ids=["pdf", "doc", "docx", "xlsx", "odt", "ods"],
)
def test_d07_a_locked_document_says_so(reader: ConfinedReader, body: bytes, name: str) -> None:
    """D07: a password is the council's choice, and has a reason of its own."""
    facts = read(reader, body, name)

    assert facts.reasons == (Reason.DOC_ENCRYPTED,)
    assert facts.document
    assert "encrypted" in facts.document.marks
    assert "wrong-extension" not in facts.document.marks


@pytest.mark.parametrize(
    ("form", "name", "told"),
    [("docx", "a.pdf", "docx"), ("rtf", "a.doc", "rtf"), ("pdf", "a.docx", "pdf"), ("xlsx", "a.xls", "xlsx")],
)
def test_d07_the_format_is_told_by_the_bytes(reader: ConfinedReader, form: str, name: str, told: str) -> None:
    """D07: a wrong ending changes nothing but the mark."""
    facts = read(reader, make(form, "Рішення ради", ["слова рішення"], []), name)

    assert facts.document
    assert (facts.document.format, facts.complete) == (told, True)
    assert facts.document.marks == ("wrong-extension",)
    assert "слова рішення" in facts.text


def test_d07_a_page_under_the_name_of_a_document_is_a_page(reader: ConfinedReader) -> None:
    """D07: "not found" served as a PDF with status 200 is no document, and not complete."""
    page = "<!DOCTYPE html><html><head><title>Сторінку не знайдено</title></head><body><h1>404</h1></body></html>"

    facts = read(reader, page.encode(), "rishennia.pdf", "application/pdf")

    assert facts.kind is PageKind.ERROR
    assert facts.reasons == (Reason.SOFT_404,)
    assert facts.document
    assert (facts.document.format, facts.document.marks) == ("html", ("wrong-extension",))


def test_d07_a_document_under_the_type_of_a_page_is_a_document(reader: ConfinedReader) -> None:
    """D07: servers call everything text/html; the bytes know better."""
    facts = read(reader, make("docx", "Рішення", ["слова"], []), "download", "text/html")

    assert facts.document
    assert facts.document.format == "docx"


def test_d08_a_picture_of_milliards_of_pixels_is_refused(reader: ConfinedReader) -> None:
    """D08: the size is read before a pixel is."""
    assert is_unsafe(read(reader, bombs.picture(50_000, 50_000), "a.png"))


def test_a_page_that_kills_its_reader_is_cut(
    reader: ConfinedReader, caplog: pytest.LogCaptureFixture
) -> None:
    """The same child reads pages, whose own reason is given where reading had to be ended."""
    with (
        caplog.at_level(logging.WARNING),
        ConfinedReader(limits=_NO_TIME) as hasty,
    ):
        facts = read(hasty, b"<html><body>" + b"<p>words</p>" * 2_000_000, "", "text/html")

    assert (facts.kind, facts.reasons) == (PageKind.OTHER, (Reason.PARSE_CUT,))
    assert "was ended: cpu" in caplog.text
