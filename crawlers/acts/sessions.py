"""The session and the convocation that a head names, in figures, Roman numbers or words."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from crawlers.acts.numerals import last_number
from crawlers.pages.lexicon import words
from models.matching import normalise

_GLUED = re.compile(
    r"(?<=\d)(?=[^\W\d_]{4})|(?<=[^\W\d_]{4})(?=\d)|(?<=рішення)(?=[^\W\d_]{4})", re.IGNORECASE
)
_RUN_TOGETHER = re.compile(r"(?<=\w{3})(?=сесі|скликан)")
_JUST_A_NUMBER = re.compile(r"\W{0,3}№?\s?\d{1,3}\W{0,3}")
_ENDING_UP_TO = 3  # letters: "20-ї", "8-го", "43-тя"
_PASSED_OVER = 4  # words between a number and what it counts
_LARGEST_SESSION, _LARGEST_CONVOCATION = 199, 15


class Sitting(NamedTuple):
    """When in the life of a council an act was adopted."""

    session: int | None
    convocation: int | None


def sitting_in(lines: Iterable[str]) -> Sitting:
    """Give the session and the convocation that *lines* name first."""
    session = convocation = None
    for line, following in pairwise((*lines, "")):
        given = _words_of(f"{line} {following}" if _JUST_A_NUMBER.fullmatch(following) else line)
        session = session or _counted(given, words("acts", "session"), _LARGEST_SESSION)
        convocation = convocation or _counted(given, words("acts", "convocation"), _LARGEST_CONVOCATION)
    return Sitting(session, convocation)


def speaks_of_sitting(line: str) -> bool:
    """Say whether *line* names a session or a convocation."""
    marks = (*words("acts", "session"), *words("acts", "convocation"))
    return any(word.startswith(marks) for word in _words_of(line))


def _words_of(line: str) -> list[str]:
    return _RUN_TOGETHER.sub(" ", normalise(_GLUED.sub(" ", line))).split()


def _counted(given: Sequence[str], marks: tuple[str, ...], largest: int) -> int | None:
    for place, word in enumerate(given):
        if word.startswith(marks):
            number = _before(given[:place]) or _after(given[place + 1 :])
            if 0 < number <= largest:
                return number
    return None


def _before(given: Sequence[str]) -> int:
    """Give the number before the word, over its ending and over what says which sort of session it was."""
    passed = tuple(words("acts", "of_sessions"))
    for back in range(len(given), max(0, len(given) - _PASSED_OVER), -1):
        if number := last_number(given[:back]):
            return number
        word = given[back - 1]
        after_figure = (back > 1 and given[back - 2].isdigit()) or (
            back > 1 and last_number(given[: back - 1])
        )
        if not word.startswith(passed) and not (len(word) <= _ENDING_UP_TO and after_figure):
            return 0
    return 0


def _after(given: Sequence[str]) -> int:
    """Give the number right after the word: "Сесія п'ята", "скликання VII", "сесія № 51"."""
    rest = [word for word in given[:4] if word != "№"]
    counted = words("acts", "convocation")
    for length in (2, 1):
        number = last_number(rest[:length]) if len(rest) >= length else 0
        another = len(rest) > length and rest[length].startswith(counted)
        if number and not another and last_number(rest[:1]):
            return number
    return 0
