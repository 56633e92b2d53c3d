"""A line of a head put into the form its readers expect: nothing wide, no blanks around what is filled in."""

import re

from crawlers.acts.numerals import last_number, roman, spelt, year_spelt
from crawlers.pages.dates import month_named
from models.matching import normalise

_WIDE = re.compile(r"(?<!\S)(?:\S ){3,}\S(?!\S)")
_WIDE_ROMAN = re.compile(r"(?<!\w)[IVXLІХ](?: [IVXLІХ])+(?!\w)")
_FILLED_IN = re.compile(r"_+(?=[\d\s.])|(?<=[\w.])_+|_+(?=\w)")
_FALSE_NOUGHT = re.compile(r"(?<=\d)[OОoо](?=[\d.])|(?<![^\W\d_])[OОoо](?=\d[\d.])|(?<=\d\.)[OОoо](?=\d\.)")
_FALSE_ONE = re.compile(r"(?<=\d)[lI|](?=[\d\s.]|$)|(?<![^\s\"«.])[lI|](?=\d)")
_FALSE_THREE = re.compile(r"(?<![^\s\"«.])[Зз](?=\d[\".»]?\.?\d\d\.)")
_FALSE_SIX = re.compile(r"(?<=[\"«]\d)б(?=[\"»])")
_COMMA_IN_DATE = re.compile(r"(?<!\d)(\d\d)[,.](\d\d)[,.](\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<=\d\.)['’`](?=\d\d(?!\d))")
_QUOTED_DAY = re.compile(r"[\"«“„](\d{1,2})[\"»”]\s?(\d\d)\s(\d{4}|\d\d(?=\s?р))")
_ROMAN_MONTH = re.compile(r"(?<!\d)(\d{1,2})[./]([IVXІХ]{1,4})[./](\d{4})")
_IN_BRACKETS = re.compile(r"(?<=\d)\s?\([^\W\d_][^()\d]{3,20}\)(?=\s?[^\W\d_])")
_YEAR_FIRST = re.compile(
    r"((?:19|20)\d\d)(?:-?го)?\s?(?:року|рік|р\.?),?\s"
    r"(?:(?P<day>\d{1,2})(?:-?го)?,?\s(?P<month>[^\W\d_]{3,12})"
    r"|(?P<first>[^\W\d_]{3,12}),?\s(?:місяця,?\s)?(?P<second>\d{1,2})(?:-?го)?(?:\s?дня)?)(?!\s?\d{4})"
)
_WORDS = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_YEAR_WORDS = 4


def tidy(line: str) -> str:
    """Give *line* with wide words closed up, blanks filled in taken away, and days turned into their usual order."""
    line = " ".join(line.replace("\u00a0", " ").split())
    line = _WIDE.sub(lambda wide: wide[0].replace(" ", "") if _has_digit(wide[0]) else wide[0], line)
    line = _WIDE_ROMAN.sub(lambda wide: wide[0].replace(" ", ""), line)
    line = " ".join(_FILLED_IN.sub(" ", line).split())
    for false, true in ((_FALSE_NOUGHT, "0"), (_FALSE_ONE, "1"), (_FALSE_THREE, "3"), (_FALSE_SIX, "6")):
        line = false.sub(true, line)
    line = _SHORT_YEAR.sub("", _COMMA_IN_DATE.sub(r"\1.\2.\3", line))
    line = _IN_BRACKETS.sub("", _QUOTED_DAY.sub(r"\1.\2.\3", line))
    return _in_figures(_YEAR_FIRST.sub(_year_last, _ROMAN_MONTH.sub(_month_in_figures, line)))


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _month_in_figures(found: re.Match[str]) -> str:
    return f"{found[1]}.{roman(found[2]):02}.{found[3]}"


def _year_last(found: re.Match[str]) -> str:
    day, month = found["day"] or found["second"], found["month"] or found["first"]
    return f"{day} {month} {found[1]}" if month_named(month.lower()) else found[0]


def _in_figures(line: str) -> str:
    """Turn a day in words into figures: "двадцять п'ятого грудня дві тисячі двадцять четвертого"."""
    found = list(_WORDS.finditer(line))
    words = [normalise(one[0]) for one in found]
    for place in range(1, len(words)):
        beside = line[found[place - 1].end() : found[place].start()].isspace()
        if not (beside and spelt(words[place - 1]) and month_named(words[place])):
            continue
        day = last_number(words[max(0, place - 2) : place])
        start = place - (1 if day == spelt(words[place - 1]) else 2)
        year = year_spelt(words[place + 1 : place + 1 + _YEAR_WORDS])
        after = line[found[place].end() :]
        if year:
            ends = (one.start() for one, word in zip(found, words, strict=True) if word.startswith("рок"))
            after = f" {year} {line[next(ends, len(line)) :]}"
        return f"{line[: found[start].start()]}{day} {found[place][0]}{after}"
    return line
