"""Pictures are taken from stored bytes behind the same walls, whatever the page is like, and show the words."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from PIL import Image
from sqlalchemy import select

from crawlers.browsing.finding import find_browser
from crawlers.reading import read_page
from crawlers.rendering import TALLEST, Wanted, find_spots, take_pictures
from fixtures import files, scripted
from fixtures.councils.documents import MEDIA_TYPES, make
from models.archive import Archive
from models.crawling import Picture
from models.environment import settings
from models.runs import open_run
from models.spots import spots_of
from models.store import Store, open_store
from models.visits import open_visit
from tests.crawlers.browsing.canary import Canary
from tests.factories import make_capture

pytestmark = pytest.mark.browser

READABLE_AT = 390  # pixels of a phone
HEAD = "<!doctype html><html lang='uk'><head><meta charset='utf-8'><title>Рішення ради</title></head><body>"
ROWS = [["№", "Назва", "Сума"], *[[str(n), f"Вулиця Садова, {n}", str(100 * n)] for n in range(1, 200)]]


class Album:
    """A database and an archive that hold captures, and the pictures taken of them."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(f"sqlite:///{folder / 'monitor.db'}")
        self.archive = Archive(folder / "archive")
        self._visit = open_visit(
            self.store, open_run(self.store, round_id="2026-11", name="a"), "verbohirsk"
        ).id

    def keep(
        self, body: bytes, url: str = scripted.ADDRESS, media_type: str = "text/html", attempt: int = 1
    ) -> str:
        """Store *body* as the answer of a page; the capture's id."""
        digest = self.archive.put(body)
        capture = make_capture(
            self._visit,
            url,
            body_sha256=digest,
            decoded_bytes=len(body),
            media_type=media_type,
            attempt=attempt,
        )
        with self.store.writing() as db:
            db.add(capture)
            return capture.id

    def take(self, *wanted: tuple[str, str]) -> list[Picture]:
        """The pictures of these (capture, quote), in that order."""
        take_pictures(
            [Wanted(*one) for one in wanted],
            store=self.store,
            archive=self.archive,
            browser=find_browser(settings().chromium),
        )
        with self.store.reading() as db:
            rows = {(row.capture_id, row.quote): row for row in db.scalars(select(Picture))}
        return [rows[one] for one in wanted]

    def picture(
        self, body: str | bytes, quote: str, url: str = scripted.ADDRESS, media_type: str = "text/html"
    ) -> Picture:
        """The picture of *quote* in a page or file."""
        written = body if isinstance(body, bytes) else body.encode()
        return self.take((self.keep(written, url, media_type), quote))[0]

    def image(self, digest: str | None) -> Image.Image:
        """A stored picture, opened."""
        assert digest is not None
        return Image.open(io.BytesIO(self.archive.get(digest))).convert("RGB")

    def framed(self, digest: str | None) -> tuple[int, int, int, int]:
        """The edges of what is drawn in our red."""
        image = self.image(digest)
        red = image.load()
        assert red is not None
        points = [(x, y) for x in range(image.width) for y in range(image.height) if _is_red(red[x, y])]
        assert points, "nothing is outlined"
        return (
            min(x for x, _ in points),
            min(y for _, y in points),
            max(x for x, _ in points),
            max(y for _, y in points),
        )


def _is_red(pixel: object) -> bool:
    red, green, blue = pixel if isinstance(pixel, tuple) else (0, 0, 0)
    return bool(140 < red < 215 and green < 90 and blue < 90)


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """An empty album."""
    made = Album(tmp_path)
    yield made
    made.store.close()


def test_b06_a_page_of_two_million_pixels_is_clipped_and_noted(album: Album) -> None:
    """B06: the words at the very end are found and shown; the picture shows 20,000 pixels and says so."""
    picture = album.picture(scripted.TALL, "Рішення про бюджет")

    assert picture.found
    assert picture.note.startswith("clipped=2000")
    assert picture.height <= TALLEST
    assert album.image(picture.sha256).size == (picture.width, picture.height)
    assert album.framed(picture.sha256)
    assert album.framed(picture.crop_sha256)


