"""Can people with impairments use the site? What a program can see of it, which is never all."""

from collections import Counter

from checks.answers import Absent, Detail, met, partly
from checks.material import Material
from checks.shelf import Page
from models.facts import Answer, Evidence
from models.vocabulary import PageKind, Reason


def barriers_few(material: Material, *, pages: int, at_most: int, partly_at_most: int) -> Answer | Absent:
    """Met where the home page and the next most linked pages show at most so many barriers each on the average.

    A barrier is what static markup can tell (WCAG 2.x A and AA in part): it proves that some cannot use a page,
    and its absence proves nothing, so that nobody is called accessible. A page that was not seen whole shows fewer
    than it has, and is not judged.
    """
    if material.home is None or not material.home.seen.complete:
        return Absent(Reason.NO_DOCUMENT)
    judged = [material.home, *_key_pages(material, pages - 1)]
    times: Counter[str] = Counter()
    for page in judged:
        times.update(dict(page.facts.barriers))
    worst = ", ".join(name for name, _ in times.most_common(3))
    detail: Detail = {
        "count": times.total(),
        "pages": len(judged),
        "kinds": worst or None,
        "at_most": at_most,
    }
    shown = [_shown(page) for page in judged]
    if times.total() <= at_most * len(judged):
        return met(shown, Reason.ALL_FOUND, detail, sure=0.85)
    if times.total() <= partly_at_most * len(judged):
        return partly(shown, Reason.BARRIERS, detail, sure=0.85)
    return Absent(Reason.BARRIERS, shown[0], detail)


def aids_offered(material: Material) -> Answer | Absent:
    """Met by a version or a switch for people with impaired sight: known by its markup, or by a link called so."""
    marked = [
        Evidence(
            page.seen.url,
            page.facts.title or page.seen.url,
            page.seen.capture,
            title=", ".join(page.facts.aids),
        )
        for page in material.pages
        if page.facts.aids and not page.is_portal
    ]
    called = [
        Evidence(one.page.seen.url, one.words, one.page.seen.capture, title=one.url) for one in material.links
    ]
    if shown := [*marked[:1], *called[:1]]:
        return met(shown, Reason.DOCUMENT_FOUND, {"title": shown[0].title or shown[0].quote}, sure=0.9)
    return Absent(Reason.NO_DOCUMENT)


def _key_pages(material: Material, number: int) -> list[Page]:
    """The pages that the home page leads to, in its own order; lists and texts before anything else."""
    home = material.home
    led_to = [link.href for link in home.facts.links] if home is not None else []
    own = (page for page in material.pages if not page.is_portal and page is not home and page.seen.complete)
    by_url = {page.seen.url: page for page in own}
    pages = [by_url[url] for url in dict.fromkeys(led_to) if url in by_url]
    return [page for page in pages if page.facts.kind is not PageKind.NEWS][:number]


def _shown(page: Page) -> Evidence:
    said = ", ".join(f"{name}: {times}" for name, times in page.facts.barriers)
    return Evidence(page.seen.url, page.facts.title or page.seen.url, page.seen.capture, title=said)
