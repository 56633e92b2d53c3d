"""A case with a typing mistake would test nothing."""

from datetime import date
from pathlib import Path

import pytest

from checks.cases import read_case
from checks.entries import CatalogError
from models.facts import Dataset, Document, PageFacts, Table
from models.vocabulary import PageKind, Verdict

WHOLE = """
today: 2026-11-20
given:
  pages:
    - {page: /x, title: Рішення, links: [{text: № 1, to: /1.pdf, kind: decision}]}
expect: {verdict: met, reason: document-found}
"""

FULL = """
today: 2026-11-20
given:
  pages:
    - page: /mer
      kind: other
      date: 2026-10-01
      form: true
      barriers: {no-alt: 3, no-label: 1}
      aids: [version]
      text: |
        Прийом громадян
        Понеділок 09:00
      datasets:
        - id: a1
          title: Довідник
          formats: [CSV]
          modified: 2026-10-02
          frequency: щороку
          described: [email]
          url: https://data.gov.ua/a1
    - page: /r.xlsx
      document: {format: xlsx, pages: 2, searchable: false, tables: [{name: А, rows: 7, header: [№, Назва]}]}
expect: {verdict: not-observable, reason: needs-person, leaning: met}
"""


def saved(folder: Path, text: str) -> Path:
    """Save *text* as a case of an indicator."""
    path = folder / "INFO-03" / "pass" / "case.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_is_read_with_a_home_page_of_its_own(tmp_path: Path) -> None:
    """What a case does not say is as it should be."""
    case = read_case(saved(tmp_path, WHOLE))

    assert (case.indicator, case.name) == ("INFO-03", "pass")
    assert [page.url for page in case.sight.pages] == [
        "https://zelenopil-rada.example/",
        "https://zelenopil-rada.example/x",
    ]
    assert case.sight.visit_complete


def test_a_case_may_say_all_that_a_reader_can_tell(tmp_path: Path) -> None:
    """Text, day, form and barriers of a page, the passport of a dataset, a file with its tables."""
    case = read_case(saved(tmp_path, FULL))

    page, file = (seen.facts for seen in case.sight.pages if seen.url[-1] != "/")
    assert isinstance(page, PageFacts)
    assert isinstance(file, PageFacts)
    assert (page.words, page.has_form, str(page.date)) == (4, True, "2026-10-01")
    assert page.text.startswith("Прийом громадян\n")
    assert page.barriers == (("no-alt", 3), ("no-label", 1))
    assert page.aids == ("version",)
    assert page.datasets == (
        Dataset(
            "a1",
            "Довідник",
            None,
            ("CSV",),
            date(2026, 10, 2),
            "https://data.gov.ua/a1",
            "щороку",
            ("email",),
        ),
    )
    assert (file.kind, file.document) == (
        PageKind.DOCUMENT,
        Document("xlsx", pages=2, searchable=False, tables=(Table("А", 7, 2, ("№", "Назва")),)),
    )
    assert case.leaning is Verdict.MET


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title:", "titel:", "titel: nobody knows this key"),
        ("to: /1.pdf", "too: /1.pdf", "to: is missing"),
        ("2026-11-20", "2026-11-31", "no such date"),
        ("today: 2026-11-20", "", "today: is missing"),
        ("title: Рішення,", "barriers: {no-alt: often},", "barriers: expected names"),
        ("title: Рішення,", "document: {format: pdf, sheets: 1},", "document: sheets: nobody knows"),
    ],
)
def test_a_mistake_in_a_case_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """The file, the place and the key are in the complaint."""
    with pytest.raises(CatalogError, match=complaint):
        read_case(saved(tmp_path, WHOLE.replace(old, new)))
