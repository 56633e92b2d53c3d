"""Verdicts derived again from the captures in a capsule, with nothing but the file, and compared with what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checks.evaluate import evaluate, rule_version
from checks.methodology import Methodology
from crawlers.capturing import file_name_of
from crawlers.confined_reading import ConfinedReader
from crawlers.reading_room import facts_of_erased, is_worth_reading, reader_version
from crawlers.recalling import LARGEST
from crawlers.unpacking import PackedWrongError, unpack
from custody.capsule.checking import bodies_in
from custody.capsule.choosing import answer_to, gives_again, pack_of
from custody.capsule.contents import Contents
from custody.capsule.loading import contents_of
from custody.capsule.opening import Opened
from custody.capsule.rows import Row, revived
from models.crawling import Address, Capture
from models.facts import Answer, CityCard, PageFacts, Sight
from models.facts_json import from_json
from models.judging import Finding
from models.runs import KYIV
from models.seen import sight_from
from models.vocabulary import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """What a capsule says of one indicator, and what was derived from its captures; None where nothing could be."""

    city: str
    indicator: str
    said: tuple[Verdict, Reason]
    derived: tuple[Verdict, Reason] | None
    same: bool
    why: tuple[str, ...] = ()  # what is known of why it may come out otherwise

    def __str__(self) -> str:
        said, what = " ".join(self.said), " ".join(self.derived) if self.derived else "nothing"
        if self.said == self.derived and not self.same:
            what += " with other evidence"
        return f"{self.city} {self.indicator}: the capsule says {said}; its captures give {what}"


@dataclass(frozen=True, slots=True)
class Rederived:
    """All that was compared, and what a reader of it should know."""

    compared: tuple[Compared, ...]

    @property
    def differing(self) -> tuple[Compared, ...]:
        """What did not come out as it was said."""
        return tuple(one for one in self.compared if not one.same)

    @property
    def unexplained(self) -> tuple[Compared, ...]:
        """What did not, though it was read and judged by the same versions from all it had."""
        return tuple(one for one in self.differing if not one.why)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of it should know, each thing once."""
        return tuple(dict.fromkeys(note for one in self.compared for note in one.why))


def rederive(path: Path) -> Rederived:
    """Derive the verdicts of the capsule at *path* again. Raises CapsuleError where it cannot be opened.

    The bytes are read in the same confined child as after a crawl. Check the capsule first: this trusts it.
    """
    with Opened(path) as opened:
        contents = contents_of(opened)
        facts = _facts(opened, contents)
    sights = {visit["id"]: _sight(contents, visit, facts) for visit in contents.of("visits")}
    findings = [contents.finding] if contents.finding else _standing(contents)
    found = [revived(row) for row in findings]
    of_all = tuple(_of_the_capsule(contents))
    return Rederived(
        tuple(one for visit, sight in sights.items() for one in _compare(found, visit, sight, of_all))
    )


def _facts(opened: Opened, contents: Contents) -> dict[str, PageFacts]:
    """What readers make of each capture; where its body is not in here, what they made of it then."""
    facts = {row["capture"]: from_json(row["facts"]) for row in contents.facts}
    days = {visit["id"]: _day(visit) for visit in contents.of("visits")}
    latest = max(days.values())
    with ConfinedReader() as reader:
        for row, body in bodies_in(opened, contents):
            capture: Capture = revived(row)
            read = _read(reader, capture, body, days.get(capture.visit_id, latest))
            if read is not None:
                facts[capture.id] = read
    for row in contents.of("captures"):
        if contents.left_out.get(row["id"]) == "erased" and is_worth_reading(revived(row)):
            facts[row["id"]] = facts_of_erased(revived(row))
    for row in contents.of("captures"):  # "nothing has changed": what was read then has been read now
        if row["confirms_id"] in facts:
            facts[row["id"]] = facts[row["confirms_id"]]
    return facts