def test_a_picture_asks_nobody_and_runs_nothing(album: Album, canary: Canary) -> None:
    """The scripts of a captured page do not run for its picture, and nothing it names is fetched."""
    picture = album.picture(
        scripted.reaching(canary.place, canary.place), "Рішення виконкому № 1 від 03.02.2026"
    )

    assert not picture.found  # the list would come by script
    assert picture.crop_sha256 is None
    assert canary.hits == []


def test_the_words_are_framed_and_large_enough_for_a_phone(album: Album) -> None:
    """The crop holds the frame whole, with room around it; on a phone its letters are as large as on the page."""
    line = "Про затвердження програми соціально-економічного розвитку громади на 2026 рік та прогнозу на два роки"
    picture = album.picture(f"{HEAD}{'<p>Рядок</p>' * 40}<p>{line}</p>{'<p>Рядок</p>' * 40}", line)

    crop = album.image(picture.crop_sha256)
    left, top, right, bottom = album.framed(picture.crop_sha256)
    assert crop.width / 2 <= READABLE_AT * 1.25
    assert 0 < left < right < crop.width - 1
    assert 40 < top < bottom < crop.height - 40
    assert picture.media_type == "image/webp"
    assert len(album.archive.get(str(picture.crop_sha256))) < 60_000
    assert len(album.archive.get(picture.sha256)) < 300_000


HIDDEN = {
    "details": "<details><summary>Рішення</summary><p>Про бюджет громади</p></details>",
    "tab": "<div class='tab' style='display:none'><ul><li>Про бюджет громади</li></ul></div>",
    "hidden": "<section hidden><p style='visibility:hidden'>Про бюджет громади</p></section>",
    "folded": "<div style='height:0;overflow:hidden'><p>Про бюджет громади</p></div>",
    "transparent": "<div style='opacity:0'><p>Про бюджет громади</p></div>",
    "aside": "<p style='position:absolute;left:-9999px'>Про бюджет громади</p>",
    "unrendered": "<div style='content-visibility:hidden'><p>Про бюджет громади</p></div>",
}


def test_hidden_words_are_unfolded_and_that_is_said(album: Album) -> None:
    """Whatever a page folds its words away with, they are seen in the picture, and the note says why."""
    pages = {name: f"{HEAD}<h1>Рішення</h1>{page}<p>Кінець</p>".encode() for name, page in HIDDEN.items()}
    kept = [album.keep(page, f"http://b.test/{name}") for name, page in pages.items()]

    pictures = album.take(*((capture, "Про бюджет громади") for capture in kept))

    told = {name: (picture.found, picture.note) for name, picture in zip(HIDDEN, pictures, strict=True)}
    assert told == dict.fromkeys(HIDDEN, (True, "unfolded"))
    assert all(album.framed(picture.crop_sha256) for picture in pictures)


def test_what_was_unfolded_for_one_quote_is_folded_again(album: Album) -> None:
    """The next picture of the page shows it as it is."""
    capture = album.keep(f"{HEAD}<details><summary>A</summary><p>Перше</p></details><p>Друге</p>".encode())

    first, second = album.take((capture, "Перше"), (capture, "Друге"))

    assert first.note == "unfolded"
    assert second.note == ""


def test_a_layer_over_the_words_is_made_translucent(album: Album) -> None:
    """A banner that covers the page is still to be seen, and the words beneath it are too."""
    banner = "<div style='position:fixed;inset:0;background:#123456'>Ми використовуємо файли cookie</div>"

    picture = album.picture(f"{HEAD}<p>Про бюджет громади</p>{banner}", "Про бюджет громади")

    assert "covered" in picture.note.split("; ")
    assert album.framed(picture.crop_sha256)


