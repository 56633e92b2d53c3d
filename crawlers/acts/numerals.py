"""Numbers written as Roman numerals or as words: "XLIX", "сорок другої", "двадцять п'ятого"."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from crawlers.pages.lexicon import table

_LETTERS = str.maketrans("іхІХ", "ixIX")
_ROMAN = re.compile(r"(?=[ivxl])(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_TENS = {"": 0, "x": 10, "xx": 20, "xxx": 30, "xl": 40, "l": 50, "lx": 60, "lxx": 70, "lxxx": 80, "xc": 90}
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_TEN, _TWENTY = 10, 20
_MOST_WORDS = 2  # "сорок другої"


def roman(word: str) -> int:
    """Give what a Roman number means, in either alphabet; 0 for any other word."""
    found = _ROMAN.fullmatch(word.translate(_LETTERS).lower())
    return _TENS[found[1]] + _UNITS[found[2]] if found else 0


def last_number(words: Sequence[str]) -> int:
    """Give the number that the folded *words* end with; 0 where they end with none."""
    if not words:
        return 0
    if words[-1].isdigit():
        return int(words[-1])
    if number := roman(words[-1]):
        return number
    number = spelt(words[-1])
    if 0 < number < _TEN and len(words) >= _MOST_WORDS:
        tens = spelt(words[-_MOST_WORDS])
        return number + tens if tens >= _TWENTY else number
    return number


def year_spelt(words: Sequence[str]) -> int:
    """Give the year that the folded *words* begin with, "дві тисячі двадцять п'ятого"; 0 where they begin with none."""
    thousands = tuple(table("ordinals")["thousands"])
    if len(words) <= _MOST_WORDS or spelt(words[0]) != len("дв") or not words[1].startswith(thousands):
        return 0
    after = [number for word in words[_MOST_WORDS : 2 * _MOST_WORDS] if (number := spelt(word))]
    if not after:
        return 0
    joined = after[0] + after[1] if len(after) > 1 and after[0] >= _TWENTY and after[1] < _TEN else after[0]
    return 2000 + joined


@lru_cache(maxsize=4096)
def spelt(word: str) -> int:
    """Give the number below a hundred that one folded word means; 0 for any other word."""
    for length in range(len(word), 2, -1):
        number = _beginnings().get(word[:length])
        if number and word[length:] in _endings():
            return number
    return 0


@cache
def _beginnings() -> dict[str, int]:
    return {start: number for number, known in table("ordinals")["beginnings"].items() for start in known}


@cache
def _endings() -> frozenset[str]:
    return frozenset(table("ordinals")["endings"])
