"""How much of a set of Ukrainian keywords is recovered from pages in every charset, under every label.

    python -m benchmarks.charset [--lost]

The pages are those of fixtures/charsets.py. Found is a keyword that matching finds in what was read.
"""

import argparse
from collections import Counter

from crawlers.charset import decode
from fixtures.charsets import Case, matrix
from models.matching import stems


def is_recovered(case: Case) -> bool:
    """Say whether the keyword of *case* is found in what was read of it."""
    read = f" {' '.join(stems(decode(case.body, case.label).text))} "
    return f" {' '.join(stems(case.keyword))} " in read


def main(argv: list[str] | None = None) -> int:
    """Print the share for each charset, writing, length and kind of label, and for all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lost", action="store_true", help="also list what was not recovered")
    arguments = parser.parse_args(argv)
    every, found = Counter[str](), Counter[str]()
    for case in matrix():
        kinds = {
            "charset": case.charset,
            "written": case.written,
            "length": case.length,
            "label": case.labelled,
        }
        groups = ["all", *(f"{name} {value}" for name, value in kinds.items())]
        recovered = is_recovered(case)
        every.update(groups)
        if recovered:
            found.update(groups)
        elif arguments.lost:
            print("lost:", *case[:5])
    for group in sorted(every):
        print(f"{group:24} {found[group]:6} of {every[group]:6}  {found[group] / every[group]:.4f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
