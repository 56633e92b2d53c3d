"""Visits that nobody made, in a database: facts of the size and sort of real ones, for measuring the judging alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from random import Random
from typing import Any

from sqlalchemy import insert

from checks.catalog import Methodology
from models import crawling
from models.facts import Act, CityCard, DocumentLink, PageFacts
from models.facts_json import pack
from models.runs import open_run
from models.store import Store
from models.vocabulary import AddressState, LinkKind, PageKind, Reason, VisitState

DAY = date(2026, 11, 20)
READER = "pretend/1"
_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
_IN_MENU = 30
_TEXT = 3_000  # characters of a page
_LINE = 150  # characters of a sentence
_NEW_EACH_RUN = 10  # one page in so many is another at the next visit
_KINDS = (
    *(LinkKind.OTHER,) * 10,
    *(LinkKind.DECISION,) * 4,
    *(LinkKind.NEWS,) * 3,
    *(LinkKind.DRAFT_DECISION,) * 2,
    LinkKind.MINUTES,
    LinkKind.AGENDA,
    LinkKind.BUDGET,
)
_PAGES = (*(PageKind.LIST,) * 12, *(PageKind.ACT,) * 4, *(PageKind.NEWS,) * 2, *(PageKind.OTHER,) * 2)
_TITLED_BY_A_TERM = 3  # one page in so many is called what some indicator looks for
_FILES = ("", "", "", ".pdf", ".pdf", ".xlsx")
_PLAIN = """
    про надання дозволу на розроблення проєкту землеустрою щодо відведення земельної ділянки у власність громадянам
    вулиця провулок будинок школа лікарня дороги ремонт мешканці місто область захід зустріч увага оголошення запрошуємо
    затвердження внесення змін програма комплексна розвиток депутат скликання комісія виконавчий комітет міська рада
    відділ департамент управління підприємство комунальне договір оренда майно тариф вода тепло транспорт молодь спорт
    культура свято вітаємо допомога ветерани діти родина безпека оборона волонтери збір кошти субвенція рік квартал
""".split()


_TOLD = (
    "від {day:%d.%m.%Y} № 12/4",
    "о 10:30 у залі засідань",
    "Іваненко Іван Іванович",
    "тел. (0000) 00-00-01",
    "вул. Миру, 1, каб. 12",
    "у сумі 12 345,60 грн",
    "до 31 грудня {day:%Y} року",
    "rada@zelenopil.test",
    *("",) * 8,
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much one visit saw."""

    pages: int
    links: int = 60


