"""No pattern of the readers runs away, whatever a page is made of."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from datetime import date
from types import ModuleType

import pytest

from crawlers import acts, charset, pages, reading, second_opinion
from crawlers.acts import subjects
from crawlers.pages import dates, distances
from crawlers.reading import read_page

pytestmark = pytest.mark.long

SECONDS = 1.5
TEXTS = ["a" * 1_000_000] + [  # what is not linear shows itself in the shorter ones too
    piece * (40_000 // len(piece))
    for piece in (
        " ",
        "<a ",
        "а",
        "0",
        "\n",
        "12 ",
        "№1-",
        "<",
        "https://a/",
        "(«",
        "a.",
        "а 1\t",
        "- ",
        "&#1;",
    )
]
MODULES: tuple[ModuleType, ...] = (
    charset,
    reading,
    second_opinion,
    *(
        importlib.import_module(f"{package.__name__}.{found.name}")
        for package in (acts, pages)
        for found in pkgutil.iter_modules(package.__path__)
    ),
)


def patterns_of(module: ModuleType) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    """Give every compiled pattern of a module, in tables and tuples too, and those it makes of its word lists."""
    for value in vars(module).values():
        for one in (
            value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
        ):
            for part in one if isinstance(one, tuple) else (one,):
                if isinstance(part, re.Pattern):
                    yield part
    if module is dates:
        yield from map(dates._before, dates._CALLED)
    if module is distances:
        yield from (pattern for pattern, _ in distances._patterns())
    if module is subjects:
        yield from (subjects._aside(), subjects._published(), subjects._cited())


@pytest.mark.timeout(60)
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_no_pattern_runs_away(module: ModuleType) -> None:
    """Each pattern of a module goes through a million characters of one sort in a second or two."""
    slow = []
    for pattern in patterns_of(module):
        for text in TEXTS:
            spent = seconds_over(pattern, text)
            if spent > SECONDS:
                slow.append((pattern.pattern, text[:3], round(spent, 1)))

    assert slow == []


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:4]))
def test_no_page_runs_away(text: str) -> None:
    """A page of the same, in its words, an address and a choice, is read in time."""
    address = text[:100_000].replace('"', "")
    body = f'<h1>{text[:50_000]}</h1><a href="{address}">x</a><select><option value="{address}">y</select><p>{text}'
    begun = time.process_time()

    read_page(body.encode(), url="https://rada.example/", today=date(2026, 3, 14))

    assert time.process_time() - begun < 5 * SECONDS


def seconds_over(pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> float:
    """Give the CPU seconds that finding all of *pattern* in *text* takes."""
    begun = time.process_time()
    if isinstance(pattern.pattern, bytes):
        found: Iterator[object] = re.finditer(pattern, text.encode())
    else:
        found = re.finditer(pattern, text)
    for number, _ in enumerate(found):
        if (
            number % 1_000 == 0 and time.process_time() - begun > SECONDS
        ):  # asking for the time takes some itself
            break
    return time.process_time() - begun
