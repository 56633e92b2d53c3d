"""Rounds in which citizens decide: what was proposed, and what came of it?"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from checks.addresses import host_of, is_under
from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.words import carries, years
from models.facts import Answer, Evidence
from models.vocabulary import Reason


def round_published(
    material: Material, *, parts: Mapping[str, Sequence[str]], within_days: int, rules: Sequence[str]
) -> Answer | Absent:
    """Met where each of *parts* of a round (its projects, its results) is published, of the last *within_days*.

    Partly met by one of them, by the round's *rules* alone, whatever their day, or by a platform elsewhere
    that the site leads to by its name: what is there, a person has to see.
    """
    since = material.today - timedelta(days=within_days)
    named = [*material.papers]
    recent = [one for one in named if _is_recent(one, since)]
    found = {name: one for name, phrases in parts.items() if (one := next(_saying(recent, phrases), None))}
    missing = ", ".join(name for name in parts if name not in found)
    detail: Detail = {"found": len(found), "expected": len(parts), "missing": missing or None}
    shown = list(dict.fromkeys(found.values()))
    if len(found) == len(parts):
        return met(shown, Reason.ALL_FOUND, detail, sure=surety(shown))
    shown += [one for one in _saying(named, rules) if one not in shown][:1]
    platform = _platform(material)
    if shown or platform:
        detail |= {"count": len(shown), "link": platform[0].title if platform else None}
        pieces = [*(one.shown() for one in shown), *platform]
        return partly(pieces, Reason.SOME_FOUND, detail, sure=surety(shown) if shown else 0.7)
    if named:
        detail |= {"title": named[0].words, "newest": str(named[0].held_on) if named[0].held_on else None}
        reason = Reason.NO_DOCUMENT if recent else Reason.ONLY_STALE
        return Absent(reason, named[0].shown(), detail)
    return Absent(Reason.NO_DOCUMENT, detail=detail)


def _is_recent(one: Document, since: date) -> bool:
    """By its day; without one by the years it names; what names neither may be of now."""
    if one.held_on is not None:
        return one.held_on >= since
    return max(years(one.words), default=since.year) >= since.year


def _saying(papers: Sequence[Document], phrases: Sequence[str]) -> "filter[Document]":
    return filter(lambda one: carries(one.words, phrases), papers)


def _platform(material: Material) -> list[Evidence]:
    """Links that say what they lead to, to any host but the council's own site."""
    return [
        Evidence(link.page.seen.url, link.words, link.page.seen.capture, title=link.url)
        for link in material.links
        if (host := host_of(link.url))
        and host not in material.city.hosts
        and not is_under(host, material.never_services)
    ][:1]
