"""A pack with a mistake is refused by file, id and key."""

import shutil
from pathlib import Path

import pytest

from checks.catalog import PACKS, CatalogError, lexicon, load, methodologies, read_pack
from models.facts import Term


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of a pack that does not change any more, to be spoilt."""
    return Path(shutil.copytree(PACKS / "transparent-cities@2026.1", tmp_path / "transparent-cities"))


def spoil(path: Path, old: str, new: str) -> None:
    """Replace the first *old* by *new*; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("information.yaml", "  weight: 1", "  wieght: 1", r"information.yaml: INFO-01: weight: is missing"),
        ("information.yaml", "  weight: 1", "  weight: 1\n  colour: red", r"INFO-01: colour: nobody knows"),
        ("information.yaml", "rule: drafts_ahead", "rule: drafts_a_head", r"INFO-01: rule: there is no rule"),
        ("information.yaml", "at_least: 5", "at_lest: 5", r"INFO-01: with: rule drafts_ahead has no setting"),
        ("information.yaml", "working_days: 10, ", "", r"INFO-01: with: .* needs working_days"),
        ("information.yaml", "id: INFO-03", "id: INFO-01", r"INFO-01: id: is already taken"),
        ("information.yaml", "kinds: [votes]", "kinds: [voices]", r"INFO-06: looks_at: kinds: no such kind"),
        (
            "information.yaml",
            "since: 2015-11-26",
            "since: 2015-11-31",
            r"INFO-06: since: there is no such date",
        ),
        ("information.yaml", "[INFO-03, INFO-08]", "[INFO-99]", r"INFO-06: .*unknown topic 'INFO-99'"),
        ("information.yaml", "class: machine", "class: robot", r"INFO-01: class: 'robot' is none of"),
        ("information.yaml", "weight: 1", "weight: -1", r"INFO-01: weight: expected a number above 0"),
        ("information.yaml", "weight: 1", "weight: 1\n  weight: 2", r"information.yaml: .*'weight' twice"),
        (
            "information.yaml",
            "deadline_confirmed: true",
            "deadline_confirmed: perhaps",
            r"INFO-01: .*true or false",
        ),
        ("information.yaml", "area: INFO", "area: INFA", r"INFO-01: area: there is no area 'INFA'"),
        (
            "budget.yaml",
            "- бюджет участі",
            "- бюджетом міста",
            r"BUDG-01: looks_at: terms: 'Бюджет міста' is also",
        ),
        ("open_data.yaml", "plain_no: json", "plain_no: yes please", r"DATA-02: looks_at: plain_no"),
        (
            "methodology.yaml",
            "effective: 2026-01-01",
            "effective: 2026-02-30",
            r"effective: there is no such date",
        ),
        ("methodology.yaml", "name: transparent-cities", "name: other", r"stands in the folder"),
        ("methodology.yaml", "[\\w’''ʼ-]+ої", "(", r"other_council: not a pattern"),
        ("methodology.yaml", "([\\w’''ʼ-]+ої)", "x", r"other_council: needs exactly one group"),
        (
            "methodology.yaml",
            "languages: [uk, en]",
            "languages: [uk, uk]",
            r"languages: says the same thing twice",
        ),
        ("web.yaml", "- id: WEB-03", "- id: [", r"web.yaml: not valid YAML"),
        (
            "methodology.yaml",
            "languages:",
            "maximum: 100\nlanguages:",
            r"maximum: .* add up to 12, not to 100",
        ),
        ("methodology.yaml", "languages:", "marks: {phone: '('}\nlanguages:", r"marks: phone: not a pattern"),
        (
            "methodology.yaml",
            "languages:",
            "costs: {met: 0}\nlanguages:",
            r"costs: met: expected a number above 0",
        ),
        (
            "methodology.yaml",
            "languages:",
            "costs: {blame: 3}\nlanguages:",
            r"costs: 'blame' is none of person",
        ),
        (
            "information.yaml",
            "rule: drafts_ahead\n  with: {working_days: 10, within_days: 90, at_least: 5}",
            "rule: page_says\n  with: {needs: [phone, telepathy]}",
            r"INFO-01: with: needs: there is no mark phone",
        ),
    ],
)
def test_a_mistake_is_named(pack: Path, file: str, old: str, new: str, complaint: str) -> None:
    """Whoever edits a pack learns at once what is wrong and where."""
    spoil(pack / file, old, new)

    with pytest.raises(CatalogError, match=complaint):
        read_pack(pack)


def test_a_file_that_is_no_list_is_refused(pack: Path) -> None:
    """Indicators stand in lists, one file per area."""
    (pack / "extra.yaml").write_text("id: INFO-77\n", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"extra.yaml: expected a list"):
        read_pack(pack)


def test_an_unknown_methodology_is_refused_with_those_there_are() -> None:
    """One sentence that helps."""
    with pytest.raises(CatalogError, match="there are: council-papers, transparent-cities"):
        load("no-such-pack")


@pytest.mark.parametrize("name", methodologies())
def test_every_indicator_is_said_in_both_languages(name: str) -> None:
    """Ukrainian first, English complete."""
    for one in load(name).indicators:
        for both in (one.name, one.question, one.judge, one.evidence, one.legal_basis):
            assert both.uk.strip(), one.id
            assert both.en.strip(), one.id
            assert both.said_in("en") != both.said_in("uk"), one.id


def test_the_first_twelve_and_their_areas_are_there() -> None:
    """The fourteen areas of the ranking, open data and web quality; twelve indicators to begin with."""
    pack = load("transparent-cities")

    assert len(pack.areas) == 16
    assert set(pack.by_id) >= {
        "INFO-01", "INFO-03", "INFO-04", "INFO-06", "INFO-08", "BUDG-01", "BUDG-04", "BUDG-06",
        "DATA-01", "DATA-02", "PROC-01", "WEB-03",
    }  # fmt: skip


def test_the_lexicon_holds_terms_their_negatives_and_known_sources() -> None:
    """The crawler gets words and kinds of source, and knows no indicator otherwise."""
    words = lexicon(load("transparent-cities"))

    assert Term("Рішення міської ради") in words.topics["INFO-03"]
    assert Term("проєкти рішень", negative=True) in words.topics["INFO-03"]
    assert "DATA-02" in words.sources["ckan"]
    assert words.sources["site-map"] == ("WEB-03",)


def test_no_setting_year_or_placeholder_is_left_in_terms() -> None:
    """A term is words as they stand on sites, not a pattern."""
    for name in methodologies():
        for one in load(name).indicators:
            assert not [term for term in one.looks_at.terms if "20NN" in term or "…" in term]


def test_an_earlier_version_can_still_judge() -> None:
    """The time machine: a pack that was replaced is loaded by name and version, beside the one in force."""
    earlier, current = load("transparent-cities@2026.1"), load("transparent-cities")

    assert (earlier.name, earlier.version) == ("transparent-cities@2026.1", "2026.1")
    assert set(earlier.by_id) <= set(current.by_id)
    assert load(f"transparent-cities@{current.version}") is current


def test_a_version_that_never_was_is_refused_with_those_that_were() -> None:
    """Whoever mistypes a version reads which there are."""
    with pytest.raises(CatalogError, match=r"transparent-cities@2019\.9.*transparent-cities@2026\.1"):
        load("transparent-cities@2019.9")