def test_words_that_are_not_on_the_page_stand_in_a_strip_above_it(album: Album) -> None:
    """A title, a hint and an address are shown and outlined, and it is said that they were not on the page."""
    capture = album.keep(f"{HEAD}<p>Текст</p><img src='/a.png' alt='Герб міста'>".encode())

    pictures = album.take(*((capture, quote) for quote in ("Рішення ради", "Герб міста", scripted.ADDRESS)))

    assert [picture.note for picture in pictures] == ["band=title", "band=attribute", "band=address"]
    assert all(album.framed(picture.crop_sha256) for picture in pictures)


def test_a_page_without_its_style_sheets_is_plain_and_says_so(album: Album) -> None:
    """Of a site whose look was not captured nothing is missing but the look."""
    linked = HEAD.replace("</head>", "<link rel=stylesheet href='/site.css'></head>")

    plain = album.picture(f"{linked}<p>Про бюджет</p>", "Про бюджет")
    own = album.picture(
        f"{HEAD}<style>p{{color:#123}}</style><p>Про землю</p>", "Про землю", url="http://b.test/"
    )

    assert plain.note == "plain"
    assert own.note == ""


FILES = [
    ("a.xlsx", MEDIA_TYPES["xlsx"], make("xlsx", "Перелік", [], ROWS), "Вулиця Садова, 150"),
    ("a.csv", "text/csv", "\n".join(";".join(row) for row in ROWS).encode(), "Вулиця Садова, 150"),
    ("a.docx", MEDIA_TYPES["docx"], make("docx", "Звіт", ["Доходи зросли"], ROWS[:3]), "Доходи зросли"),
    ("a.pdf", MEDIA_TYPES["pdf"], make("pdf", "Звіт", ["Budget of 2026"], []), "Budget of 2026"),
    ("a.json", "application/json", json.dumps({"a": [{"b": "Реєстр доріг"}]}).encode(), "Реєстр доріг"),
    ("a.zip", "application/zip", files.zipped({"a.csv": "а;б;в\n" * 9 + "г;Дороги;5\n"}), "Дороги"),
    ("f.xml", "application/rss+xml", "<rss><item><title>Новина</title></item></rss>".encode(), "Новина"),
]


def test_files_have_pictures_too(album: Album) -> None:
    """Tables, documents, data, feeds and archives are shown, the words outlined, and said not to be their look."""
    wanted = [
        (album.keep(body, f"http://b.test/{name}", media_type), quote)
        for name, media_type, body, quote in FILES
    ]

    pictures = album.take(*wanted)

    notes = {name: picture.note for (name, *_), picture in zip(FILES, pictures, strict=True)}
    assert notes == {name: "paper; letters" if name == "a.pdf" else "rendering" for name, *_ in FILES}
    assert all(picture.found for picture in pictures)
    assert all(
        album.framed(digest) for picture in pictures for digest in (picture.sha256, picture.crop_sha256)
    )


HEAVY = {
    "100,000 elements": f"{HEAD}{'<p><b>a</b></p>' * 50_000}<p>Про бюджет</p>",
    "50 MB of text": f"{HEAD}<p>{'слово ' * 4_500_000}</p><p>Про бюджет</p>",
    "30,000 deep": f"{HEAD}{'<div>' * 30_000}<p>Про бюджет</p>",
}


@pytest.mark.timeout(300)
def test_pages_too_much_for_a_browser_have_a_picture(album: Album) -> None:
    """A page that a tab cannot bear is shown by its text, and the next page is shown as if nothing had been."""
    kept = [album.keep(body.encode(), f"http://b.test/{len(body)}") for body in HEAVY.values()]
    light = album.keep(f"{HEAD}<p>Про землю</p>".encode(), "http://b.test/")

    *heavy, last = album.take(*((capture, "Про бюджет") for capture in kept), (light, "Про землю"))

    found = {name: picture.found for name, picture in zip(HEAVY, heavy, strict=True)}
    assert found == dict.fromkeys(HEAVY, True)
    assert all(album.framed(picture.crop_sha256) for picture in heavy)
    assert last.found


