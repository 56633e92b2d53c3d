"""Words for personal data, and what its detectors share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class PersonalKind(StrEnum):
    """What sort of personal data some words are."""

    TAX_NUMBER = "tax-number"  # РНОКПП
    PASSPORT = "passport"  # the booklet, or the card
    REGISTER_NUMBER = "register-number"  # УНЗР
    ACCOUNT = "account"  # of a person, at a bank
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    HOME = "home"  # where somebody lives
    BIRTH = "birth"
    NAME = "name"  # of somebody whose health or childhood the words beside it tell of


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data in a text: characters ``start`` to ``end``."""

    kind: PersonalKind
    start: int
    end: int
    words: str

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it shares a character with that stretch."""
        return self.start < end and start < self.end


def words(pattern: str) -> re.Pattern[str]:
    """A pattern of words that tell what stands beside them, in capitals or not."""
    return re.compile(pattern, re.IGNORECASE)


def before(text: str, place: int, reach: int) -> str:
    """What stands before *place*, as far as *reach* and on the same line."""
    return text[max(0, place - reach) : place].rpartition("\n")[2]


def after(text: str, place: int, reach: int) -> str:
    """What stands after *place*, as far as *reach* and on the same line."""
    return text[place : place + reach].partition("\n")[0]


def nearest(pattern: re.Pattern[str], context: str) -> int:
    """Where the last of the words of *pattern* in *context* ends; -1 where there is none."""
    return max((match.end() for match in pattern.finditer(context)), default=-1)


def of_match(kind: PersonalKind, match: re.Match[str], group: int | str = 0) -> Personal:
    """The personal data that a group of *match* is."""
    return Personal(kind, match.start(group), match.end(group), match[group])


Found = Iterator[Personal]
