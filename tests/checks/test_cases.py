"""A case with a typing mistake would test nothing."""

from pathlib import Path

import pytest

from checks.cases import read_case
from checks.entries import CatalogError

WHOLE = """
today: 2026-11-20
given:
  pages:
    - {page: /x, title: Рішення, links: [{text: № 1, to: /1.pdf, kind: decision}]}
expect: {verdict: met, reason: document-found}
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


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title:", "titel:", "titel: nobody knows this key"),
        ("to: /1.pdf", "too: /1.pdf", "to: is missing"),
        ("2026-11-20", "2026-11-31", "no such date"),
        ("today: 2026-11-20", "", "today: is missing"),
    ],
)
def test_a_mistake_in_a_case_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """The file, the place and the key are in the complaint."""
    with pytest.raises(CatalogError, match=complaint):
        read_case(saved(tmp_path, WHOLE.replace(old, new)))
