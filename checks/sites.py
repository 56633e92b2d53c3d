"""What belongs to a site and not to its page: its name in every title, its menu on every page."""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from typing import TypeVar

_TITLE_PARTS = re.compile(r"\s+[-–—|•·»:]{1,2}\s+")
COMMON_FROM = 3  # pages that carry the same part of a title, before it may be the site's own
_MOST = 0.6  # of all pages of a host
_Part = TypeVar("_Part", bound=Hashable)


def common(said: Iterable[tuple[str, _Part]], pages: Counter[str]) -> frozenset[tuple[str, _Part]]:
    """What stands on most of a host's pages; *said* and *pages* tell what was said, and how many there are."""
    least = {host: max(COMMON_FROM, _MOST * number) for host, number in pages.items()}
    return frozenset(one for one, times in Counter(said).items() if times >= least[one[0]])


def said_in(title: str) -> set[str]:
    """The parts of a title, and what opens each up to a full stop: "Зеленопільська міська рада. Бюджет"."""
    parts = _TITLE_PARTS.split(title.strip())
    return {*parts, *(part.partition(". ")[0] for part in parts if ". " in part)}


def own_title(title: str, of_site: Collection[str]) -> str:
    """A title without what it shares with most pages of its site; nothing, where that is all of it."""
    parts = (_own_part(part, of_site) for part in _TITLE_PARTS.split(title.strip()))
    return " – ".join(part for part in parts if part)


def _own_part(part: str, of_site: Collection[str]) -> str:
    opening, _, rest = part.partition(". ")
    return "" if part in of_site else rest if rest and opening in of_site else part
