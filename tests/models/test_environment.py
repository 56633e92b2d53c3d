"""The installation names itself honestly, and its page about itself can be opened by those who look for it."""

from pathlib import Path

import pytest

from models.environment import PROGRAMME, settings
from models.version import TOOL_VERSION

OURS = (
    "PREFECT_API_URL",
    "PREFECT_UI_URL",
    "TCM_CONTACT",
    "TCM_CUSTODY",
    "TCM_HOME",
    "TCM_REVIEW_URL",
    "TCM_SEALED_URL",
    "TCM_STAMP_AUTHORITIES",
    "TCM_STAMP_ROOTS",
    "TCM_WRITE_TO",
)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of ours is set."""
    for name in OURS:
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


def test_heads_and_roots_stand_below_home_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A custody folder elsewhere takes its roots along; roots may stand apart."""
    monkeypatch.setenv("TCM_HOME", "/srv/monitor")
    ours = settings()
    assert (ours.custody, ours.stamp_roots) == (
        Path("/srv/monitor/custody"),
        Path("/srv/monitor/custody/roots"),
    )

    monkeypatch.setenv("TCM_CUSTODY", "/mnt/other-disk")
    assert settings().stamp_roots == Path("/mnt/other-disk/roots")

    monkeypatch.setenv("TCM_STAMP_ROOTS", "/etc/roots")
    assert (settings().custody, settings().stamp_roots) == (Path("/mnt/other-disk"), Path("/etc/roots"))


@pytest.mark.parametrize(
    ("said", "authorities"),
    [
        (None, ()),
        ("", ()),
        ("https://one.example/tsr", ("https://one.example/tsr",)),
        (" http://one.example , http://two.example,", ("http://one.example", "http://two.example")),
    ],
)
def test_authorities_stand_with_commas_between(
    said: str | None, authorities: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spaces and a comma too many do no harm; none are asked unless somebody named them."""
    if said is not None:
        monkeypatch.setenv("TCM_STAMP_AUTHORITIES", said)

    assert settings().stamp_authorities == authorities


@pytest.mark.parametrize(
    ("review_url", "sealed_url"),
    [
        (None, "http://localhost:8000"),
        ("http://127.0.0.1:9000", "http://localhost:9000"),
        ("http://localhost:9000/", "http://127.0.0.1:9000"),
        ("http://localhost", "http://127.0.0.1"),
        ("https://monitor.example", ""),
    ],
)
def test_stored_pages_are_shown_on_another_origin(
    review_url: str | None, sealed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On loopback its other name; elsewhere the one that was told, and none where none was."""
    if review_url:
        monkeypatch.setenv("TCM_REVIEW_URL", review_url)
    assert settings().sealed_url == sealed_url

    monkeypatch.setenv("TCM_SEALED_URL", "https://sealed.example")

    assert settings().sealed_url == "https://sealed.example"


@pytest.mark.parametrize(
    ("api", "review_url", "pages"),
    [
        (None, None, ""),
        ("http://127.0.0.1:4200/api", None, "http://127.0.0.1:4200"),
        ("http://127.0.0.1:4200/api/", "http://localhost:8000", "http://127.0.0.1:4200"),
        ("http://127.0.0.1:4200/api", "https://monitor.example", ""),
        ("https://flows.example/api", "https://monitor.example", "https://flows.example"),
        ("https://api.flows.example/api/accounts/1", "https://monitor.example", ""),
    ],
)
def test_prefects_pages_are_beside_its_api_unless_told_otherwise(
    api: str | None, review_url: str | None, pages: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they cannot be known, or not be reached, there are none; what was told comes first."""
    for name, value in (("PREFECT_API_URL", api), ("TCM_REVIEW_URL", review_url)):
        if value:
            monkeypatch.setenv(name, value)
    assert settings().prefect_url == pages

    monkeypatch.setenv("PREFECT_UI_URL", "https://pages.example")

    assert settings().prefect_url == "https://pages.example"
