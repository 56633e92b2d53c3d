"""The letter of an information request. It is Ukrainian, whatever language its writer reads the desk in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.requests import Letter
from review.speech import Speech

SUBJECT = "Про надання інформації щодо прозорості роботи міської ради"
OPENING = (
    "На підставі статей 1, 5, 13, 19 і 20 Закону України «Про доступ до публічної інформації» (№ 2939-VI)"
    " прошу надати інформацію, якої не вдалося знайти або перевірити за відкритими вебсторінками ради:"
)
CLOSING = (
    (
        "Якщо цю інформацію вже оприлюднено, прошу надати посилання на сторінки, де її розміщено. Якщо її не"
        " оприлюднено, прошу надати копії документів або відомості, що дають відповідь на кожне запитання."
    ),
    (
        "Якщо рада не є розпорядником якоїсь частини цієї інформації, прошу переслати запит у цій частині"
        " належному розпорядникові та повідомити мене про це."
    ),
    "Відповідь прошу надіслати в електронній формі на адресу, зазначену на початку запиту.",
)
_REGULAR = (  # how a city's name ends, and its adjective where that is formed without exceptions
    ("ське", "ській"),
    ("цьке", "цькій"),
    ("ський", "ській"),
    ("цький", "цькій"),
    ("ськ", "ській"),
    ("цьк", "цькій"),
    ("ів", "івській"),
    ("їв", "ївській"),
    ("піль", "пільській"),
    ("поль", "польській"),
    ("град", "градській"),
    ("город", "городській"),
    ("ин", "инській"),
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One question of a request: what it is about, and in whose area it stands."""

    area: str
    name: str
    question: str


def first_draft(city: str, topics: Iterable[Topic], reply_to: str) -> Letter:
    """A letter to the council of *city*, given by its Ukrainian name, with *topics* numbered under their areas."""
    lines = [OPENING, "", listed(topics)]
    for paragraph in CLOSING:
        lines += ["", paragraph]
    return Letter(addressee=council(city), reply_to=reply_to, subject=SUBJECT, body="\n".join(lines))


def listed(topics: Iterable[Topic]) -> str:
    """What a letter asks: *topics* numbered under their areas."""
    lines: list[str] = []
    area = ""
    for number, topic in enumerate(topics, start=1):
        if topic.area != area:
            lines += [topic.area] if not area else ["", topic.area]
            area = topic.area
        lines.append(f"{number}. {topic.name}: прошу повідомити, {_asked(topic.question)}.")
    return "\n".join(lines)


def council(city: str) -> str:
    """To whom a letter goes: "Луцькій міській раді".

    Where a name forms its adjective in a way of its own, the city is named beside the council: always right.
    """
    if " " not in city:
        for ending, adjective in _REGULAR:
            if city.endswith(ending):
                return f"{city.removesuffix(ending)}{adjective} міській раді"
    return f"Міській раді, м. {city}"


def whole(letter: Letter, *, name: str, organisation: str, day: date) -> str:
    """The letter as it is sent: with whom it is to and from, its day, and a line to sign."""
    sender = f"{name}, {organisation}" if organisation else name
    return "\n".join(
        (
            f"Кому: {letter.addressee}",
            f"Від кого: {sender}",
            f"Адреса для відповіді: {letter.reply_to}",
            "",
            "ЗАПИТ НА ІНФОРМАЦІЮ",
            letter.subject,
            "",
            letter.body,
            "",
            f"{Speech('uk').day(day)} року",
            "",
            f"____________________  {name}",
        )
    )


def _asked(question: str) -> str:
    """A question as the end of a sentence: without its mark, its first letter small."""
    bare = question.strip().rstrip("?").rstrip()
    return bare[:1].lower() + bare[1:]
