"""House rules that no linter keeps."""

import ast
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("console", "crawlers", "checks", "flows", "models", "review", "fixtures")
VERBS = ("setup", "demo", "test", "test-fast", "check", "bench", "lock")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "handler", "misc"}

# written so that the patterns do not find themselves
ADDRESS = re.compile(r"https?[:]//")
MACHINE_PATH = re.compile(r"(?<![\w.:/>\"'-])/(?:home|root|work|Users)/\w")
REGISTRY_HOST = re.compile(r"p[y]pi\.org|pythonhost[e]d|npmj[s]\.|deb\.debia[n]\.org")


@cache
def tracked() -> list[Path]:
    """Every text file git knows of."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


def modules() -> list[Path]:
    """Every Python module of the house itself."""
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in FLOORS]


def test_the_environment_is_read_in_one_place() -> None:
    """Everything below models.environment receives arguments."""
    readers = [
        str(path.relative_to(ROOT))
        for path in modules()
        if re.search(
            r"\bos\.(environb?|getenv)\b|from os import .*\b(environ|getenv)", path.read_text("utf-8")
        )
    ]

    assert readers == ["models/environment.py"]


def test_no_package_under_tests() -> None:
    """An __init__.py in tests/checks would shadow the real package checks."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_name_shadows_another() -> None:
    """Our flat names are nobody else's: not the standard library's, not a dependency's."""
    ours = {
        name for name, owners in packages_distributions().items() if owners == ["transparent-cities-monitor"]
    }

    taken = (set(packages_distributions()) - ours) | sys.stdlib_module_names

    assert not taken & {*FLOORS, "tests", "benchmarks"}


def test_every_module_says_what_it_is_for() -> None:
    """A reader learns from the first line whether to read on."""
    silent = [path for path in modules() if ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None]

    assert not silent


def test_names_say_something() -> None:
    """A file that could hold anything will."""
    assert not [path for path in tracked() if path.stem in EMPTY_NAMES or path.stem.endswith("_mixin")]


def test_make_alone_lists_the_verbs() -> None:
    """A newcomer types make and sees what there is."""
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    listed = [line.split()[1] for line in told.splitlines() if line.startswith("  make ")]
    assert set(VERBS) <= set(listed)


def test_ci_runs_what_the_readme_says() -> None:
    """What decides about a change is what its author was told to run."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")

    assert "make test" in script
    assert "make check" in script
    assert "make test" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("forbidden", [MACHINE_PATH, REGISTRY_HOST], ids=["machine path", "registry host"])
def test_no_file_speaks_of_the_machine_it_was_written_on(forbidden: re.Pattern[str]) -> None:
    """What is tracked works anywhere."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if forbidden.search(line)
    ]

    assert not found


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-setup.lock"])
def test_a_lock_holds_hashes_and_no_address(name: str) -> None:
    """Whoever installs it decides where from, and gets the same bytes."""
    text = (ROOT / name).read_text("utf-8")
    pins = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]

    assert pins
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
    assert not ADDRESS.search(text)


@pytest.mark.parametrize(
    ("name", "at_least", "below"),
    [
        ("fastapi", (0, 139), (0, 151)),  # newer ones refuse what Prefect sends at deployment
        ("sqlalchemy", (2, 0), (2, 1)),  # newer ones silently stop its scheduler
        ("scrapy", (2, 13, 4), (3,)),  # older ones unpack without a limit
        ("urllib3", (2, 6, 3), (3,)),  # likewise
    ],
)
def test_what_prefect_and_safety_need_is_pinned(
    name: str, at_least: tuple[int, ...], below: tuple[int, ...]
) -> None:
    """The lock stays between the version that is safe and the one that breaks."""
    pin = re.search(rf"^{name}==([0-9.]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)

    assert pin
    assert at_least <= tuple(int(part) for part in pin[1].split(".")) < below
