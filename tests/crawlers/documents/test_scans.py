"""Pictures of pages: recognised where tesseract is here, left to a person where it is not."""

import io
from collections.abc import Iterator
from datetime import date

import pytest
from PIL import Image, ImageDraw, ImageFont

from crawlers.confined_reading import ConfinedReader
from crawlers.documents import tools
from crawlers.documents.contents import RECOGNISE
from crawlers.documents.reading import read_document
from fixtures import files
from models.facts import PageFacts
from models.vocabulary import Reason

pytestmark = pytest.mark.crawl

TODAY = date(2024, 5, 1)
SAID = "DECISION OF THE CITY COUNCIL"
HEAD = (
    "ТЕРНОПІЛЬСЬКА МІСЬКА РАДА",
    "РІШЕННЯ",
    "від 12.03.2024 № 845",
    "Про затвердження бюджету громади на 2024 рік",
    "Міська рада ВИРІШИЛА:",
)

needs_recognition = pytest.mark.skipif(
    RECOGNISE not in tools.found(), reason="tesseract with Ukrainian is not installed"
)


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    """One reader with what tools there are."""
    with ConfinedReader() as confined:
        yield confined


def scan(form: str, words: str = SAID, font: ImageFont.FreeTypeFont | None = None) -> bytes:
    """A page with words as a picture."""
    page = Image.new("L", (1600, 800), 255)
    ImageDraw.Draw(page).text((80, 100), words, fill=0, font=font or ImageFont.load_default(size=72))
    packed = io.BytesIO()
    page.save(packed, form)
    return packed.getvalue()


def read_as(recognised: str) -> PageFacts:
    """The facts of a scan of which the tool makes these words."""
    return read_document(
        scan("PNG"),
        url="https://rada.example/a.png",
        today=TODAY,
        tools=lambda _tool, _body: recognised.encode(),
    )


@needs_recognition
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "PDF"])
def test_a_scan_is_recognised(reader: ConfinedReader, form: str) -> None:
    """The words of a picture come out of it, with the mark that they were recognised."""
    facts = reader.read(scan(form), url="https://rada.example/scan", today=TODAY)

    assert facts.complete
    assert facts.document
    assert not facts.document.searchable
    assert "ocr" in facts.document.marks
    assert SAID in facts.text


def test_a_scan_for_which_no_time_is_left_says_so(reader: ConfinedReader) -> None:
    """Whoever has a thousand scans to read may stop recognising them, and nothing is called unpublished for it."""
    facts = reader.read(scan("PNG"), url="https://rada.example/scan", today=TODAY, tool_seconds=0)

    assert facts.reasons == (Reason.DOC_SCAN_NO_TEXT,)


@needs_recognition
def test_a_scan_of_an_act_is_an_act(reader: ConfinedReader) -> None:
    """Type, number and day of a decision survive its way over paper."""
    try:
        font = ImageFont.truetype("DejaVuSans.ttf", 44)
    except OSError:
        pytest.skip("no font with Ukrainian letters is installed")

    facts = reader.read(scan("PDF", "\n".join(HEAD), font), url="https://rada.example/scan", today=TODAY)

    assert facts.act
    assert (facts.act.type, facts.act.number, facts.act.date) == ("decision", "845", date(2024, 3, 12))


@pytest.mark.parametrize("sign", "№ №. Мо Ме Мe Me Mo No Nо Ne Nе N N9 Хе М» Мг".split())
@pytest.mark.parametrize("gap", [" ", ""])
def test_what_recognition_makes_of_the_number_sign_is_one(sign: str, gap: str) -> None:
    """The number of an act is found behind the letters that stand in scans where № stood."""
    space = " " if sign[-1].isdigit() else gap

    facts = read_as("\n".join(HEAD).replace("№ ", f"{sign}{space}"))

    assert facts.act
    assert facts.act.number == "845"


@pytest.mark.parametrize("words", ["Не 845", "м. 845", "М 845", "ДОМО 845"])
def test_words_before_a_number_are_no_number_sign(words: str) -> None:
    """A road, a town and the word "not" are left what they are."""
    facts = read_as("\n".join(HEAD).replace("№ 845", words))

    assert facts.act
    assert facts.act.number is None


def test_letters_that_were_written_are_not_mended() -> None:
    """Only a scan is forgiven: in a written text the letters are those of its author."""
    facts = read_document(
        files.odt("Рішення", [line.replace("№", "Мо") for line in HEAD]),
        url="https://rada.example/a.odt",
        today=TODAY,
    )

    assert facts.act
    assert facts.act.number is None


def test_the_words_themselves_stay_as_they_were_recognised() -> None:
    """What is quoted as evidence is what the tool gave, not what we made of it."""
    facts = read_as("\n".join(HEAD).replace("№", "Мо"))

    assert "Мо 845" in facts.text


def test_a_picture_nobody_can_read_is_left_to_a_person() -> None:
    """Without a tool a scan is a picture, and nothing follows from its silence."""
    facts = read_document(scan("PNG"), url="https://rada.example/a.png", today=TODAY)

    assert facts.reasons == (Reason.DOC_SCAN_NO_TEXT,)
