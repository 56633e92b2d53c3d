"""On a data portal: does the site lead to the council's own page there, and are there datasets?"""

from collections.abc import Mapping, Sequence
from datetime import date

from checks.addresses import host_of, is_under
from checks.answers import Absent, Detail, met, partly
from checks.material import Material
from checks.rules.readable import machine_readable
from models.facts import Answer, Dataset, Evidence, SeenPage
from models.matching import MATCH_AT_LEAST, resembles
from models.vocabulary import Reason

_PACKED = frozenset({"zip", "7z", "rar"})
_NAMED = 6  # things that are missing, as a sentence can still name them


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
    own = material.datasets
    detail: Detail = {"count": len(own), "at_least": at_least}
    if not own:
        near = material.strangers_datasets
        return Absent(Reason.NO_DOCUMENT, _shown(*near[0]) if near else None, detail)
    detail["title"] = own[0][0].title
    shown = [_shown(*pair) for pair in own]
    if len(own) < at_least:
        return partly(shown, Reason.SOME_FOUND, detail, sure=0.9)
    return met(shown, Reason.DOCUMENT_FOUND, detail, sure=0.95)


def datasets_listed(
    material: Material, *, titles: Mapping[str, Sequence[str]], met_from: float, partly_from: float
) -> Answer | Absent:
    """Met where the council's datasets cover a share of a list: by name, the *titles* each may go under."""
    own = material.datasets
    found = {
        name: pair
        for name, called in titles.items()
        if (pair := next((one for one in own if _is_called(one[0], called)), None))
    }
    missing = [name for name in titles if name not in found]
    detail: Detail = {
        "found": len(found),
        "expected": len(titles),
        "missing": ", ".join(missing[:_NAMED]) or None,
    }
    if not own:
        return Absent(Reason.NO_DOCUMENT, detail=detail)
    shown = [_shown(*pair) for pair in found.values()] or [_shown(*own[0])]
    share = len(found) / len(titles)
    if share >= met_from:
        return met(shown, Reason.ALL_FOUND, detail, sure=0.9)
    if share >= partly_from:
        return partly(shown, Reason.SOME_FOUND, detail | {"count": len(found)}, sure=0.85)
    return Absent(Reason.SOME_FOUND, shown[0], detail | {"count": len(found)})


def dataset_named(
    material: Material,
    *,
    titles: Sequence[str],
    at_most_days: int = 0,
    tables: bool = True,
    packed: bool = False,
) -> Answer | Absent:
    """Met by a dataset of the council called one of *titles*, renewed within *at_most_days*, that programs read.

    With *packed*, an archive is taken for tables: where each meeting is a file of its own, they come packed.
    """
    named = [pair for pair in material.datasets if _is_called(pair[0], titles)]
    detail: Detail = {"count": len(named)}
    if not named:
        near = material.datasets[0] if material.datasets else None
        return Absent(Reason.NO_DOCUMENT, _shown(*near) if near else None, detail)
    named.sort(
        key=lambda pair: (pair[0].modified is not None, pair[0].modified or date.min, pair[0].id),
        reverse=True,
    )
    newest = named[0][0]
    shown = [_shown(*pair) for pair in named]
    detail |= {"title": newest.title, "newest": str(newest.modified) if newest.modified else None}
    readable = any(machine_readable(one) or (packed and one in _PACKED) for one in _formats(newest))
    if tables and not readable:
        detail["formats"] = ", ".join(newest.formats) or None
        return partly(shown, Reason.NOT_MACHINE_READABLE, detail, sure=0.9)
    if at_most_days and newest.modified is None:
        return partly(shown, Reason.UNDATED, detail, sure=0.85)
    if at_most_days and newest.modified and (material.today - newest.modified).days > at_most_days:
        return partly(shown, Reason.STALE, detail, sure=0.9)
    return met(shown, Reason.DOCUMENT_FOUND, detail, sure=0.95)


