"""The number of an act, in one spelling however it is written: "№ 2/VІІ - 8" is 2/VII-8."""

import re

from crawlers.acts.numerals import roman

_SEPARATOR = r"\s?[-–—−‑/]\s?"
_NO_DAY = r"(?!\d{1,2}\.\d{1,2}\.\d{2})"
_NO_PLACE = r"(?!(?:м|с|смт)\.|(?:про|о|об)\s|від|от\b|[^\W\d_]{1,3}\s\d)"
_LETTERS = r"(?!від|от)[^\W\d_]{1,3}(?![^\W\d_])"
_ROMAN = r"[IVXLІХ]{1,7}(?![^\W\d_])"
_FIGURES = rf"\d++(?:\.\d++)*+(?:{_LETTERS})?"
_PART = rf"{_NO_DAY}{_FIGURES}|{_NO_PLACE}(?:{_ROMAN}|[^\W\d_]{{1,3}}\d{{1,4}}|{_LETTERS})"
_START = rf"{_NO_DAY}(?:\d (?=\d{{3}}(?:\s*$))\d{{3}}|{_FIGURES}|{_ROMAN}(?=\s?[-–—/]\s?\d))"
_WRITTEN = rf"(?P<number>(?:{_START})(?:{_SEPARATOR}(?:{_PART})){{0,4}})"
_SIGN = r"(?:№|\bN[oоº°]?\.?(?=\s?\d)|#)"
_SIGNED = re.compile(rf"{_SIGN}[\s_]*{_WRITTEN}", re.IGNORECASE)
_AFTER_TYPE = re.compile(
    rf"(?<![^\W\d_])(?:resolution|ordinance|order|decision|рішення|розпорядження|ухвала|наказ)\s?{_WRITTEN}"
    r"(?!\s?(?:-?[^\W\d_]{1,3}\s)?(?:сесі|чергов|позачергов|скликан)|[./]\d|\s[^\W\d_]+\s(?:19|20)\d\d)",
    re.IGNORECASE,
)
_BEFORE_DAY = re.compile(rf"^\W*{_WRITTEN}\s(?:в[іi]д|от)\s", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
_LATIN_TO_CYRILLIC = str.maketrans("ABCEHIKMOPTXYacekopxyi", "АВСЕНІКМОРТХУасекорхуі")
_PIECES = re.compile(r"[^\W\d_]+|\W+|\d+")


def number_in(line: str) -> str | None:
    """Give the first number that *line* names as that of an act, in its one spelling."""
    found = _SIGNED.search(line) or _AFTER_TYPE.search(line) or _BEFORE_DAY.search(line)
    return spelling(found["number"], cyrillic=bool(_CYRILLIC.search(line))) if found else None


def without_number(line: str) -> str:
    """Give *line* with its signed numbers taken out."""
    return _SIGNED.sub(" ", line)


def is_numbered(line: str) -> bool:
    """Say whether *line* carries a number with its sign."""
    return _SIGNED.search(line) is not None


def spelling(number: str, *, cyrillic: bool = True) -> str:
    """Give *number* with plain dashes, no spaces, Roman parts in Latin letters and others in those of the text."""
    pieces = _PIECES.findall(number.strip(" ._-–—/"))
    return "".join(_piece(piece, cyrillic=cyrillic) for piece in pieces)


def _piece(piece: str, *, cyrillic: bool) -> str:
    if piece.isdigit():
        return piece
    if piece.isalpha():
        if piece.isupper() and roman(piece):
            return piece.translate(str.maketrans("ІХ", "IX"))
        return piece.translate(_LATIN_TO_CYRILLIC) if cyrillic else piece
    mark = piece.strip()
    return "" if not mark else mark if mark in {"/", "."} else "-"
