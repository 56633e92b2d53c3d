"""A round in miniature: six invented cities, twelve questions, two runs each, pictures and words of our own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.archive import Archive
from models.crawling import Address, Capture, City, Picture, Reading, Run, Visit
from models.facts import DocumentLink, PageFacts
from models.facts_json import pack
from models.judging import Assessment, Finding
from models.people import Person
from models.renewing import renew_round
from models.requests import Letter, begin
from models.store import Store
from models.vocabulary import AddressState, LinkKind, PageKind, Reason, Role, Verdict, VisitState
from review.sessions import hash_password
from tests.factories import make_capture
from tests.review.drawing import drawn_page
from tests.review.pretend_answers import CITIES, NOW, PACK, PASSWORD, PEOPLE, REGIONS, SAID, Said


def settle(store: Store, archive: Archive) -> None:
    """Fill *store* and *archive* with the whole pretend round."""
    password = hash_password(PASSWORD)
    with store.writing() as db:
        for slug, name_uk, name_en, region in CITIES:
            db.add(_city(slug, name_uk, name_en, region))
        for login, name, role, of_region in PEOPLE:
            db.add(_person(login, name, role, of_region, password))
        db.flush()
        for month, started in (("2026-10", NOW - timedelta(days=31)), ("2026-11", NOW - timedelta(days=1))):
            for region in REGIONS:
                _run(db, archive, f"{month}-{region}-1", month, region, started)
        db.flush()
        _assess_some(db)
    for month in ("2026-10", "2026-11"):
        renew_round(store, month)
    with store.writing() as db:
        _ask_a_council(db)


def _ask_a_council(db: Session) -> None:
    """The draft of an information request to the first city."""
    letter = Letter(
        "Ясногірській міській раді", "koval@west.test", "Про набори даних", "Прошу надати перелік."
    )
    author = db.query(Person).filter(Person.login == "assessor").one().id
    begin(db, round_id="2026-11", city=CITIES[0][0], questions=["DATA-02"], letter=letter, person_id=author)


def _city(slug: str, name_uk: str, name_en: str, region: str) -> City:
    return City(
        slug=slug,
        name_uk=name_uk,
        name_en=name_en,
        region=region,
        region_uk=REGIONS[region][0],
        region_en=REGIONS[region][1],
        site=f"https://{slug}.test/",
        edrpou=None,
        hosts=[f"{slug}.test"],
    )


def _person(login: str, name: str, role: Role, region: str | None, password: str) -> Person:
    return Person(
        login=login,
        name=name,
        organisation="ГО «Відкрита громада»",
        role=role,
        region=region,
        password_hash=password,
        active=True,
        created_at=NOW,
    )


def _run(db: Session, archive: Archive, run_id: str, month: str, region: str, started: datetime) -> None:
    db.add(
        Run(
            id=run_id,
            round=month,
            region=region,
            source="network",
            tool_version="0.1.0",
            started_at=started,
            ended_at=started + timedelta(hours=2),
        )
    )
    db.flush()
    for place, (slug, name_uk, _, city_region) in enumerate(CITIES):
        if city_region == region:
            _visit(db, archive, run_id, slug, name_uk, started + timedelta(minutes=place))


def _visit(db: Session, archive: Archive, run_id: str, slug: str, name: str, started: datetime) -> None:
    visit = Visit(
        run_id=run_id,
        city=slug,
        state=VisitState.COMPLETE,
        reason=None,
        continues_id=None,
        lease_until=None,
        started_at=started,
        ended_at=started + timedelta(minutes=40),
        stats={},
    )
    db.add(visit)
    db.flush()
    captures = dict(_captures(db, archive, visit, slug, name))
    db.add_all(_failures(visit, slug))
    for said in SAID:
        db.add(_finding(visit, said, captures, slug))


def _captures(db: Session, archive: Archive, visit: Visit, slug: str, name: str) -> Iterator[tuple[str, str]]:
    """One page per question, each found on the home page, with body, reading, ledger row and picture."""
    home = f"https://{slug}.test/"
    pages = [("", "", "")] + [(one.page, one.anchor, one.quote) for one in SAID if one.page and one.quote]
    for page, anchor, quote in pages:
        url = f"{home}{page}/" if page else home
        title = f"{anchor or 'Головна'} – {name}, міська рада"
        text = (
            f"{title}. Офіційний сайт міської ради. Оновлено 12 листопада 2026 року. У цьому розділі міська рада"
            f" оприлюднює документи, які стосуються життя громади. {quote} Дата оприлюднення: 12.11.2026."
            " Завантажити: PDF, 1,4 МБ. Інші документи розділу за цей рік впорядковано за датою ухвалення."
        )
        body = f"<!doctype html><title>{title}</title><script>alert(1)</script><p>{text}</p>".encode()
        capture = make_capture(
            visit.id,
            url,
            body_sha256=archive.put(body),
            body_bytes=len(body),
            ip="203.0.113.24",
            vantage="Київ",
            started_at=visit.started_at + timedelta(minutes=3),
            ended_at=visit.started_at + timedelta(minutes=3, seconds=2),
        )
        db.add(capture)
        db.flush()
        db.add(
            Reading(capture_id=capture.id, reader_version="3", facts=pack(_facts(url, title, text, quote)))
        )
        db.add(_address(visit, url, home if page else None, anchor, capture))
        if quote and page != "protokoly":
            db.add(_picture(archive, capture, quote))
        yield page, capture.id


def _facts(url: str, title: str, text: str, quote: str) -> PageFacts:
    link = DocumentLink(f"{url}doc.pdf", quote, LinkKind.DECISION, date=date(2026, 11, 12), confidence=0.9)
    return PageFacts(
        url=url,
        title=title,
        language="uk",
        kind=PageKind.LIST,
        complete=True,
        links=(link,) if quote else (),
        text=text,
    )


def _address(visit: Visit, url: str, found_on: str | None, anchor: str, capture: Capture) -> Address:
    serves = [one.indicator for one in SAID if one.page and f"/{one.page}/" in url]
    return Address(
        visit_id=visit.id,
        key=url,
        url=url,
        found_on=found_on,
        anchor=anchor,
        depth=1 if found_on else 0,
        score=0.9,
        serves=serves,
        state=AddressState.FETCHED,
        reason=None,
        attempts=1,
        capture_id=capture.id,
        planned_at=visit.started_at,
        ended_at=capture.ended_at,
    )


def _failures(visit: Visit, slug: str) -> Iterator[Address]:
    """Addresses of each city that could not be looked at."""
    for page, anchor, reason, state, serves in (
        ("nabory", "Набори даних", Reason.TIMEOUT, AddressState.FAILED, ["DATA-02"]),
        ("zakupivli", "Закупівлі", Reason.CHALLENGE, AddressState.FAILED, ["PROC-01"]),
        ("admin", "Вхід", Reason.ROBOTS, AddressState.REFUSED, []),
    ):
        url = f"https://{slug}.test/{page}/"
        yield Address(
            visit_id=visit.id,
            key=url,
            url=url,
            found_on=f"https://{slug}.test/",
            anchor=anchor,
            depth=1,
            score=0.7,
            serves=serves,
            state=state,
            reason=reason,
            attempts=3,
            capture_id=None,
            planned_at=visit.started_at,
            ended_at=visit.ended_at,
        )


def _finding(visit: Visit, said: Said, captures: dict[str, str], slug: str) -> Finding:
    said = _in_city(said, visit, slug)
    piece = {
        "url": f"https://{slug}.test/{said.page}/" if said.page else f"https://{slug}.test/",
        "quote": said.quote,
        "capture": captures.get(said.page, captures[""]),
        "title": said.anchor,
        "date": None,
    }
    shows = said.verdict in {Verdict.MET, Verdict.PARTLY_MET}
    seen = said.verdict.counts
    gap = {"url": f"https://{slug}.test/{said.page}/", "reason": said.reason.value}
    return Finding(
        run_id=visit.run_id,
        visit_id=visit.id,
        city=visit.city,
        methodology=PACK,
        methodology_version="2026.1",
        indicator=said.indicator,
        evaluation=1,
        verdict=said.verdict,
        reason=said.reason,
        confidence=said.confidence,
        detail=said.detail,
        evidence=[piece] if shows else [],
        search={
            "complete": seen,
            "looked_at": 12 if seen else 0,
            "gaps": [] if seen else [gap],
            "near_miss": piece if said.verdict is Verdict.NOT_MET else None,
            "terms": [said.anchor, "Оприлюднення", "Документи"],
            "first_at": visit.started_at.isoformat(),
            "last_at": visit.started_at.isoformat(),
        },
        search_complete=seen,
        searched_pages=12 if seen else 0,
        rule_version="2" if said.indicator == "INFO-06" and "2026-11" in visit.run_id else "1",
        reader_version="3",
        created_at=visit.started_at + timedelta(hours=1),
    )


def _in_city(said: Said, visit: Visit, slug: str) -> Said:
    """A few answers differ between cities and months, so that there is something to compare."""
    early = "2026-10" in visit.run_id
    bent: dict[tuple[str, str], tuple[Verdict, Reason, float]] = {}
    if early:
        bent = {
            ("BUDG-01", "yasnohirsk"): (Verdict.NOT_MET, Reason.NO_DOCUMENT_FOR_YEAR, 0.8),
            ("INFO-03", "verbopil"): (Verdict.NOT_OBSERVABLE, Reason.DNS, 0.0),
            ("INFO-06", "verbopil"): (Verdict.MET, Reason.DOCUMENT_FOUND, 0.9),
            ("INFO-08", "kalynodar"): (Verdict.MET, Reason.DOCUMENT_FOUND, 0.88),
            ("BUDG-06", "tykhopil"): (Verdict.MET, Reason.ALL_FOUND, 0.88),
            ("BUDG-04", "duby"): (Verdict.PARTLY_MET, Reason.SOME_FOUND, 0.74),
        }
    verdict, reason, confidence = bent.get(
        (said.indicator, slug), (said.verdict, said.reason, said.confidence)
    )
    return replace(said, verdict=verdict, reason=reason, confidence=confidence)


def _assess_some(db: Session) -> None:
    """The earlier round is done; of the later one, one city is half done."""
    people = {person.login: person.id for person in db.query(Person)}
    for finding in db.query(Finding).order_by(Finding.id):
        late = "2026-11" in finding.run_id
        if late and not (finding.city == "duby" and finding.indicator.startswith("INFO")):
            continue
        corrects = finding.indicator == "INFO-08"
        db.add(
            Assessment(
                finding_id=finding.id,
                person_id=people["assessor" if "west" in finding.run_id else "center"],
                version=1,
                act="correct" if corrects else "confirm",
                verdict=Verdict.PARTLY_MET if corrects else finding.verdict,
                comment="Результати є, але лише сканами без тексту." if corrects else "",
                created_at=finding.created_at + timedelta(days=2 if not late else 0, hours=3),
            )
        )


def _picture(archive: Archive, capture: Capture, quote: str) -> Picture:
    host, page = capture.requested_url.split("/")[2:4]
    region = next(region for slug, _, _, region in CITIES if host.startswith(slug))
    image = drawn_page(f"{region} {page}")
    return Picture(
        capture_id=capture.id,
        quote=quote,
        found=True,
        sha256=archive.put(image),
        width=640,
        height=450,
        browser="drawn by hand",
        taken_at=NOW,
    )
