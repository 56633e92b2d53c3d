"""What a page says: contacts, hours, names; and whether the site leads to a service that works elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from checks.addresses import host_of, is_under, place
from checks.answers import Absent, Detail, met, partly, surety
from checks.material import Document, Material, Text
from checks.shelf import Page
from checks.words import carries
from models.facts import Answer, Evidence
from models.vocabulary import Reason

_READ_LINES = 300  # characters of a text compared at once


def page_says(
    material: Material, *, needs: Sequence[str], counts: Mapping[str, int] | None = None, partly_from: int = 1
) -> Answer | Absent:
    """Met where the pages of a topic together say all that is needed; partly where they say *partly_from* of it.

    A need is a mark of the pack ("phone"), several of which one is enough ("phone|email"), or words
    ("=за запитом"). *counts* says how many different ones there must be; one is enough otherwise.
    """
    texts = material.texts
    if not texts:
        return Absent(Reason.NO_DOCUMENT)
    said = {need: _said(material, texts, need) for need in needs}
    wanted = {need: (counts or {}).get(need, 1) for need in needs}
    whole = [need for need in needs if len(said[need]) >= wanted[need]]
    some = [need for need in needs if said[need]]
    missing = ", ".join(need.lstrip("=").partition("|")[0] for need in needs if need not in whole)
    detail: Detail = {
        "title": texts[0].title,
        "found": len(whole),
        "expected": len(needs),
        "missing": missing or None,
    }
    shown = [next(iter(said[need].values())) for need in some]
    sure = 0.9 if material.sections else 0.75
    if len(whole) == len(needs):
        return met(shown, Reason.ALL_FOUND, detail, sure=sure)
    if len(some) >= partly_from:
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.9 * sure)
    return Absent(Reason.NO_DOCUMENT, texts[0].shown(), detail)


def _said(material: Material, texts: Sequence[Text], need: str) -> dict[str, Evidence]:
    """The different words that meet a need, each with the first place where it stands."""
    found: dict[str, Evidence] = {}
    for text in texts:
        for words in _words_for(material, text, need):
            found.setdefault(words, text.shown(words))
    return found


def _words_for(material: Material, text: Text, need: str) -> tuple[str, ...]:
    if need.startswith("="):
        return tuple(filter(None, (_line_with(text.facts.text, need[1:].split("|")),)))
    return tuple(words for mark in need.split("|") for words in material.marks_in(text, mark))


def _line_with(text: str, phrases: Sequence[str]) -> str | None:
    """The first line that carries one of *phrases*."""
    for line in text.splitlines():
        for start in range(0, len(line), _READ_LINES):
            part = line[start : start + _READ_LINES]
            if carries(part, phrases):
                return part.strip()
    return None


def items_say(
    material: Material,
    *,
    needs: Sequence[str],
    last: int = 3,
    share: float = 0.9,
    within_days: int = 730,
    at_least: int = 1,
) -> Answer | Absent:
    """Met when of the *last* papers, dated within *within_days*, a *share* says all that is needed.

    Needs are as in ``page_says``. A paper we have not opened says what its link says. Partly met where there
    are fewer than *at_least* papers, or too few of them say all of it, or none has a date.
    """
    since = material.today - timedelta(days=within_days)
    recent = [one for one in material.papers if one.held_on is not None and one.held_on >= since][:last]
    undated = [one for one in material.papers if one.held_on is None][:last]
    detail: Detail = {"count": len(recent), "at_least": at_least, "days": within_days}
    if not recent and not undated:
        if not material.papers:
            return Absent(Reason.NO_DOCUMENT, detail=detail)
        newest = material.papers[0]
        return Absent(
            Reason.ONLY_STALE, newest.shown(), detail | {"title": newest.words, "newest": str(newest.held_on)}
        )
    judged = recent or undated
    detail["title"] = judged[0].words
    lacking = {one.url: [need for need in needs if not _paper_says(material, one, need)] for one in judged}
    whole = [one for one in judged if not lacking[one.url]]
    missing = dict.fromkeys(
        need.lstrip("=").partition("|")[0] for needed in lacking.values() for need in needed
    )
    detail |= {"found": len(whole), "expected": len(judged), "missing": ", ".join(missing) or None}
    sure = surety(judged, enough=len(judged))
    if not recent:
        return partly(judged, Reason.UNDATED, detail, sure=0.8 * sure)
    if len(whole) >= share * len(judged) and len(judged) >= at_least:
        return met(whole, Reason.ALL_FOUND, detail, sure=sure)
    return partly(judged, Reason.SOME_FOUND, detail, sure=0.9 * sure)


def _paper_says(material: Material, paper: Document, need: str) -> bool:
    if need.startswith("=") and carries(f"{paper.words} {paper.place}", need[1:].split("|")):
        return True
    if paper.facts is None:
        return False
    text = Text(paper.url, paper.words, paper.capture, paper.facts)
    return bool(_words_for(material, text, need))


def service_linked(
    material: Material,
    *,
    hosts: Sequence[str] = (),
    at_least: int = 1,
    own: bool = False,
    needs: Sequence[str] = (),
) -> Answer | Absent:
    """Met by *at_least* links, called what is sought or in a section called so, to a service that stands elsewhere.

    On *hosts* a service is known; one on any other host that is not the site itself counts where its link says
    what it is. With *own*, a page of the site counts as well. A section that leads nowhere is partly met, unless
    one of *needs* (as in ``page_says``) stands in it: then it is itself the service.
    """
    named = [
        Evidence(one.page.seen.url, one.words, one.page.seen.capture, title=one.url)
        for one in material.links
        if _serves(material, one.url, hosts, named=True, own=own)
    ]
    inside = [
        Evidence(page.seen.url, link.title or link.text, page.seen.capture, title=link.href)
        for page in material.sections
        for link in page.facts.links
        if not link.in_menu and _serves(material, link.href, hosts, named=False, own=False)
    ]
    shown = list({place(one.title): one for one in reversed([*named, *inside])}.values())[::-1]
    detail: Detail = {"count": len(shown), "at_least": at_least}
    if shown:
        known = any(is_under(host_of(one.title), tuple(hosts)) for one in shown)
        detail |= {"title": shown[0].quote, "link": shown[0].title}
        if len(shown) >= at_least:
            return met(shown, Reason.DOCUMENT_FOUND, detail | {"count": None}, sure=0.95 if known else 0.85)
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.85)
    within = [one for need in needs for one in _said(material, material.texts, need).values()]
    if within:
        return met(within, Reason.DOCUMENT_FOUND, {"title": within[0].quote}, sure=0.85)
    if pages := [page for page in material.sections if _is_of_site(page)]:
        return partly([pages[0].shown()], Reason.HOLLOW_SECTION, {"title": pages[0].title}, sure=0.8)
    return Absent(Reason.NO_DOCUMENT, detail=detail)


def _is_of_site(page: Page) -> bool:
    return not page.is_portal


def _serves(material: Material, url: str, hosts: Sequence[str], *, named: bool, own: bool) -> bool:
    host = host_of(url)
    if not host:
        return False
    if is_under(host, tuple(hosts)):
        return True
    if is_under(host, material.never_services):
        return False
    if host in material.city.hosts:
        return own and named
    return named or is_under(host, material.city.hosts)
