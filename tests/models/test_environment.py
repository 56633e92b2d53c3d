"""The installation names itself honestly, and its page about itself can be opened by those who look for it."""

import pytest

from models.environment import PROGRAMME, settings
from models.version import TOOL_VERSION


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of ours is set."""
    for name in ("TCM_CONTACT", "TCM_REVIEW_URL", "TCM_WRITE_TO"):
        monkeypatch.delenv(name, raising=False)


def test_user_agent_names_product_version_and_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """All three, in the form that server logs expect."""
    monkeypatch.setenv("TCM_CONTACT", "https://city.example/about-our-crawler")

    agent = settings().user_agent

    assert agent == f"TransparentCitiesMonitor/{TOOL_VERSION} (+https://city.example/about-our-crawler)"


@pytest.mark.parametrize(
    ("review_url", "contact"),
    [
        (None, PROGRAMME),
        ("http://127.0.0.1:8000", PROGRAMME),
        ("http://localhost:9000/", PROGRAMME),
        ("https://monitor.example", "https://monitor.example/crawler"),
        ("https://monitor.example/", "https://monitor.example/crawler"),
    ],
)
def test_page_about_us_is_one_that_others_can_open(
    review_url: str | None, contact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's own page where the desk has a public address, the programme's where it has none."""
    if review_url:
        monkeypatch.setenv("TCM_REVIEW_URL", review_url)

    assert settings().contact == contact


def test_owners_can_always_write_to_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the programme, unless the installation names an address of its own."""
    assert settings().write_to == PROGRAMME

    monkeypatch.setenv("TCM_WRITE_TO", "monitor@city.example")

    assert settings().write_to == "monitor@city.example"
