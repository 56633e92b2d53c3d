"""Words found again as a person would: spelt, spaced, quoted and hyphenated a little differently, they are the same."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060\ufe0f\ufeff\u0002"  # the last: a hyphen of PDFium's
_BETWEEN = rf"[\s{_INVISIBLE}]*+"
_QUOTE_MARKS = "\"'«»‹›„“”‟‘’‚‛`´ʹʼʻ′″＇＂"
_DASHES = "-‐‑‒–—―−"
_SKIPPED = re.compile(rf"[\s{_INVISIBLE}]")
_SPACE_WITHIN = re.compile(r"(?<=\S)\s+(?=\S)")
_CONTEXT = 60  # characters on each side
BLOCK_END = "\x1e"
"""Parts the blocks of a laid-out text: white space like any other, but no text holds it."""

_LONGEST = 4000  # characters of a quote that are looked for


@dataclass(frozen=True, slots=True)
class Match:
    """Where words stand in a text. ``bounded``: they begin and end where words of the text do."""

    start: int
    end: int
    bounded: bool


def matches(text: str, quote: str, *, at_most: int = 200) -> list[Match]:
    """Every place where *quote* stands in *text*, in order; those within other words only where there is none else."""
    pattern = _pattern(quote[:_LONGEST])
    if pattern is None:
        return []
    found: list[Match] = []
    for one in pattern.finditer(text):
        found.append(Match(one.start(), one.end(), _is_bounded(text, one.start(), one.end())))
        if len(found) >= at_most:
            break
    bounded = [one for one in found if one.bounded]
    return bounded or found


def context(text: str, start: int, end: int) -> dict[str, str]:
    """The words themselves as they stand, and whole words of the nearest blocks before and after them."""
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    before_blocks = [part for part in before.split(BLOCK_END) if part.strip()]
    after_blocks = [part for part in after.split(BLOCK_END) if part.strip()]
    if len(before_blocks) == 1 and start > _CONTEXT:
        before_blocks[0] = _from_second_word(before_blocks[0])
    if len(after_blocks) == 1 and end + _CONTEXT < len(text):
        after_blocks[0] = _from_second_word(after_blocks[0][::-1])[::-1]
    return {
        "words": _tidy(text[start:end]),
        "before": _tidy(before_blocks[-1]) if before_blocks else "",
        "after": _tidy(after_blocks[0]) if after_blocks else "",
    }


def _from_second_word(piece: str) -> str:
    """Without what may be half a word, where there is more."""
    return piece[rest.end() :] if (rest := _SPACE_WITHIN.search(piece)) else piece


@lru_cache(maxsize=512)
def _pattern(quote: str) -> re.Pattern[str] | None:
    """A pattern for one quote: any space or none between its signs, and for each sign all that look like it."""
    signs = [_sign(sign) for sign in unicodedata.normalize("NFC", quote) if not _SKIPPED.match(sign)]
    return re.compile(_BETWEEN.join(signs), re.IGNORECASE) if signs else None


def _sign(sign: str) -> str:
    if sign in _QUOTE_MARKS:
        return f"[{re.escape(_QUOTE_MARKS)}]"
    if sign in _DASHES:
        return f"[{re.escape(_DASHES)}]"
    if sign == "…":
        return r"(?:…|\.\.\.)"
    apart = unicodedata.normalize("NFD", sign)
    return re.escape(sign) if apart == sign else f"(?:{re.escape(sign)}|{re.escape(apart)})"


def _is_bounded(text: str, start: int, end: int) -> bool:
    begins = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    return begins and (end >= len(text) or not (text[end].isalnum() and text[end - 1].isalnum()))


def _tidy(piece: str) -> str:
    return " ".join(piece.replace("\u00ad", "").replace("\u0002", "").split())
