"""Bytes to text, when the label on the bytes may be wrong."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

_TRIED = ("utf-8", "cp1251", "koi8-u", "cp1125")  # cp1125 is cp866 with the Ukrainian letters
_WESTERN = "cp1252"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE
)
_META_WITHIN = 8192  # bytes; browsers look at 1024, some templates put scripts first
_LOST_AT_MOST = 0.001  # share of U+FFFD that a stray byte may cause
_SAMPLE = 20_000  # characters outside ASCII are plenty to tell an alphabet
_ENOUGH_LETTERS = 12
_TELLING_LETTERS = 300  # a Ukrainian text of this length without one і is damaged

# How often each letter stands in a hundred of Ukrainian and Russian prose, lower case; rounded.
_FREQUENT = dict(zip("оаинієтврслкдумпбзьгячйхцжюшїєщфґыэёъ", (9, 8, 6, 7, 6, 4, 5, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0), strict=True))  # fmt: skip  # noqa: E501
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_NO_CYRILLIC = re.compile("[^\u0400-\u04ff]+")
_LETTERS = [chr(code) for code in range(0x400, 0x500)]
_LOWER, _UPPER = ("".join(filter(case, _LETTERS)) for case in (str.islower, str.isupper))
_SHOUTING_INSIDE = re.compile(f"[{_LOWER}](?=[{_UPPER}])")
_DOUBLED = re.compile("[РС][\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u2010-\u2122]|[ÐÑ][\u0080-\u00bf]")
_ACCENTED_WORDS = re.compile("[\u0080-\u00ff]{4,}")  # no language of Latin letters has many of these
_ASCII = bytes(range(128))
_HIGH = re.compile(rb"[\x80-\xff]+")
_DOUBLED_SHARE = 0.2  # of all letters outside ASCII: UTF-8 read as cp1251 or Latin-1


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a body, the charset its label named and the one that was right."""

    text: str
    declared: str | None
    used: str
    trusted: bool


def decode(body: bytes, header: str | None = None) -> Decoded:
    """Read *body* by its byte order mark, its label, or by which alphabet makes sense of it."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            text = body.decode(codec, errors="replace")
            return Decoded(text, codec.removesuffix("-sig"), codec.removesuffix("-sig"), _is_sound(text))
    declared = _known(header) or _known(_label_inside(body))
    first = declared or "utf-8"
    text = body.decode(first, errors="replace")
    if _is_sound(text) and not _other_alphabet(text):
        return Decoded(text, declared, first, not _has_lost_letters(text))
    return _best_of(body, declared, first)


def _best_of(body: bytes, declared: str | None, first: str) -> Decoded:
    if first == "utf-8" and _is_western(body):
        return Decoded(body.decode(_WESTERN, errors="replace"), declared, _WESTERN, trusted=True)
    readings = {codec: body.decode(codec, errors="replace") for codec in (first, *_TRIED)}
    used = max(readings, key=lambda codec: _sense(readings[codec]))
    text = readings[used]
    trusted = _is_sound(text) and not _other_alphabet(text) and not _has_lost_letters(text)
    return Decoded(text, declared, used, trusted)


def _is_western(body: bytes) -> bool:
    """Accents stand alone among Latin letters; letters of another alphabet stand together."""
    runs = _HIGH.findall(body[:_SAMPLE])
    return bool(runs) and sum(len(run) for run in runs) < 2 * len(runs)


def _known(name: str | None) -> str | None:
    try:
        known = codecs.lookup(name.strip(" \"'")).name if name else None
    except (LookupError, ValueError):
        return None
    return "cp1125" if known == "cp866" else known


def _label_inside(body: bytes) -> str | None:
    found = _META.search(body[:_META_WITHIN])
    return found[1].decode("ascii", errors="replace") if found else None


def _is_sound(text: str) -> bool:
    """Nothing much was lost, and it is not one alphabet's bytes read as another's letters."""
    if text.count("\ufffd") > max(_LOST_AT_MOST * len(text), 0):
        return False
    foreign = _outside_ascii(text)
    if len(foreign) < _ENOUGH_LETTERS:
        return True
    return len(_DOUBLED.findall(foreign)) <= _DOUBLED_SHARE * len(foreign) / 2


def _other_alphabet(text: str) -> bool:
    """Cyrillic letters in an order no one writes: KOI8-U read as cp1251 shouts where it should whisper."""
    letters = _NO_CYRILLIC.sub("", _outside_ascii(text))
    if len(letters) < _ENOUGH_LETTERS:
        return not text.isascii() and len(_ACCENTED_WORDS.findall(text[:_SAMPLE])) >= _ENOUGH_LETTERS // 3
    swapped = len(_SHOUTING_INSIDE.findall(letters))
    return swapped > len(letters) / 10 or (_sense(text) < 1 and not letters.isupper())


def _has_lost_letters(text: str) -> bool:
    used = set(_NO_CYRILLIC.sub("", _outside_ascii(text)).casefold())
    if len(used) <= _ENOUGH_LETTERS or used & set("іы"):
        return False
    return len(_CYRILLIC.findall(_outside_ascii(text))) > _TELLING_LETTERS


def _sense(text: str) -> float:
    """How much the characters outside ASCII look like Ukrainian prose; lost ones count against."""
    foreign = _outside_ascii(text)
    if not foreign:
        return 0.0
    weighed = (
        number * _FREQUENT.get(letter, -8 if letter == "\ufffd" else -1)
        for letter, number in Counter(foreign).items()
    )
    return sum(weighed) / len(foreign)


@lru_cache(maxsize=1)
def _outside_ascii(text: str) -> str:
    """Give enough of the characters outside ASCII to tell an alphabet; asked several times of one text."""
    if text.isascii():
        return ""
    raw = text[: _SAMPLE * 10].encode(errors="replace").translate(None, _ASCII)
    return raw.decode()[:_SAMPLE]
