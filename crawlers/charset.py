"""Bytes to text, when the label on the bytes may be wrong.

UTF-16 and UTF-8 show themselves by their bytes. What remains has one byte for a letter: it is read in every charset
that councils use, and the reading that looks most like Ukrainian wins; a label only helps where that leaves a doubt.
"""

import codecs
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

_SINGLE = ("cp1251", "koi8-u", "cp1125")  # cp1125 is cp866 with the Ukrainian letters
_WESTERN = "cp1252"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7", "ascii"})
_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE
)
_META_WITHIN = 8192  # bytes; browsers look at 1024, some templates put scripts first

_HIGH_BYTES = bytes((0x00, 0x03, 0x04))  # of UTF-16 code units: ASCII, combining marks, Cyrillic
_WIDE_WITHIN = 4096
_WIDE_SHARE, _OTHER_SHARE = 0.6, 0.1
_ASCII = bytes(range(128))
_HIGH = re.compile(rb"[\x80-\xff]+")
_TAG = re.compile(rb"<[^<>]*>")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_LATIN_ONLY = re.compile(rb"[bdfghj-nq-wzDFGJLNQRSUVWZ]")  # no Cyrillic letter looks like these
_ACCENTS = 2  # in a row
_LOST_AT_MOST = 0.001  # share of U+FFFD that a stray byte may cause
_STRAY = 8  # so many whole letters make up for one broken one
_SAMPLE = 20_000  # characters outside ASCII are plenty to tell an alphabet
_WEIGHED = 4_000
_ENOUGH_LETTERS = 12
_TELLING_LETTERS = 300  # a Ukrainian text of this length without one і is damaged
_DOUBLED_SHARE = 0.2  # of all letters outside ASCII: UTF-8 read as cp1251 or Latin-1
_SHOUTED_SHARE = 0.1
_LABEL_COUNTS = 0.15

