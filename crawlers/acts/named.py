"""Which sort of act and which body some words name."""

import re
from functools import cache
from typing import NamedTuple

from crawlers.pages.lexicon import Phrases, folded, table
from models.matching import normalise, stems

_LINE_UP_TO = 140  # characters
_FIRST_WORDS = 4
_WIDE_APOSTROPHE = re.compile(r"\s['’ʼ]\s")
_WIDE = re.compile(r"(?<!\S)(?:[^\W\d_] ){7,}[^\W\d_](?!\S)")
_GLUED = re.compile(r"(?<=[^\W\d_]{5})(?=\d)|(?<=рішення)(?=[^\W\d_]{4})", re.IGNORECASE)


class _Issuer(NamedTuple):
    words: tuple[Phrases, ...]
    name: str
    of: str | None
    squeezed: str


def type_of(line: str) -> str | None:
    """Give the type of act that *line* begins with, whatever is said of drafts before it."""
    if not line or len(line) > _LINE_UP_TO:
        return None
    given = stems(_GLUED.sub(" ", line))[:_FIRST_WORDS]
    while given and (given[0] in drafts() or given[0].isdigit()):
        given = given[1:]
    most = 2 if all(word.isascii() for word in given) else 0
    found = (kind for kind, known in _types().items() if any(at <= most for at, _ in known.among(given)))
    return next(found, None)


def type_named(words: str) -> str | None:
    """Give the type of act that *words* name anywhere."""
    return next((kind for kind, known in _types().items() if known.within(words)), None)


def issuer_named(words: str, *, of: str | None = None) -> str | None:
    """Give the body that *words* name; of two named together, the more particular one that issues acts *of* a type."""
    wide = normalise("".join("".join(found[0].split()) for found in _WIDE.finditer(words)))
    for one in _issuers():
        able = of is None or one.of in {None, of}
        if able and (all(known.within(words) for known in one.words) or (wide and one.squeezed in wide)):
            return one.name
    return None


def has_verb(text: str) -> bool:
    """Say whether the verb that makes an act stands in *text*, in just the form that acts use."""
    folded_text = f" {normalise(_WIDE_APOSTROPHE.sub(' ', text))} "
    return any(f" {verb} " in folded_text for verb in folded("acts", "verbs"))


@cache
def drafts() -> frozenset[str]:
    """Give the stems of the words for a draft."""
    return frozenset(stem for word in table("acts")["draft"] for stem in stems(word))


@cache
def _types() -> dict[str, Phrases]:
    return {kind: Phrases(written) for kind, written in table("acts")["types"].items()}


@cache
def _issuers() -> tuple[_Issuer, ...]:
    return tuple(
        _Issuer(
            tuple(Phrases((words,)) for words in _listed(one["words"])),
            one["name"],
            one.get("of"),
            normalise(one["name"]).replace(" ", ""),
        )
        for one in table("acts")["issuers"]
    )


def _listed(written: str | list[str]) -> list[str]:
    return [written] if isinstance(written, str) else written
