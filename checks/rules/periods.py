"""Reports by the period they are about: is the newest period a recent one?"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from checks.answers import Absent, Detail, met, partly, surety
from checks.documents import Document
from checks.material import Material
from checks.words import carries, years
from models.facts import Answer, Evidence
from models.matching import MATCH_AT_LEAST, resembles
from models.vocabulary import Reason

_YEAR_ENDS = (12, 31)


def reports_current(
    material: Material,
    *,
    periods: Mapping[str, Sequence[str]],
    at_most_days: int,
    partly_days: int = 0,
    titles: Sequence[str] = (),
) -> Answer | Absent:
    """Met by a report on a period that ended at most *at_most_days* ago; partly by one of *partly_days*.

    *periods* gives, for the day on which a part of the year ends ("09-30"), the words that name it ("III
    квартал"); a report that names a year alone is of all of it, one that names neither counts by its day. A
    dataset of the council called one of *titles* counts by the day on which it was renewed.
    """
    known = [(day, one.shown()) for one in material.papers if (day := _until(one, periods, material.today))]
    known += [
        (dataset.modified, Evidence(page.url, dataset.title, page.capture, title=dataset.url))
        for dataset, page in material.datasets
        if dataset.modified and any(resembles(dataset.title, one) >= MATCH_AT_LEAST for one in titles)
    ]
    detail: Detail = {"count": len(material.papers), "at_most_days": at_most_days}
    if not known:
        if material.papers:
            papers = material.papers
            return partly(papers, Reason.UNDATED, detail, sure=0.8 * surety(papers))
        page = material.sections[0] if material.sections else None
        return Absent(Reason.NO_DOCUMENT, page.shown() if page else None, detail)
    known.sort(key=lambda pair: (pair[0], pair[1].title), reverse=True)
    newest, shown = known[0]
    age = (material.today - newest).days
    detail |= {"title": shown.quote, "newest": str(newest), "days": age}
    sure = surety(material.documents) if material.documents else 0.85
    pieces = [one for _, one in known]
    if age <= at_most_days:
        return met(pieces, Reason.DOCUMENT_FOUND, detail, sure=sure)
    if age <= partly_days:
        return partly(pieces, Reason.STALE, detail, sure=sure)
    return Absent(Reason.ONLY_STALE, shown, detail)


def _until(one: Document, periods: Mapping[str, Sequence[str]], today: date) -> date | None:
    """The last day of the period a report is about; not a day to come, unless it was published before it."""
    named = years(one.words) or years(one.place)
    if not named:
        return one.held_on if one.held_on and one.held_on <= today else None
    ends = [end for words in (one.words, one.place) for end, said in periods.items() if carries(words, said)]
    month, day = map(int, ends[0].split("-")) if ends else _YEAR_ENDS
    until = date(max(named), month, day)
    return until if until <= today else one.held_on or today - timedelta(days=1)
