"""`tcm crawl`: visit cities from the network, or replay a recorded site through the same pipeline."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from console.opening import DEFAULT_METHODOLOGY, desk_for, refusing, registry_for, require_methodology
from console.telling import Refusal, tell_json
from crawlers.city import City
from crawlers.recording import RecordingError
from flows.replaying import Replayed, ReplayFailedError, replay
from flows.stamping import sealed_and_stamped
from flows.visiting import Desk, city_rows, judge, visit
from models.environment import settings
from models.findings import contract_finding, findings_of
from models.runs import close_run, current_round, open_run, register_cities

AT_ONCE = 4
SOME_FAILED = 1


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    parser = commands.add_parser("crawl", help="visit cities, or replay a recorded site")
    parser.add_argument("--city", action="append", default=[], metavar="SLUG", help="a city; may be repeated")
    parser.add_argument("--region", help="all cities of a region")
    parser.add_argument("--cities", metavar="DIR", help="a registry other than the built-in one")
    parser.add_argument("--unverified", action="store_true", help="begin at unconfirmed addresses too")
    parser.add_argument("--round", metavar="ID", help="the round this run belongs to (default: this month)")
    parser.add_argument("--methodology", default=DEFAULT_METHODOLOGY, metavar="NAME")
    parser.add_argument("--replay", metavar="FILE", help="a recorded site (WARC) in place of the network")
    parser.add_argument("--start", action="append", default=[], metavar="URL", help="with --replay")
    parser.add_argument("--out", metavar="DIR", help="with --replay: where facts and findings are written")
    parser.add_argument("--accept-cut", action="store_true", help="with --replay: take a recording cut short")
    parser.add_argument("--json", action="store_true", help="print JSON (always so with --replay)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Crawl; 0 when every city could be visited to its end."""
    require_methodology(arguments.methodology)
    if arguments.replay:
        return _replay(arguments)
    if arguments.start or arguments.out or arguments.accept_cut:
        raise Refusal("--start, --out and --accept-cut go with --replay FILE")
    registry = registry_for(arguments.cities)
    with refusing():
        cities = registry.select(arguments.city, arguments.region)
    desk = desk_for(settings())
    sys.stderr.write(
        f"Visiting {len(cities)} cities, {AT_ONCE} at once; this may take hours.\n" if len(cities) > 1 else ""
    )
    register_cities(desk.store, city_rows(registry))
    name = arguments.region or (arguments.city[0] if len(arguments.city) == 1 else None)
    run_id = open_run(
        desk.store, round_id=arguments.round or current_round(), region=arguments.region, name=name
    )
    with refusing():
        outcomes = asyncio.run(
            _visit_all(desk, cities, run_id, arguments.methodology, unverified=arguments.unverified)
        )
    close_run(desk.store, run_id)
    with refusing():
        asyncio.run(sealed_and_stamped(desk, run_id))
    if arguments.json:
        tell_json({"run": run_id, "cities": outcomes})
    else:
        for outcome in outcomes:
            print(_line(outcome))
        print(f"run {run_id}: see `tcm findings --run {run_id}`")
    return SOME_FAILED if any(outcome["failure"] for outcome in outcomes) else 0


async def _visit_all(
    desk: Desk, cities: tuple[City, ...], run_id: str, methodology: str, *, unverified: bool
) -> list[dict[str, Any]]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(city: City) -> dict[str, Any]:
        async with places:
            outcome = await visit(desk, city, run_id=run_id, methodology=methodology, unverified=unverified)
        verdicts = judge(desk, outcome.visit_id, city, methodology=methodology)
        return {
            "city": city.slug,
            "state": outcome.state.value,
            "reason": outcome.reason.value if outcome.reason else None,
            "fetched": outcome.fetched,
            "failed": outcome.failed,
            "bytes": outcome.bytes,
            "verdicts": {verdict.value: number for verdict, number in verdicts.items() if number},
            "failure": outcome.failure,
        }

    return list(await asyncio.gather(*(one(city) for city in cities)))


def _line(outcome: dict[str, Any]) -> str:
    said = ", ".join(f"{number} {verdict}" for verdict, number in outcome["verdicts"].items())
    why = outcome["failure"] or outcome["reason"] or ""
    return f"{outcome['city']:<22} {outcome['state']:<12} {outcome['fetched']:>5} pages  {said}" + (
        f"  ({why})" if why else ""
    )


def _replay(arguments: argparse.Namespace) -> int:
    """Replay a recording and write DIR/facts.jsonl and DIR/findings.json."""
    if not arguments.start:
        raise Refusal("--replay needs at least one --start URL: the page where the visit begins")
    if not arguments.out:
        raise Refusal("--replay needs --out DIR: where facts.jsonl and findings.json are written")
    if arguments.city or arguments.region or arguments.cities:
        raise Refusal("--replay visits the recorded site alone: leave out --city, --region and --cities")
    out = Path(arguments.out)
    try:
        with refusing():
            done = replay(
                Path(arguments.replay),
                starts=arguments.start,
                methodology=arguments.methodology,
                out=out,
                settings=settings(),
                accept_cut=arguments.accept_cut,
            )
    except RecordingError as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Refusal(f"{error.filename or out}: {error.strerror}", exit_code=3) from error
    except ReplayFailedError as error:
        raise Refusal(str(error), exit_code=SOME_FAILED) from error
    _write(out, done)
    tell_json(
        {
            "out": str(out),
            "pages": done.pages,
            "links": len(done.links),
            "kinds": done.kinds,
            "verdicts": done.verdicts,
        }
    )
    return 0


def _write(out: Path, done: Replayed) -> None:
    """The two files other people's scripts read."""
    try:
        with (out / "facts.jsonl").open("w", encoding="utf-8") as file:
            for link in done.links:
                file.write(json.dumps(link, ensure_ascii=False) + "\n")
        findings = [contract_finding(finding) for finding in findings_of(done.store, done.run_id)]
        (out / "findings.json").write_text(
            json.dumps(findings, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    except OSError as error:
        raise Refusal(f"{error.filename}: {error.strerror}", exit_code=3) from error
    finally:
        sys.stdout.flush()
        done.store.close()
