"""Places in a list: shelters, houses under repair; are there enough addresses to speak of a list?"""

from collections.abc import Iterator, Sequence

from checks.addresses import host_of, is_under, place
from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document, Text
from checks.material import Material
from checks.words import carries, years
from models.facts import Answer, Evidence
from models.matching import MATCH_AT_LEAST, resembles
from models.vocabulary import Reason


def places_listed(
    material: Material,
    *,
    mark: str,
    at_least: int,
    titles: Sequence[str] = (),
    maps: bool = False,
    this_year: Sequence[str] = (),
) -> Answer | Absent:
    """Met by a dataset (called one of *titles*), or where papers and pages hold *at_least* of a *mark* ("address").

    With *maps*, a link called so to a map elsewhere is enough too. Where *this_year* is given, only papers that
    say one of these phrases and are of the visit's year count. A paper that nobody opened is believed.
    """
    sets = [pair for pair in material.datasets if _is_called(pair[0].title, titles)]
    if sets:
        dataset, page = sets[0]
        shown = Evidence(page.url, dataset.title, page.capture, dataset.url, dataset.modified)
        return met([shown], Reason.DOCUMENT_FOUND, {"title": dataset.title}, sure=0.9)
    papers = list(_papers(material, this_year))
    if not papers and this_year and material.papers:
        return _of_another_year(material, this_year)
    texts = _texts(material, papers, whole=not this_year)
    held = {words: text for text in texts for words in material.marks_in(text, mark)}
    detail: Detail = {"count": len(held), "at_least": at_least}
    if len(held) >= at_least:
        shown_here = [text.shown(words) for words, text in held.items()]
        return met(shown_here, Reason.ALL_FOUND, detail, sure=0.9)
    if unopened := [one for one in papers if one.facts is None]:
        detail["title"] = unopened[0].words
        return met(unopened, Reason.DOCUMENT_FOUND, detail | {"count": None}, sure=0.8 * surety(unopened))
    if maps and (led := _maps(material)):
        return met(led, Reason.DOCUMENT_FOUND, {"title": led[0].quote, "link": led[0].title}, sure=0.8)
    if held:
        pieces = [text.shown(words) for words, text in held.items()]
        return partly(pieces, Reason.SOME_FOUND, detail, sure=0.8)
    near = papers[0].shown() if papers else material.sections[0].shown() if material.sections else None
    return Absent(Reason.NO_DOCUMENT, near, detail)


def _is_called(title: str, titles: Sequence[str]) -> bool:
    return any(resembles(title, one) >= MATCH_AT_LEAST for one in titles)


def _papers(material: Material, this_year: Sequence[str]) -> Iterator[Document]:
    """The papers that count: all, or those of this year."""
    for one in material.papers:
        if not this_year or (carries(f"{one.words} {one.place}", this_year) and _is_of_year(material, one)):
            yield one


def _is_of_year(material: Material, one: Document) -> bool:
    named = one.reaches or frozenset({one.held_on.year} if one.held_on else ())
    return material.today.year in named


def _of_another_year(material: Material, phrases: Sequence[str]) -> Absent:
    year = material.today.year
    named = [one for one in material.papers if carries(f"{one.words} {one.place}", phrases)]
    nearest = max(named or material.papers, key=lambda one: (max(one.years, default=0), one.url))
    newest = max(nearest.years, default=None)
    detail: Detail = {"year": year, "newest": newest, "title": nearest.words}
    reason = Reason.ONLY_STALE if newest and newest < year else Reason.NO_DOCUMENT_FOR_YEAR
    return Absent(reason, nearest.shown(), detail)


def _texts(material: Material, papers: Sequence[Document], *, whole: bool) -> list[Text]:
    """What can be read of the papers, and of everything in their sections where *whole*."""
    own = [text for one in papers if (text := one.as_text()) is not None]
    known = {place(text.url) for text in own}
    return [*own, *(text for text in material.texts if whole and place(text.url) not in known)]


def _maps(material: Material) -> list[Evidence]:
    """Links to a map, called so, that stands on another host."""
    return [
        Evidence(one.page.seen.url, one.words, one.page.seen.capture, title=one.url)
        for one in material.links
        if (host := host_of(one.url))
        and host not in material.city.hosts
        and not is_under(host, material.never_services)
        and not years(one.words)
    ]
