"""What a capsule says against what was sealed: rows, ledgers, the manifest's root, the log, and time-stamps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from cryptography import x509
from rfc3161_client import decode_timestamp_response

from custody.canonical import digest
from custody.capsule.contents import Contents, proof_of, root_of
from custody.capsule.proving import items_in
from custody.capsule.rows import Row, digest_of
from custody.der import in_order
from custody.heads import Head
from custody.log import check_chain, entry_of
from custody.manifests import item_holds
from custody.stamps import StampError, verify
from custody.trouble import Trouble
from models.custody import LogEntry
from models.vocabulary import LogKind, StampState


def check_items(contents: Contents) -> Iterator[Trouble]:
    """Rows and bodies that were not sealed so, that are missing, and an item whose proof does not hold."""
    made = dict(items_in(contents.rows))
    for name, found in made.items():
        if name not in contents.sealed:
            yield Trouble(name, "is not among what was sealed: it was added")
        elif contents.sealed[name] != found:
            yield Trouble(name, "was edited after it was sealed")
    yield from _missing(contents, set(made))
    yield from _of_one_run(contents)
    if contents.items is None:
        yield from _unproven(contents)
    elif (
        _root(contents.items) != contents.manifest["root"]
        or len(contents.items) != contents.manifest["count"]
    ):
        yield Trouble(
            "the manifest", "has another root than its items give: some were removed, added or changed"
        )


def _missing(contents: Contents, made: set[str]) -> Iterator[Trouble]:
    """What the capsule should hold and does not."""
    if contents.about["kind"] == "run":
        beside = {name for name in contents.sealed if name.startswith(("picture ", "picture-body "))}
        for name in sorted(contents.sealed.keys() - made - beside):
            yield Trouble(name, "was removed: it was sealed with the run and is not in here")
    elif contents.items is None:
        for name in sorted(contents.sealed.keys() - made):
            yield Trouble(name, "was removed: it is proven and is not in here")
    if contents.about["kind"] == "finding" and contents.finding is None:
        yield Trouble(f"finding {contents.about['finding']}", "is not in its own capsule")
    if contents.about["scope"] == "all":
        for row in contents.of("addresses"):
            if row["capture_id"] is not None and row["capture_id"] not in contents.captures:
                yield Trouble(
                    f"capture {row['capture_id']}", "was removed: the ledger names it and it is not in here"
                )


def _of_one_run(contents: Contents) -> Iterator[Trouble]:
    run = contents.about["run"]
    if contents.manifest["run"].get("id") != run:
        yield Trouble("the manifest", f"is that of another run than {run}")
    for row in (*contents.of("visits"), *contents.of("findings")):
        if row["run_id"] != run:
            yield Trouble(f"{row['table'].removesuffix('s')} {row['id']}", f"is of another run than {run}")


def _unproven(contents: Contents) -> Iterator[Trouble]:
    for name, said in contents.proofs.items():
        try:
            held = item_holds(contents.manifest, name, said["digest"], proof_of(said))
        except ValueError:
            held = False
        if not held:
            yield Trouble(name, "has a proof that does not lead to the manifest's root")


def _root(items: Sequence[tuple[str, str]]) -> str:
    try:
        return root_of(items)
    except ValueError:
        return ""


def check_cities(contents: Contents) -> Iterator[Trouble]:
    """Cities that no visit is of, that are missing, or that are none: they are not sealed, only copied in."""
    cities = {row["slug"]: row for row in contents.of("cities")}
    for name in sorted({row["city"] for row in contents.of("visits")} ^ cities.keys()):
        yield Trouble(f"city {name}", "is there without a visit, or a visit without it")
    for name, row in cities.items():
        words = (row["name_uk"], row["name_en"], row["edrpou"] or "", *row["hosts"])
        if not isinstance(row["hosts"], list) or not all(isinstance(word, str) for word in words):
            yield Trouble(f"city {name}", "is not as a city is written")


def check_log(contents: Contents, heads: Sequence[Head] = ()) -> Iterator[Trouble]:
    """Lines that were edited, cut or chained anew; and a manifest or decision that they do not speak for."""
    try:
        entries = [
            entry_of({k: v for k, v in row.items() if k != "table"}) for row in contents.of("log_entries")
        ]
    except ValueError:
        yield Trouble("the log", "holds something that is no line of it")
        return
    first, last = (entries[0].seq, entries[-1].seq) if entries else (0, 0)
    within = [head for head in heads if first <= head.seq <= last]
    if trouble := check_chain(entries, *within):
        yield trouble
    yield from _manifest_line(contents, entries)
    said = {(entry.kind, entry.subject, entry.digest) for entry in entries}
    for row in contents.of("assessments"):
        if (LogKind.ASSESSMENT, f"assessment {row['id']}", digest_of(row)) not in said:
            yield Trouble(f"assessment {row['id']}", "is not as the log speaks of it")
    for row in contents.of("erasures"):
        if (LogKind.ERASURE, row["body_sha256"], digest_of(row)) not in said:
            yield Trouble(f"erasure {row['id']}", "is not as the log speaks of it")


def _manifest_line(contents: Contents, entries: Sequence[LogEntry]) -> Iterator[Trouble]:
    line = next((one for one in entries if one.seq == contents.about["line"]), None)
    if line is None:
        yield Trouble("the log", "lacks the line that speaks for the manifest")
    elif (line.kind, line.subject) != (LogKind.MANIFEST, contents.about["run"]):
        yield Trouble(f"line {line.seq} of the log", "does not speak for the manifest of this run")
    elif line.digest != digest(contents.manifest):
        yield Trouble("the manifest", f"is not the one that line {line.seq} of the log speaks for")


def check_stamps(
    contents: Contents, tokens: dict[str, bytes], roots: Sequence[x509.Certificate]
) -> Iterator[Trouble]:
    """Time-stamps that do not hold for the line they name; by the capsule's own certificates where no *roots* are."""
    lines = {row["seq"]: row["hash"] for row in contents.of("log_entries")}
    known = roots or roots_in(contents)
    for row in contents.of("stamps"):
        name = f"time-stamp {row['id']} of {row['authority']}"
        if row["state"] != StampState.STAMPED or row["token_sha256"] not in tokens:
            yield Trouble(name, "has no token")
        elif lines.get(row["head_seq"]) != row["head_hash"]:
            yield Trouble(name, f"speaks for another line {row['head_seq']} of the log than the one in here")
        elif trouble := _token(name, tokens[row["token_sha256"]], row, known):
            yield trouble


def _token(name: str, token: bytes, row: Row, roots: Sequence[x509.Certificate]) -> Trouble | None:
    try:
        at = verify(token, row["head_hash"], roots).at if roots else _unsigned(token, row["head_hash"])
    except StampError as error:
        return Trouble(name, f"does not hold: {error}")
    if row["stamped_at"][:19] != at.isoformat()[:19]:
        return Trouble(name, f"says {at:%Y-%m-%d %H:%M:%S} UTC, and the capsule another time")
    return None


def roots_in(contents: Contents) -> list[x509.Certificate]:
    """The certificates that came with the capsule: they tell that a token is whole, not whose it is."""
    try:
        return x509.load_pem_x509_certificates(contents.roots) if contents.roots else []
    except ValueError:
        return []


def _unsigned(token: bytes, head_hash: str) -> datetime:
    """When *token* says it was made, if it speaks for *head_hash*; nobody is here to tell whether it was signed."""
    try:
        told = decode_timestamp_response(in_order(token)).tst_info
        imprint = told.message_imprint.message
    except ValueError as error:
        raise StampError("it is no time-stamp") from error
    if imprint != bytes.fromhex(head_hash):
        raise StampError("it was made for something else")
    return told.gen_time
