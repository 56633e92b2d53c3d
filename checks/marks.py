"""Marks: sorts of things that a text may hold, each found by a pattern of the pack."""

import re
from collections.abc import Iterator
from functools import lru_cache

_REMEMBERED = 1_024  # texts; most are the same in the next run


class Mark:
    """One sort of thing: a phone, a person, the hours of reception.

    *begins* is a shorter pattern that stands wherever such a thing begins, and *holds* letters without which there
    is none: only there is the pattern tried. Both only save time; ``tests/checks/test_marks.py`` holds them to that.
    """

    def __init__(self, pattern: str, *, begins: str = "", holds: str = "") -> None:
        self.pattern = re.compile(pattern)
        self._begins, self._holds = re.compile(begins) if begins else None, holds
        self.found_in = lru_cache(maxsize=_REMEMBERED)(self._found_in)

    def _found_in(self, text: str) -> tuple[str, ...]:
        """The words of *text* that are of this sort, each once, in the order of their first places."""
        if self._holds not in text:
            return ()
        return tuple(dict.fromkeys(found[0].strip() for found in self._matches(text)))

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        if self._begins is None:
            yield from self.pattern.finditer(text)
            return
        at = 0
        while begun := self._begins.search(text, at):
            found = self.pattern.match(text, begun.start())
            if found is not None:
                yield found
            at = max(begun.start() + 1, found.end() if found is not None else 0)
