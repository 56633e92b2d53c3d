"""What the pretend sites of a desk's benchmark publish, and what the machine says of it: the same at every making.

A page has the weight of a council's own: a menu of sixty links, some thousands of characters of text. What the
machine says of a question rarely differs between rounds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from checks.methodology import Indicator, Methodology
from models.facts import DocumentLink, PageFacts
from models.facts_json import pack
from models.vocabulary import LinkKind, PageKind, Reason, Verdict

PAGES = 180  # of a site, as many as a visit to a pretend council asks for on average
MENU, TERMS = 60, 9
CHANGES = 0.06  # of the answers of one round, against what is usual for that city

_SAID: tuple[
    tuple[Verdict, Reason, Verdict | None, int], ...
] = (  # verdict, reason, leaning, how often of 100
    (Verdict.MET, Reason.DOCUMENT_FOUND, None, 22),
    (Verdict.MET, Reason.ALL_FOUND, None, 12),
    (Verdict.PARTLY_MET, Reason.SOME_FOUND, None, 7),
    (Verdict.PARTLY_MET, Reason.STALE, None, 3),
    (Verdict.NOT_MET, Reason.NO_DOCUMENT, None, 20),
    (Verdict.NOT_MET, Reason.NO_DOCUMENT_FOR_YEAR, None, 4),
    (Verdict.NOT_OBSERVABLE, Reason.NEEDS_PERSON, Verdict.MET, 9),
    (Verdict.NOT_OBSERVABLE, Reason.NEEDS_PERSON, Verdict.NOT_MET, 9),
    (Verdict.NOT_OBSERVABLE, Reason.RESET, None, 6),
    (Verdict.BLOCKED, Reason.CHALLENGE, None, 2),
    (Verdict.NOT_OBSERVABLE, Reason.ONLY_PEOPLE, None, 6),
)
_SENTENCES = (
    "Міська рада оприлюднює документи, які стосуються життя громади, у цьому розділі.",
    "Відповідальний за наповнення розділу – управління інформаційної роботи виконавчого комітету.",
    "Інші документи розділу за цей рік упорядковано за датою ухвалення.",
    "Зауваження і пропозиції приймаються протягом десяти робочих днів з дня оприлюднення.",
    "Завантажити: PDF, 1,4 МБ; текст придатний до пошуку.",
    "Прийом громадян відбувається щовівторка і щочетверга з 9:00 до 13:00.",
    "Рішення набирає чинності з дня його офіційного оприлюднення на вебсайті.",
    "Контроль за виконанням рішення покласти на постійну комісію з питань бюджету.",
)
_ANCHORS = "Рішення ради;Документи;Звіти;Плани роботи;Оголошення;Перелік;Порядок денний;Протоколи".split(";")


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page of a pretend site. ``quotes`` are words that stand in its text."""

    url: str
    anchor: str
    found_on: str | None
    depth: int
    serves: tuple[str, ...]
    quotes: tuple[str, ...]
    facts: bytes  # packed


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one page that show something."""

    page: int  # its place among the pages of the site
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the machine says of one question about one city in one round."""

    indicator: Indicator
    verdict: Verdict
    reason: Reason
    confidence: float
    detail: Mapping[str, str | int | float]
    evidence: tuple[Piece, ...]
    near_miss: Piece | None
    terms: tuple[str, ...]
    gaps: tuple[int, ...]  # places of pages that could not be looked at


def site_of(slug: str, methodology: Methodology) -> tuple[SitePage, ...]:
    """The pages of one city's site: the front page, a section per area, a page per question, and news."""
    dice = random.Random(f"site of {slug}")  # noqa: S311  # a pretend site
    return tuple(_pages(f"http://{slug}-rada.test/", methodology, dice))


