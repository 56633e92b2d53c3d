"""Which addresses are one place."""

import pytest

from checks.addresses import file_type, host_of, is_under, place


@pytest.mark.parametrize(
    "url",
    [
        "https://rada.example/docs/5",
        "http://www.rada.example/docs/5/",
        "https://rada.example/docs/5#top",
        "https://rada.example/docs/5?print=1",
        "https://rada.example/docs/5/print",
        "https://rada.example/docs/5?utm_source=x&PHPSESSID=abc",
    ],
)
def test_a_page_has_one_place_however_it_is_spelt(url: str) -> None:
    """Print versions, fragments, trackers and sessions are the same page."""
    assert place(url) == "rada.example/docs/5"


def test_different_questions_are_different_places() -> None:
    """A parameter that chooses content stays."""
    assert place("https://rada.example/docs?page=2") != place("https://rada.example/docs?page=3")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://rada.example/a.PDF", "pdf"),
        ("https://rada.example/get?file=budget.xlsx&v=2", "xlsx"),
        ("https://rada.example/page.php", None),
        ("https://rada.example/v1.2026", None),
    ],
)
def test_the_name_of_a_file_promises_its_type(url: str, kind: str | None) -> None:
    """In the path or in a parameter; only types that are documents or data."""
    assert file_type(url) == kind


def test_a_host_is_under_its_own_domain_only() -> None:
    """A name that merely ends alike belongs to somebody else."""
    assert host_of("https://www.data.gov.ua./x") == "data.gov.ua"
    assert is_under("opendata.rada.example", ("rada.example",))
    assert not is_under("notrada.example", ("rada.example",))