class PretendCity:
    """One council's pages, the same for the same number; every run finds a tenth of them changed."""

    def __init__(self, methodology: Methodology, number: int, size: Size) -> None:
        """Throw the dice of city *number*."""
        self.card = CityCard(f"city-{number}", "Зеленопіль", "Zelenopil", (f"city-{number}.test",))
        self.size = size
        self._dice = Random(number)  # noqa: S311  # pretend pages, no secrets
        self._terms = [term for one in methodology.indicators for term in one.looks_at.terms] or _PLAIN
        self._topics = [one.id for one in methodology.indicators]
        self._broken = number % 2 == 1
        menu = [self._dice.choice(self._terms) for _ in range(_IN_MENU // 3)]
        menu += [self._words(2) for _ in range(_IN_MENU - len(menu))]
        self._menu = tuple(
            DocumentLink(self._url(f"/m/{place}"), text, LinkKind.OTHER, why="menu", title=text, in_menu=True)
            for place, text in enumerate(menu)
        )
        self._titles = [self._words(4) for _ in range(size.pages)]
        self._titles[::_TITLED_BY_A_TERM] = self._dice.choices(
            self._terms, k=len(self._titles[::_TITLED_BY_A_TERM])
        )
        self._facts = [self._page(place) for place in range(size.pages)]
        self._packed = [pack(facts) for facts in self._facts]

    def visit(self, store: Store, run_id: str) -> int:
        """Write one visit as the crawl and the readers leave it; its id."""
        for place in range(0, self.size.pages, _NEW_EACH_RUN):
            self._facts[place] = self._page(place)
            self._packed[place] = pack(self._facts[place])
        with store.writing() as db:
            visit = crawling.Visit(
                run_id=run_id, city=self.card.slug, state=VisitState.COMPLETE, started_at=_AT, stats={}
            )
            db.add(visit)
            db.flush()
            prefix = f"{visit.id:06}"
            captures = [
                self._capture(visit.id, f"{prefix}{at:06}", facts) for at, facts in enumerate(self._facts)
            ]
            db.execute(insert(crawling.Capture), captures)
            db.execute(
                insert(crawling.Reading),
                [
                    {"capture_id": capture["id"], "reader_version": READER, "facts": packed}
                    for capture, packed in zip(captures, self._packed, strict=True)
                ],
            )
            db.execute(insert(crawling.Address), [*self._seen(visit.id, captures), *self._unseen(visit.id)])
        return visit.id

    def _url(self, path: str) -> str:
        return f"https://{self.card.hosts[0]}{path}"

    def _words(self, least: int) -> str:
        """A few words of everyday papers; in one case of four, with a term among them."""
        words = self._dice.choices(_PLAIN, k=self._dice.randint(least, least + 5))
        if self._dice.random() < 1 / 4:
            words.insert(self._dice.randint(0, len(words)), self._dice.choice(self._terms))
        return " ".join(words)

    def _page(self, place: int) -> PageFacts:
        kind = PageKind.HOME if place == 0 else self._dice.choice(_PAGES)
        act = None
        if kind is PageKind.ACT:
            act = Act("decision", "Зеленопільська міська рада", str(place), self._day())
        title = self._titles[place]
        own = tuple(self._link(place) for _ in range(self.size.links - _IN_MENU))
        return PageFacts(
            url=self._url(f"/p/{place}" if place else "/"),
            title=f"{title} – Зеленопільська міська рада",
            language="uk",
            kind=kind,
            complete=True,
            act=act,
            links=(*self._menu, *own),
            headings=(title, self._words(2)),
            words=400,
            text=self._text(),
            has_search=place == 0,
        )

    def _text(self) -> str:
        """Sentences, with the names, days and numbers that such pages hold."""
        lines = []
        for _ in range(_TEXT // _LINE):
            words = " ".join(self._dice.choices(_PLAIN, k=_LINE // 8)).capitalize()
            lines.append(f"{words} {self._dice.choice(_TOLD).format(day=self._day())}.")
        return "\n".join(lines)

    def _link(self, place: int) -> DocumentLink:
        """A way to another page, called as that page is; or a paper of which there is no second."""
        target = self._dice.randrange(self.size.pages)
        path, text = f"/p/{target}", self._titles[target]
        if self._dice.random() < 1 / 2:
            number = self._dice.randint(1, 10**6)
            path = f"/files/{place}/{number}{self._dice.choice(_FILES)}"
            text = f"Рішення № {number} від {self._day():%d.%m.%Y} {self._words(4)}"
        day = self._day() if self._dice.random() < 1 / 2 else None
        kind = self._dice.choice(_KINDS)
        return DocumentLink(self._url(path), text, kind, day, None, 0.9, "words of the link", text)

    def _day(self) -> date:
        return DAY - timedelta(days=self._dice.randint(0, 900))

    def _capture(self, visit_id: int, capture: str, facts: PageFacts) -> dict[str, Any]:
        return {
            **dict.fromkeys(
                ("charset_declared", "reason", "ip", "clock_offset_s", "confirms_id", "rendered_from_id")
            ),
            **dict.fromkeys(("content_encoding", "robots", "vantage", "tool_version"), ""),
            "id": capture,
            "visit_id": visit_id,
            "requested_url": facts.url,
            "final_url": facts.url,
            "hops": [],
            "status": 200,
            "headers": [["content-type", "text/html"]] * 8,
            "tls": {},
            "media_type": "text/html; charset=utf-8",
            "body_sha256": capture.rjust(64, "0"),
            "body_bytes": 24_000,
            "decoded_bytes": 24_000,
            "complete": "yes",
            "attempt": 1,
            "started_at": _AT,
            "ended_at": _AT,
        }

    def _seen(self, visit_id: int, captures: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for place, capture in enumerate(captures):
            topics = self._dice.sample(self._topics, k=2) if place % 2 else []
            yield self._row(visit_id, capture["final_url"], topics, AddressState.FETCHED, None) | {
                "depth": min(place, 1),
                "capture_id": capture["id"],
            }

    def _unseen(self, visit_id: int) -> Iterator[dict[str, Any]]:
        """Other bodies' sites; and where time ran out, twice as many addresses of the site as were opened."""
        offsite: Iterator[tuple[str, list[str], Reason]] = (
            (f"https://elsewhere.test/{at}", [], Reason.OFFSITE) for at in range(self.size.pages)
        )
        left = range(2 * self.size.pages if self._broken else 0)
        budget = (
            (
                self._url(f"/left/{at}"),
                [self._topics[at % len(self._topics)]] if at % 3 else [],
                Reason.BUDGET,
            )
            for at in left
        )
        for url, topics, reason in chain(offsite, budget):
            yield self._row(visit_id, url, topics, AddressState.SKIPPED, reason)

    def _row(
        self, visit_id: int, url: str, topics: list[str], state: AddressState, reason: Reason | None
    ) -> dict[str, Any]:
        return {
            "visit_id": visit_id,
            "key": url,
            "url": url,
            "found_on": self._url("/"),
            "anchor": "Документи",
            "depth": 1,
            "score": 50.0,
            "serves": topics,
            "state": state,
            "reason": reason,
            "attempts": 1,
            "capture_id": None,
            "planned_at": _AT,
            "ended_at": _AT,
        }


def open_pretend_run(store: Store) -> str:
    """A run for such visits."""
    return open_run(store, round_id=f"{DAY:%Y-%m}", name="pretend")
