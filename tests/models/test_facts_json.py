"""Facts survive being packed."""

from models.facts import Dataset, Document, PageFacts, Table
from models.facts_json import from_json, pack, to_json, unpack
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


def test_what_was_read_for_people_survives_packing() -> None:
    """The form, the barriers, the aids and a dataset's passport come back as they were packed."""
    dataset = Dataset("1", "Майно", "Рада", frequency="monthly", described=("email", "licence"))
    facts = PageFacts(
        "https://m.test/",
        "Рада",
        "uk",
        PageKind.HOME,
        complete=True,
        datasets=(dataset,),
        has_form=True,
        barriers=(("image-without-text", 2),),
        aids=("version",),
    )

    assert unpack(pack(facts)) == facts


def test_a_reading_stored_before_a_fact_was_known_still_loads() -> None:
    """Older readings lack the newer facts, which then stand at their default."""
    stored = to_json(PageFacts("https://m.test/", "Рада", "uk", PageKind.HOME, complete=True))
    for name in ("has_form", "barriers", "aids"):
        del stored[name]

    facts = from_json(stored)

    assert (facts.has_form, facts.barriers, facts.aids) == (False, (), ())
