"""The page of a capsule that a person reads: what was found, where, when, and how to check it. In two languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader

from custody.capsule.contents import Contents, picture_file
from custody.capsule.rows import Row
from models.facts import Evidence
from models.reasons import LANGUAGES, sentence
from models.runs import KYIV
from models.vocabulary import Reason

FOLDER = Path(__file__).parent
MOST_SHOWN = 60  # captures in the table of custody; all of them are in the rows
MOST_GAPS = 20
_MONTHS = {
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split(),
    "en": "January February March April May June July August September October November December".split(),
}

Words = Callable[..., str]


def page(contents: Contents) -> bytes:
    """The page of *contents*: the same bytes for the same contents."""
    template = _templates().get_template("page.html")
    told = {language: _told(contents, language) for language in LANGUAGES}
    return (template.render(contents=contents, told=told, languages=LANGUAGES) + "\n").encode(
        errors="replace"
    )


def _told(contents: Contents, language: str) -> dict[str, Any]:
    """What the template asks for in one language."""
    stamps = sorted(contents.of("stamps"), key=lambda row: (row["stamped_at"] or "", row["id"]))
    finding = contents.finding
    return {
        "t": _speaking(language),
        "day": lambda text: moment(text, language),
        "reason": lambda row: _sentence(row, language),
        "entry": contents.about["indicator"],
        "shown": [_shown(contents, item, language) for item in finding["evidence"]] if finding else [],
        "stamps": stamps,
        "first": min((row["started_at"] for row in contents.of("captures")), default=None),
        "last": max((row["ended_at"] for row in contents.of("captures")), default=None),
        "cities": {row["slug"]: row[f"name_{language}"] for row in contents.of("cities")},
        "language": language,
    }


def moment(text: str, language: str) -> str:
    """Day, minute and second in Kyiv of a time as rows spell it."""
    there = datetime.fromisoformat(text).astimezone(KYIV)
    return f"{there.day} {_MONTHS[language][there.month - 1]} {there.year}, {there:%H:%M:%S}"


def _sentence(row: Row, language: str) -> str:
    return sentence(Reason(row["reason"]), language, row["detail"])


def _shown(contents: Contents, item: Mapping[str, Any], language: str) -> dict[str, Any]:
    """One piece of evidence: its words, where they stand, its picture, and the way there."""
    about = item["capture"], item["quote"]
    pictures = {(row["capture_id"], row["quote"]): row for row in contents.of("pictures")}
    spots = {(row["capture_id"], row["quote"]): row for row in contents.of("spots")}
    picture = pictures.get(about)
    return {
        **{name: item.get(name) for name in Evidence.__dataclass_fields__},
        "capture": contents.captures.get(item["capture"]),
        "place": _place(spots.get(about), language),
        "crop": _file(picture["crop_sha256"] or picture["sha256"], picture) if picture else None,
        "full": _file(picture["sha256"], picture) if picture else None,
        "note": picture["note"] if picture else "",
        "path": contents.ways.to(item["capture"]),
    }


def _file(digest: str, picture: Row) -> str:
    """A picture's file as the page, which stands beside it, links to it."""
    return picture_file(digest, picture["media_type"]).rpartition("/")[2]


def _place(spot: Row | None, language: str) -> str:
    if spot is None or not spot["found"]:
        return ""
    kind = "sheet" if spot["kind"] == "cell" and spot["place"].get("sheet") else spot["kind"]
    try:
        return _speaking(language)(f"spot.{kind}", **spot["place"])
    except KeyError:
        return _speaking(language)("spot.other")


def _speaking(language: str) -> Words:
    def say(name: str, /, **values: object) -> str:
        return _words()[name][language].format_map(values)

    return say


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return told


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {"most_shown": MOST_SHOWN, "most_gaps": MOST_GAPS}
    return made
