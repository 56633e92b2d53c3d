"""Here or elsewhere: what a council may publish itself, or let a service do that its site leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from checks.answers import Absent, Detail, met, partly
from checks.material import Material
from checks.rules.pages import page_says, service_linked
from checks.rules.published import document_for_year, documents_published
from checks.rules.registers import register_published
from checks.words import years
from models.facts import Answer, Evidence
from models.matching import MATCH_AT_LEAST, resembles
from models.vocabulary import Reason, Verdict


def document_or_service(
    material: Material, *, phrases: Sequence[str], hosts: Sequence[str] = (), offset: int = 0, due: str = ""
) -> Answer | Absent:
    """Met by a document of the assessed year (as in ``document_for_year``), or by a link to a service on *hosts*.

    A service of any other host counts where its link says what it is and names no other year; its front page
    does not, as it shows nothing of this council.
    """
    written = document_for_year(material, phrases=phrases, offset=offset, due=due)
    if isinstance(written, Answer):
        return written
    led = service_linked(material, hosts=hosts, deep=True)
    if isinstance(led, Answer) and led.verdict is Verdict.MET:
        year = material.today.year
        living = tuple(one for one in led.evidence if not years(one.quote) or max(years(one.quote)) >= year)
        if living:
            return replace(led, evidence=living)
    return written


def published_or_linked(
    material: Material,
    *,
    phrases: Sequence[str],
    hosts: Sequence[str] = (),
    at_least: int = 1,
    searchable: bool = False,
) -> Answer | Absent:
    """Met by *at_least* documents (as in ``documents_published``), or by a link to a service that shows them.

    A service on *hosts* is known; any other counts where its link says what it is, its front page never.
    """
    written = documents_published(material, phrases=phrases, at_least=at_least, searchable=searchable)
    if isinstance(written, Answer) and written.verdict is Verdict.MET:
        return written
    led = service_linked(material, hosts=hosts, deep=True)
    if isinstance(led, Answer) and led.verdict is Verdict.MET:
        return led
    return written


def register_or_service(
    material: Material, *, titles: Sequence[str], at_most_days: int, partly_days: int = 0
) -> Answer | Absent:
    """Met by a list of late, in whatever format, or a dataset called one of *titles*, as ``register_published`` has it.

    Partly met where the site only leads to a service elsewhere: what that shows to everybody, a person has to see.
    """
    kept = register_published(
        material, titles=titles, at_most_days=at_most_days, partly_days=partly_days, tables=False
    )
    if isinstance(kept, Answer):
        return kept
    return _led_elsewhere(material) or kept


def service_described(
    material: Material,
    *,
    needs: Sequence[str],
    counts: Mapping[str, int] | None = None,
    titles: Sequence[str] = (),
) -> Answer | Absent:
    """Met where the pages say all that is needed (as in ``page_says``), or by a dataset called one of *titles*.

    Partly met where they say the first need at least, or where the site only leads to a service elsewhere:
    what that says, a person has to see.
    """
    for dataset, page in material.datasets:
        if any(resembles(dataset.title, title) >= MATCH_AT_LEAST for title in titles):
            shown = Evidence(page.url, dataset.title, page.capture, dataset.url, dataset.modified)
            return met([shown], Reason.DOCUMENT_FOUND, {"title": dataset.title}, sure=0.9)
    said = page_says(material, needs=needs, counts=counts, core=True)
    if isinstance(said, Answer):
        return said
    return _led_elsewhere(material) or said


def _led_elsewhere(material: Material) -> Answer | None:
    """Partly met by a link to a service that stands elsewhere and is called what is sought."""
    led = service_linked(material)
    if isinstance(led, Absent) or led.verdict is not Verdict.MET:
        return None
    detail: Detail = {"count": len(led.evidence), "title": led.evidence[0].quote}
    return partly(led.evidence, Reason.SOME_FOUND, detail, sure=0.75)
