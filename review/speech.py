"""The two languages of the desk: every text, number and date a page says.

Texts are gettext catalogues, one per room of the desk, in ``locale/<language>/LC_MESSAGES``; a text is asked for
by its name, such as ``queue.title``, and its places are written ``{so}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from starlette.requests import Request

from models.runs import KYIV

LANGUAGES = ("uk", "en")
COOKIE = "language"
CATALOGUES = Path(__file__).parent / "locale"
ENGLISH_FORMS = ("one", "many")
UKRAINIAN_FORMS = ("one", "few", "many")
THIN_SPACE = "\u202f"


class UnknownTextError(KeyError):
    """A page asks for a text that the catalogue does not hold."""


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> Mapping[str, str]:
    """Every text in *language* by its name; one that counts by its name and form, such as ``queue.left.few``."""
    forms = UKRAINIAN_FORMS if language == "uk" else ENGLISH_FORMS
    found: dict[str, str] = {}
    for file in sorted((CATALOGUES / language / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=language, abort_invalid=True)
        for message in catalogue:
            name, said = message.id, message.string
            if isinstance(name, str):
                found |= {name: str(said)} if name else {}  # the nameless one is the catalogue's own head
            else:
                found |= {f"{name[0]}.{form}": text for form, text in zip(forms, said or (), strict=True)}
    return found


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
        form = _plural(self.language)(number)
        form = "many" if form == "other" else form
        return self(f"{name}.{form}", n=self.number(number), **values)

    def number(self, number: int) -> str:
        """*number* with its thousands apart."""
        return f"{number:,}".replace(",", THIN_SPACE)

    def points(self, number: float) -> str:
        """Points with as many decimals as they have, two at most, and a minus of its own."""
        said = f"{number:.2f}".rstrip("0").rstrip(".").replace("-", "−")
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
        return format_date(day, "d MMMM y", locale=self.language)

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


@lru_cache(maxsize=len(LANGUAGES))
def _plural(language: str) -> Callable[[int], str]:
    """What says which form of a noun a number asks for: 1 сторінка, 2 сторінки, 5 сторінок, 21 сторінка."""
    return Locale(language).plural_form


def _preferred(header: str) -> str:
    """The first of our languages in an Accept-Language header, by its weight."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:200].split(",")):
        name, _, weight = part.strip().partition(";q=")
        code = name.strip().lower().partition("-")[0]
        if code in LANGUAGES and weight.replace(".", "", 1).isdecimal() | (not weight):
            weighed.append((-float(weight or 1), place, code))
    return min(weighed)[2] if weighed else LANGUAGES[0]
