"""`tcm verify`: does a capsule, or the manifest of a run, hold? With nothing but the file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from sqlalchemy import select

from console.opening import desk_for, refusing
from console.telling import Refusal, tell_json
from custody.capsule.checking import check_opened, notes_on
from custody.capsule.contents import Contents
from custody.capsule.loading import contents_of
from custody.capsule.opening import CapsuleError, Opened
from custody.heads import FILE, Head, Heads
from custody.manifests import Manifest, check_manifest
from custody.stamps import StampError, load_roots
from custody.trouble import Trouble
from flows.rederiving import Rederived, rederive
from models.custody import LogEntry
from models.environment import Settings, settings
from models.vocabulary import LogKind

DOES_NOT_HOLD = 1
_LARGEST_MANIFEST = 2**28


@dataclass
class _Verified:
    """What came out for one file."""

    kind: str
    checked: str
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rederived: Rederived | None = None

    @property
    def holds(self) -> bool:
        return not self.troubles and not (self.rederived and self.rederived.unexplained)


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    parser = commands.add_parser(
        "verify", help="check a capsule or a run's manifest, with nothing but the file"
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--heads", "--head", metavar="PATH", type=Path, help="heads of the log, kept elsewhere"
    )
    parser.add_argument(
        "--roots", metavar="DIR", type=Path, help="certificates (PEM) of the time-stamp authorities"
    )
    parser.add_argument(
        "--rederive",
        action=argparse.BooleanOptionalAction,
        help="derive the verdicts again from the captures (default: except of a whole run, which takes minutes)",
    )
    parser.add_argument("--json", action="store_true", help="print all that does not hold, as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Name the first thing that does not hold, or with --json all of them; 0 when everything holds."""
    heads, roots = _heads(arguments.heads), _roots(arguments.roots)
    if _is_manifest(arguments.file):
        verified = _manifest(arguments.file, settings())
    else:
        verified = _capsule(arguments.file, heads, roots, again=arguments.rederive)
    if arguments.json:
        tell_json(_as_json(arguments.file, verified))
    else:
        _say(verified)
    return 0 if verified.holds else DOES_NOT_HOLD


def _capsule(
    file: Path, heads: Sequence[Head], roots: Sequence[x509.Certificate], *, again: bool | None
) -> _Verified:
    verified, contents = _Verified("capsule", ""), None
    try:
        with Opened(file) as opened:
            for trouble in check_opened(opened, heads=heads, roots=roots):
                verified.troubles.append(trouble)
            contents = contents_of(opened)
            verified.kind = f"capsule of a {contents.about['kind']}"
            verified.checked = _counts(contents, opened)
            if not verified.troubles:
                verified.notes += notes_on(contents, heads=heads, roots=roots)
    except CapsuleError as error:
        verified.troubles.append(error.trouble)
    if contents is not None and not verified.troubles:
        if again or (again is None and contents.about["kind"] != "run"):
            verified.rederived = rederive(file)
            verified.notes += verified.rederived.notes
        else:
            verified.notes.append("its verdicts were not derived again: --rederive does that")
    return verified


def _counts(contents: Contents, opened: Opened) -> str:
    rows = sum(len(rows) for rows in contents.rows.values())
    told = f"{len(contents.captures)} captures, {rows} rows, {len(contents.sealed)} sealed items"
    return f"{len(opened.members)} files, {told}, {len(contents.of('stamps'))} time-stamps"


def _manifest(file: Path, ours: Settings) -> _Verified:
    """A run's manifest by itself; where this is the installation that sealed it, rows and bodies too."""
    with refusing():
        manifest = Manifest.read(file.read_bytes())
    verified = _Verified("manifest", f"{len(manifest.items)} items of run {manifest.run.get('id')}")
    if (
        ours.database_url.startswith("sqlite")
        and not Path(ours.database_url.removeprefix("sqlite:///")).exists()
    ):
        verified.notes.append("there is no database of this installation: rows and bodies were not looked at")
        return verified
    desk = desk_for(ours)
    lines = select(LogEntry.seq).where(LogEntry.kind == LogKind.MANIFEST, LogEntry.digest == manifest.digest)
    with desk.store.reading() as db:
        logged = db.scalar(lines)
    if logged is None:
        verified.notes.append(
            "the log of this installation does not speak of it: rows and bodies were not looked at"
        )
        return verified
    verified.troubles += check_manifest(manifest, desk.store, desk.archive)
    verified.checked += f", line {logged} of the log"
    return verified


def _say(verified: _Verified) -> None:
    if verified.troubles:
        print(f"✗ {verified.troubles[0]}")
        return
    rederived = verified.rederived
    if rederived is not None and rederived.unexplained:
        print(f"✗ {rederived.unexplained[0]}")
        return
    print(f"✓ The {verified.kind} holds: {verified.checked}.")
    if rederived is not None:
        same = len(rederived.compared) - len(rederived.differing)
        print(
            f"✓ Derived again from its captures: {same} of {len(rederived.compared)} verdicts are the same."
        )
        for one in rederived.differing:
            print(f"  {one}")
    for note in verified.notes:
        print(f"  {note}")


def _as_json(file: Path, verified: _Verified) -> dict[str, Any]:
    compared = verified.rederived.compared if verified.rederived else ()
    return {
        "file": file.name,
        "kind": verified.kind,
        "holds": verified.holds,
        "troubles": [{"where": one.where, "what": one.what} for one in verified.troubles],
        "notes": verified.notes,
        "verdicts": [
            {
                "city": one.city,
                "indicator": one.indicator,
                "said": list(one.said),
                "derived": list(one.derived) if one.derived else None,
                "same": one.same,
                "why": list(one.why),
            }
            for one in compared
        ],
    }


def _is_manifest(file: Path) -> bool:
    try:
        with file.open("rb") as there:
            begins = there.read(1)
        if begins == b"{" and file.stat().st_size > _LARGEST_MANIFEST:
            raise Refusal(f"{file} is larger than a manifest can be")
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    return begins == b"{"


def _heads(path: Path | None) -> list[Head]:
    """The heads in a folder, or in the file of one."""
    if path is None:
        return []
    found = (
        list(Heads(path if path.is_dir() else path.parent).all())
        if path.is_dir() or path.name == FILE
        else []
    )
    if not found:
        raise Refusal(f"{path} holds no heads of a log: name the folder of {FILE}, or that file")
    return found


def _roots(folder: Path | None) -> tuple[x509.Certificate, ...]:
    try:
        found = load_roots(folder) if folder is not None else ()
    except StampError as error:
        raise Refusal(str(error)) from error
    if folder is not None and not found:
        raise Refusal(f"{folder} holds no certificate: put the authorities' roots there as *.pem")
    return found
