"""The only module that reads the environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from models.version import TOOL_VERSION

PROGRAMME = "https://transparentcities.in.ua/en/monitor"
CRAWLER_PAGE = "/crawler"  # of the review desk: who visits a site, and why
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this installation keeps its things, and how it names itself to the sites it visits."""

    home: Path
    database_url: str
    archive: Path
    chromium: str | None
    contact: str
    pretend_proxy: str | None
    prefect_api: str | None
    review_url: str = "http://127.0.0.1:8000"
    write_to: str = PROGRAMME
    custody_folder: Path | None = None
    stamp_authorities: tuple[str, ...] = ()
    stamp_roots_folder: Path | None = None
    sealed_address: str | None = None
    prefect_ui: str | None = None

    @property
    def custody(self) -> Path:
        """The folder outside the database where the heads of the log are kept."""
        return self.custody_folder or self.home / "custody"

    @property
    def stamp_roots(self) -> Path:
        """The folder of the certificates (PEM) by which the answers of time-stamp authorities are verified."""
        return self.stamp_roots_folder or self.custody / "roots"

    @property
    def sealed_url(self) -> str:
        """The origin apart from the desk's on which stored pages are shown."""
        return self.sealed_address or _beside(self.review_url)

    @property
    def prefect_url(self) -> str:
        """Where operators open Prefect's own pages; empty where they would find none.

        Prefect shows them beside its API. One that listens on loopback is at hand where the desk is on loopback too.
        """
        api = (self.prefect_api or "").rstrip("/")
        if self.prefect_ui or not api.endswith("/api"):
            return self.prefect_ui or ""
        return "" if is_loopback(api) and not is_loopback(self.review_url) else api.removesuffix("/api")

    @property
    def user_agent(self) -> str:
        """The honest name under which every request is made: product, version, and a page that explains it."""
        return f"TransparentCitiesMonitor/{TOOL_VERSION} (+{self.contact})"


def settings() -> Settings:
    """Read the environment, once, on the way in; everything below receives arguments.

    TCM_HOME is the folder for data (default ``var``); TCM_DATABASE_URL an SQLAlchemy address (default
    SQLite in that folder); TCM_ARCHIVE the folder of stored bytes; TCM_CHROMIUM a browser's path;
    TCM_CONTACT the page that tells a site's owner who we are (default: that page of the review desk, where
    others can reach it); TCM_WRITE_TO a mail address or page where owners can write to us; TCM_PRETEND_PROXY,
    in demo and tests only, the address of the pretend web on loopback; TCM_REVIEW_URL where people reach the
    review desk; TCM_SEALED_URL the other origin on which it shows stored pages. TCM_CUSTODY is the folder of the
    log's heads (best on a disk of its own); TCM_STAMP_AUTHORITIES the addresses of time-stamp authorities, with
    commas between; TCM_STAMP_ROOTS the folder of the certificates they are verified by.
    PREFECT_API_URL and PREFECT_UI_URL are Prefect's own: where its server and its pages are.
    """
    home = Path(os.environ.get("TCM_HOME", "var")).absolute()
    review_url = os.environ.get("TCM_REVIEW_URL") or "http://127.0.0.1:8000"
    return Settings(
        home=home,
        database_url=os.environ.get("TCM_DATABASE_URL") or f"sqlite:///{home / 'monitor.db'}",
        archive=Path(os.environ.get("TCM_ARCHIVE") or home / "archive").absolute(),
        chromium=os.environ.get("TCM_CHROMIUM") or None,
        contact=os.environ.get("TCM_CONTACT") or _page_about_us(review_url),
        pretend_proxy=os.environ.get("TCM_PRETEND_PROXY") or None,
        prefect_api=os.environ.get("PREFECT_API_URL") or None,
        review_url=review_url,
        write_to=os.environ.get("TCM_WRITE_TO") or PROGRAMME,
        custody_folder=_folder("TCM_CUSTODY"),
        stamp_authorities=tuple(os.environ.get("TCM_STAMP_AUTHORITIES", "").replace(",", " ").split()),
        stamp_roots_folder=_folder("TCM_STAMP_ROOTS"),
        sealed_address=os.environ.get("TCM_SEALED_URL") or None,
        prefect_ui=os.environ.get("PREFECT_UI_URL") or None,
    )


def _folder(name: str) -> Path | None:
    """The folder that a variable names, if it names one."""
    named = os.environ.get(name)
    return Path(named).absolute() if named else None


def _beside(review_url: str) -> str:
    """The same port under loopback's other name, which to a browser is another origin.

    A desk that others can reach has no other name that we could know: it must be told (TCM_SEALED_URL).
    """
    parts = urlsplit(review_url)
    other = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}.get(parts.hostname or "")
    if other is None:
        return ""
    return f"{parts.scheme}://{other}" + (f":{parts.port}" if parts.port else "")


def _page_about_us(review_url: str) -> str:
    """The desk's own page for owners of visited sites, where they can open it; else the programme's."""
    if is_loopback(review_url):
        return PROGRAMME
    return review_url.rstrip("/") + CRAWLER_PAGE


def is_loopback(url: str) -> bool:
    """Whether *url* leads to this very machine, or nowhere."""
    return (urlsplit(url).hostname or "localhost") in LOOPBACK


def is_unattended() -> bool:
    """Whether nobody is there to press Ctrl-C: the CI variable is set."""
    return bool(os.environ.get("CI"))


def inherited() -> dict[str, str]:
    """The environment a child process of ours should start with."""
    return dict(os.environ)
