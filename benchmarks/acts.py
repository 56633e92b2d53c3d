"""How exactly heads of acts are read: ``python -m benchmarks.acts [--part PART] [--wrong] [--dates FILE]``.

Every case of ``fixtures/acts`` goes through the reader of its form: pages as crawled, documents and scans as laid out
by their reader, titles and file names on their own. A field counts when it says exactly what the case means, nothing
included. FILE holds one JSON object a line with ``text`` and ``expected``; times of day and days of the week are left
out of the count, as an act has none.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from crawlers.acts.titles import act_named, act_named_by_file
from crawlers.documents.heads import Head
from crawlers.pages.dates import first_date
from crawlers.reading import read_page
from fixtures.acts import FIELDS, Case, cases, variants
from models.facts import Act

TODAY = date(2026, 11, 20)
HOST = "https://council.example"
WANTED = 0.95
WANTED_FIELDS = ("number", "date")


def main(argv: list[str] | None = None) -> int:
    """Print the share of exact fields by variant; fail where number or day fall short of what is wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--part", choices=("all", "first", "held-out"), default="all")
    parser.add_argument("--wrong", action="store_true", help="name each case with what was read wrongly")
    parser.add_argument("--dates", type=Path, help="file of dates with their meaning")
    arguments = parser.parse_args(argv)
    began = time.process_time()
    right: Counter[tuple[str, str]] = Counter()
    there: Counter[str] = Counter()
    for case in chosen(arguments.part):
        read = read_case(case)
        there[case.variant] += 1
        wrong = {field for field in FIELDS if not is_exact(case, read, field)}
        right.update((case.variant, field) for field in FIELDS if field not in wrong)
        if wrong and arguments.wrong:
            _explain(case, read, wrong)
    _report(right, there)
    print(f"{there.total()} cases, {time.process_time() - began:.1f} s of CPU")
    if arguments.dates:
        _report_dates(arguments.dates)
    whole = {field: sum(right[variant, field] for variant in there) for field in WANTED_FIELDS}
    return int(any(number < WANTED * there.total() for number in whole.values()))


def chosen(part: str) -> Iterator[Case]:
    """Give the cases of one part of the set."""
    for variant in variants():
        yield from (case for case in cases(variant) if part == "all" or case.held_out == (part == "held-out"))


def read_case(case: Case) -> Act | None:
    """Read a case as the crawler reads what is of its form."""
    if case.form == "title":
        return act_named(case.given)
    if case.form == "file":
        return act_named_by_file(case.given)
    if case.form == "page":
        return read_page(
            case.as_page().encode(), url=f"{HOST}/{case.place}", charset="utf-8", today=TODAY
        ).act
    recognised = case.form == "scan"
    return Head(case.given, title="", url=f"{HOST}/1.pdf", today=TODAY, recognised=recognised).act


def is_exact(case: Case, read: Act | None, field: str) -> bool:
    """Say whether *field* was read as the case means it; what is no act has none of them."""
    return said(read, field) == ((case.truth or {}).get(field) or None)


def said(read: Act | None, field: str) -> object:
    """Give what was read of *field*; None where nothing was."""
    return (getattr(read, field) or None) if read else None


def _explain(case: Case, read: Act | None, wrong: Iterable[str]) -> None:
    meant = {field: (case.truth or {}).get(field) for field in sorted(wrong)}
    print(f"{case.name}: meant {_plain(meant)}, read {_plain({field: said(read, field) for field in meant})}")


def _plain(values: dict[str, object]) -> str:
    return ", ".join(f"{field}={value}" for field, value in values.items())


def _report(right: Counter[tuple[str, str]], there: Counter[str]) -> None:
    print(f"{'variant':<18}{'cases':>6}" + "".join(f"{field:>13}" for field in FIELDS))
    for variant, number in there.items():
        shares = (right[variant, field] / number for field in FIELDS)
        print(f"{variant:<18}{number:>6}" + "".join(f"{share:>13.3f}" for share in shares))
    whole = (sum(right[variant, field] for variant in there) / there.total() for field in FIELDS)
    print(f"{'all':<18}{there.total():>6}" + "".join(f"{share:>13.3f}" for share in whole))


def _report_dates(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    days = [one for one in lines if one["kind"] == "absolute"]
    found = sum(first_date(one["text"]) == datetime.fromisoformat(one["expected"]).date() for one in days)
    print(f"dates: {found} of {len(days)} that name a day; {len(lines) - len(days)} others are not counted")


if __name__ == "__main__":
    raise SystemExit(main())