def _read(reader: ConfinedReader, capture: Capture, body: bytes, today: date) -> PageFacts | None:
    if not is_worth_reading(capture):
        return None
    try:
        unpacked = unpack(body, capture.content_encoding, largest=LARGEST)
    except PackedWrongError:
        return None
    return reader.read(
        unpacked,
        url=capture.final_url,
        media_type=capture.media_type,
        file_name=file_name_of(capture),
        charset=capture.charset_declared,
        today=today,
    )


def _sight(contents: Contents, visit: Row, facts: Mapping[str, PageFacts]) -> Sight:
    """What the visit saw, as far as it is in here."""
    city = next(row for row in contents.of("cities") if row["slug"] == visit["city"])
    card = CityCard(city["slug"], city["name_uk"], city["name_en"], tuple(city["hosts"]), city["edrpou"])
    ledger: list[Address] = [
        revived(row)
        for row in contents.of("addresses")
        if row["visit_id"] == visit["id"]
        and (row["capture_id"] is None or row["capture_id"] in contents.captures)
    ]
    captures: list[Capture] = [revived(row) for row in contents.of("captures")]
    return sight_from(revived(visit), ledger, captures, facts, card)


def _standing(contents: Contents) -> list[Row]:
    """The latest evaluation of each indicator by a pack in force."""
    latest: dict[tuple[Any, ...], Row] = {}
    for row in sorted(contents.of("findings"), key=lambda row: int(row["evaluation"])):
        if "@" not in row["methodology"]:
            latest[row["visit_id"], row["methodology"], row["indicator"]] = row
    return list(latest.values())


def _compare(
    findings: list[Finding], visit: int, sight: Sight, of_all: tuple[str, ...]
) -> Iterator[Compared]:
    """Each finding of the visit against the answer that its own pack gives now."""
    answers: dict[tuple[str, str], dict[str, Answer]] = {}
    of_visit = [one for one in findings if one.visit_id == visit]
    for finding in of_visit:
        by = finding.methodology, finding.methodology_version
        if by not in answers:
            answers[by] = _answers(pack_of(*by), sight, [one.indicator for one in of_visit])
        answer = answers[by].get(finding.indicator)
        yield Compared(
            city=finding.city,
            indicator=finding.indicator,
            said=(finding.verdict, finding.reason),
            derived=(answer.verdict, answer.reason) if answer else None,
            same=answer is not None and gives_again(answer, finding),
            why=(*_versions(finding), *of_all),
        )


def _answers(pack: Methodology | None, sight: Sight, asked: list[str]) -> dict[str, Answer]:
    if pack is None:
        return {}
    if len(asked) == 1:
        return {asked[0]: answer_to(pack, asked[0], sight)} if asked[0] in pack.by_id else {}
    return {indicator.id: answer for indicator, answer in evaluate(pack, sight)}


def _versions(finding: Finding) -> Iterator[str]:
    """Of what judged *finding*, all that is of another version here."""
    if finding.reader_version != reader_version():
        yield f"read by reader {finding.reader_version} then, by {reader_version()} now"
    pack = pack_of(finding.methodology, finding.methodology_version)
    if pack is None:
        named = f"{finding.methodology} {finding.methodology_version}"
        yield f"judged by {named}, which this installation does not have: nothing can be derived by it here"
        return
    indicator = pack.by_id.get(finding.indicator)
    now = rule_version(indicator) if indicator is not None else finding.rule_version
    if now != finding.rule_version:
        yield f"{finding.indicator} was judged by rule {finding.rule_version} then, by {now} now"


def _of_the_capsule(contents: Contents) -> Iterator[str]:
    """Why a capsule may not give all of its verdicts again."""
    if contents.facts:
        yield f"derived from what was read then of {len(contents.facts)} captures: their bytes are not in this capsule"
    if erased := sum(why == "erased" for why in contents.left_out.values()):
        yield f"{erased} captures were erased by a decision: what they showed cannot be derived any more"
    if not contents.about["follows"]:
        yield "already when the capsule was made, its verdict did not follow from what was read"


def _day(visit: Row) -> date:
    return datetime.fromisoformat(visit["started_at"]).astimezone(KYIV).date()
