"""How far people agree with each other, and whether they follow the machine: for all, and confidentially for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from review.access import LEADING, LOOKING_AT_AGREEMENT, SECONDING
from review.desk import desk_of
from review.queries import agreement as asked
from review.queries import probes as probes_asked
from review.queries.agreement import Pair, Row
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.speech import Speech
from review.spreadsheets import Cell, as_csv

router = APIRouter()

By = Literal["indicator", "area", "round"]
Sort = Literal["name", "looked", "agreed", "kappa", "alpha"]
BYS: tuple[By, ...] = get_args(By)
SORTS: tuple[Sort, ...] = get_args(Sort)
HEAD = ("round", "by", "key", "name", "looked", "by_lot", "agreed", "share", "kappa", "low", "high", "alpha")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see of it, as the address says. Unknown words choose nothing."""

    round: str = ""  # all of them
    by: By = "indicator"
    sort: Sort = "kappa"
    reverse: bool = False

    def query(self, **other: object) -> str:
        """The end of an address that says this choice with *other* changes; what goes without saying is left out."""
        fields = {"round": self.round, "by": self.by, "sort": self.sort, "reverse": self.reverse, **other}
        usual = Choice()
        said = {name: value for name, value in fields.items() if value != getattr(usual, name)}
        return f"?{urlencode({**said, 'reverse': 1} if said.get('reverse') else said)}" if said else ""


def choice_of(request: Request) -> Choice:
    """The choice in the address of *request*."""
    said = request.query_params
    return Choice(
        round=said.get("round", "")[:32],
        by=next((one for one in BYS if one == said.get("by")), Choice().by),
        sort=next((one for one in SORTS if one == said.get("sort")), Choice().sort),
        reverse=said.get("reverse") == "1",
    )


Chosen = Annotated[Choice, Depends(choice_of)]
Watcher = Annotated[SignedIn, Depends(LOOKING_AT_AGREEMENT)]


@router.get("/agreement")
def show(request: Request, who: Watcher, choice: Chosen) -> Response:
    """Agreement as a whole and in rows, and how people lean to the machine, without telling of anybody."""
    with desk_of(request).store.reading() as db:
        rounds = asked.rounds_with_pairs(db, who.region)
        pairs = asked.pairs_of(db, round_id=choice.round or None, region=who.region)
        probed = probes_asked.probed_by_person(db, round_id=choice.round or None, region=who.region)
    return page(
        request,
        "agreement/show.html",
        choice=choice,
        bys=BYS,
        rounds=rounds,
        whole=Row(pairs=pairs),
        rows=_rows(request, pairs, choice),
        probed=probes_asked.together(probed.values()),
        enough=asked.ENOUGH,
    )


@router.get("/agreement.csv")
def show_as_csv(request: Request, who: Watcher, choice: Chosen) -> Response:
    """The same rows as a table for spreadsheets."""
    with desk_of(request).store.reading() as db:
        pairs = asked.pairs_of(db, round_id=choice.round or None, region=who.region)
    lines = (tuple(_line(choice, name, row)) for name, row in _rows(request, pairs, choice))
    return Response(
        as_csv(HEAD, lines),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="agreement.csv"'},
    )


@router.get("/agreement/me")
def show_mine(request: Request, who: Annotated[SignedIn, Depends(SECONDING)]) -> Response:
    """What the probes say of the person who asks, for nobody else's eyes but the chief's."""
    with desk_of(request).store.reading() as db:
        mine = probes_asked.probed_by_person(db, person_id=who.person_id)
    return page(request, "agreement/me.html", mine=mine.get(who.person_id, probes_asked.Probed()))


@router.get("/agreement/people")
def show_people(request: Request, who: Annotated[SignedIn, Depends(LEADING)]) -> Response:
    """What the probes say of each person: confidential, for the chief alone."""
    with desk_of(request).store.reading() as db:
        probed = probes_asked.probed_by_person(db, region=who.region)
        people = probes_asked.names_of(db, probed)
    rows = sorted(((people[number], one) for number, one in probed.items()), key=lambda row: row[0].name)
    return page(request, "agreement/people.html", rows=rows)


def _rows(request: Request, pairs: list[Pair], choice: Choice) -> list[tuple[str, Row]]:
    """Name and figures, as the choice orders them."""
    says = speech_for(request)
    rows = asked.ordered(asked.grouped(pairs, choice.by), choice.sort, reverse=choice.reverse)
    return [(_name(request, says, row, choice.by), row) for row in rows]


def _name(request: Request, says: Speech, row: Row, by: By) -> str:
    """What a row is called in the reader's language."""
    first = row.pairs[0]
    question = desk_of(request).questions.of(first.methodology, first.indicator, says.language)
    match by:
        case "indicator":
            return question.name
        case "area":
            return question.area_name
    return first.round


def _line(choice: Choice, name: str, row: Row) -> Iterator[Cell]:
    """One row of the table, as *HEAD* names its cells."""
    same, of = row.agreed
    yield from (choice.round, choice.by, "/".join(row.key), name, row.looked, of, same)
    ends = (row.interval.low, row.interval.high) if row.interval else (None, None)
    for figure in (row.share, row.kappa, *ends, row.alpha):
        yield None if figure is None else round(figure, 4)
