"""Where quoted words stand, in words a person can follow: the third paragraph, page 7, sheet and cell."""

from __future__ import annotations

import re

from models.custody import Spot
from models.spots import UNFOUND
from review.speech import LANGUAGES, Speech

_LAST_ELEMENT = re.compile(r"([a-z][a-z0-9]*)[^>+~ ]*$")
_ELEMENTS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("td", "th", "tr", "table", "tbody"), "cell"),
    **dict.fromkeys(("li", "dd", "dt", "ul", "ol"), "item"),
    "p": "paragraph",
    "a": "link",
    "title": "title",
    "option": "option",
    "summary": "summary",
    "figcaption": "caption",
}
_LETTERS = 26


def where(spot: Spot | None, says: Speech) -> str:
    """The place of *spot* in one sentence; empty where nobody has looked for it yet."""
    if spot is None:
        return ""
    if not spot.found or not says.has(f"spot.{spot.kind}"):
        reason = UNFOUND.get(str(spot.place.get("reason", "absent")), UNFOUND["absent"])
        return says("spot.unfound", why=reason[LANGUAGES.index(says.language)])
    said = _where(spot, says)
    if member := spot.place.get("member"):
        said = says("spot.member", name=member, place=said)
    return f"{said[:1].upper()}{said[1:]}"


def box(spot: Spot | None, says: Speech) -> str:
    """The first box of words on a page of a PDF, in points from its lower left corner; empty where there is none."""
    boxes = spot.place.get("boxes") if spot is not None and spot.kind == "page" else None
    if not boxes:
        return ""
    left, bottom, right, top = (round(float(side)) for side in boxes[0])
    return says("spot.box", left=left, bottom=bottom, right=right, top=top)


def exactly(spot: Spot | None, says: Speech) -> str:
    """The place as a machine finds it again: selector and offsets, path in JSON; empty where words say it all."""
    if spot is None or not spot.found:
        return ""
    place = spot.place
    if spot.kind == "text":
        return says("spot.css", css=place["css"], start=place["start"], end=place["end"])
    return str(place.get("css") or "")


def _where(spot: Spot, says: Speech) -> str:
    place = spot.place
    match spot.kind:
        case "text":
            said = says(f"spot.element.{_element(str(place.get('css', '')))}")
            times = int(place.get("times", 1))
            return f"{said} {says.count('spot.times', times)}" if times > 1 else said
        case "cell":
            return _cell(spot, says)
        case "page" if "pages" in place:
            return says("spot.page", page=place["page"], pages=place["pages"])
        case "page":
            return says("spot.one_page", page=place.get("page", 1))
        case _:
            return says(f"spot.{spot.kind}", **{"path": "", "number": "", "attribute": "", **place})


def _cell(spot: Spot, says: Speech) -> str:
    place = spot.place
    table = (
        says("spot.sheet", name=place["sheet"])
        if place.get("sheet")
        else says("spot.table", number=place.get("table", 1))
    )
    column = int(place["column"])
    return says("spot.cell", table=table, row=place["row"], column=column, letters=_letters(column))


def _letters(column: int) -> str:
    """A column as spreadsheets name it: 1 is A, 27 is AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        name = f"{chr(ord('A') + rest)}{name}"
    return name


def _element(css: str) -> str:
    found = _LAST_ELEMENT.search(css)
    return _ELEMENTS.get(found[1], "block") if found else "block"
