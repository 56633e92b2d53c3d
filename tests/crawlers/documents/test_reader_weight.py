"""What is not needed is not loaded: every crawl pays for its readers, and most captures are pages."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from crawlers.confined_reading import ConfinedReader
from fixtures.councils.documents import make

pytestmark = pytest.mark.crawl

TODAY = date(2024, 5, 1)
HEAVY = (
    "pypdfium2",
    "python_calamine",
    "PIL",
    "olefile",
    "rarfile",
    "striprtf",
    "scrapy",
    "playwright",
    "sqlalchemy",
)
LIGHT = 90 * 1024  # kilobytes
PAGE = (
    "<html><body><h1>Рішення</h1>"
    + "<p><a href='/a.pdf'>Про бюджет на 2024 рік</a></p>" * 150
    + "</body></html>"
)


def test_the_parent_loads_no_reader_of_files() -> None:
    """Whoever only asks for facts opens nothing, and so loads nothing that opens."""
    asked = f"import sys, crawlers.confined_reading; print(*[m for m in {HEAVY!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_a_child_that_reads_only_pages_stays_light() -> None:
    """Readers of files are loaded by the first file of their kind, and PDFium is not there before."""
    with ConfinedReader(with_tools=False) as reader:
        for _ in range(20):
            reader.read(PAGE.encode(), url="https://rada.example/", media_type="text/html", today=TODAY)
        before, peak = _loaded(reader), _peak(reader)
        reader.read(make("pdf", "Рішення", ["слова"], []), url="https://rada.example/a.pdf", today=TODAY)
        after = _loaded(reader)

    assert peak < LIGHT
    assert not before
    assert "pdfium" in after


def _loaded(reader: ConfinedReader) -> set[str]:
    """The libraries of files that the kernel has mapped into the child."""
    mapped = Path(f"/proc/{reader.pid}/maps").read_text(encoding="utf-8")
    return {name for name in ("pdfium", "calamine", "_imaging") if name in mapped}


def _peak(reader: ConfinedReader) -> int:
    """The most the child has held, in kilobytes."""
    status = Path(f"/proc/{reader.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0])
