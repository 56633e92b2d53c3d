"""`tcm demo`: fifty pretend councils, crawled under Prefect, judged, and open for review. `make demo` runs it."""

from __future__ import annotations

import argparse
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from console.rehearsal import tell_reached, tell_score
from console.second_day import second_day
from console.stage import Stage
from console.stage_round import stage_round
from console.telling import Refusal
from fixtures.children import ServiceError
from fixtures.people import PEOPLE
from models.environment import is_unattended
from models.findings import findings_of
from models.store import StoreError

REGISTRY = Path(__file__).parent.parent / "fixtures" / "councils" / "cities"
REGIONS = ("west", "north", "centre", "east", "south")
ALL = 50
AT_ONCE = 3  # a run; two runs go on at once, and memory is to stay under 2 GiB
ORDER = {"registry": str(REGISTRY), "at_once": AT_ONCE, "pictures": False}  # these come last
PICTURED_IN = 60.0  # seconds that --once waits for pictures
SOME_FAILED = 1
LAST_PORT = 65535


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    parser = commands.add_parser("demo", help="crawl the pretend councils, judge them, open the review desk")
    parser.add_argument("--cities", type=int, default=ALL, metavar="N", help="how many councils (1 to 50)")
    parser.add_argument("--port", type=int, default=8000, help="of the review desk")
    parser.add_argument("--prefect-port", type=int, default=4200, help="of the Prefect UI")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier demos stored")
    parser.add_argument(
        "--once",
        action="store_true",
        help="end when all is told and a minute of pictures is taken (so too where CI is set)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the whole house at work; stay until Ctrl-C. 0 when every council was judged."""
    if not 1 <= arguments.cities <= ALL:
        raise Refusal(f"--cities takes a number from 1 to {ALL}, not {arguments.cities}")
    for port in (arguments.port, arguments.prefect_port):
        if not 1 <= port <= LAST_PORT:
            raise Refusal(f"a port is a number from 1 to {LAST_PORT}, not {port}")
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell may have started us deaf to Ctrl-C
        signal.signal(ending, _interrupted)
    judged = 0
    try:
        with ExitStack() as stack:
            judged, drawing = _show(stack, arguments)
            if not (arguments.once or is_unattended()):
                print("\nCtrl-C ends everything.", flush=True)
                signal.pause()
            with suppress(subprocess.TimeoutExpired):
                drawing.wait(PICTURED_IN)
    except (ServiceError, StoreError) as error:
        raise Refusal(str(error), exit_code=3) from error
    except OSError as error:
        raise Refusal(
            f"{error.filename or 'the demo'}: {error.strerror}. Check TCM_HOME.", exit_code=3
        ) from error
    except KeyboardInterrupt:
        print("\nEnded; nothing is left running.")
    return 0 if judged == arguments.cities else SOME_FAILED


def _show(stack: ExitStack, arguments: argparse.Namespace) -> tuple[int, subprocess.Popen[str]]:
    """The demo itself; how many councils were judged, and what ends when all pictures are taken."""
    began = time.monotonic()
    _say("Starting the pretend councils, PostgreSQL, the Prefect server and the review desk …")
    stage = Stage.set_up(
        stack,
        cities=arguments.cities,
        port=arguments.port,
        prefect_port=arguments.prefect_port,
        fresh=arguments.fresh,
    )
    ui, desk = stage.prefect.ui_url, stage.desk.settings.review_url
    _say(f"Prefect UI {ui} · review desk {desk} · up in {time.monotonic() - began:.0f} s")
    runs = _crawl(stage)
    found = {finding.city: finding for run_id in runs for finding in findings_of(stage.desk.store, run_id)}
    again = second_day(stage, runs, _some)
    stage_round(stage)
    tell_score(stage.desk.store, runs)
    tell_reached(stage.desk.store, runs, stage.web.today)
    _where_to_look(stage)
    drawing = stage.begin([_pictures(run_id) for run_id in (*runs, *again)])
    stack.callback(drawing.kill)
    print("Pictures     are being taken of the evidence; each is on its page as soon as it is there")
    print(f"Took         {time.monotonic() - began:.0f} s", flush=True)
    return len(found), drawing


def _crawl(stage: Stage) -> list[str]:
    """Crawl every council once: a run per region, or one run of those asked for; the ids of the runs."""
    councils = stage.web.cities
    orders = [_some(list(councils))]
    if len(councils) == ALL:
        orders = [
            {"deployment": "crawl-region/crawl-region", "parameters": {"region": region, "order": ORDER}}
            for region in REGIONS
        ]
    _say(f"Crawling {len(councils)} councils, {AT_ONCE} at once; every line is a city that is judged.")
    progress = stage.follow(orders, len(councils))
    _say(f"{progress.pages()} answers stored.")
    return progress.runs()


def _where_to_look(stage: Stage) -> None:
    """The sign-ins and addresses."""
    print("\nSign in to the review desk:")
    for person in PEOPLE:
        if person.login in stage.passwords:
            where = f", {person.city or person.region}" if person.city or person.region else ""
            print(
                f"  {person.login:<15} {stage.passwords[person.login]}   {person.name} ({person.role}{where})"
            )
    print(f"\nReview desk  {stage.desk.settings.review_url}")
    print(f"Prefect UI   {stage.prefect.ui_url}   (asks for: {stage.prefect.auth})")
    print(f"Data         {stage.desk.settings.home}")


def _some(cities: list[str]) -> dict[str, Any]:
    return {"deployment": "crawl-cities/crawl-cities", "parameters": {"cities": cities, "order": ORDER}}


def _pictures(run_id: str) -> dict[str, Any]:
    return {"deployment": "picture/picture", "parameters": {"run_id": run_id}}


def _interrupted(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    print(sentence, flush=True)
