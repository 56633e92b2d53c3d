"""A small run as a crawl leaves it: pages of a council, read, judged, pictured and sealed; and a time-stamp for it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from cryptography import x509
from sqlalchemy import select

from checks.catalog import load
from checks.evaluate import evaluate, rule_version
from crawlers.confined_reading import read_any
from crawlers.reading_room import is_worth_reading, reader_version
from crawlers.unpacking import unpack
from custody.manifests import seal_run
from custody.stamps import queue_stamp, record_token, request_for, unstamped_head, verify
from fixtures.authority import PretendAuthority
from models import crawling
from models.archive import Archive
from models.crawling import Capture, Picture, Reading, Visit
from models.custody import Stamp
from models.facts import CityCard
from models.findings import Answered, record_answers
from models.judging import Finding
from models.ledger import Ended, Ledger, Planned
from models.runs import close_run, open_run, register_cities
from models.seen import record_readings, sight_of
from models.spots import Spotted, keep_spots
from models.store import Store
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState
from tests.factories import MOMENT, make_capture

HOST = "rada.dubovyk.test"
CARD = CityCard("dubovyk", "Дубовик", "Dubovyk", (HOST,))
SHOWN, ABSENT = "GRANT-01", "ACC-01"  # what is published there, and what is not
QUOTE = "Порядок надання одноразової матеріальної допомоги мешканцям громади"
_MENU = '<ul id="menu"><li><a href="/">Головна</a></li><li><a href="/aid/">Матеріальна допомога</a></li></ul>'
PAGES = {
    "/": f"{_MENU}<h1>Дубовицька міська рада</h1><p>Новини громади та оголошення ради.</p><a href='/news/'>Новини</a>",
    "/aid/": f"{_MENU}<h1>Матеріальна допомога</h1><ul><li>22.07.2026 <a href='/files/aid.html'>{QUOTE}</a></li></ul>",
    "/files/aid.html": f"{_MENU}<h1>{QUOTE}</h1><p>Рішення ради від 22.07.2026 № 41. {'Текст порядку. ' * 30}</p>",
    "/news/": f"{_MENU}<h1>Новини</h1><p>У місті відбулося свято. {'Вітаємо мешканців. ' * 20}</p>",
}


@dataclass(frozen=True)
class World:
    """One run, and who said what in it."""

    store: Store
    archive: Archive
    run_id: str
    visit_id: int
    findings: dict[str, int]

    def finding(self, indicator: str) -> Finding:
        """The finding on *indicator*."""
        with self.store.reading() as db:
            return db.get_one(Finding, self.findings[indicator])


def make_world(
    store: Store, archive: Archive, *, changes: dict[str, str] | None = None, moved: bool = False
) -> World:
    """A run over the pages above, of which some say something else by *changes* or have *moved*; sealed."""
    register_cities(store, [_city()])
    earlier = _earlier(store, archive)
    run_id = open_run(store, round_id="2026-11", region="west")
    visit_id = open_visit(store, run_id, CARD.slug).id
    ledger = Ledger(store, visit_id)
    found_on: str | None = None
    for place, (path, html) in enumerate((PAGES | (changes or {})).items()):
        url, key = f"http://{HOST}{path}", f"{HOST}{path}"
        capture = _capture(archive, visit_id, url, html, packed=place % 2 == 1)
        if path == "/news/":  # what it said before, and a server that says it still does
            capture = _confirmation(visit_id, url, earlier)
        anchor = {"/aid/": "Матеріальна допомога", "/files/aid.html": QUOTE}.get(path, "")
        serves = (SHOWN,) if anchor else ()
        ledger.record([], [Planned(key, url, found_on, anchor, min(place, 2), 1.0, serves)])
        ledger.record([Ended(key, AddressState.FETCHED, capture=capture)], [])
        found_on = found_on or key
    if moved:
        _moved(ledger, archive, visit_id, found_on)
    close_visit(store, visit_id, stats={}, hosts=CARD.hosts)
    findings = _judge(store, archive, visit_id)
    _picture(store, archive, findings)
    close_run(store, run_id)
    seal_run(store, archive, run_id)
    return World(store, archive, run_id, visit_id, findings)


def stamp(world: World, authority: PretendAuthority) -> None:
    """Have the head of the log stamped."""
    with world.store.writing() as db:
        entry = unstamped_head(db)
        assert entry is not None
        queue_stamp(db, entry, [authority.url])
        token = authority.stamp(request_for(entry).as_bytes())[1]
        row = db.scalars(select(Stamp).order_by(Stamp.id.desc())).first()
        assert row is not None
        stamped = verify(token, entry.hash, roots_of(authority))
        record_token(db, row.id, world.archive.put(token), stamped)


def roots_of(authority: PretendAuthority) -> tuple[x509.Certificate, ...]:
    """The certificate that the authority stands under."""
    return (x509.load_pem_x509_certificate(authority.root.read_bytes()),)


def _city() -> crawling.City:
    return crawling.City(
        slug=CARD.slug,
        name_uk=CARD.name_uk,
        name_en=CARD.name_en,
        region="west",
        region_uk="Захід",
        region_en="West",
        site=f"http://{HOST}/",
        edrpou=None,
        hosts=list(CARD.hosts),
    )


def _earlier(store: Store, archive: Archive) -> Capture:
    """What an earlier run received of the news."""
    run_id = open_run(store, round_id="2026-10", region="west")
    visit = open_visit(store, run_id, CARD.slug)
    url = f"http://{HOST}/news/"
    capture = _capture(archive, visit.id, url, PAGES["/news/"], packed=False)
    ledger = Ledger(store, visit.id)
    ledger.record([], [Planned(f"{HOST}/news/", url)])
    ledger.record([Ended(f"{HOST}/news/", AddressState.FETCHED, capture=capture)], [])
    close_visit(store, visit.id, stats={}, hosts=CARD.hosts)
    return capture


def _capture(archive: Archive, visit_id: int, url: str, inside: str, *, packed: bool) -> Capture:
    html = f"<!doctype html><html lang='uk'><head><title>Дубовик</title></head><body>{inside}</body></html>"
    body = gzip.compress(html.encode(), mtime=0) if packed else html.encode()
    headers = [
        ["Content-Type", "text/html; charset=utf-8"],
        ["X-Power", "\xd0\x9c"],
        ["Transfer-Encoding", "chunked"],
    ]
    return make_capture(
        visit_id,
        url,
        headers=headers + ([["Content-Encoding", "gzip"]] if packed else []),
        content_encoding="gzip" if packed else "",
        body_sha256=archive.put(body),
        body_bytes=len(body),
        decoded_bytes=len(html.encode()),
    )


def _moved(ledger: Ledger, archive: Archive, visit_id: int, found_on: str | None) -> None:
    """An address that leads on to another one: what was received there is a capture too."""
    url, key = f"http://{HOST}/help/", f"{HOST}/help/"
    capture = make_capture(
        visit_id,
        url,
        status=302,
        headers=[["Location", "/aid/"]],
        body_sha256=archive.put(b"moved"),
        body_bytes=5,
    )
    ledger.record([], [Planned(key, url, found_on, "Допомога", 1, 1.0)])
    ledger.record([Ended(key, AddressState.FETCHED, capture=capture)], [])


def _confirmation(visit_id: int, url: str, known: Capture) -> Capture:
    body = {
        name: getattr(known, name)
        for name in ("body_sha256", "body_bytes", "decoded_bytes", "content_encoding")
    }
    return make_capture(visit_id, url, status=304, headers=[], confirms_id=known.id, **body)


def _judge(store: Store, archive: Archive, visit_id: int) -> dict[str, int]:
    with store.reading() as db:
        today = db.get_one(Visit, visit_id).started_at.astimezone(UTC).date()
        read = select(Reading.capture_id)
        captures = list(db.scalars(select(Capture).where(Capture.id.not_in(read))))
    readings = [
        (
            one.id,
            read_any(
                unpack(archive.get(one.body_sha256), one.content_encoding, largest=2**20),
                url=one.final_url,
                media_type=one.media_type,
                file_name="",
                charset=one.charset_declared,
                today=today,
                ask=lambda _tool, _body: None,
            ),
        )
        for one in captures
        if is_worth_reading(one)
    ]
    record_readings(store, readings, reader_version=reader_version())
    pack = load("transparent-cities")
    sight = sight_of(store, visit_id, CARD, reader_version=reader_version())
    answers = [
        Answered(indicator.id, answer, rule_version(indicator))
        for indicator, answer in evaluate(pack, sight)
        if indicator.id in {SHOWN, ABSENT}
    ]
    ids = record_answers(
        store,
        visit_id,
        answers,
        methodology=pack.name,
        methodology_version=pack.version,
        reader_version=reader_version(),
    )
    return dict(zip((one.indicator for one in answers), ids, strict=True))


def _picture(store: Store, archive: Archive, findings: dict[str, int]) -> None:
    with store.reading() as db:
        evidence = db.get_one(Finding, findings[SHOWN]).evidence
    for item in evidence[:1]:
        _picture_of(store, archive, item)


def _picture_of(store: Store, archive: Archive, item: dict[str, Any]) -> None:
    with store.writing() as db:
        place = {"css": "li > a", "start": 0, "end": len(item["quote"]), "words": item["quote"]}
        keep_spots(db, [(item["capture"], item["quote"], Spotted(found=True, kind="text", place=place))])
        db.add(
            Picture(
                capture_id=item["capture"],
                quote=item["quote"],
                found=True,
                sha256=archive.put(b"\x89PNG of the page"),
                crop_sha256=archive.put(b"\x89PNG of the words"),
                width=800,
                height=600,
                browser="test",
                taken_at=MOMENT,
            )
        )
