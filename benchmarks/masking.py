"""How well personal data is found: recall and precision on labelled cases, and what masking a text costs.

    python -m benchmarks.masking [--missed]

``cases.txt`` was there while the patterns were written; ``unseen.txt`` was written afterwards, and no pattern was
changed for it. A labelled stretch is found when all its letters and digits are hidden.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.masking import found, masked

FOLDER = Path(__file__).parents[1] / "fixtures" / "personal"
SETS = ("cases.txt", "unseen.txt")
OPENS, CLOSES, ENDS = "⟦", "⟧", "¶"
_MARKED = re.compile(f"{OPENS}([^{CLOSES}]*){CLOSES}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One case: a text, where personal data stands in it, and under which heading it was filed."""

    heading: str
    text: str
    personal: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one case."""

    hit: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def read(path: Path) -> Iterator[Labelled]:
    """The cases of one file."""
    heading = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line:
            yield labelled(line.replace(ENDS, "\n"), heading)


def labelled(line: str, heading: str = "") -> Labelled:
    """The case that a marked line spells."""
    personal = []
    for number, match in enumerate(_MARKED.finditer(line)):
        start = match.start() - 2 * number
        personal.append((start, start + len(match[1])))
    return Labelled(heading, line.replace(OPENS, "").replace(CLOSES, ""), tuple(personal))


def score(case: Labelled) -> Score:
    """Hold what is found in a case against its labels."""
    said = found(case.text)
    hidden = {place for one in said for place in range(one.start, one.end)}
    whole = [
        all(place in hidden or not case.text[place].isalnum() for place in range(*span))
        for span in case.personal
    ]
    return Score(
        hit=sum(whole),
        missed=tuple(
            case.text[slice(*span)]
            for span, is_whole in zip(case.personal, whole, strict=True)
            if not is_whole
        ),
        wrong=tuple(one.words for one in said if not any(one.overlaps(*span) for span in case.personal)),
    )


def main() -> None:
    """Print recall and precision by set and heading, and the time per text."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--missed", action="store_true", help="name what was missed, and what was taken wrongly"
    )
    arguments = parser.parse_args()
    for name in SETS:
        cases = list(read(FOLDER / name))
        print(f"{name}: {len(cases)} cases")
        for heading in (*dict.fromkeys(case.heading for case in cases), ""):
            told = [(case, score(case)) for case in cases if heading in ("", case.heading)]
            print(f"  {heading or 'all':<40} {summary([one for _, one in told])}")
        if arguments.missed:
            for case in cases:
                one = score(case)
                if one.missed or one.wrong:
                    print(f"    {case.text!r}: missed {one.missed}, wrong {one.wrong}")
    print(f"masking costs {cost():.2f} ms of CPU for 20,000 characters")


def summary(scores: list[Score]) -> str:
    """Recall and precision in one line."""
    count: Counter[str] = Counter()
    for one in scores:
        count.update(hit=one.hit, missed=len(one.missed), wrong=len(one.wrong))
    hit, missed, wrong = count["hit"], count["missed"], count["wrong"]
    recall = hit / (hit + missed) if hit + missed else 1.0
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    return f"recall {recall:6.1%} ({hit} of {hit + missed})  precision {precision:6.1%} ({wrong} wrong)"


def cost() -> float:
    """Milliseconds of CPU to mask a long page, made of all cases."""
    page = "\n".join(case.text for case in read(FOLDER / SETS[0]))
    page = (page * (20_000 // len(page) + 1))[:20_000]
    began, times = time.process_time(), 10
    for _ in range(times):
        masked(page)
    return 1000 * (time.process_time() - began) / times


if __name__ == "__main__":
    main()
