"""On a data portal: does the site lead to the council's own page there, and are there datasets?"""

from collections.abc import Sequence

from checks.addresses import host_of, is_under
from checks.answers import Absent, Detail, met, partly
from checks.material import Material
from models.facts import Answer, Dataset, Evidence, SeenPage
from models.vocabulary import PageKind, Reason


def section_with_link(
    material: Material, *, paths: Sequence[str], hosts: Sequence[str], own: Sequence[str]
) -> Answer | Absent:
    """Met by a section that leads to the council's own page on a portal; partly met where it leads nowhere.

    The council's own page is an address with one of *paths* on one of *hosts* or on the council's hosts, or a
    portal of its own: a name beneath its domain that begins with one of *own*.
    """

    def leads(url: str) -> bool:
        host = host_of(url)
        is_ours = is_under(host, material.city.hosts)
        if is_ours and host not in material.city.hosts and host.partition(".")[0] in own:
            return True
        return (is_ours or is_under(host, (*hosts, *material.named_portals))) and any(
            url.partition(part)[2] for part in paths
        )

    inside = [
        Evidence(page.seen.url, link.title or link.text, page.seen.capture, title=link.href)
        for page in material.sections
        for link in page.facts.links
        if leads(link.href)
    ]
    direct = [
        Evidence(link.page.seen.url, link.words, link.page.seen.capture, title=link.url)
        for link in material.links
        if leads(link.url)
    ]
    if shown := [*inside, *direct]:
        detail: Detail = {"title": shown[0].quote, "link": shown[0].title}
        return met(shown, Reason.SECTION_FOUND, detail, sure=0.95 if inside else 0.85)
    if material.sections:
        page = material.sections[0]
        return partly([page.shown()], Reason.HOLLOW_SECTION, {"title": page.title}, sure=0.85)
    return Absent(Reason.NO_DOCUMENT)


def dataset_published(material: Material, *, at_least: int = 1) -> Answer | Absent:
    """Met by *at_least* so many datasets on a portal whose publisher is the council.

    The publisher is the one the portal names: a dataset's title proves nothing, as oblast and namesake
    councils publish the same sets.
    """
    found = {
        dataset.id: (dataset, page.seen)
        for page in material.pages
        if page.facts.kind is PageKind.CATALOGUE
        for dataset in page.facts.datasets
    }
    pairs = [pair for _, pair in sorted(found.items())]
    own = [pair for pair in pairs if material.is_of_city(pair[0].publisher)]
    detail: Detail = {"count": len(own), "at_least": at_least}
    if not own:
        return Absent(Reason.NO_DOCUMENT, _shown(*pairs[0]) if pairs else None, detail)
    detail["title"] = own[0][0].title
    shown = [_shown(*pair) for pair in own]
    if len(own) < at_least:
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.9)
    return met(shown, Reason.DOCUMENT_FOUND, detail, sure=0.95)


def _shown(dataset: Dataset, page: SeenPage) -> Evidence:
    return Evidence(page.url, dataset.title, page.capture, title=dataset.url, date=dataset.modified)
