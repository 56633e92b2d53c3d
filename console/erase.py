"""`tcm erase`: makes a stored body unreadable for good, after listing what rests on it."""

from __future__ import annotations

import argparse
import re
from typing import Any

from sqlalchemy import select

from console.opening import desk_for
from console.telling import Refusal, tell_json
from custody.erasing import NothingToEraseError, erase
from flows.visiting import Desk
from models.archive import ArchiveError
from models.environment import settings
from models.erasing import Resting, erasure_of, resting_on
from models.keyring import KeyringError
from models.people import Person
from models.room import NoRoomError

_SHOWN = 20  # of each kind, in the listing for people
_DIGEST = re.compile(r"[0-9a-f]{64}")


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    erasing = commands.add_parser(
        "erase", help="make stored bytes unreadable for good; without --yes, list what rests on them"
    )
    erasing.add_argument("sha256", metavar="SHA256", help="of the body, as a capture names it")
    erasing.add_argument("--why", required=True, help="the decision: shown wherever the body was shown")
    erasing.add_argument("--by", metavar="LOGIN", help="whose decision it is")
    erasing.add_argument("--yes", action="store_true", help="do it")
    erasing.add_argument("--json", action="store_true")
    erasing.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List what rests on a body and, told so, erase it."""
    body, why = arguments.sha256.strip().lower(), arguments.why.strip()
    if not _DIGEST.fullmatch(body):
        raise Refusal(f"not a SHA-256 in hexadecimal digits: {arguments.sha256[:80]!r}")
    if not why:
        raise Refusal("an erasure needs its reason: --why cannot be empty")
    desk = desk_for(settings())
    person = _person(desk, arguments.by)
    with desk.store.reading() as db:
        resting, before = resting_on(db, body), erasure_of(db, body)
    if not resting.bodies:
        raise Refusal(f"no capture and no picture holds a body named {body}")
    if arguments.yes:
        try:
            resting = erase(desk.store, desk.archive, body, why=why, person_id=person)
        except (NothingToEraseError, ArchiveError, KeyringError, NoRoomError) as error:
            raise Refusal(str(error), exit_code=3) from error
    if arguments.json:
        tell_json(
            _as_json(resting, why=before.reason if before else why, done=arguments.yes or before is not None)
        )
    else:
        _tell(resting)
        if before is not None:
            print(f"Erased already, on {before.created_at:%Y-%m-%d}: {before.reason}")
        elif arguments.yes:
            print(f"Erased: {why}")
        else:
            print("Nothing was done. With --yes all of this becomes unreadable, and nothing brings it back.")
    return 0


def _person(desk: Desk, login: str | None) -> int | None:
    """The id of the person with that login; None where none is named."""
    if login is None:
        return None
    with desk.store.reading() as db:
        found = db.scalar(select(Person.id).where(Person.login == login.strip().casefold()))
    if found is None:
        raise Refusal(f"nobody has the login {login!r}; see: tcm people list")
    return found


def _as_json(resting: Resting, *, why: str, done: bool) -> dict[str, Any]:
    return {
        "bodies": list(resting.bodies),
        "captures": list(resting.captures),
        "addresses": list(resting.addresses),
        "cities": list(resting.cities),
        "findings": [
            {
                "id": one.id,
                "run": one.run_id,
                "city": one.city,
                "indicator": one.indicator,
                "verdict": one.verdict,
            }
            for one in resting.findings
        ],
        "elsewhere": list(resting.elsewhere),
        "why": why,
        "erased": done,
    }


def _tell(resting: Resting) -> None:
    told = {
        "bodies that go: it, what a browser made of it, pictures": resting.bodies,
        "captures that become unreadable": resting.captures,
        "addresses they came from": resting.addresses,
        "cities": resting.cities,
        "findings that quote them; their quotes stay as they were sealed": [
            f"{one.run_id}  {one.city}  {one.indicator}  {one.verdict}" for one in resting.findings
        ],
        "other bodies from these addresses, which stay": resting.elsewhere,
    }
    for what, those in told.items():
        print(f"{len(those)} {what}")
        for one in those[:_SHOWN]:
            print(f"    {one}")
        if len(those) > _SHOWN:
            print(f"    … and {len(those) - _SHOWN} more; all of them with --json")
