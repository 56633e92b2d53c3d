"""The two languages of the desk: every text, number and date a page says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request

from models.runs import KYIV

LANGUAGES = ("uk", "en")
COOKIE = "language"
TEXTS = Path(__file__).parent / "texts"
THIN_SPACE = "\u202f"


class UnknownTextError(KeyError):
    """A page asks for a text that the catalogue does not hold."""


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> Mapping[str, str]:
    """Every text in *language*, by its full name, such as ``queue.title``."""
    nested = yaml.safe_load((TEXTS / f"{language}.yaml").read_text(encoding="utf-8"))
    return dict(_flat("", nested))


def language_of(request: Request) -> str:
    """The language asked for: by ``?lang=``, by the cookie of an earlier choice, by the browser; else Ukrainian."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return _preferred(request.headers.get("accept-language", ""))


@dataclass(frozen=True, slots=True)
class Speech:
    """What a template calls ``t``: ``t("queue.title")``, ``t.count("queue.left", 7)``, ``t.moment(time)``."""

    language: str

    def __call__(self, name: str, /, **values: object) -> str:
        """The text called *name*, its places filled from *values*."""
        try:
            return texts(self.language)[name].format_map(values)
        except KeyError as error:
            raise UnknownTextError(f"{self.language}: {name}: {error}") from error

    def has(self, name: str) -> bool:
        """Whether there is a text called *name*."""
        return name in texts(self.language)

    def count(self, name: str, number: int, /, **values: object) -> str:
        """The text called *name* in the form that *number* asks for."""
        form = _form_uk(number) if self.language == "uk" else ("one" if number == 1 else "many")
        return self(f"{name}.{form}", n=self.number(number), **values)

    def number(self, number: int) -> str:
        """*number* with its thousands apart."""
        return f"{number:,}".replace(",", THIN_SPACE)

    def points(self, number: float) -> str:
        """Points with as many decimals as they have, two at most."""
        said = f"{number:.2f}".rstrip("0").rstrip(".")
        return said.replace(".", ",") if self.language == "uk" else said

    def percent(self, share: float) -> str:
        """A share of one, in whole per cent."""
        return f"{round(share * 100)}{THIN_SPACE if self.language == 'uk' else ''}%"

    def size(self, number: int) -> str:
        """So many bytes, in the unit that reads best."""
        for unit, bytes_each in (("mib", 2**20), ("kib", 2**10)):
            if number >= bytes_each:
                value = f"{number / bytes_each:.1f}"
                return self(f"size.{unit}", n=value.replace(".", ",") if self.language == "uk" else value)
        return self("size.bytes", n=self.number(number))

    def day(self, day: date) -> str:
        """A day as people write it: 22 листопада 2026."""
        return f"{day.day} {self(f'months.{day.month}')} {day.year}"

    def moment(self, moment: datetime) -> str:
        """Day and minute in Kyiv."""
        there = moment.astimezone(KYIV)
        return f"{self.day(there.date())}, {there:%H:%M}"

    def clock(self, moment: datetime) -> str:
        """Day and second in Kyiv, for lists of many moments."""
        there = moment.astimezone(KYIV)
        return f"{there:%d.%m.%Y %H:%M:%S}"

    def short(self, moment: datetime) -> str:
        """Day and month in Kyiv, for narrow places."""
        there = moment.astimezone(KYIV)
        return f"{there:%d.%m.%Y}"

    def either(self, thing: Any, stem: str) -> str:  # noqa: ANN401  # any row with name_uk and name_en
        """The field of *thing* in this language: ``t.either(city, "name")``."""
        return str(getattr(thing, f"{stem}_{self.language}"))


def _flat(prefix: str, nested: Mapping[Any, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in nested.items():
        name = f"{prefix}{key}"
        found += _flat(f"{name}.", value) if isinstance(value, dict) else [(name, str(value))]
    return found


def _form_uk(number: int) -> str:
    """One of one, few, many: 1 сторінка, 2 сторінки, 5 сторінок, 11 сторінок, 21 сторінка."""
    tens, ones = number % 100, number % 10
    if ones == 1 and tens != 11:  # noqa: PLR2004  # the grammar's own number
        return "one"
    return "few" if ones in (2, 3, 4) and tens not in (12, 13, 14) else "many"


def _preferred(header: str) -> str:
    """The first of our languages in an Accept-Language header, by its weight."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:200].split(",")):
        name, _, weight = part.strip().partition(";q=")
        code = name.strip().lower().partition("-")[0]
        if code in LANGUAGES and weight.replace(".", "", 1).isdecimal() | (not weight):
            weighed.append((-float(weight or 1), place, code))
    return min(weighed)[2] if weighed else LANGUAGES[0]
