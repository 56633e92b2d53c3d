"""What a page says: contacts, hours, names; and whether the site leads to a service that works elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from checks.addresses import host_of, is_under, place
from checks.answers import SHOWN_AT_MOST, Absent, Detail, met, partly, surety
from checks.documents import Document, Text
from checks.material import Material
from checks.shelf import Page
from checks.words import carried_by, carries, years
from models.facts import Answer, Evidence, PageFacts
from models.vocabulary import PageKind, Reason

_READ_LINES = 300  # characters of a text compared at once
_LANGUAGES = frozenset({"", "uk", "ua", "en"})  # all that the path of a front page may hold


def page_says(
    material: Material,
    *,
    needs: Sequence[str],
    counts: Mapping[str, int] | None = None,
    partly_from: int = 1,
    core: bool = False,
) -> Answer | Absent:
    """Met where the pages of a topic together say all that is needed; partly where they say *partly_from* of it.

    A need is a mark of the pack ("phone"), several of which one is enough ("phone|email"), or words
    ("=за запитом"). *counts* says how many different ones there must be; one is enough otherwise. With *core*,
    nothing is partly met without the first need.
    """
    texts = material.texts
    if not texts:
        return Absent(Reason.NO_DOCUMENT)
    wanted = {need: (counts or {}).get(need, 1) for need in needs}
    said = {need: _said(material, texts, need, enough=wanted[need]) for need in needs}
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
    if len(some) >= partly_from and (not core or needs[0] in some):
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.9 * sure)
    return Absent(Reason.NO_DOCUMENT, texts[0].shown(), detail)


def _said(
    material: Material, texts: Sequence[Text], need: str, *, enough: int = SHOWN_AT_MOST
) -> dict[str, Evidence]:
    """The different words that meet a need, *enough* of them, each with the first place where it stands."""
    found: dict[str, Evidence] = {}
    for text in texts:
        for what, words in _words_for(material, text, need):
            found.setdefault(what, text.shown(words))
            if len(found) >= enough:
                return found
    return found


def _words_for(material: Material, text: Text, need: str) -> Iterator[tuple[str, str]]:
    """What meets a need in one text: the phrase, or the mark's own words; and the words that show it."""
    if need.startswith("="):
        yield from _lines_with(text.facts.text, need[1:].split("|"))
        return
    for mark in need.split("|"):
        yield from ((words, words) for words in material.marks_in(text, mark))


def _lines_with(text: str, phrases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each of *phrases* that stands in the text, with the first line that carries it."""
    left = list(phrases)
    for line in text.splitlines():
        for start in range(0, len(line), _READ_LINES):
            part = line[start : start + _READ_LINES]
            while phrase := carried_by(part, left):
                left.remove(phrase)
                yield phrase, part.strip()


def items_say(
    material: Material,
    *,
    needs: Sequence[str],
    last: int = 3,
    share: float = 0.9,
    within_days: int = 730,
    at_least: int = 1,
    phrases: Sequence[str] = (),
    none: Sequence[str] = (),
) -> Answer | Absent:
    """Met when of the *last* papers, dated within *within_days*, a *share* says all that is needed.

    Needs are as in ``page_says``. A paper we have not opened says what its link says. Partly met where there
    are fewer than *at_least* papers, or too few of them say all of it, or none has a date. *phrases*, if any,
    tell the papers from others of their topic; *none* are words by which a section says that there are none now.
    """
    papers = [one for one in material.papers if not phrases or carries(f"{one.words} {one.place}", phrases)]
    since = material.today - timedelta(days=within_days)
    recent = [one for one in papers if one.held_on is not None and one.held_on >= since][:last]
    undated = [one for one in papers if one.held_on is None][:last]
    detail: Detail = {"count": len(recent), "at_least": at_least, "days": within_days}
    if not recent and (said := said_to_be_none(material, none, since=since)):
        return said
    if not recent and not undated:
        if not papers:
            return Absent(Reason.NO_DOCUMENT, detail=detail)
        newest = papers[0]
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


def said_to_be_none(material: Material, none: Sequence[str], *, since: date) -> Answer | None:
    """Met where a page of the topic says that there is nothing to publish, in words of a day not before *since*."""
    for text in material.texts if none else ():
        for _, words in _lines_with(text.facts.text, none):
            named = years(words)
            is_old = text.facts.date is not None and text.facts.date < since
            if not is_old and (not named or max(named) >= since.year):
                return met([text.shown(words)], Reason.DOCUMENT_FOUND, {"title": words}, sure=0.8)
    return None


def _paper_says(material: Material, paper: Document, need: str) -> bool:
    if need.startswith("=") and carries(f"{paper.words} {paper.place}", need[1:].split("|")):
        return True
    return any(_words_for(material, _as_shown(paper), need))


def _as_shown(paper: Document) -> Text:
    """A paper together with the words of its link, which may say more than itself: "Закупівля UA-2026-…"."""
    facts = paper.facts or PageFacts(paper.url, paper.words, None, PageKind.DOCUMENT, complete=True)
    said = replace(facts, url=f"{paper.url} {paper.words}", text=f"{paper.words}\n{facts.text}")
    return Text(paper.url, paper.words, paper.capture, said)


def service_linked(
    material: Material,
    *,
    hosts: Sequence[str] = (),
    at_least: int = 1,
    own: bool = False,
    needs: Sequence[str] = (),
    deep: bool = False,
) -> Answer | Absent:
    """Met by *at_least* links, called what is sought or in a section called so, to a service that stands elsewhere.

    On *hosts* a service is known; one on any other host that is not the site itself counts where its link says
    what it is. With *own*, a page of the site counts as well; with *deep*, the front page of a service, which
    shows nothing of this council, does not. A section that leads nowhere is partly met, unless one of *needs*
    (as in ``page_says``) stands in it: then it is itself the service.
    """
    named = [
        Evidence(one.page.seen.url, one.words, one.page.seen.capture, title=one.url)
        for one in material.links
        if _serves(material, one.url, hosts, named=not one.page.is_portal, own=own)
        if not (deep and _is_front(one.url))
    ]
    inside = [
        Evidence(page.seen.url, link.title or link.text, page.seen.capture, title=link.href)
        for page in material.sections
        for link in page.facts.links
        if not link.in_menu and _serves(material, link.href, hosts, named=False, own=False)
        if not (deep and _is_front(link.href))
    ]
    inside.sort(key=lambda one: (one.url, one.title, one.quote))
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


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/").casefold() in _LANGUAGES and not parts.query


def _serves(material: Material, url: str, hosts: Sequence[str], *, named: bool, own: bool) -> bool:
    host = host_of(url)
    if not host:
        return False
    if is_under(host, tuple(hosts)):
        return True
    if is_under(host, material.never_services):
        return False
    if host in material.city.hosts:
        return own and named and not material.is_bare(url)
    return named or is_under(host, material.city.hosts)
