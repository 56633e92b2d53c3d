"""`tcm findings` and `tcm evaluate`: what the machine said, and saying it again from what is stored."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from sqlalchemy import select

from console.opening import DEFAULT_METHODOLOGY, desk_for, refusing, registry_for, require_methodology
from console.telling import Refusal, tell_json
from flows.stamping import sealed_and_stamped
from flows.visiting import Desk, judge
from models.crawling import Run
from models.environment import settings
from models.findings import contract_finding, findings_of, pictures_of
from models.masking import masked
from models.runs import visits_of


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the two commands are called."""
    findings = commands.add_parser("findings", help="print the findings of a run")
    findings.add_argument("--run", required=True, metavar="ID", dest="run_id")
    findings.add_argument("--methodology", metavar="NAME")
    findings.add_argument("--json", action="store_true")
    findings.set_defaults(run=show)
    again = commands.add_parser("evaluate", help="judge a stored run again, without visiting anybody")
    again.add_argument("--run", required=True, metavar="ID", dest="run_id")
    again.add_argument("--methodology", default=DEFAULT_METHODOLOGY, metavar="NAME")
    again.add_argument("--cities", metavar="DIR", help="a registry other than the built-in one")
    again.add_argument("--json", action="store_true")
    again.set_defaults(run=evaluate)


def show(arguments: argparse.Namespace) -> int:
    """Print the standing findings of a run."""
    desk = desk_for(settings())
    require_run(desk, arguments.run_id)
    if arguments.methodology:
        require_methodology(arguments.methodology)
    found = findings_of(desk.store, arguments.run_id, methodology=arguments.methodology)
    if arguments.json:
        shown = pictures_of(desk.store, found)
        tell_json([contract_finding(finding, shown) for finding in found])
        return 0
    for finding in found:
        quote = masked(finding.evidence[0]["quote"])[:70] if finding.evidence else ""
        said = f"{finding.verdict.value:<15} {finding.reason.value:<22}"
        print(f"{finding.city:<22} {finding.indicator:<10} {said} {quote}")
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """Judge every visit of a run again; only answers that differ become new findings."""
    require_methodology(arguments.methodology)
    registry = registry_for(arguments.cities)
    desk = desk_for(settings())
    require_run(desk, arguments.run_id)
    told: dict[str, dict[str, int]] = {}
    for visit in visits_of(desk.store, arguments.run_id):
        if visit.city not in registry:
            raise Refusal(
                f"run {arguments.run_id} visited {visit.city}, which is not in this registry: name its registry"
                " with --cities DIR"
            )
        counts = judge(desk, visit.id, registry[visit.city], methodology=arguments.methodology)
        told[visit.city] = {verdict.value: number for verdict, number in counts.items() if number}
    with refusing():
        asyncio.run(sealed_and_stamped(desk, arguments.run_id))
    if arguments.json:
        verdicts = [{"city": city, "verdicts": said} for city, said in told.items()]
        tell_json({"run": arguments.run_id, "cities": verdicts})
    else:
        for city, said in told.items():
            print(f"{city:<22} " + ", ".join(f"{number} {verdict}" for verdict, number in said.items()))
    return 0


def require_run(desk: Desk, run_id: str) -> None:
    """Refuse a run that is not there, naming the latest that are."""
    with desk.store.reading() as db:
        if db.get(Run, run_id) is not None:
            return
        latest = list(db.scalars(select(Run.id).order_by(Run.started_at.desc()).limit(5)))
    known = f"the latest are {', '.join(latest)}" if latest else "nothing has been crawled yet"
    raise Refusal(f"there is no run {run_id!r}: {known}")
