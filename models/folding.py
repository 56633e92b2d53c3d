"""One spelling for words that mean the same: what every comparison of texts here stands on.

Everything works on a folded copy made for comparing: what is quoted as evidence stays verbatim.
"""

import re
import unicodedata
from functools import lru_cache

_CACHE_SIZE = 32_768
_CACHED_UP_TO = 600  # characters; longer texts are rare and would crowd the links out of the cache
_SPACED_FROM = 3  # single letters in a text, before it may be one of s p a c e d words
_WORD_UP_TO = 64  # what stands between two spaces and is longer is no word

_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f\ufeff\u0300\u0301")
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ`‘´ʹ′\u02b9\u02bb\u02bd\u055a\uff07"))
_LATIN_TO_CYRILLIC = str.maketrans("aceiopxybhkmtïë", "асеіорхувнкмтїё")
_CYRILLIC_TO_LATIN = str.maketrans("асеіорхукмтї", "aceiopxykmti")
_GREEK_TO_CYRILLIC = str.maketrans("αεικοπρυχντ", "аеікопрухнт")
_VARIANTS = str.maketrans({"ґ": "г", "ё": "е"})
_LOST_DOTS = str.maketrans({"ї": "і", "є": "е"})  # Киів, украінська: fonts and keyboards without the letter
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-zïë]")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_]\s){3,}[^\W\d_](?!\w)")
_WORD = re.compile(r"[^\W_]+|№")
_ROMAN_LOOK = re.compile(r"[ivxіх]{2,7}")
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}

# The longest that fits is cut: рішення, рішень and рішенням meet in one stem. Ukrainian, then Russian.
_ENDINGS_IN_USE = """
    еннями ення енням еннях енню енні ень ання анням аннях аннями анню анні ань іння інь
    ість ості остей остями остям остях істю ія ії ій ію ією іям іями іях ого ому ими их ий им ої ою
    ю а у і и е є я ї й ь о ів їв ам ами ах ям ями ях ом ем єм ею єю ові еві єві ей
    ение ения ений ению ением ениями ениях ание ания аний анию анием ость остью
    ый ые ых ым ыми ы ая яя ой ую юю ие ия ии ию иям иями иях ов ев его ему
"""
_ENDINGS = frozenset(_ENDINGS_IN_USE.translate(_LOST_DOTS).split())
LONGEST_ENDING = max(map(len, _ENDINGS))
SHORTEST_STEM = 3
_SINGULAR = frozenset({"news"})
_ALTERNATIONS = {"з": "г", "ц": "к", "с": "х"}  # черга – черзі, політика – політиці


def normalise(text: str) -> str:
    """Fold *text* for comparing: case, apostrophes, look-alike letters, spaced-out words, punctuation."""
    return _remembered(text) if len(text) <= _CACHED_UP_TO else _normalise(text)


def stems(text: str) -> tuple[str, ...]:
    """Give the words of *text* without their endings, in order."""
    folded = normalise(text)
    return stems_of(folded) if len(folded) <= _CACHED_UP_TO else tuple(map(stem, folded.split()))


@lru_cache(maxsize=_CACHE_SIZE)
def stems_of(folded: str) -> tuple[str, ...]:
    """Give the words of an already folded text without their endings."""
    return tuple(map(stem, folded.split()))


def _normalise(text: str) -> str:
    pieces = text.split()
    if _letters_alone(pieces):
        pieces = _SPACED.sub(_closed_up, text).split()  # two spaces part two such words
        if _letters_alone(pieces):
            pieces = _SPACED.sub(_closed_up, " ".join(pieces)).split()  # or stand within one
    words: list[str] = []
    for piece in pieces:
        words += folded_piece(piece) if len(piece) <= _WORD_UP_TO else _fold(piece)
    return " ".join(words)


def _letters_alone(pieces: list[str]) -> bool:
    return sum(len(piece) == 1 for piece in pieces) > _SPACED_FROM


def _closed_up(spaced: re.Match[str]) -> str:
    return "".join(spaced[0].split())


_remembered = lru_cache(maxsize=_CACHE_SIZE)(_normalise)


def _fold(piece: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFC", piece).translate(_INVISIBLE).casefold()
    folded = unicodedata.normalize("NFC", folded.translate(_APOSTROPHES))
    return tuple(map(_one_word, _WORD.findall(folded)))


folded_piece = lru_cache(maxsize=_CACHE_SIZE)(_fold)
"""The words in what stands between two spaces, folded."""


def _one_word(word: str) -> str:
    """Give one alphabet to *word*, one spelling to проєкт, and digits to a Roman number."""
    if word.isascii() and len(word) > len("xxxviii"):
        return word
    if _ROMAN_LOOK.fullmatch(word) and (number := _roman(word.translate(_CYRILLIC_TO_LATIN))):
        return str(number)
    if word.isascii():
        return word
    if _CYRILLIC.search(word):
        word = word.translate(_GREEK_TO_CYRILLIC)
        if _LATIN.search(word):
            word = _one_alphabet(word)
    word = word.translate(_VARIANTS)
    return word.replace("проєк", "проек") if "проєк" in word else word


def _one_alphabet(word: str) -> str:
    as_latin = word.translate(_CYRILLIC_TO_LATIN)
    mostly_latin = len(_LATIN.findall(word)) >= len(_CYRILLIC.findall(word))
    return as_latin if mostly_latin and as_latin.isascii() else word.translate(_LATIN_TO_CYRILLIC)


def _roman(word: str) -> int:
    found = _ROMAN.fullmatch(word)
    return len(found[1]) * 10 + _UNITS[found[2]] if found else 0


@lru_cache(maxsize=_CACHE_SIZE)
def stem(word: str) -> str:
    """Cut the ending of one folded word; numbers and short words stay whole."""
    if word.isascii():
        return _english_stem(word)
    word = word.translate(_LOST_DOTS)
    for length in range(min(LONGEST_ENDING, len(word) - SHORTEST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            word = word[:-length]
            break
    if len(word) > SHORTEST_STEM + 1 and word.endswith(("ок", "ек")):
        word = word[:-2] + "к"  # порядок – порядку
    return word[:-1] + _ALTERNATIONS.get(word[-1], word[-1])


def _english_stem(word: str) -> str:
    if (
        len(word) <= SHORTEST_STEM
        or word in _SINGULAR
        or not word.endswith("s")
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
