"""The site itself: does it answer, and can one find one's way in it?"""

from collections.abc import Sequence

from checks.addresses import is_under
from checks.answers import Absent, Detail, met, partly
from checks.material import Material
from models.facts import Answer, Evidence
from models.vocabulary import PageKind, Reason


def site_basics(
    material: Material, *, map_paths: Sequence[str], search_words: Sequence[str], official: Sequence[str]
) -> Answer | Absent:
    """Met by a home page that answers, with a search form and a site map; partly met by one of the two.

    A search is a form, a page of that kind, or a link called by one of *search_words*. A site map is a page of
    that kind, an answered address that ends in one of *map_paths*, or a link that is called so. Encryption
    and an official domain (*official*) are said beside it.
    """
    if material.home is None:
        return Absent(Reason.NO_DOCUMENT)
    own = [page for page in material.pages if not page.is_portal]
    searches = [
        *(page.shown() for page in own if page.facts.has_search or page.facts.kind is PageKind.SEARCH),
        *(
            Evidence(page.seen.url, link.text, page.seen.capture, title=link.href)
            for page in own
            for link in page.facts.links
            if link.text.strip().casefold() in search_words
        ),
    ]
    maps = [
        *(page.shown() for page in own if page.facts.kind is PageKind.SITE_MAP),
        *material.answered(tuple(map_paths)),
        *(
            Evidence(link.page.seen.url, link.words, link.page.seen.capture, title=link.url)
            for link in material.links
        ),
    ]
    detail: Detail = {
        "search": int(bool(searches)),
        "site_map": int(bool(maps)),
        "https": int(material.home.seen.url.startswith("https:")),
        "official_domain": int(any(is_under(host, tuple(official)) for host in material.city.hosts)),
    }
    if searches and maps:
        return met([searches[0], maps[0]], Reason.ALL_FOUND, detail, sure=0.95)
    if searches or maps:
        return partly([*searches[:1], *maps[:1]], Reason.SOME_FOUND, detail, sure=0.9)
    return Absent(Reason.NO_DOCUMENT, material.home.shown(), detail)
