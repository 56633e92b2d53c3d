"""`tcm audit`: does all that this installation sealed still hold? Log, heads, time-stamps, rows and bodies."""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path
from typing import Any

from console.findings import require_run
from console.opening import desk_for
from console.telling import Refusal, tell_json
from custody.auditing import Audit
from custody.heads import Heads
from custody.stamps import StampError, load_roots
from models.environment import settings

DOES_NOT_HOLD = 1


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    parser = commands.add_parser("audit", help="check everything sealed here against its digests")
    parser.add_argument("--run", metavar="ID", dest="run_id", help="of the runs only this one")
    parser.add_argument(
        "--heads", metavar="DIR", help="a copy of the heads kept elsewhere (default: TCM_CUSTODY)"
    )
    parser.add_argument("--json", action="store_true", help="print all that does not hold, as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Name the first thing that does not hold, or with --json all of them; 0 when everything holds."""
    ours = settings()
    desk = desk_for(ours)
    if arguments.run_id:
        require_run(desk, arguments.run_id)
    try:
        roots = load_roots(ours.stamp_roots)
    except StampError as error:
        raise Refusal(str(error)) from error
    heads = Heads(Path(arguments.heads) if arguments.heads else ours.custody)
    if arguments.heads and heads.last() is None:
        raise Refusal(f"{arguments.heads} holds no heads of a log")
    audit = Audit(desk.store, desk.archive, heads, roots)
    troubles = list(islice(audit.troubles(arguments.run_id), None if arguments.json else 1))
    if arguments.json:
        found = [{"where": one.where, "what": one.what} for one in troubles]
        tell_json({"holds": not found, "troubles": found, "checked": audit.seen, "notes": audit.notes})
    elif troubles:
        print(f"✗ {troubles[0]}")
    else:
        checked = ", ".join(f"{number} {what}" for what, number in audit.seen.items())
        print("\n".join([f"✓ All holds: {checked}.", *(f"  {note}" for note in audit.notes)]))
    return DOES_NOT_HOLD if troubles else 0
