"""Reads one methodology pack and refuses a typo by file, id and key."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import cast, get_args

from checks.entries import CatalogError, Entry, read_yaml
from checks.heads import (
    both,
    check_needs,
    check_sum,
    council_pattern,
    read_calibration,
    read_costs,
    read_marks,
    read_measured,
    sure_from,
)
from checks.methodology import Bilingual, DecidedBy, Indicator, LooksAt, Methodology, PlainNo, Setting
from checks.rules import RULES
from models.facts import Lexicon
from models.matching import stems
from models.vocabulary import LinkKind

__all__ = ["CatalogError", "Indicator", "Methodology", "lexicon", "load", "methodologies", "read_pack"]

PACKS = Path(__file__).parent / "methodologies"
_HEAD = "methodology.yaml"
_OF_VERSION = "@"
_CALIBRATION = "calibration.yaml"
_ACCURACY = "accuracy.yaml"


def methodologies() -> list[str]:
    """The names of the packs that are in force."""
    return [name for name in _packs() if _OF_VERSION not in name]


def earlier_versions() -> list[str]:
    """The packs that were in force before, as ``name@version``: by them any stored run can be judged again."""
    return [name for name in _packs() if _OF_VERSION in name]


def _packs() -> list[str]:
    return sorted(path.parent.name for path in PACKS.glob(f"*/{_HEAD}"))


@lru_cache(maxsize=8)
def load(name: str) -> Methodology:
    """The methodology called *name*, or the earlier one called ``name@version``.

    The version in force goes by both names, so that a script may pin it.
    """
    current, _, version = name.partition(_OF_VERSION)
    if name not in _packs() and version and current in methodologies():
        pack = load(current)
        if pack.version == version:
            return pack
    if name not in _packs():
        known = ", ".join((*methodologies(), *earlier_versions()))
        raise CatalogError(f"no methodology is called {name!r}; there are: {known}")
    return read_pack(PACKS / name)


def lexicon(methodology: Methodology) -> Lexicon:
    """What the crawler should look for, in words: topic (indicator id) to terms."""
    topics = {one.id: methodology.terms_of(one) for one in methodology.indicators if one.looks_at.terms}
    sources: dict[str, tuple[str, ...]] = {}
    for one in methodology.indicators:
        for source in one.looks_at.sources:
            sources[source] = (*sources.get(source, ()), one.id)
    return Lexicon(topics, sources, methodology.parts)


def read_pack(folder: Path) -> Methodology:
    """Read one folder: a head, and every other YAML file as a list of indicators."""
    head = Entry(_HEAD, read_yaml(folder / _HEAD))
    areas = {code: both(head, code, names) for code, names in head.mapping("areas").items()}
    indicators: dict[str, Indicator] = {}
    costs = read_costs(head)
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in {_HEAD, _CALIBRATION, _ACCURACY}:
            _add_file(path, areas, indicators, costs)
    places = {code: place for place, code in enumerate(areas)}
    indicators = dict(sorted(indicators.items(), key=lambda item: places[item[1].area]))
    _check_topics(indicators)
    pattern = head.text("other_council", "")
    effective = head.day("effective")
    if effective is None:
        raise head.fail("effective", "is missing")
    maximum = head.number("maximum") if head.has("maximum") else 0.0
    check_sum(head, maximum, indicators.values())
    marks = read_marks(head)
    check_needs(indicators.values(), marks)
    methodology = Methodology(
        name=head.text("name"),
        version=head.text("version"),
        title=head.bilingual("title"),
        effective=effective,
        languages=head.words("languages"),
        areas=areas,
        indicators=tuple(indicators.values()),
        portals=head.words("portals"),
        elsewhere=head.words("elsewhere"),
        parts=head.words("parts"),
        subject_begins=head.words("subject_begins"),
        other_council=council_pattern(head, pattern),
        not_adopted=head.words("not_adopted"),
        draft_marks=head.words("draft_marks"),
        meetings=head.words("meetings"),
        never_services=head.words("never_services"),
        marks=marks,
        maximum=maximum,
        calibration=read_calibration(folder / _CALIBRATION),
        measured=read_measured(folder / _ACCURACY),
        by_id=indicators,
    )
    head.done()
    earlier = f"{methodology.name}{_OF_VERSION}{methodology.version}"
    if folder.name not in {methodology.name, earlier}:
        raise head.fail("name", f"{methodology.name!r} stands in the folder {folder.name!r}")
    return replace(methodology, name=folder.name)


def _add_file(
    path: Path, areas: dict[str, Bilingual], indicators: dict[str, Indicator], costs: Mapping[str, float]
) -> None:
    entries = read_yaml(path)
    if not isinstance(entries, list):
        raise CatalogError(f"{path.name}: expected a list of indicators")
    for number, given in enumerate(entries, start=1):
        name = given.get("id", f"entry {number}") if isinstance(given, dict) else f"entry {number}"
        indicator = _indicator(Entry(f"{path.name}: {name}", given), areas, costs)
        if indicator.id in indicators:
            raise CatalogError(f"{path.name}: {indicator.id}: id: is already taken by another indicator")
        indicators[indicator.id] = indicator


def _indicator(entry: Entry, areas: dict[str, Bilingual], costs: Mapping[str, float]) -> Indicator:
    class_ = entry.text("class")
    if class_ not in get_args(DecidedBy):
        raise entry.fail("class", f"{class_!r} is none of {', '.join(get_args(DecidedBy))}")
    area = entry.text("area")
    if area not in areas:
        raise entry.fail("area", f"there is no area {area!r}")
    rule, settings = _rule(entry, needed=class_ != "human")
    indicator = Indicator(
        id=entry.text("id"),
        area=area,
        name=entry.bilingual("name"),
        question=entry.bilingual("question"),
        class_=cast("DecidedBy", class_),
        weight=entry.number("weight"),
        legal_basis=entry.bilingual("legal_basis"),
        deadline=entry.bilingual("deadline") if entry.has("deadline") else None,
        deadline_confirmed=entry.flag("deadline_confirmed", default=False),
        looks_at=_looks_at(entry.part("looks_at")),
        rule=rule,
        settings=settings,
        judge=entry.bilingual("judge"),
        evidence=entry.bilingual("evidence"),
        publish=entry.bilingual("publish") if entry.has("publish") else None,
        since=entry.day("since", None),
        sure_from=sure_from({**costs, **read_costs(entry)}),
    )
    entry.done()
    return indicator


def _looks_at(entry: Entry) -> LooksAt:
    kinds = entry.words("kinds")
    if unknown := [kind for kind in kinds if kind not in set(LinkKind)]:
        raise entry.fail("kinds", f"no such kind of link: {', '.join(unknown)}")
    plain_no = entry.text("plain_no", "")
    if plain_no not in get_args(PlainNo):
        raise entry.fail("plain_no", f"{plain_no!r} is neither json nor any")
    looks_at = LooksAt(
        kinds=frozenset(map(LinkKind, kinds)),
        terms=entry.words("terms"),
        negatives=entry.words("negatives"),
        elsewhere=entry.words("elsewhere"),
        sessions_from=entry.words("sessions_from"),
        sources=entry.words("sources"),
        plain_no=cast("PlainNo", plain_no),
        drafts=entry.flag("drafts", default=False),
        only_named=entry.flag("only_named", default=False),
    )
    entry.done()
    against = {stems(text): text for text in (*looks_at.negatives, *looks_at.elsewhere)}
    for term in looks_at.terms:
        if stems(term) in against:
            raise entry.fail("terms", f"{term!r} is also the negative {against[stems(term)]!r}")
    return looks_at


def _rule(entry: Entry, *, needed: bool) -> tuple[str | None, dict[str, Setting]]:
    """The rule and its settings, held against what the rule itself asks for."""
    name, settings = entry.take("rule", None), entry.mapping("with")
    if name is None and not needed and not settings:
        return None, {}
    if not isinstance(name, str) or name not in RULES:
        raise entry.fail("rule", f"there is no rule {name!r}; there are: {', '.join(RULES)}")
    asked = _asked_by(RULES[name].answer)
    if unknown := sorted(set(settings) - set(asked)):
        raise entry.fail("with", f"rule {name} has no setting {', '.join(unknown)}")
    if missing := [key for key, needs in asked.items() if needs and key not in settings]:
        raise entry.fail("with", f"rule {name} needs {', '.join(missing)}")
    return name, cast("dict[str, Setting]", settings)


def _asked_by(rule: Callable[..., object]) -> dict[str, bool]:
    """The settings a rule takes, and whether it needs each."""
    return {
        name: parameter.default is inspect.Parameter.empty
        for name, parameter in inspect.signature(rule).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _check_topics(indicators: dict[str, Indicator]) -> None:
    for indicator in indicators.values():
        for topic in indicator.looks_at.sessions_from:
            if topic not in indicators:
                raise CatalogError(f"{indicator.id}: looks_at: sessions_from: unknown topic {topic!r}")
