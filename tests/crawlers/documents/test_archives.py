"""Files in files: zip, rar, and what was packed for the way."""

import bz2
import gzip
import lzma
from collections.abc import Iterator
from datetime import date
from types import ModuleType

import pytest

from crawlers.confined_reading import ConfinedReader
from crawlers.documents import tools
from crawlers.documents.contents import UNPACK
from crawlers.documents.reading import read_document
from fixtures import files
from fixtures.councils.documents import make
from models.facts import PageFacts
from models.vocabulary import Reason

TODAY = date(2024, 5, 1)

needs_unpacking = pytest.mark.skipif(UNPACK not in tools.found(), reason="bsdtar is not installed")


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    """One reader with what tools there are."""
    with ConfinedReader() as confined:
        yield confined


def read(body: bytes, name: str) -> PageFacts:
    """The facts of a file of this name, without tools."""
    return read_document(body, url=f"https://rada.example/files/{name}", today=TODAY)


def test_a_zip_is_read_member_by_member() -> None:
    """Names in the archiver's own alphabet are decoded, and the words of the documents inside are found."""
    facts = read(make("zip", "Голосування", ["За: 20"], []), "golos.zip")
    mixed = read(
        files.zipped({"дані.csv": "Код;Назва\n1;Школи\n", "звіт.odt": files.odt("Звіт", ["Слова"])}), "b.zip"
    )

    assert facts.document
    assert facts.document.members == tuple(f"Питання {number}.rtf" for number in (1, 2, 3))
    assert mixed.document
    assert mixed.complete
    assert [part.split("\n")[0] for part in mixed.text.split("\f")] == ["дані.csv", "звіт.odt", ""]
    assert [(table.name, table.rows) for table in mixed.document.tables] == [("дані.csv", 2)]


@pytest.mark.parametrize(("pack", "ending"), [(gzip, "gz"), (bz2, "bz2"), (lzma, "xz")])
def test_a_packed_file_is_what_it_holds(pack: ModuleType, ending: str) -> None:
    """A table that was packed for the way is the table."""
    facts = read(pack.compress("код;назва\n1;школи\n".encode()), f"shkoly.csv.{ending}")

    assert facts.complete
    assert facts.document
    assert (facts.document.format, facts.document.marks) == ("csv", ())
    assert facts.document.tables[0].columns == 2
    assert facts.title == "shkoly"


@pytest.mark.parametrize("pack", [gzip, bz2, lzma])
def test_a_packed_file_that_lacks_its_end_is_not_read_as_whole(pack: ModuleType) -> None:
    """A download that was cut may have lost what is sought."""
    facts = read(pack.compress("Код;Назва\n1;Школи\n".encode() * 99)[:-9], "a.csv")

    assert facts.reasons == (Reason.PARSE_CUT,)


def test_a_rar_of_stored_members_is_read_without_a_tool() -> None:
    """Names and words of a RAR whose members lie in it as they are."""
    facts = read(
        files.rar({"Питання 1.rtf": make("rtf", "Питання", ["слова"], []), "б.csv": b"a;b\n1;2\n"}), "a.rar"
    )

    assert facts.complete
    assert facts.document
    assert facts.document.members == ("Питання 1.rtf", "б.csv")
    assert "слова" in facts.text


LARGE = b"word " * 900_000
"""More than is read without the tool."""


def test_what_a_rar_does_not_give_without_a_tool_is_said() -> None:
    """A member that could not be unpacked leaves the archive incomplete."""
    facts = read(files.rar({"large.txt": LARGE}), "a.rar")

    assert facts.reasons == (Reason.PARSE_CUT,)
    assert facts.document
    assert facts.document.marks == ("packed",)


@needs_unpacking
def test_a_rar_is_unpacked_by_the_tool(reader: ConfinedReader) -> None:
    """Where bsdtar is here, what lies packed is read in a child of its own."""
    facts = reader.read(files.rar({"large.txt": LARGE}), url="https://rada.example/a.rar", today=TODAY)

    assert facts.words > 1000
    assert facts.document
    assert "packed" not in facts.document.marks
