"""What goes into a capsule, gathered from the database and the archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.catalog import PACKS
from checks.methodology import Methodology
from custody.capsule.choosing import Chosen, Scope, choose, pack_of
from custody.capsule.contents import FORMAT, Contents
from custody.capsule.proving import log_of, proofs_of
from custody.capsule.rows import Row, Rows, told
from custody.capsule.ways import Ways
from custody.manifests import Manifest, header_of, line_of_manifest, manifest_of_line
from models.archive import Archive
from models.base import Base
from models.crawling import Address, Capture, City, Picture, Reading, Run, Visit
from models.custody import Erasure, LogEntry, Spot
from models.facts import CityCard
from models.facts_json import to_json, unpack
from models.judging import Assessment, Finding
from models.seen import sight_of
from models.store import Store
from models.version import TOOL_VERSION

MOST_OF_BODIES = (
    20 * 2**20
)  # bytes in the capsule of one finding; beyond it what was read stands for the rest
_AT_ONCE = 500


class MakingError(Exception):
    """No capsule can be made; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A run as it was sealed: its line of the log, and its manifest."""

    line: LogEntry
    manifest: Manifest

    def tell(self, row: Base) -> Row:
        """*row* with the columns that the manifest speaks for."""
        return told(row, self.manifest.columns.get(row.__tablename__))


def of_finding(store: Store, archive: Archive, finding_id: int, *, most: int = MOST_OF_BODIES) -> Contents:
    """What one finding rests on: as few captures as give its verdict again, and all that was sealed of them."""
    with store.reading() as db:
        finding = db.get(Finding, finding_id)
        if finding is None:
            raise MakingError(f"there is no finding {finding_id}")
        sealed = _sealed(db, archive, finding.run_id)
        if f"finding {finding_id}" not in sealed.manifest.places:
            raise MakingError(
                f"finding {finding_id} came after run {finding.run_id} was last sealed: seal it again"
            )
        city = db.get_one(City, finding.city)
        ledger = db.scalars(
            select(Address).where(Address.visit_id == finding.visit_id).order_by(Address.id)
        ).all()
        addresses = [sealed.tell(row) for row in ledger]
        ways = Ways(addresses)
        sight = sight_of(store, finding.visit_id, _card(city), reader_version=finding.reader_version)
        chosen = choose(sight, finding, ways)
        captures = _with_what_they_rest_on(db, chosen.captures)
        left_out = _left_out(db, captures, kept=ways.captures_to(_shown(finding)), most=most)
        rows = _rows_of_visits(db, sealed, [finding.visit_id], [finding], captures)
        rows["addresses"] = addresses
        facts = _facts(db, [one for one, why in left_out.items() if why == "size"], finding.reader_version)
        proofs = proofs_of(sealed.manifest, rows)
        rows |= log_of(db, sealed.line, rows)
    pack = pack_of(finding.methodology, finding.methodology_version)
    about = _about(sealed, "finding", title=f"{city.name_uk}: {_name(pack, finding)}", left_out=left_out)
    about |= {"city": city.slug, "finding": finding_id, **_judged(pack, finding, chosen)}
    return Contents(about, rows, header_of(sealed.manifest), proofs=proofs, facts=facts)


def of_run(store: Store, archive: Archive, run_id: str, *, city: str | None = None) -> Contents:
    """All captures and findings of a run, or of one city in it, and the whole manifest."""
    with store.reading() as db:
        if db.get(Run, run_id) is None:
            raise MakingError(f"there is no run {run_id!r}")
        sealed = _sealed(db, archive, run_id)
        visits = select(Visit).where(Visit.run_id == run_id).order_by(Visit.id)
        found = [visit for visit in db.scalars(visits) if city in {None, visit.city}]
        found = [visit for visit in found if f"visit {visit.id}" in sealed.manifest.places]
        if not found:
            raise MakingError(f"run {run_id} did not visit {city or 'any city'}")
        ids = [visit.id for visit in found]
        own = db.scalars(select(Capture.id).where(Capture.visit_id.in_(ids)))
        taken = db.scalars(select(Address.capture_id).where(Address.visit_id.in_(ids)))
        captures = _with_what_they_rest_on(db, {one for one in (*own, *taken) if one is not None})
        judged = select(Finding).where(Finding.visit_id.in_(ids)).order_by(Finding.id)
        findings = [one for one in db.scalars(judged) if f"finding {one.id}" in sealed.manifest.places]
        rows = _rows_of_visits(db, sealed, ids, findings, captures)
        ledgers = select(Address).where(Address.visit_id.in_(ids)).order_by(Address.visit_id, Address.id)
        rows["addresses"] = [sealed.tell(row) for row in db.scalars(ledgers)]
        rows |= log_of(db, sealed.line, rows)
        left_out = _left_out(db, captures, kept=frozenset(), most=None)
    title = f"{rows['cities'][0]['name_uk']}: {run_id}" if city else run_id
    about = _about(sealed, "city" if city else "run", title=title, left_out=left_out) | {"city": city}
    return Contents(about, rows, header_of(sealed.manifest), items=sealed.manifest.items)


def _sealed(db: Session, archive: Archive, run_id: str) -> _Sealed:
    line = line_of_manifest(db, run_id)
    if line is None:
        raise MakingError(f"run {run_id} was never sealed, so nothing of it can be proven")
    return _Sealed(line, manifest_of_line(archive, line))


def _about(sealed: _Sealed, kind: str, *, title: str, left_out: Mapping[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": kind,
        "tool": TOOL_VERSION,
        "title": title,
        "run": sealed.manifest.run["id"],
        "city": None,
        "finding": None,
        "line": sealed.line.seq,
        "left_out": dict(left_out),
        "scope": Scope.ALL.value,
        "follows": True,
        "indicator": None,
        "methodology": None,
    }


def _judged(pack: Methodology | None, finding: Finding, chosen: Chosen) -> dict[str, Any]:
    """By what a finding was judged: its indicator's whole entry, and the pack it stands in."""
    indicator = pack.by_id.get(finding.indicator) if pack else None
    files = sorted((PACKS / pack.name).glob("*.yaml")) if pack else []
    return {
        "scope": chosen.scope.value,
        "follows": chosen.follows,
        "indicator": _jsonable(asdict(indicator)) if indicator else None,
        "methodology": {
            "name": finding.methodology,
            "version": finding.methodology_version,
            "files": {file.name: sha256(file.read_bytes()).hexdigest() for file in files},
        },
    }


