"""Where on a page the quoted words stand: what surrounds them, and what the reader took them for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.facts import DocumentLink, PageFacts

AROUND = 180
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Quoted words between the words that surround them."""

    before: str
    quote: str
    after: str


def excerpt(text: str, quote: str) -> Excerpt | None:
    """*quote* among its neighbours in *text*; None where it does not stand there, whatever the spacing."""
    words = _SPACES.sub(" ", quote).strip()
    page = _SPACES.sub(" ", text)
    start = page.find(words) if words else -1
    if start < 0:
        return None
    end = start + len(words)
    before, after = page[max(0, start - AROUND) : start], page[end : end + AROUND]
    return Excerpt(
        before=f"…{before.partition(' ')[2]}" if start > AROUND else before,
        quote=words,
        after=f"{after.rpartition(' ')[0]} …" if end + AROUND < len(page) else after,
    )


def recognised(facts: PageFacts, quote: str) -> DocumentLink | None:
    """The link of the page that carries exactly the quoted words, as the reader understood it."""
    return next((link for link in facts.links if quote and quote in (link.title, link.text)), None)
