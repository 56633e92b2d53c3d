"""The subject of an act, "Про …", told apart from what its head says of the act itself."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from crawlers.acts.numbers import number_in
from crawlers.pages.dates import find_dates
from crawlers.pages.lexicon import any_of, folded, words
from models.matching import normalise

_BEGINS = re.compile(
    r"(?:^|(?<=[\s«\"“„(.\d|–—-])|(?<=р[оік][кк][уа]))"
    r"((?:[ПP][рp][оo]|[ПP][РP][ОO]|(?:(?<=[рР]ішення )|(?<=[нН]аказ ))про)\s|(?:(?<=^)|(?<=[«\"]))(?:О|Об|ОБ|Обо)\s)"
)
_IN_BRACKETS = re.compile(
    r"\s{0,3}\(((?:рішення|ухвала|розпорядження|наказ|№|N|від|про[єе]кт)[^()]{0,200})\)[\s.]{0,3}$",
    re.IGNORECASE,
)
_AFTER_QUOTE = re.compile(r"[»\"”]\s?[,(]?\s?((?:від|№|N\s?\d|\d|\().*)$", re.IGNORECASE)
_AFTER_STOP = re.compile(r"[.;,]\s+((?:рішення|розпорядження|ухвала|наказ)\s?(?:№|від).*)$", re.IGNORECASE)
_AFTER_DASH = re.compile(r"\s[–—-]\s((?:№|від\s)?\s?\d.*)$", re.IGNORECASE)
_INITIAL = re.compile(r"(?<!\w)[^\W\d_]\.$")  # "Іваненку І. І."
_OPENING, _CLOSING = "«“„", "»”"
_EDGES = " \t.,;:–—-|("
_CITATION_BEGINS = re.compile(r"^\W{0,5}(?:в[іi]д|от|№)", re.IGNORECASE)


class Parts(NamedTuple):
    """What one line says before, in and after the subject."""

    before: str
    subject: str
    after: str = ""


def divided(line: str) -> Parts:
    """Give what *line* says of the act itself apart from its subject; the acts cited there belong to the subject."""
    found = _BEGINS.search(line)
    if not found:
        return Parts(line, "")
    before, subject = line[: found.start(1)], line[found.start(1) :]
    published = _published().search(subject)
    if published and find_dates(published[0]):
        subject = subject[: published.start()]
    quoted = before.rstrip().endswith(('"', *_OPENING))
    for pattern in (_IN_BRACKETS, *((_AFTER_QUOTE,) if quoted else ()), _AFTER_STOP, _AFTER_DASH):
        tail = pattern.search(subject)
        if tail and (pattern is _IN_BRACKETS or find_dates(tail[1]) or number_in(tail[1])):
            return Parts(before.strip(), subject[: tail.start()].strip(_EDGES), tail[1])
    return Parts(before.strip(), subject.strip())


def without_asides(line: str) -> str:
    """Give *line* up to where it begins to tell of other papers and other days."""
    return _aside().sub("", line)


def goes_on(subject: str, line: str, *, dated: bool) -> bool:
    """Say whether *line* is the next one of *subject*, seen that the act's own day is known already or not."""
    if not line or closed(subject):
        return False
    if _CITATION_BEGINS.match(line):
        cited = _after_cited(subject)
        return cited is not None and (
            (number_in(cited) is None and number_in(line) is not None and not find_dates(cited))
            or (dated and not find_dates(cited) and number_in(line) is None)
        )
    if subject.isupper():
        return line.isupper() and divided(line).subject == "" and not find_dates(line)
    first = line.lstrip('(«"“„ ')[:1]
    return (first.islower() or line[:1] in '(«"“„') and not _is_speaker(line)


def closed(subject: str) -> bool:
    """Say whether a subject that stands in quotes has come to its end."""
    return _surplus(subject) > 0 or subject.endswith((".", ";"))


def cleaned(subject: str) -> str:
    """Give a subject without the quotes and the marks around it."""
    subject = " ".join(subject.split()).lstrip(_EDGES)
    subject = subject if _INITIAL.search(subject) else subject.rstrip(_EDGES)
    while subject and subject[-1] in _CLOSING and _surplus(subject) > 0:
        subject = subject[:-1].strip(_EDGES)
    if subject.endswith('"') and subject.count('"') % 2:
        subject = subject[:-1].strip(_EDGES)
    return subject


def _surplus(subject: str) -> int:
    """Count the quotes that close in *subject* and do not open there."""
    opened = sum(map(subject.count, _OPENING))
    return sum(map(subject.count, _CLOSING)) - opened + subject.count('"') % 2


def _after_cited(subject: str) -> str | None:
    """Give what follows the last word of *subject* that names another act; None if it names none."""
    cited = [found.end() for found in _cited().finditer(subject)]
    return subject[cited[-1] :] if cited else None


def _is_speaker(line: str) -> bool:
    """A line that begins with the body that is about to resolve."""
    folded_line = f"{normalise(line)} "
    return any(folded_line.startswith(f"{one} ") for one in folded("acts", "speakers"))


@cache
def _aside() -> re.Pattern[str]:
    return _to_the_end(words("acts", "aside"))


@cache
def _published() -> re.Pattern[str]:
    return _to_the_end(words("dates", "published"))


def _to_the_end(beginnings: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"[\s,;(]{{0,3}}(?<![^\W\d_]){any_of(beginnings)}(?![^\W\d_]).*$", re.IGNORECASE)


@cache
def _cited() -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_]){any_of(words('acts', 'cited'))}(?![^\W\d_])", re.IGNORECASE)
