"""What a city's reply brings, judged at once: the standing visit's facts and the brought ones, by the same rule.

A look at one page more can show that something is published. It can never show that something is not: where the rule
finds nothing new, what stands is repeated, with the search record of the visit it rests on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from checks.addresses import host_of
from checks.evaluate import rule_version
from crawlers.reading_room import reader_version
from custody.canonical import digest
from custody.capsule.choosing import answer_to, pack_of
from custody.log import append
from flows.placing import is_elsewhere, placed
from flows.visiting import Desk, today_in_kyiv
from models.crawling import Address, Capture, City, Visit
from models.custody import Submission
from models.facts import Answer, CityCard, SeenPage, Sight
from models.findings import Answered, record_answers
from models.judging import Finding
from models.replies import brought_so_far, is_better, keep_checked, repeat_finding, said_of_reply
from models.replying import Reply
from models.seen import sight_of
from models.vocabulary import LogKind, Reason, Verdict


def recheck(desk: Desk, reply_id: int) -> int | None:
    """Judge what a reply brings and write down what came of it: its finding; None where there was nothing to judge."""
    with desk.store.reading() as db:
        reply = db.get_one(Reply, reply_id)
        own = db.get_one(Submission, reply.submission_id)
        capture = db.get(Capture, own.capture_id) if own.reason is None and own.capture_id else None
        standing = db.get_one(Finding, reply.finding_id)
        visit = db.get_one(Visit, capture.visit_id) if capture is not None else None
        brought = brought_so_far(db, own, capture.visit_id) if capture is not None else []
        card = card_of(db.get_one(City, reply.city))
    found = None
    if visit is not None:
        desk.reading.read(desk.store, desk.archive, visit.id, today=today_in_kyiv())
        found = _judged(desk, reply, standing, visit, brought, card)
    give_up(desk, reply_id, found)
    return found


def give_up(desk: Desk, reply_id: int, found: int | None = None) -> None:
    """Say that the machine has done with a reply, with the finding that came of it, if one did."""
    with desk.store.writing() as db:
        reply = db.get_one(Reply, reply_id)
        keep_checked(reply, found)
        body = {"state": reply.state.value, "rechecked": found}
        append(db, LogKind.REPLY, f"reply {reply.id}", digest(said_of_reply(reply)), body=body)


def card_of(city: City) -> CityCard:
    """What a rule may know of *city*."""
    return CityCard(city.slug, city.name_uk, city.name_en, tuple(city.hosts), city.edrpou)


def _judged(
    desk: Desk, reply: Reply, standing: Finding, visit: Visit, brought: list[Capture], card: CityCard
) -> int:
    """The finding that what was brought comes to, recorded among what people brought."""
    seen = _seen(desk, visit.id, brought, card)
    detail: dict[str, str | int | float | None] = {"reply": reply.id, "standing": standing.id, "changes": 0}
    own = seen.get(brought[-1].id) if brought else None
    if (unread := _unread(desk, brought, own)) is not None:
        detail["unread"] = unread
    pack = pack_of(standing.methodology, standing.methodology_version)
    if pack is None or standing.indicator not in pack.by_id:
        return _repeated(desk, visit, standing, detail)
    before = sight_of(desk.store, standing.visit_id, card, reader_version=standing.reader_version)
    before = replace(before, today=_day_to_judge(before))
    put = placed(before, pack.portals, list(seen.values()))
    if own is not None and is_elsewhere(before, pack.portals, own.url):
        detail["elsewhere"] = host_of(own.url)
    without = answer_to(pack, standing.indicator, before)
    answer = put.told(answer_to(pack, standing.indicator, put.sight))
    if not is_better(_proposed(answer), (_proposed(without), standing.proposed)):
        return _repeated(desk, visit, standing, detail)
    answer = _left_to_people(answer) if "elsewhere" in detail else answer
    answer = replace(answer, detail={**answer.detail, **detail, "changes": 1})
    version = rule_version(pack.by_id[standing.indicator])
    [found] = record_answers(
        desk.store,
        visit.id,
        [Answered(standing.indicator, answer, version)],
        methodology=standing.methodology,
        methodology_version=standing.methodology_version,
        reader_version=reader_version(),
    )
    return found


def _seen(desk: Desk, visit_id: int, brought: list[Capture], card: CityCard) -> dict[str, SeenPage]:
    """What readers made of each brought capture, in their order. One asked for again since is seen as it is now."""
    sight = sight_of(desk.store, visit_id, card, reader_version=reader_version())
    by_capture = {page.capture: page for page in sight.pages}
    by_url = {page.url: page for page in sight.pages}
    found = {one.id: by_capture.get(one.id) or by_url.get(one.final_url) for one in brought}
    return {capture: page for capture, page in found.items() if page is not None}


def _unread(desk: Desk, brought: list[Capture], own: SeenPage | None) -> Reason | None:
    """Why what was brought last was not seen whole: nobody may then say that it changes nothing.

    Its row of the ledger knows of pages that scripts fill, whatever a reader made of their menus.
    """
    if own is None or own.facts is None or not own.complete:
        return (own.reason if own is not None else None) or Reason.PARSE_CUT
    with desk.store.reading() as db:
        return db.scalars(select(Address.reason).where(Address.capture_id == brought[-1].id)).first()


def _day_to_judge(before: Sight) -> date:
    """Today, so that what was published since has a day that can be believed; but of the year that was assessed."""
    return min(today_in_kyiv(), date(before.today.year, 12, 31))


def _proposed(answer: Answer) -> Verdict:
    leaning = answer.detail.get("leaning")
    return Verdict(str(leaning)) if leaning else answer.verdict


def _left_to_people(answer: Answer) -> Answer:
    """What the rule says, as what the machine leans to: whether it stands in the council's place, a person says."""
    if not answer.verdict.counts:
        return answer
    leaning = {
        "leaning": answer.verdict.value,
        "leaning_reason": answer.reason.value,
        "leaning_confidence": answer.confidence,
    }
    return replace(
        answer,
        verdict=Verdict.NOT_OBSERVABLE,
        reason=Reason.NEEDS_PERSON,
        detail={**answer.detail, **leaning},
    )


def _repeated(
    desk: Desk, visit: Visit, standing: Finding, detail: dict[str, str | int | float | None]
) -> int:
    with desk.store.writing() as db:
        return repeat_finding(db, visit, standing, detail).id
