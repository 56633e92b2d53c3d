"""The order of the Ukrainian alphabet, which is not that of code points: ґ follows г, є follows е, і and ї follow и."""

from __future__ import annotations

_LETTERS = {letter: place for place, letter in enumerate("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", start=0x400)}
_SILENT = frozenset("'’ʼ`")  # an apostrophe is no letter: М’ята stands where Мята would


def alphabetical(name: str) -> tuple[int, ...]:
    """What to sort *name* by; Latin letters and digits come before Ukrainian ones, as they do in code points."""
    return tuple(_LETTERS.get(letter, ord(letter)) for letter in name.casefold() if letter not in _SILENT)
