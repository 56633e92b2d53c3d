"""How many points a city has: by what people have confirmed, and by what the machine alone says so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.methodology import Methodology
from checks.points import Points, Said, points
from review.queries.cities import Standing


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one city or area, both ways."""

    confirmed: Points
    provisional: Points


def said_of(standing: Iterable[Standing], methodology: str) -> dict[str, Said]:
    """What stands about a city by indicator: a person's word where there is one, the machine's otherwise."""
    return {one.finding.indicator: _said(one) for one in standing if one.finding.methodology == methodology}


def score(pack: Methodology, said: Mapping[str, Said], area: str | None = None) -> Score:
    """The points of a city, or of one *area* of it."""
    return Score(
        confirmed=points(pack, said, confirmed_only=True, area=area),
        provisional=points(pack, said, confirmed_only=False, area=area),
    )


def _said(one: Standing) -> Said:
    if one.assessment is not None:
        return Said(one.assessment.verdict, by_person=True)
    return Said(one.finding.proposed, by_person=False, leans=one.finding.leaning is not None)
