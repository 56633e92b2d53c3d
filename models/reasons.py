"""From a reason to the sentence that explains it, in Ukrainian or English."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from models.vocabulary import Reason

LANGUAGES = ("uk", "en")
_FILE = Path(__file__).with_name("reasons.yaml")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{(\w+)\}")

Detail = Mapping[str, str | int | float | None]


class ReasonsError(ValueError):
    """The sentences are not complete or not well formed; says which."""


def sentence(reason: Reason, language: str, detail: Detail) -> str:
    """Explain *reason* in *language*, its places filled from *detail*; unknown languages get Ukrainian."""
    template = _sentences()[reason]["en" if language == "en" else "uk"]

    def part(found: re.Match[str]) -> str:
        known = all(detail.get(name) is not None for name in _PLACE.findall(found[1]))
        return found[1] if known else ""

    kept = _OPTIONAL.sub(part, template)
    return _PLACE.sub(lambda place: _said(detail.get(place[1])), kept)


def near_miss(why: str, language: str) -> str:
    """Explain why the nearest thing did not count; nothing where *why* is not known."""
    return str(_read()["near_misses"].get(why, {}).get("en" if language == "en" else "uk", ""))


def explained_near_misses() -> frozenset[str]:
    """The near misses that have a sentence."""
    return frozenset(_read()["near_misses"])


def _said(value: str | float | None) -> str:
    return "?" if value is None else str(value)


@lru_cache(maxsize=1)
def _read() -> dict[str, dict[str, dict[str, str]]]:
    given: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return given


@lru_cache(maxsize=1)
def _sentences() -> dict[Reason, dict[str, str]]:
    """All sentences, or a complaint about the reasons that lack one."""
    given = _read()["reasons"]
    missing = [reason for reason in Reason if set(given.get(reason, ())) != set(LANGUAGES)]
    unknown = [name for name in given if name not in set(Reason)]
    if missing or unknown:
        raise ReasonsError(f"{_FILE.name}: without both sentences: {missing}; unknown: {unknown}")
    return {Reason(name): both for name, both in given.items()}
