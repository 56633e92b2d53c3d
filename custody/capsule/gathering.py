"""What goes into a capsule, gathered from the database and the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
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
from custody.capsule.selecting import Sealed, facts_of, left_out_of, rows_of_visits, with_what_they_rest_on
from custody.capsule.ways import Ways
from custody.manifests import header_of, line_of_manifest, manifest_of_line
from models.archive import Archive
from models.crawling import Address, Capture, City, Run, Visit
from models.custody import Erasure
from models.facts import CityCard
from models.judging import Finding
from models.seen import sight_of
from models.store import Store
from models.version import TOOL_VERSION

MOST_OF_BODIES = (
    20 * 2**20
)  # bytes in the capsule of one finding; beyond it what was read stands for the rest


class MakingError(Exception):
    """No capsule can be made; the sentence says why, and what to do."""


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
        captures = with_what_they_rest_on(db, chosen.captures)
        left_out = left_out_of(db, sealed, captures, kept=ways.captures_to(_shown(finding)), most=most)
        rows = rows_of_visits(db, sealed, [finding.visit_id], [finding], captures)
        rows["addresses"] = addresses
        facts = facts_of(db, [one for one, why in left_out.items() if why == "size"], finding.reader_version)
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
        captures = with_what_they_rest_on(db, {one for one in (*own, *taken) if one is not None})
        judged = select(Finding).where(Finding.visit_id.in_(ids)).order_by(Finding.id)
        findings = [one for one in db.scalars(judged) if f"finding {one.id}" in sealed.manifest.places]
        rows = rows_of_visits(db, sealed, ids, findings, captures)
        ledgers = select(Address).where(Address.visit_id.in_(ids)).order_by(Address.visit_id, Address.id)
        rows["addresses"] = [sealed.tell(row) for row in db.scalars(ledgers)]
        rows |= log_of(db, sealed.line, rows)
        left_out = left_out_of(db, sealed, captures, kept=frozenset(), most=None)
    title = f"{rows['cities'][0]['name_uk']}: {run_id}" if city else run_id
    about = _about(sealed, "city" if city else "run", title=title, left_out=left_out) | {"city": city}
    return Contents(about, rows, header_of(sealed.manifest), items=sealed.manifest.items)


def _sealed(db: Session, archive: Archive, run_id: str) -> Sealed:
    line = line_of_manifest(db, run_id)
    if line is None:
        raise MakingError(f"run {run_id} was never sealed, so nothing of it can be proven")
    decided = db.scalars(select(Erasure.body_sha256).distinct())
    erased = frozenset(
        body for body in decided if archive.erased(body) is not None
    )  # others were stored again
    return Sealed(line, manifest_of_line(archive, line), erased)


def _about(sealed: Sealed, kind: str, *, title: str, left_out: Mapping[str, str]) -> dict[str, Any]:
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


def _shown(finding: Finding) -> list[str]:
    near = (finding.search or {}).get("near_miss") or {}
    return [item["capture"] for item in (*finding.evidence, near) if item.get("capture")]


def _card(city: City) -> CityCard:
    return CityCard(city.slug, city.name_uk, city.name_en, tuple(city.hosts), city.edrpou)


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
