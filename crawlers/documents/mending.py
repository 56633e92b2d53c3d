"""Cyrillic that came out as accented Latin: its bytes were right, what the file says of their alphabet was not."""

import re

_WORD = re.compile(r"[^\s\x00-\x1f]+")
_LETTERS = re.compile(r"[^\W\d_]")
_ACCENTED = re.compile("[\u00c0-\u00ff]")
_WESTERN = re.compile("[\u00a1-\u00ff]")
_WESTERN_SHARE = 0.6  # of a word's letters; no language of Latin letters has so many accents
_TELLING = 4  # letters; shorter words may well be all accents
_WORDS_SHARE = 0.2  # of the longer words


def mended(written: str) -> str:
    """Give Cyrillic back to the words of *written* that lost it; a text with few such words is left alone."""
    if not _ACCENTED.search(written):
        return written
    telling = [word for word in _WORD.findall(written) if len(_LETTERS.findall(word)) >= _TELLING]
    if sum(map(_is_robbed, telling)) <= _WORDS_SHARE * len(telling):
        return written
    return _WORD.sub(lambda found: _mended_word(found[0]), written)


def _is_robbed(word: str) -> bool:
    return len(_WESTERN.findall(word)) > _WESTERN_SHARE * len(_LETTERS.findall(word))


def _mended_word(word: str) -> str:
    if not _is_robbed(word):
        return word
    try:
        return word.encode("cp1252").decode("cp1251")
    except UnicodeError:  # it holds letters of another alphabet beside
        return word
