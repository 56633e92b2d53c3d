"""A pack as a page for people: ``python -m checks.listing [NAME] > docs/indicators.md``."""

import sys
from collections.abc import Iterator, Mapping

from checks.catalog import load
from checks.methodology import Indicator, Methodology, Setting

_LONGEST = 160  # characters of a row's settings; the pack itself has all of them
_HEAD = """# The indicators of the pack `{name}` {version}

Made by `python -m checks.listing {name}`; do not edit by hand. {count} indicators, {points:g} points in all.
`machine`: the machine decides where it is sure enough; `assisted`: it gathers the evidence and a person decides;
`human`: the web cannot show it. What a rule asks is explained in its docstring in `checks/rules/`; a deadline marked †
is not confirmed by a lawyer: it is shown and never lowers a verdict.
"""


def listing(pack: Methodology) -> str:
    """The whole page."""
    points = sum(one.weight for one in pack.indicators)
    head = _HEAD.format(name=pack.name, version=pack.version, count=len(pack.indicators), points=points)
    return "\n".join((head, *(line for area in pack.areas for line in _area(pack, area)))).rstrip() + "\n"


def _area(pack: Methodology, area: str) -> Iterator[str]:
    own = [one for one in pack.indicators if one.area == area]
    if not own:
        return
    yield f"## {area}: {pack.areas[area].en}"
    yield ""
    yield f"{pack.areas[area].uk}; {sum(one.weight for one in own):g} points."
    yield ""
    yield "| id | question | class | points | rule and settings | deadline |"
    yield "|---|---|---|---:|---|---|"
    yield from (_row(one) for one in own)
    yield ""


def _row(one: Indicator) -> str:
    rule = f"`{one.rule}` {_settings(one.settings)}".strip() if one.rule else "–"
    deadline = one.deadline.en + ("" if one.deadline_confirmed else " †") if one.deadline else "–"
    cells = (one.id, one.question.en, one.class_, f"{one.weight:g}", rule, deadline)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _settings(settings: Mapping[str, Setting]) -> str:
    said = ", ".join(f"{key} {_short(value)}" for key, value in settings.items())
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1].rsplit(" ", 1)[0] + " …"


def _short(value: Setting) -> str:
    if isinstance(value, dict):
        return f"({', '.join(map(str, value))})"
    return f"({', '.join(value)})" if isinstance(value, list) else str(value)


if __name__ == "__main__":
    sys.stdout.write(listing(load(sys.argv[1] if len(sys.argv) > 1 else "transparent-cities")))