def datasets_renewed(
    material: Material,
    *,
    frequencies: Mapping[str, int],
    tolerance: float,
    met_from: float,
    partly_from: float,
) -> Answer | Absent:
    """Met where a share of the council's datasets is renewed as often as its passport promises.

    *frequencies* gives the days behind a promise; *tolerance* is how many times as long it may take. Datasets
    that promise nothing we know, or "on change", are left out.
    """
    judged = [
        (dataset, page, days)
        for dataset, page in material.datasets
        if (days := _days_promised(dataset, frequencies)) and dataset.modified
    ]
    late = [
        (dataset, page)
        for dataset, page, days in judged
        if dataset.modified and (material.today - dataset.modified).days > tolerance * days
    ]
    right = len(judged) - len(late)
    names = ", ".join(dataset.title for dataset, _ in late[:_NAMED])
    detail: Detail = {"found": right, "expected": len(judged), "missing": names or None}
    return _by_share(
        material, right, len(judged), detail, met_from=met_from, partly_from=partly_from, late=late
    )


def datasets_readable(material: Material, *, met_from: float, partly_from: float) -> Answer | Absent:
    """Met where a share of the council's datasets has a resource that programs read."""
    judged = [pair for pair in material.datasets if pair[0].formats]
    poor = [pair for pair in judged if not any(map(machine_readable, _formats(pair[0])))]
    names = ", ".join(dataset.title for dataset, _ in poor[:_NAMED])
    right = len(judged) - len(poor)
    detail: Detail = {"found": right, "expected": len(judged), "missing": names or None}
    return _by_share(
        material, right, len(judged), detail, met_from=met_from, partly_from=partly_from, late=poor
    )


def datasets_described(
    material: Material, *, fields: Sequence[str], met_from: float, partly_from: float
) -> Answer | Absent:
    """Met where a share of the council's datasets has a passport in which all *fields* are filled."""
    judged = list(material.datasets)
    poor = [pair for pair in judged if not set(fields) <= set(pair[0].described)]
    lacking = dict.fromkeys(name for dataset, _ in poor for name in fields if name not in dataset.described)
    right = len(judged) - len(poor)
    detail: Detail = {"found": right, "expected": len(judged), "missing": ", ".join(lacking) or None}
    return _by_share(
        material, right, len(judged), detail, met_from=met_from, partly_from=partly_from, late=poor
    )


def _by_share(
    material: Material,
    right: int,
    judged: int,
    detail: Detail,
    *,
    met_from: float,
    partly_from: float,
    late: Sequence[tuple[Dataset, SeenPage]],
) -> Answer | Absent:
    if not judged:
        near = material.datasets[0] if material.datasets else None
        return Absent(Reason.NO_DOCUMENT, _shown(*near) if near else None, detail)
    wrong = {id(dataset) for dataset, _ in late}
    good = [_shown(*pair) for pair in material.datasets if id(pair[0]) not in wrong]
    if right >= met_from * judged:
        return met(good, Reason.ALL_FOUND, detail, sure=0.9)
    if right and right >= partly_from * judged:
        return partly(good, Reason.SOME_FOUND, detail | {"count": right}, sure=0.85)
    return Absent(Reason.SOME_FOUND, _shown(*late[0]), detail | {"count": right})


def _days_promised(dataset: Dataset, frequencies: Mapping[str, int]) -> int:
    promised = dataset.frequency.casefold().strip()
    return next((days for words, days in frequencies.items() if words in promised), 0) if promised else 0


def _is_called(dataset: Dataset, titles: Sequence[str]) -> bool:
    return any(resembles(dataset.title, title) >= MATCH_AT_LEAST for title in titles)


def _formats(dataset: Dataset) -> tuple[str, ...]:
    return tuple(name.casefold().strip(".") for name in dataset.formats)


def _shown(dataset: Dataset, page: SeenPage) -> Evidence:
    return Evidence(page.url, dataset.title, page.capture, title=dataset.url, date=dataset.modified)
