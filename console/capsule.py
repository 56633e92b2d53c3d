"""`tcm capsule`: one file that proves a finding, or all of a city or a run, to whoever disputes it."""

from __future__ import annotations

import argparse
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from console.findings import require_run
from console.opening import desk_for, refusing
from console.telling import Refusal, tell_json
from custody.capsule import MakingError, make_finding_capsule, write_run_capsule
from custody.capsule.packing import TooLargeError
from custody.manifests import seal_run
from custody.stamps import StampError, load_roots
from flows.visiting import Desk
from models.environment import settings
from models.judging import Finding

ENDING = ".wacz"  # so that players know it


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    parser = commands.add_parser(
        "capsule", help="write the evidence of a finding, a city or a run into one file"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--finding", type=int, metavar="ID")
    what.add_argument("--run", metavar="ID", dest="run_id")
    parser.add_argument("--city", metavar="SLUG", help="of the run only this city")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help=f"where to write it, such as x{ENDING}"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Seal what is not sealed yet, then write the capsule; an unfinished one leaves no file."""
    out: Path = arguments.out
    if arguments.city and not arguments.run_id:
        raise Refusal("--city goes with --run: name the run whose visit is wanted")
    if out.suffix != ENDING:
        raise Refusal(f"{out} must end in {ENDING}, by which players know such a file")
    desk = desk_for(settings())
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        with refusing():
            _write(desk, arguments, part)
        part.replace(out)
    except (MakingError, StampError, TooLargeError) as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    size = out.stat().st_size
    if arguments.json:
        tell_json({"file": str(out), "bytes": size})
    else:
        print(f"{out}: {size / 2**20:.1f} MiB. Check it with: tcm verify {out}")
    return 0


def _write(desk: Desk, arguments: argparse.Namespace, part: Path) -> None:
    roots = load_roots(desk.settings.stamp_roots)
    run_id = arguments.run_id or _run_of(desk, arguments.finding)
    require_run(desk, run_id)
    seal_run(desk.store, desk.archive, run_id)
    with part.open("wb") as out:
        if arguments.run_id:
            write_run_capsule(desk.store, desk.archive, run_id, out, city=arguments.city, roots=roots)
        else:
            out.write(make_finding_capsule(desk.store, desk.archive, arguments.finding, roots=roots))
        out.flush()
        os.fsync(out.fileno())


def _run_of(desk: Desk, finding_id: int) -> str:
    with desk.store.reading() as db:
        finding = db.get(Finding, finding_id)
    if finding is None:
        raise Refusal(f"there is no finding {finding_id}")
    return finding.run_id