# After each letter those that often follow it in Ukrainian words, counted in the texts of this repository.
_FOLLOWING = """
    абвгджзйклмнпрстхцчшюєї баеилорухюі вадеиклнорстучі гаилорі давдежиклнопрстуяі евгджзйклмнпрстш жаеин
    забвгдеимнопуі ивдезйклмнпрстхцчшя йднот кавилнорстуі лаеиоуьюяі маеикоуі наеидикностуыьюяі
    обвгдежзклмнпрстхцчшюєії паеилноруі равгдеикмностушяі савеиклнопстуцьяі тавеикнортуьяі убвдйклмнпрстхчє фоі
    хавиоуі цеиьяі чаеино шеику щео ькност юдтє ядкмнтц єкмт іабвджзйклмнрстхчшяї ївнхжд ґапру ыейхмв эткл
"""
_PAIRS = frozenset((row[0], letter) for row in _FOLLOWING.split() for letter in row[1:])
_PLAIN_SIGNS = frozenset("«»–—“”„’…№§°•·\u00a0\u00ad ")
_CYRILLIC_RUN = re.compile("[\u0400-\u04ff]+")
_FOREIGN_RUN = re.compile("[^\x00-\x7f]+")
_CASES = bytes(
    ord("a" if chr(code).islower() else "A" if chr(code).isupper() else ".") for code in range(0x400, 0x500)
)
_UKRAINIAN = frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэёъ")
_DOUBLED_BEGIN = "РСÐÑ"
_DOUBLED = re.compile("[РС][\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u2010-\u2122]|[ÐÑ][\u0080-\u00bf]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a body, the charset its label named and the one that was right."""

    text: str
    declared: str | None
    used: str
    trusted: bool


def decode(body: bytes, header: str | None = None) -> Decoded:
    """Read *body* by its byte order mark, by the form of its bytes, or by which alphabet makes sense of it."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            text = body.decode(codec, errors="replace")
            return Decoded(text, codec.removesuffix("-sig"), codec.removesuffix("-sig"), _is_sound(text))
    declared = _known(header) or _known(_label_inside(body))
    if wide := _wide(body):
        text = body.decode(wide, errors="replace")
        return Decoded(text, declared, wide, _is_sound(text))
    if body.isascii():
        return Decoded(body.decode("ascii"), declared, declared or "utf-8", trusted=True)
    text = body.decode(errors="replace")
    if _is_utf_8(text):
        return Decoded(text, declared, "utf-8", _is_sound(text) and not _is_robbed(text))
    return _best_of(body, declared)


def _best_of(body: bytes, declared: str | None) -> Decoded:
    """Read a body of one byte for a letter in every charset that may be meant, and weigh the readings."""
    if _is_western(body) and declared not in _SINGLE:
        used = declared if declared and declared.startswith(("cp125", "iso8859")) else _WESTERN
        return Decoded(body.decode(used, errors="replace"), declared, used, trusted=True)
    asked = (declared,) if declared and declared not in _WIDE and declared != "utf-8" else ()
    readings = {codec: body.decode(codec, errors="replace") for codec in (*asked, *_SINGLE)}
    sense = {codec: _sense(text) + _LABEL_COUNTS * (codec == declared) for codec, text in readings.items()}
    used = max(sense, key=lambda codec: sense[codec])
    text = readings[used]
    return Decoded(text, declared, used, _is_sound(text) and not _is_robbed(text) and sense[used] > 0)


def _wide(body: bytes) -> str | None:
    """Tell UTF-16 without a mark: every second byte is that of an alphabet, and the others are not."""
    sample = body[:_WIDE_WITHIN]
    sample = sample[: len(sample) // 2 * 2]
    if not sample:
        return None
    even, odd = (sum(map(part.count, _HIGH_BYTES)) / len(part) for part in (sample[::2], sample[1::2]))
    if odd >= _WIDE_SHARE and even <= _OTHER_SHARE:
        return "utf-16-le"
    return "utf-16-be" if even >= _WIDE_SHARE and odd <= _OTHER_SHARE else None


def _is_utf_8(text: str) -> bool:
    """Bytes that hold together as UTF-8 are UTF-8; a stray one among many whole letters may be anything."""
    lost = text.count("\ufffd")
    return not lost or lost * _STRAY <= len(_outside_ascii(text)) - lost


def _is_western(body: bytes) -> bool:
    """Accents stand alone in words of Latin letters; look-alike letters among Cyrillic ones are always the same few."""
    words = [word for word in _WORD.findall(_TAG.sub(b" ", body[: 2 * _SAMPLE])) if not word.isascii()]
    western = sum(
        bool(_LATIN_ONLY.search(word)) and max(map(len, _HIGH.findall(word))) <= _ACCENTS for word in words
    )
    return 2 * western > len(words)


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
    letters = _letters_of(foreign)
    if _shouting_inside(letters) > _SHOUTED_SHARE * len(letters):
        # names and table cells in a row: "Іваненко Іван" is no shouting once its spaces are back
        words = " ".join(_FOREIGN_RUN.findall(text[: _SAMPLE * 10]))[:_SAMPLE]
        if _shouting_inside(words) > _SHOUTED_SHARE * len(letters):
            return False
    most = _DOUBLED_SHARE * len(foreign) / 2
    return sum(map(foreign.count, _DOUBLED_BEGIN)) <= most or len(_DOUBLED.findall(foreign)) <= most


def _is_robbed(text: str) -> bool:
    """Some converters know no і: it is gone or a question mark everywhere."""
    foreign = _outside_ascii(text)
    if any(letter in foreign for letter in "іыІЫ"):
        return False
    letters = _letters_of(foreign)
    return len(letters) > _TELLING_LETTERS and len(set(letters.casefold())) > _ENOUGH_LETTERS


def _letters_of(foreign: str) -> str:
    return "".join(_CYRILLIC_RUN.findall(foreign))


def _shouting_inside(text: str) -> int:
    """How many times a capital follows a small letter, told by the low bytes of Cyrillic letters alone."""
    parts = (run.encode("utf-16-le")[::2].translate(_CASES) for run in _CYRILLIC_RUN.findall(text))
    return b" ".join(parts).count(b"aA")


def _sense(text: str) -> float:
    """How much the characters outside ASCII look like Ukrainian words: by pairs of letters, by case, by signs."""
    runs = " ".join(_FOREIGN_RUN.findall(text[: _SAMPLE * 2]))[:_WEIGHED].replace("\u00ad", "")
    if not runs:
        return 0.0
    small = runs.lower()
    pairs = Counter(
        pair for pair in itertools.pairwise(small) if pair[0] in _UKRAINIAN and pair[1] in _UKRAINIAN
    )
    told = sum(number if pair in _PAIRS else -number for pair, number in pairs.items())
    letters = sum(
        number if letter in _UKRAINIAN else 0 if letter in _PLAIN_SIGNS else -2 * number
        for letter, number in Counter(small).items()
    )
    shouting = _shouting_inside(runs)
    return (2 * told + letters - 3 * shouting) / len(runs)


@lru_cache(maxsize=1)
def _outside_ascii(text: str) -> str:
    """Give enough of the characters outside ASCII to tell an alphabet; asked several times of one text."""
    if text.isascii():
        return ""
    raw = text[: _SAMPLE * 10].encode(errors="replace").translate(None, _ASCII)
    return raw.decode()[:_SAMPLE]
