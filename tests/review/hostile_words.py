"""Every place of the desk where people write, or where a crawl's findings stand: how hostile words get there.

The words go in by the functions that the forms call; each place says which pages show them then, and to whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from models import requests as law
from models.crawling import Address, Reading
from models.facts import PageFacts
from models.facts_json import pack
from models.judging import Finding
from models.renewing import renew_items
from models.replying import InformationRequest, Reply
from models.requests import Act, Letter
from models.reviewing import Item, SavedView
from models.vocabulary import PageKind, Passing, Role, SubmissionKind, Verdict
from review import answering, requesting
from review.adjudicating import Ruling, adjudicate
from review.conflicts import declare
from review.decisions import Decision, decide
from review.drafting import arrive, keep
from review.enrolling import Newcomer, add_organisation
from review.inviting import invite_first
from review.replying import Answer, Written, answer, reply
from review.saved_views import save_view
from review.submitting import Offered, bring
from tests.review.hostile_world import CITY, PDF, ROUND, Look, RefusedError, World
from tests.review.looking import bend, item_in, look, person


def comment(world: World, words: str) -> list[Look]:
    """What somebody decides, and why."""
    item = world.waiting()
    decide(world.store, world.who("assessor"), item.finding_id, Decision("correct", _other(item), words, 0))
    seen = f"/findings/{item.finding_id}"
    return [
        Look("second", seen),
        Look("assessor", f"/queue?settled={item.finding_id}"),
        Look("assessor", f"{seen}?settled={item.finding_id}"),
        Look("chief", f"/cities/{item.city}"),
        Look("chief", f"/cities/{item.city}/report"),
    ]


def dispute(world: World, words: str) -> list[Look]:
    """Two looks that differ, and the ruling between them."""
    open_one, settled = (_disputed(world, words) for _ in range(2))
    adjudicate(world.store, world.who("chief"), settled.id, Ruling(Verdict.PARTLY_MET, words, 2))
    return [
        Look("chief", f"/disputes/{open_one.id}"),
        Look("chief", "/disputes"),
        Look("chief", f"/findings/{settled.finding_id}"),
    ]


def draft(world: World, words: str) -> list[Look]:
    """What is not sent yet."""
    item = world.waiting()
    keep(world.store, world.who("assessor").person_id, item.id, Verdict.NOT_MET, words)
    return [Look("assessor", f"/findings/{item.finding_id}")]


def reply_words(world: World, words: str) -> list[Look]:
    """What a city writes, and what it is answered."""
    row = _replied(world, Written(words))
    looks = _of_reply(row)
    other = _replied(world, Written(f"{words} "[:3999] + "."))
    answer(
        world.store,
        world.who("chief"),
        other.id,
        Answer(accepts=False, verdict=None, words=words, seen_version=0),
    )
    return [*looks, *_of_reply(other)]


def reply_link(world: World, words: str) -> list[Look]:
    """Addresses that a city names, one in each reply; what can be no address is refused."""
    shown: list[Look] = []
    for line in words.split("\n"):
        link = "".join(f"https://{CITY}.test/?{line}".split())
        try:
            shown = _of_reply(_replied(world, Written(f"Ось. {next(world.numbers)}", link=link)))
        except RefusedError:
            world.refused.add(line)
    return shown


def reply_file(world: World, words: str) -> list[Look]:
    """The name of a file that a city sends."""
    body = PDF + str(next(world.numbers)).encode()
    return _of_reply(_replied(world, Written("Ось файл.", filename=f"{words}.pdf", body=body)))


def submission(world: World, words: str) -> list[Look]:
    """What somebody brings, and writes beside it."""
    item, who = item_in(world.store, CITY, "BUDG-01"), world.who("assessor")
    number = next(world.numbers)
    offered = [
        Offered(SubmissionKind.LINK, f"https://{CITY}.test/{number}", "", b"", words),
        Offered(SubmissionKind.FILE, "", f"{words[:150]}.pdf", PDF + str(number).encode(), words),
    ]
    captures = []
    for one in offered:
        row = bring(world.store, world.archive, who, item.finding_id, one)
        captures.append(getattr(row, "capture_id", None))
    return [
        Look("assessor", f"/findings/{item.finding_id}"),
        *(Look("assessor", f"/captures/{one}") for one in captures if one),
    ]


def request_texts(world: World, words: str) -> list[Look]:
    """An information request as a draft, and one with its whole life."""
    who, letter = world.who("assessor"), Letter(words[:300], words[:300], words[:300], words)
    numbers = []
    for _ in range(2):
        with world.store.writing() as db:
            act = law.begin(
                db, round_id=ROUND, city=CITY, questions=["DATA-02"], letter=letter, person_id=who.person_id
            )
            numbers.append(act.request_id)
    day = law.today()
    requesting.save(world.store, who, numbers[0], letter, 1)
    requesting.send(world.store, who, numbers[1], letter, 1, day)
    requesting.move(world.store, who, numbers[1], "extended", 2, day + timedelta(days=14), words[:1900])
    files = [answering.File(f"{words[:150]}.pdf", PDF + str(next(world.numbers)).encode())]
    with world.store.reading() as db:
        seen = law.version_of(db, db.get_one(InformationRequest, numbers[1]))
    act_of_answer = Act("answered", who.person_id, seen, day, words[:1900])
    answering.answer(world.store, world.archive, who, numbers[1], act_of_answer, files)
    return [
        *(Look("assessor", f"/requests/{one}") for one in numbers),
        Look("assessor", "/requests?which=all"),
    ]


def names(world: World, words: str) -> list[Look]:
    """A person and an organisation, on every page that names people; that person has an item open too."""
    item = item_in(world.store, CITY, "INFO-08")
    one = world.newcomer(words, words)
    arrive(world.store, one.id, item.id)
    with world.store.writing() as db:
        add_organisation(db, words)
    login = f"guest-{next(world.numbers)}@city.test"
    _, token = invite_first(world.store, Newcomer(login, words, Role.ASSESSOR, "west", organisation=words))
    paths = ("/people", f"/people/{one.id}", "/organisations", "/invitations", f"/rounds/{ROUND}/assign")
    return [
        *(Look("chief", path) for path in (*paths, f"/rounds/{ROUND}/people/{one.id}")),
        Look("assessor", f"/findings/{item.finding_id}"),
        Look(one.login, "/account"),
        Look("", f"/invitations/{token}"),
    ]


def view_name(world: World, words: str) -> list[Look]:
    """A part of the queue that somebody named."""
    who = world.who("assessor")
    with world.store.writing() as db:
        own = db.scalars(
            select(SavedView.id).where(SavedView.person_id == who.person_id).order_by(SavedView.id)
        ).all()
        db.execute(delete(SavedView).where(SavedView.id.in_(own[:-20])))
    save_view(world.store, who.person_id, words, "?city=duby")
    return [Look("assessor", "/queue")]


def stake(world: World, words: str) -> list[Look]:
    """Why somebody assesses nothing of a city."""
    one = world.newcomer("Нова людина")
    declare(world.store, world.who(one.login), "duby", words)
    return [Look(one.login, "/account"), Look("chief", f"/people/{one.id}")]


def crawled(world: World, words: str) -> list[Look]:
    """Quote, title, anchor, address and detail of what the crawl brought."""
    item, lines = item_in(world.store, CITY, "BUDG-01"), words.split("\n")
    with world.store.writing() as db:
        before = db.get_one(Finding, item.finding_id)
        capture = before.evidence[0]["capture"]
        piece = {"quote": words, "capture": capture, "title": words, "date": None}
        gap = {"url": f"https://{CITY}.test/{words}", "reason": "timeout"}
        fields = {column.name: getattr(before, column.name) for column in Finding.__table__.columns}
        fields |= {
            "id": None,
            "evaluation": before.evaluation + 1,
            "evidence": [
                {**piece, "url": f"{scheme}{words}"} for scheme in ("javascript:", "https://x.test/", "")
            ],
            "detail": {"title": words, "missing": words},
            "search": {**before.search, "terms": lines, "gaps": [gap, {**gap, "url": words}]},
        }
        again = Finding(**fields)
        db.add(again)
        facts = PageFacts(
            url="https://x.test/", title=words, language=None, kind=PageKind.LIST, complete=True, text=words
        )
        db.execute(update(Reading).where(Reading.capture_id == capture).values(facts=pack(facts)))
        row = {"anchor": words, "url": f"javascript:{words}"}
        db.execute(update(Address).where(Address.capture_id == capture).values(row))
        db.flush()
        renew_items(db, again.run_id, CITY)
        run, number = again.run_id, again.id
    paths = (f"/findings/{number}", f"/findings/{number}/search", f"/captures/{capture}", f"/cities/{CITY}")
    return [
        Look("chief", path) for path in (*paths, f"/cities/{CITY}/report", f"/runs/{run}", "/queue?whose=all")
    ]


@dataclass(frozen=True, slots=True)
class Place:
    """Where words go, how many letters fit, and how many such words its pages show at once."""

    name: str
    longest: int
    put: Callable[[World, str], Sequence[Look]]
    at_once: int = 1  # so often, before its pages are opened


PLACES = (
    Place("comment of a decision", 3900, comment),
    Place("looks and ruling of a dispute", 3900, dispute),
    Place("draft", 3900, draft),
    Place("reply of a city and its answer", 3900, reply_words),
    Place("link of a reply", 1900, reply_link),
    Place("file name of a reply", 140, reply_file, at_once=20),
    Place("note and file name of a submission", 1900, submission),
    Place("information request", 9000, request_texts),
    Place("names of people and organisations", 190, names, at_once=20),
    Place("name of a saved view", 80, view_name, at_once=20),
    Place("stake in a city", 490, stake, at_once=5),
    Place("what the crawl brings", 4000, crawled),
)


def chunks(lines: Sequence[str], place: Place) -> Iterator[list[str]]:
    """*lines* as many together as fit into a place; what is too long by itself is cut to its beginning."""
    packed: list[str] = []
    for line in lines:
        cut = line[: place.longest]
        if packed and len("\n".join([*packed, cut])) > place.longest:
            yield packed
            packed = []
        packed.append(cut)
    if packed:
        yield packed


def _disputed(world: World, words: str) -> Item:
    item = bend(world.store, world.waiting(), needs_second=True)
    first, second = person(world.store, "assessor"), person(world.store, "second")
    look(world.store, item, first, Verdict.MET, comment=words)
    return look(
        world.store,
        item_in(world.store, item.city, item.indicator),
        second,
        Verdict.NOT_MET,
        passing=Passing.SECOND,
        comment=words,
    )


def _other(item: Item) -> Verdict:
    return Verdict.NOT_MET if item.verdict is not Verdict.NOT_MET else Verdict.PARTLY_MET


def _replied(world: World, written: Written) -> Reply:
    item = item_in(world.store, CITY, "INFO-08")
    row = reply(world.store, world.archive, world.who("official"), item.finding_id, written)
    if not isinstance(row, Reply):
        raise RefusedError(row.fault)
    return row


def _of_reply(row: Reply) -> list[Look]:
    return [
        Look("official", f"/reply/{row.finding_id}?still"),
        Look("official", "/reply"),
        Look("chief", f"/replies/{row.id}"),
        Look("chief", "/replies/waiting"),
        Look("chief", f"/findings/{row.finding_id}"),
    ]
