"""Personal data of people in Ukraine, found in text and hidden from what leaves the house.

It is told by patterns, check digits and the words beside it, so it is neither all that there is nor never mistaken:
``python -m benchmarks.masking`` says how often. What is sealed stays as it was received.
"""

from __future__ import annotations

import re

from models.personal import Personal, PersonalKind
from models.personal_numbers import numbers
from models.personal_words import DELICATE, wording

HIDDEN = {
    PersonalKind.TAX_NUMBER: "РНОКПП",
    PersonalKind.PASSPORT: "номер документа",
    PersonalKind.REGISTER_NUMBER: "УНЗР",
    PersonalKind.ACCOUNT: "рахунок",
    PersonalKind.CARD: "картка",
    PersonalKind.PHONE: "телефон",
    PersonalKind.EMAIL: "пошта",
    PersonalKind.HOME: "адреса",
    PersonalKind.BIRTH: "дата народження",
    PersonalKind.NAME: "ім'я",
}
_MARKS = re.compile(r"[\d@]")  # without them only names can be personal


def found(text: str) -> tuple[Personal, ...]:
    """The personal data in *text*, in its order; where two overlap the longer one stands."""
    if not _MARKS.search(text) and not DELICATE.search(text):
        return ()
    kept: list[Personal] = []
    for one in sorted({*numbers(text), *wording(text)}, key=lambda one: (one.start - one.end, one.start)):
        if not any(one.overlaps(other.start, other.end) for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def masked(text: str) -> str:
    """*text* with what was found in it hidden: ``[приховано: телефон]``. What is masked stays so when masked again."""
    parts, place = [], 0
    for one in found(text):
        parts += [text[place : one.start], f"[приховано: {HIDDEN[one.kind]}]"]
        place = one.end
    return "".join((*parts, text[place:]))