def _name(pack: Methodology | None, finding: Finding) -> str:
    known = pack is not None and finding.indicator in pack.by_id
    return pack.by_id[finding.indicator].name.uk if pack and known else finding.indicator


def _rows_of_visits(
    db: Session, sealed: _Sealed, visits: Sequence[int], findings: Sequence[Finding], captures: Iterable[str]
) -> Rows:
    """The rows of *visits*, *findings* and *captures*, and of what stands beside them."""
    kept = sorted(captures)
    found = [row for some in _some(kept) for row in db.scalars(select(Capture).where(Capture.id.in_(some)))]
    shown = {(item["capture"], item["quote"]) for one in findings for item in one.evidence}
    places = sealed.manifest.places
    pictures = [row for row in _beside(db, Picture, kept, shown) if f"picture {row.id}" in places]
    of_visits = list(db.scalars(select(Visit).where(Visit.id.in_(visits)).order_by(Visit.id)))
    cities = select(City).where(City.slug.in_({one.city for one in of_visits})).order_by(City.slug)
    bodies = {row.body_sha256 for row in found}.union(*((row.sha256, row.crop_sha256) for row in pictures))
    erased = [row for row in db.scalars(select(Erasure).order_by(Erasure.id)) if row.body_sha256 in bodies]
    decided = _some([one.id for one in findings])
    assessments = [
        row
        for some in decided
        for row in db.scalars(select(Assessment).where(Assessment.finding_id.in_(some)))
    ]
    return {
        "cities": [told(row) for row in db.scalars(cities)],
        "visits": [sealed.tell(row) for row in of_visits],
        "findings": [sealed.tell(row) for row in findings],
        "captures": [sealed.tell(row) for row in sorted(found, key=lambda row: (row.started_at, row.id))],
        "pictures": [sealed.tell(row) for row in pictures],
        "spots": [told(row) for row in _beside(db, Spot, kept, shown)],
        "assessments": [told(row) for row in sorted(assessments, key=lambda row: row.id)],
        "erasures": [told(row) for row in erased],
    }


def _beside(db: Session, table: Any, captures: Sequence[str], shown: set[tuple[str, str]]) -> list[Any]:  # noqa: ANN401
    """The pictures or spots of the evidence that is *shown*."""
    rows = [
        row for some in _some(captures) for row in db.scalars(select(table).where(table.capture_id.in_(some)))
    ]
    return sorted((row for row in rows if (row.capture_id, row.quote) in shown), key=lambda row: row.id)


def _with_what_they_rest_on(db: Session, captures: Iterable[str]) -> set[str]:
    """*captures*, those they confirm, and those they were rendered from."""
    known: set[str] = set()
    asked = set(captures)
    while asked:
        known |= asked
        columns = select(Capture.confirms_id, Capture.rendered_from_id)
        found = {
            one
            for some in _some(sorted(asked))
            for pair in db.execute(columns.where(Capture.id.in_(some)))
            for one in pair
        }
        asked = {one for one in found if one is not None} - known
    return known


def _left_out(
    db: Session, captures: Iterable[str], *, kept: frozenset[str], most: int | None
) -> dict[str, str]:
    """The captures whose bodies stay out: what was erased, and what is too much beside those to be *kept*."""
    erased = set(db.scalars(select(Erasure.body_sha256)))
    rows = [
        row
        for some in _some(sorted(captures))
        for row in db.execute(
            select(Capture.id, Capture.body_sha256, Capture.body_bytes).where(Capture.id.in_(some))
        )
    ]
    out = {row.id: "erased" for row in rows if row.body_sha256 in erased}
    if most is not None and sum(row.body_bytes for row in rows if row.id not in out) > most:
        out |= {row.id: "size" for row in rows if row.id not in out and row.id not in kept}
    return dict(sorted(out.items()))


def _shown(finding: Finding) -> list[str]:
    near = (finding.search or {}).get("near_miss") or {}
    return [item["capture"] for item in (*finding.evidence, near) if item.get("capture")]


def _facts(db: Session, captures: Sequence[str], reader_version: str) -> list[Row]:
    read = select(Reading.capture_id, Reading.facts).where(Reading.reader_version == reader_version)
    return [
        {"capture": capture, "reader_version": reader_version, "facts": to_json(unpack(facts))}
        for some in _some(captures)
        for capture, facts in db.execute(
            read.where(Reading.capture_id.in_(some)).order_by(Reading.capture_id)
        )
    ]


def _card(city: City) -> CityCard:
    return CityCard(city.slug, city.name_uk, city.name_en, tuple(city.hosts), city.edrpou)


def _some(things: Sequence[Any]) -> list[Sequence[Any]]:
    """*things* in pieces that fit into one question to the database."""
    return [things[at : at + _AT_ONCE] for at in range(0, len(things), _AT_ONCE)]


def _jsonable(value: Any) -> Any:  # noqa: ANN401  # any setting of an indicator
    if isinstance(value, Mapping):
        return {str(_jsonable(key)): _jsonable(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_jsonable(item) for item in value)
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
