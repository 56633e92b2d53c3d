"""Spots: where in a capture the quoted words of a piece of evidence stand. Kept, asked for, and linked to.

What ``place`` holds, by ``kind`` (``models.custody.Spot``). Characters are counted from 0, rows, columns, pages and
paragraphs from 1; ``words`` are the words as they stand there, ``before`` and ``after`` a few that stand around them:

* *text*, of a page: ``css`` selects exactly one element, ``start`` and ``end`` are characters of its text,
  ``times`` is how often the words stand on the page, ``shown`` whether in its body (the title is not), ``across``
  the words of the first and the last block where they stand in several; in a page too deep to be parsed whole the
  characters are not known and are 0 and 0
* *attribute*, of a page: ``css``, ``attribute``, ``start`` and ``end`` in its value
* *page*, of a PDF or a picture: ``page`` of ``pages``; ``boxes`` [left, bottom, right, top] in points from its lower
  left corner, none where the words were recognised in a scan
* *cell*, of a table: ``row``, ``column``, and its ``sheet`` or else the number of the ``table``
* *paragraph*, of a document or text: its ``number`` among those with words
* *value*, of data: ``path``, a JSON Pointer
* *name*: the words are the file's own name; *address*: they are the address that was asked
* *none*: not found; ``reason`` is one of ``UNFOUND``

Words put together from several places have the others in ``parts``; in an archive ``member`` is the file's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.custody import Spot

UNFOUND = {
    "absent": ("цих слів у збереженому файлі немає", "these words do not stand in the stored file"),
    "unreadable": ("збережений файл не вдалося прочитати", "the stored file could not be read"),
    "unsafe": ("збережений файл небезпечно відкривати", "the stored file is not safe to open"),
    "erased": ("збережений файл знищено", "the stored file was erased"),
}
"""Why words were not found: Ukrainian and English."""

NOTES = {
    "clipped": (
        "сторінка заввишки {} пікселів; показано 20 000 з них",
        "the page is {} pixels tall; 20,000 of them are shown",
    ),
    "unfolded": (
        "слова були згорнуті чи приховані; для зображення їх розгорнуто",
        "the words were folded away or hidden; they were unfolded for the picture",
    ),
    "covered": (
        "поверх слів лежав інший шар; на зображенні він напівпрозорий",
        "another layer lay over the words; it is translucent in the picture",
    ),
    "plain": (
        "стилі сайту не збережено, тож вигляд спрощений; зміст не змінено",
        "the site’s style sheets were not captured, so the look is plain; what it says is unchanged",
    ),
    "searched": (
        "у браузері слова стоять в іншому елементі, ніж у нашому розборі",
        "in the browser the words stand in another element than in our parsing",
    ),
    "band": (
        "слів немає на самій сторінці; їх показано у смузі над нею",
        "the words are not on the page itself; a strip above it shows them",
    ),
    "rendering": ("відтворення файлу, а не його вигляд", "a rendering of the file, not its look"),
    "text-alone": (
        "показано лише текст: сама сторінка завелика для браузера",
        "its text alone is shown: the page is too much for a browser",
    ),
    "paper": ("сторінка документа", "a page of the document"),
    "letters": (
        "шрифту немає у файлі; літери, яких бракувало, домальовано",
        "the font is not in the file; letters that were missing are drawn in",
    ),
}
"""What a picture does not show as a visitor saw it (``Picture.note``): Ukrainian and English."""

_AT_ONCE = 500  # captures in one question; databases limit its length
_LONG = 300  # characters; of longer words only both ends are put into a link
_END_WORDS = 5
_CONTEXT_WORDS = 4


class Standing(Protocol):
    """What a link needs to know of a spot: a row, or one just found."""

    @property
    def found(self) -> bool:
        """Whether the words stand there."""

    @property
    def kind(self) -> str:
        """What sort of place it is."""

    @property
    def place(self) -> dict[str, Any]:
        """Where; see this module."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A spot that was found, or why it was not, before it is kept."""

    found: bool
    kind: str
    place: dict[str, Any] = field(default_factory=dict)


_SPOTS_OF = select(Spot).where(Spot.capture_id.in_(bindparam("captures", expanding=True)))


def spots_of(db: Session, captures: Iterable[str]) -> dict[tuple[str, str], Spot]:
    """(capture, quote) → its spot, for all of *captures*."""
    found: dict[tuple[str, str], Spot] = {}
    asked = list(dict.fromkeys(captures))
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        for row in db.scalars(_SPOTS_OF, {"captures": some}):
            found[row.capture_id, row.quote] = row
    return found


def keep_spots(db: Session, spotted: Iterable[tuple[str, str, Spotted]]) -> int:
    """Keep spots as (capture, quote, spotted); one that stands already is replaced, for it can be found anew."""
    given = {(capture, words): one for capture, words, one in spotted}
    standing = spots_of(db, (capture for capture, _ in given))
    for (capture, words), one in given.items():
        row = standing.get((capture, words))
        if row is None:
            db.add(Spot(capture_id=capture, quote=words, found=one.found, kind=one.kind, place=one.place))
        else:
            row.found, row.kind, row.place = one.found, one.kind, one.place
    return len(given)


def text_fragment(url: str, spot: Standing | None) -> str:
    """*url* so that a browser goes to the words and marks them; as it is where that cannot be said in a link.

    In a page they are named by a text directive after any fragment of its own, in a PDF by their page.
    """
    if spot is None or not spot.found or "member" in spot.place:
        return url
    if spot.kind == "page":
        return url if "#" in url or spot.place.get("pages") == 1 else f"{url}#page={spot.place['page']}"
    if spot.kind != "text" or not spot.place.get("shown", True):
        return url
    own, _, _ = url.partition(":~:")
    return f"{own}{'' if '#' in own else '#'}:~:text={_directive(spot.place)}"


def noted(note: str) -> list[tuple[str, str]]:
    """The sentences of a picture's note, Ukrainian and English; words that are not ours stay as they are."""
    said = (one.partition("=") for one in note.split("; ") if one)
    return [
        (uk.format(detail), en.format(detail))
        for name, _, detail in said
        for uk, en in [NOTES.get(name, (name.replace("{", "("), name.replace("{", "(")))]
    ]


def _directive(place: dict[str, Any]) -> str:
    """``prefix-,start,end,-suffix``: context only where the words stand more than once."""
    words = str(place["words"]).split()
    first, last = (str(part).split() for part in place.get("across") or (place["words"], place["words"]))
    if place.get("across") or (len(" ".join(words)) > _LONG and len(words) > 2 * _END_WORDS):
        parts = [_encoded(first[:_END_WORDS]), _encoded(last[-_END_WORDS:])]
    else:
        parts = [_encoded(words)]
    if int(place.get("times", 1)) > 1 or len(parts) > 1:
        before, after = str(place.get("before", "")).split(), str(place.get("after", "")).split()
        if before:
            parts.insert(0, f"{_encoded(before[-_CONTEXT_WORDS:])}-")
        if after:
            parts.append(f"-{_encoded(after[:_CONTEXT_WORDS])}")
    return ",".join(parts)


def _encoded(words: list[str]) -> str:
    """Percent-encoded, the dash too: in a directive it parts the context from the words."""
    return quote(" ".join(words), safe="").replace("-", "%2D").replace("~", "%7E")
