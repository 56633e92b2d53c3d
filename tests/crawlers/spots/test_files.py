"""Words have their place in every format that councils publish in: page and box, sheet and cell, paragraph, value."""

import gzip
import json

import pytest

from crawlers.spots.finding import Body, Finder, find_spot
from fixtures import bombs, files
from fixtures.councils.documents import make
from models.spots import Spotted
from tests.crawlers.documents.letters import letter

URL = "https://rada.test/files/"
LINES = ("Міська рада", "Про затвердження бюджету")
ROWS = [["Код", "Назва", "Сума"], ["1", "Дороги міста", "100"], ["2", "Школи", "200"]]


def spot(body: bytes, name: str, quote: str, *, media_type: str = "", known: str = "") -> Spotted:
    """Where *quote* stands in a file of this name."""
    return find_spot(Body(body, URL + name, media_type, known=known), quote)


def pages(*texts: str) -> bytes:
    """A PDF with one line of Latin words on each page, 50 points from the left and 700 from below."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(len(texts)))
    font = b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(texts)),
    ]
    for number, text in enumerate(texts):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %s >>"
        words = b"BT /F1 12 Tf 50 700 Td (%s) Tj ET" % text.encode()
        objects += [page % (4 + 2 * number, font), bombs.pdf_stream(words)]
    return bombs.pdf(objects)


def test_a_quote_of_a_pdf_has_its_page_and_box() -> None:
    """The box is around the words: on their page, at their height, as wide as they are."""
    found = spot(pages("The first page", "The budget of the city", "The end"), "a.pdf", "budget of the city")

    assert (found.kind, found.place["page"], found.place["pages"]) == ("page", 2, 3)
    [[left, bottom, right, top]] = found.place["boxes"]
    assert 70 < left < 80
    assert 160 < right < 170
    assert 690 < bottom < 700 < top < 715


def test_a_quote_of_a_cyrillic_pdf_has_its_box() -> None:
    """Single-byte Cyrillic with a map to Unicode is found and boxed."""
    found = spot(make("pdf", "Рішення ради", LINES, ROWS), "a.pdf", "Про затвердження бюджету")

    assert found.place["page"] == 1
    assert len(found.place["boxes"]) == 1


def test_words_recognised_in_a_scan_have_their_page_without_a_box() -> None:
    """Of a scan it is known on which page recognition read the words, and no more is claimed."""
    found = spot(make("scan", "", [], []), "a.pdf", "Про бюджет", known="Міська рада\nПро бюджет\f")

    assert (found.kind, found.place["page"], found.place["boxes"]) == ("page", 1, [])


@pytest.mark.parametrize(
    ("body", "name"),
    [(make("xlsx", "Дані", [], ROWS), "a.xlsx"), (files.ods("Аркуш1", ROWS), "a.ods")],
    ids=["xlsx", "ods"],
)
def test_a_quote_of_a_sheet_has_its_cell(body: bytes, name: str) -> None:
    """Sheet, row and column as an office program counts them."""
    found = spot(body, name, "Дороги міста")

    assert found.kind == "cell"
    assert found.place["sheet"] == "Аркуш1"
    assert found.place["column"] == 2
    assert spot(body, name, "Код").place["row"] == found.place["row"] - 1


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_quote_of_a_table_in_text_has_its_cell(delimiter: str) -> None:
    """Rows are the file's own, whatever parts its cells; quoted line breaks end none."""
    body = "\n".join(delimiter.join(row) for row in [*ROWS, ["3", '"Парки\nта сади"', "5"]]).encode("cp1251")

    found = spot(body, "a.csv", "Парки та сади", media_type="text/csv")

    assert (found.kind, found.place["row"], found.place["column"]) == ("cell", 4, 2)


def test_a_quote_across_cells_has_all_of_them() -> None:
    """Words that a row holds together name each cell."""
    found = spot(make("xlsx", "Дані", [], ROWS), "a.xlsx", "1 Дороги міста 100")

    assert found.place["column"] == 1
    assert [part["column"] for part in found.place["parts"]] == [2, 3]


def test_a_letter_has_paragraphs_and_cells() -> None:
    """Words of a DOCX stand in a paragraph with words, counted from the header, or in a cell of a table."""
    body = letter(ROWS)

    assert spot(body, "a.docx", "Доходи зросли").place["number"] == 3
    found = spot(body, "a.docx", "Дороги міста")
    assert (found.kind, found.place["table"], found.place["row"], found.place["column"]) == ("cell", 1, 2, 2)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (files.odt("Звіт", LINES, ROWS), "a.odt"),
        (make("rtf", "Рішення ради", LINES, []), "a.rtf"),
        (files.doc([("\r".join(LINES) + "\r", "utf-16-le")]), "a.doc"),
        ("\n".join(LINES).encode("koi8-u"), "a.txt"),
    ],
    ids=["odt", "rtf", "doc", "txt"],
)
def test_written_documents_have_paragraphs(body: bytes, name: str) -> None:
    """Words of every written format stand in a paragraph, after those before it."""
    first, second = (spot(body, name, line) for line in LINES)

    assert (first.kind, second.kind) == ("paragraph", "paragraph")
    assert second.place["number"] == first.place["number"] + 1