def _pages(home: str, methodology: Methodology, dice: random.Random) -> Iterator[SitePage]:
    menu = tuple(
        DocumentLink(
            f"{home}menu/{number}", f"{dice.choice(_ANCHORS)} {number}", LinkKind.OTHER, in_menu=True
        )
        for number in range(MENU)
    )
    yield _page(home, "Головна", None, 0, (), ("Офіційний вебсайт міської ради",), menu, dice)
    for code, area in methodology.areas.items():
        serves = tuple(one.id for one in methodology.indicators if one.area == code)
        quotes = tuple(_quote(one, 0) for one in methodology.indicators if one.area == code)
        yield _page(f"{home}{code}/", area.uk, home, 1, serves, quotes, menu, dice)
    for one in methodology.indicators:
        quotes = tuple(_quote(one, number) for number in range(3))
        url, section = f"{home}{one.area}/{one.id.lower()}/", f"{home}{one.area}/"
        yield _page(url, one.name.uk[:90], section, 2, (one.id,), quotes, menu, dice)
    for number in range(PAGES - 1 - len(methodology.areas) - len(methodology.indicators)):
        yield _page(f"{home}news/{number}/", f"Новина {number}", home, 1, (), (), menu, dice)


def _page(  # one thing each, said once
    url: str,
    title: str,
    found_on: str | None,
    depth: int,
    serves: tuple[str, ...],
    quotes: tuple[str, ...],
    menu: Sequence[DocumentLink],
    dice: random.Random,
) -> SitePage:
    words = [*quotes, *dice.choices(_SENTENCES, k=dice.randint(20, 120))]
    dice.shuffle(words)
    links = (
        DocumentLink(
            f"{url}{number}.pdf",
            quote,
            LinkKind.DECISION,
            date=date(2026, 3, 12),
            confidence=0.9,
            title=quote,
        )
        for number, quote in enumerate(quotes)
    )
    text = " ".join(words)
    facts = PageFacts(
        url=url,
        title=f"{title} – міська рада",
        language="uk",
        kind=PageKind.LIST,
        complete=True,
        links=(*menu, *links),
        headings=(title,),
        words=len(text.split()),
        text=text,
        has_search=True,
    )
    return SitePage(url, title, found_on, depth, serves, quotes, pack(facts))


def _quote(one: Indicator, number: int) -> str:
    return f"{one.name.uk}: рішення від {12 + number}.03.2026 № {417 + 31 * number}-{one.id}"


def said_of(slug: str, round_id: str, methodology: Methodology) -> Iterator[Said]:
    """What the machine says of every question about one city in one round."""
    first = 1 + len(methodology.areas)
    sections = {code: place for place, code in enumerate(methodology.areas, start=1)}
    for place, one in enumerate(methodology.indicators, start=first):
        dice = random.Random(f"{slug} {one.id}")  # noqa: S311  # a pretend answer
        of_round = random.Random(f"{slug} {one.id} {round_id}")  # noqa: S311
        if of_round.random() < CHANGES:
            dice = of_round
        yield _said(one, place, sections[one.area], dice)


def _said(one: Indicator, place: int, section: int, dice: random.Random) -> Said:
    verdict, reason, leaning, _ = dice.choices(_SAID, weights=[said[-1] for said in _SAID])[0]
    proposed = leaning or verdict
    shows = proposed in {Verdict.MET, Verdict.PARTLY_MET}
    pieces = tuple(Piece(place, _quote(one, number)) for number in range(dice.randint(1, 2)))
    detail: dict[str, str | int | float] = {"title": _quote(one, 0), "count": len(pieces), "looked_at": 31}
    if leaning is not None:
        found = Reason.DOCUMENT_FOUND if shows else Reason.NO_DOCUMENT
        detail |= {"leaning": leaning.value, "leaning_reason": found.value, "leaning_confidence": 0.8}
    sure = verdict.counts or leaning is not None
    return Said(
        indicator=one,
        verdict=verdict,
        reason=reason,
        confidence=round(dice.betavariate(9, 1.2), 3) if sure else 0.0,
        detail=detail,
        evidence=(*pieces, Piece(section, _quote(one, 0))) if shows else (),
        near_miss=None if shows or not sure else Piece(section, _quote(one, 0)),
        terms=tuple(one.looks_at.terms[:TERMS]),
        gaps=() if sure else tuple(dice.sample(range(place), k=min(place, 12))),
    )
