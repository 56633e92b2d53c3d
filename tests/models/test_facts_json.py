"""Facts survive being packed."""

from models.facts import Document, PageFacts, Table
from models.facts_json import pack, unpack
from models.vocabulary import PageKind


def test_what_was_read_of_a_document_survives_packing() -> None:
    """A document's pages, tables, members and marks come back as they were packed."""
    document = Document(
        "xlsx",
        pages=None,
        tables=(Table("Аркуш1", 20, 3, ("Номер", "Дата")),),
        members=("a.xml",),
        marks=("macros",),
    )
    facts = PageFacts(
        "https://m.test/a.xlsx", "Реєстр", "uk", PageKind.DOCUMENT, complete=True, document=document
    )

    assert unpack(pack(facts)) == facts