def test_what_cannot_be_read_has_a_picture_that_says_so(album: Album) -> None:
    """A damaged file is shown by its name and the reason."""
    picture = album.picture(
        b"%PDF-1.4 cut", "Бюджет", url="http://b.test/a.pdf", media_type="application/pdf"
    )

    assert not picture.found
    assert picture.note == "rendering"


def test_two_captures_of_one_body_share_the_work(album: Album) -> None:
    """What did not change between two fetches of a page is pictured once, and each capture has its own row."""
    body = f"{HEAD}<p>Про бюджет</p>".encode()
    first, second = album.keep(body), album.keep(body, attempt=2)

    one, other = album.take((first, "Про бюджет"), (second, "Про бюджет"))

    assert first != second
    assert (one.sha256, one.crop_sha256) == (other.sha256, other.crop_sha256)
    assert one.taken_at - other.taken_at < timedelta(seconds=1)


class Changing(BaseHTTPRequestHandler):
    """A page that says something else each time it is asked for."""

    asked = 0

    def do_GET(self) -> None:
        """Answer, and change."""
        type(self).asked += 1
        body = f"{HEAD}<p>Рішення № {self.asked} від 01.02.2026</p>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base class
        """Say nothing."""


def test_pictures_may_be_taken_in_slices(album: Album) -> None:
    """Each call goes on where the last one ended, so that a crawl can have the browser in between."""
    kept = [album.keep(f"{HEAD}<p>Рішення {n}</p>".encode(), f"http://b.test/{n}") for n in range(2)]
    wanted = [Wanted(capture, f"Рішення {number}") for number, capture in enumerate(kept)]
    browser = find_browser(settings().chromium)

    taken = [
        take_pictures(wanted, store=album.store, archive=album.archive, browser=browser, most=1)
        for _ in range(3)
    ]

    assert taken == [(1, 1), (1, 1), (0, 0)]


def test_v10_spot_picture_and_text_are_of_one_moment(album: Album) -> None:
    """V10: a page that has changed since is read, spotted and shown as captured, and nobody asks for it again."""
    Changing.asked = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Changing) as server:
        Thread(target=server.serve_forever).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        captured, later = (urlopen(url, timeout=5).read() for _ in range(2))
        capture = album.keep(captured, url)

        then, since = album.take((capture, "Рішення № 1"), (capture, "Рішення № 2"))
        server.shutdown()

    assert captured != later
    assert Changing.asked == 2
    assert (then.found, since.found) == (True, False)
    facts = read_page(captured, url=url, today=date(2026, 11, 2))
    assert "Рішення № 1" in facts.text
    with album.store.reading() as db:
        spots = spots_of(db, [capture])
    assert spots[capture, "Рішення № 1"].place["words"] == "Рішення № 1"
    assert spots[capture, "Рішення № 2"].place == {"reason": "absent"}


def test_without_a_browser_the_spots_are_found_all_the_same(album: Album) -> None:
    """Where no pictures can be taken it is still known where the words stand."""
    capture = album.keep(f"{HEAD}<p>Про бюджет</p>".encode())

    find_spots([Wanted(capture, "Про бюджет")], store=album.store, archive=album.archive)

    with album.store.reading() as db:
        assert spots_of(db, [capture])[capture, "Про бюджет"].place["css"] == "body > p"
        assert db.scalars(select(Picture)).all() == []


def test_an_erased_body_says_that_it_was_erased(album: Album) -> None:
    """Evidence whose bytes were destroyed has no picture any more, and a reason."""
    capture = album.keep(f"{HEAD}<p>Про бюджет</p>".encode())
    with album.store.reading() as db:
        row = db.get_one(type(make_capture(1)), capture)
    album.archive.erase(row.body_sha256, "erasure 1")

    find_spots([Wanted(capture, "Про бюджет")], store=album.store, archive=album.archive)

    with album.store.reading() as db:
        assert spots_of(db, [capture])[capture, "Про бюджет"].place == {"reason": "erased"}
