"""What reading a file costs, format by format beside a bare library, and what every bomb costs before it is refused.

    python -m benchmarks.documents

Each figure comes from a process of its own. CPU is user and system time of the reading alone, the best of three
runs; memory is the peak of the whole process, imports included.
"""

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from crawlers.confined_reading import ConfinedReader
from crawlers.documents.reading import read_document
from fixtures import bombs, files
from fixtures.councils.documents import make

TODAY = date(2024, 5, 1)
RUNS = 3
PARENT_LIMIT, CHILD_LIMIT = 500, 1024  # MiB
_LINE = "Виділити кошти на ремонт дороги по вулиці Київській у межах кошторису"
_MIB = 1024  # of the kilobytes that the kernel counts in


@dataclass(frozen=True, slots=True)
class Sample:
    """One ordinary file and, where there is one, the bare library that reads it too."""

    name: str
    make: Callable[[], bytes]
    peer: str = ""


def main(argv: list[str] | None = None) -> int:
    """Print two tables: ordinary files, and bombs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--one", nargs=2, metavar=("HOW", "FILE"), help="measure one file in this process")
    arguments = parser.parse_args(argv)
    if arguments.one:
        how, file = arguments.one
        print(json.dumps(_measured(how, Path(file))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        _tell_samples(Path(folder))
        return _tell_bombs(Path(folder))


def _tell_samples(folder: Path) -> None:
    print(
        f"{'file':24} {'bytes':>9}  {'ours, ms CPU':>12} {'MiB':>5}  {'bare library, ms CPU':>28} {'MiB':>5}"
    )
    for sample in SAMPLES:
        file = folder / sample.name
        file.write_bytes(sample.make())
        ours = _in_own_process("read", file)
        line = f"{sample.name:24} {file.stat().st_size:9}  {_shown(ours)}"
        if sample.peer:
            line += f"  {sample.peer:>15} {_shown(_in_own_process(sample.peer, file))}"
        print(line)


def _tell_bombs(folder: Path) -> int:
    print(f"\n{'bomb':24} {'bytes':>9}  {'seconds':>7} {'parent MiB':>10} {'child MiB':>9}  what was said")
    over = []
    for name, made in bombs.BOMBS.items():
        file = folder / name
        file.write_bytes(made())
        told = _in_own_process("confined", file)
        if "failed" in told:
            print(f"{name:24} {file.stat().st_size:9}  {told['failed']}")
            over.append(name)
            continue
        print(
            f"{name:24} {file.stat().st_size:9}  {told['seconds']:7.1f} {told['peak']:10} {told['child']:9}"
            f"  {told['said']}"
        )
        if told["peak"] > PARENT_LIMIT or told["child"] > CHILD_LIMIT or told["said"] == "complete, 0 words":
            over.append(name)
    print(
        f"over the limits of {PARENT_LIMIT} and {CHILD_LIMIT} MiB, silent or not measured: {', '.join(over) or 'none'}"
    )
    return bool(over)


def _shown(told: dict[str, Any]) -> str:
    return str(told["failed"]) if "failed" in told else f"{told['ms']:12.1f} {told['peak']:5}"


def _in_own_process(how: str, file: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.documents", "--one", how, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"failed": f"not measured: {done.stderr.strip().rpartition(chr(10))[2]}"}
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _measured(how: str, file: Path) -> dict[str, Any]:
    body = file.read_bytes()
    if how == "confined":
        return _confined(body, file.name)
    read = PEERS.get(how) or (lambda whole: read_document(whole, url="", file_name=file.name, today=TODAY))
    read(body)  # imports and first use
    best = min(_cpu(read, body) for _ in range(RUNS))
    return {"ms": best * 1000, "peak": _own_peak()}


def _confined(body: bytes, name: str) -> dict[str, Any]:
    begun = time.monotonic()
    with ConfinedReader() as reader:
        facts = reader.read(body, url="https://rada.example/bomb", file_name=name, today=TODAY)
    said = "complete" if facts.complete else ", ".join(facts.reasons)
    return {
        "seconds": time.monotonic() - begun,
        "peak": _own_peak(),
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // _MIB,
        "said": f"{said}, {facts.words} words",
    }


def _cpu(read: Callable[[bytes], object], body: bytes) -> float:
    begun = time.process_time()
    read(body)
    return time.process_time() - begun


def _own_peak() -> int:
    """The most this program held, in MiB; what the kernel tells otherwise counts the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // _MIB


def _by_pypdfium2(body: bytes) -> None:
    document = import_module("pypdfium2").PdfDocument(body)
    for page in document:
        page.get_textpage().get_text_bounded()


def _by_calamine(body: bytes) -> None:
    workbook = import_module("python_calamine").CalamineWorkbook.from_filelike(io.BytesIO(body))
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()


def _by_python_docx(body: bytes) -> None:
    letter = import_module("docx").Document(io.BytesIO(body))
    for paragraph in letter.paragraphs:
        assert isinstance(paragraph.text, str)
    for table in letter.tables:
        for row in table.rows:
            assert all(isinstance(cell.text, str) for cell in row.cells)


PEERS: dict[str, Callable[[bytes], object]] = {
    "pypdfium2": _by_pypdfium2,
    "calamine": _by_calamine,
    "python-docx": _by_python_docx,
}


def _pages(count: int) -> bytes:
    """A PDF of so many full pages."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(count))
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
    ]
    line = (
        b"(To allot means for mending the road along Kyivska street within the estimate of the year) Tj T* "
    )
    for number in range(count):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>"
        objects += [
            page % (4 + 2 * number, font),
            bombs.pdf_stream(b"BT /F1 10 Tf 14 TL 50 790 Td " + line * 52 + b"ET"),
        ]
    return bombs.pdf(objects)


def _rows(count: int) -> list[list[str]]:
    head = ["Код", "Назва", "Вулиця", "Сума", "Рік"]
    return [head, *([str(n), _LINE, f"вулиця {n}", f"{n}.50", "2024"] for n in range(count))]


def _table(count: int) -> bytes:
    return "\r\n".join(";".join(row) for row in _rows(count)).encode("cp1251")


def _zip_of_letters() -> bytes:
    letter = make("docx", "Рішення", [_LINE] * 50, [])
    return files.zipped({f"{number}.docx": letter for number in range(20)}, method=zipfile.ZIP_STORED)


SAMPLES = (
    Sample("30-pages.pdf", lambda: _pages(30), "pypdfium2"),
    Sample("20000-rows.xlsx", lambda: make("xlsx", "Дані", [], _rows(20_000)), "calamine"),
    Sample("20000-rows.ods", lambda: files.ods("Дані", _rows(20_000)), "calamine"),
    Sample("20000-rows.csv", lambda: _table(20_000)),
    Sample("500-paragraphs.docx", lambda: make("docx", "Рішення", [_LINE] * 500, []), "python-docx"),
    Sample("500-paragraphs.odt", lambda: files.odt("Рішення", [_LINE] * 500)),
    Sample("500-paragraphs.rtf", lambda: make("rtf", "Рішення", [_LINE] * 500, [])),
    Sample("500-paragraphs.doc", lambda: files.doc([(f"{_LINE}\r" * 500, "utf-16-le")])),
    Sample("20-letters.zip", _zip_of_letters),
    Sample("20-letters.rar", lambda: files.rar({f"{n}.txt": (_LINE * 50).encode() for n in range(20)})),
)


if __name__ == "__main__":
    raise SystemExit(main())
