"""The rows of the fault matrix that concern fetching, reading and what is kept of it, and which tests name them.

``python -m tests.faults.rows`` writes ``docs/faults.md`` anew.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
TABLE = HOUSE / "docs" / "faults.md"
GROUPS = {
    "N": "Addresses",
    "B": "Browser",
    "R": "Answers",
    "T": "Traps",
    "P": "Parsing",
    "D": "Documents",
    "V": "Evidence",
    "G": "Personal data and secrets",
}
ROWS = {
    "N01": "a link or redirect to our own network",
    "N02": "spellings of an address: decimal, hex, octal, circled digits",
    "N03": "IPv4 inside IPv6",
    "N04": "DNS that changes its answer",
    "N05": "a name both public and private; a name of IPv6 alone",
    "N06": "file, ftp, data, gopher; meta refresh",
    "N07": "an unusual port",
    "N08": "user names, backslashes, tabs; what parsers disagree about",
    "N09": "a redirect to another city",
    "N10": "redirect loops and endless redirects",
    "N11": "a listening port of the crawl process",
    "N12": "proxies of the environment",
    "B01": "a page that asks for internal addresses",
    "B02": "WebSocket to an internal address",
    "B03": "service workers",
    "B04": "a script that never ends",
    "B05": "alerts, print, permissions",
    "B06": "a page two million pixels tall",
    "B07": "a page that eats memory, a tab that crashes",
    "B08": "downloads that start by themselves",
    "B09": "escape from the browser",
    "B10": "consent walls over the page",
    "R01": "decompression bombs",
    "R02": "limits that are too high by default",
    "R03": "layers of coding",
    "R04": "bodies and heads without end",
    "R05": "drips and silence",
    "R06": "bodies shorter than promised",
    "R07": "half a gzip of the right length",
    "R08": "a body that ends with its connection",
    "R09": "lies about the coding",
    "R10": "malformed HTTP",
    "R11": "two lengths, two answers",
    "R12": "Retry-After",
    "R13": "blocks by country or firewall",
    "R14": "challenges with 200",
    "R15": "not found with 200; the home page for everything",
    "R16": "sign-in walls and empty shells",
    "R17": "DNS, refused, reset, TLS",
    "R18": "a site that is down",
    "R19": "a site that dies half-way",
    "R20": "certificates that do not hold; plain http",
    "R21": "old TLS or weak Diffie-Hellman only",
    "R22": "robots.txt closes pages",
    "R23": "robots.txt fails",
    "R24": "robots.txt huge, odd, adversarial",
    "T01": "calendars, sessions, facets, pagers",
    "T02": "the budget of pages",
    "T03": "enormous addresses, 100,000 links",
    "T04": "one slow city",
    "T05": "one request a second, one connection",
    "P01": "deep nesting",
    "P02": "a text of more than ten megabytes",
    "P03": "parsers of quadratic time",
    "P04": "billion laughs",
    "P05": "entities that read files or addresses",
    "P06": "charsets mislabelled",
    "P07": "NFD, NBSP, soft hyphens",
    "P08": "letters that look alike",
    "P09": "patterns that run away",
    "D01": "spreadsheet bombs",
    "D02": "an archive that lies about its sizes",
    "D03": "members that lead out, links, archives in archives",
    "D04": "macros and external links",
    "D05": "hostile PDF",
    "D06": "a PDF without a letter",
    "D07": "encrypted documents; a file that is not what its name says",
    "D08": "image bombs",
    "V01": "a byte of the archive or of a capsule flips",
    "V02": "a record or file is removed, or added",
    "V03": "a row of evidence or verdict is edited past the monitor",
    "V04": "the log is edited, cut, reordered, or chained anew",
    "V05": "a time-stamp is altered",
    "V06": "a time-stamp authority is down",
    "V07": "a clock that is wrong, or jumps back",
    "V08": "the nights on which clocks change",
    "V09": "a city disputes: its page has changed since",
    "V10": "a picture and a text of different moments",
    "G01": "personal data in what is published",
    "G02": "somebody asks for erasure",
    "G03": "bytes kept longer than they are needed",
    "G04": "secrets or personal data in logs and tracebacks",
}
_ROW = re.compile(r"\b([NBRTPDVG]\d\d)\b")


@dataclass(frozen=True, slots=True)
class Naming:
    """One test that names rows. ``awaited``: why it does not hold yet."""

    file: str
    name: str
    rows: frozenset[str]
    awaited: str


def namings() -> list[Naming]:
    """Every test whose docstring names a row."""
    found = []
    for path in sorted((HOUSE / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                named = frozenset(_ROW.findall(ast.get_docstring(node) or "")) & frozenset(ROWS)
                if named:
                    file = path.relative_to(HOUSE).as_posix()
                    found.append(Naming(file, node.name, named, _awaited(node)))
    return found


def _awaited(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The reason of an expected failure; empty where the test must hold."""
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.xfail":
            said = {keyword.arg: keyword.value for keyword in mark.keywords}
            return str(ast.literal_eval(said["reason"]))
    return ""


def table() -> str:
    """The page: each row, where it is tested, and what it waits for."""
    named = namings()
    lines = [
        "# Faults",
        "",
        "What can go wrong while a site is fetched and read, and with what is kept of it, and the tests that hold us",
        'to surviving it: the run goes on, the row says why, and what could not be seen is never "not published".',
        "Written by `python -m tests.faults.rows`; a test fails where it is not up to date.",
    ]
    for letter, title in GROUPS.items():
        lines += ["", f"## {title}", "", "| row | fault | tests | in | state |", "|---|---|---|---|---|"]
        for row, fault in ROWS.items():
            if row.startswith(letter):
                lines.append(_line(row, fault, [test for test in named if row in test.rows]))
    return "\n".join(lines) + "\n"


def _line(row: str, fault: str, named: list[Naming]) -> str:
    files = ", ".join(f"`{file}`" for file in sorted({test.file.removeprefix("tests/") for test in named}))
    awaited = "; ".join(sorted({test.awaited for test in named if test.awaited}))
    state = f"waits: {awaited}" if awaited else "holds"
    return f"| {row} | {fault} | {len(named)} | {files} | {state if named else 'no test'} |"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