def test_a_table_of_an_open_document_has_cells() -> None:
    """Words in a table of an ODT have table, row and column."""
    found = spot(files.odt("Звіт", LINES, ROWS), "a.odt", "Школи")

    assert (found.kind, found.place["table"], found.place["row"], found.place["column"]) == ("cell", 1, 3, 2)


class TestData:
    """Data of portals."""

    ANSWER = json.dumps(
        {
            "success": True,
            "result": {
                "results": [
                    {"title": "Бюджет", "resources": [{"name": "Дані", "url": "https://d.test/1"}]},
                    {"title": "Реєстр a/b", "resources": [{"name": "Дані", "url": "https://d.test/2"}]},
                ]
            },
        },
        ensure_ascii=False,
    ).encode()

    def spot(self, quote: str, leads_to: str = "") -> Spotted:
        """Where *quote* stands in the answer."""
        return find_spot(Body(self.ANSWER, URL, "application/json"), quote, leads_to=leads_to)

    def test_a_value_has_its_path(self) -> None:
        """A JSON Pointer leads to the value."""
        assert self.spot("Реєстр a/b").place["path"] == "/result/results/1/title"

    def test_of_equal_values_the_one_beside_its_address_is_meant(self) -> None:
        """Two files are called the same: the address that the evidence names decides."""
        assert self.spot("Дані", "https://d.test/2").place["path"] == "/result/results/1/resources/0/name"

    def test_words_that_a_reader_joined_have_both_places(self) -> None:
        """A dataset and its file make one title; each part has its path, and they belong together."""
        found = self.spot("Реєстр a/b — Дані")

        assert found.place["path"] == "/result/results/1/title"
        assert found.place["parts"][0]["path"] == "/result/results/1/resources/0/name"


class TestArchives:
    """Files within files."""

    @pytest.mark.parametrize(
        ("name", "body", "kind"),
        [
            ("дані.xlsx", make("xlsx", "Дані", [], ROWS), "cell"),
            ("a.docx", letter(ROWS), "cell"),
            ("a.html", "<html><p>Дороги міста</p>".encode(), "text"),
            ("a.csv", "Код;Назва;Сума\n1;Дороги міста;5\n2;б;6\n3;в;7".encode(), "cell"),
        ],
    )
    def test_a_member_is_named_with_the_place_in_it(self, name: str, body: bytes, kind: str) -> None:
        """Words within an archive have the name of the file that holds them."""
        packed = files.zipped({"readme.txt": "Опис".encode(), name: body})

        found = spot(packed, "a.zip", "Дороги міста")

        assert (found.kind, found.place["member"]) == (kind, name)

    def test_the_name_of_a_member_is_a_place(self) -> None:
        """An archive may be evidence by what its files are called."""
        found = spot(files.zipped({"Паспорт бюджету.pdf": b"%PDF-"}), "a.zip", "Паспорт бюджету")

        assert (found.kind, found.place["member"]) == ("name", "Паспорт бюджету.pdf")

    def test_a_packed_file_is_no_archive(self) -> None:
        """A gzip holds one file, which is as if it had come by itself."""
        found = spot(gzip.compress("Код;Назва\n1;Дороги\n2;а\n3;б\n".encode()), "a.csv.gz", "Дороги")

        assert found.kind == "cell"
        assert "member" not in found.place


def test_a_file_may_be_evidence_by_its_name() -> None:
    """A title that was the file's name is found there."""
    found = spot(make("scan", "", [], []), "Статут.pdf", "Статут")

    assert (found.kind, found.place["words"]) == ("name", "Статут")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.4 broken", "unreadable"),
        (files.lying_zip({"a.csv": b"0" * 30_000_000}, claimed=10), "unsafe"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable"),
        (b"{" * 100_000, "unreadable"),
    ],
    ids=["cut PDF", "lying ZIP", "empty container", "deep JSON"],
)
def test_what_stands_in_the_way_is_the_reason(body: bytes, reason: str) -> None:
    """Damaged and dangerous files raise nothing and say why nothing was found."""
    finder = Finder(Body(body, URL + "a"))

    assert finder.find("Бюджет").spot.place["reason"] == reason
