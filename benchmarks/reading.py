"""What reading a page costs, beside what it costs to parse it and take its links and words with nothing but lxml.

    python -m benchmarks.reading [--pages N] [--profile]

The pages are made here: lists of papers of one site. Their menus repeat; their items are "new" on every page, or
"seen" on neighbouring pages too, as in a site where each paper is linked from several lists. Counted is CPU of this
process, after a few pages to warm up; the smallest of three rounds, as others use the machine too.
"""

import argparse
import cProfile
import itertools
import pstats
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from lxml import html

from crawlers.charset import decode
from crawlers.reading import read_page

TODAY = date(2026, 10, 7)
SIZES = {"4 KB": (6, 7, 2), "24 KB": (60, 90, 0), "150 KB": (120, 880, 0)}
"""Name → links in the menu, items in the list, paragraphs of prose."""

_WARM_UP = 3
_ROUNDS = 3
_SECTIONS = (
    "Рішення сесії",
    "Проєкти рішень",
    "Протоколи засідань",
    "Розпорядження",
    "Бюджет",
    "Новини",
    "Контакти",
)
_SUBJECTS = (
    "надання земельної ділянки в оренду",
    "затвердження звіту",
    "внесення змін до бюджету",
    "програму розвитку",
)
_STREETS = ("Садова", "Київська", "Шевченка", "Зелена", "Героїв Крут", "Соборна", "Вокзальна", "Лісова")
_PROSE = "<p>Міська рада інформує мешканців громади про роботу комунальних служб, графік прийому та оголошення.</p>"


def made(size: str, number: int, *, seen: bool = False) -> bytes:
    """Give the *number*-th page of a size: a menu, a list with days, a footer; if *seen*, one item in ten is new."""
    in_menu, items, paragraphs = SIZES[size]
    first = number * (items // 10 if seen else 1_000)
    menu = "".join(
        f"<li class='menu-item'><a href='/rozdil/{place}'>{_SECTIONS[place % len(_SECTIONS)]} {place}</a></li>"
        for place in range(in_menu)
    )
    listed = "".join(_item(first + place) for place in range(items))
    return (
        "<!DOCTYPE html><html lang='uk'><head><meta charset='utf-8'><title>Рішення міської ради</title></head><body>"
        f"<header><nav><ul class='menu'>{menu}</ul></nav></header><main><h1>Рішення міської ради</h1>"
        f"{_PROSE * paragraphs}<ul class='list'>{listed}</ul></main>"
        "<footer><p>Міська рада, вул. Садова, 1, тел. (044) 12-05-20</p></footer></body></html>"
    ).encode()


@lru_cache(maxsize=100_000)
def _item(number: int) -> str:
    day = TODAY - timedelta(days=number % 2_000)
    subject, street = _SUBJECTS[number % len(_SUBJECTS)], _STREETS[number // 7 % len(_STREETS)]
    return (
        f"<li><span class='date'>{day:%d.%m.%Y}</span> "
        f"<a href='/rishennia/{number}'>Про {subject} по вул. {street}, {number}</a></li>"
    )


def bare(body: bytes, url: str) -> tuple[list[str], str]:
    """Parse, take the links, take the words: the least that any reader does."""
    root = html.document_fromstring(body.decode())
    root.make_links_absolute(url)
    return [link.get("href") for link in root.iter("a")], root.text_content()


def whole(body: bytes, url: str) -> object:
    """Read all facts of a page."""
    return read_page(body, url=url, charset="utf-8", today=TODAY)


def measured(work: Callable[[bytes, str], object], bodies: list[bytes]) -> float:
    """Give milliseconds of CPU per page."""
    url = "https://rada.example/rishennia?page={}"
    for place, body in enumerate(bodies[:_WARM_UP]):
        work(body, url.format(place))
    rounds = []
    share = (len(bodies) - _WARM_UP) // _ROUNDS
    for turn in range(_ROUNDS):
        begun = time.process_time()
        for place in range(_WARM_UP + turn * share, _WARM_UP + (turn + 1) * share):
            work(bodies[place], url.format(place))
        rounds.append((time.process_time() - begun) / share)
    return 1_000 * min(rounds)


def main(argv: list[str] | None = None) -> int:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=60, help="pages of each size")
    parser.add_argument("--profile", action="store_true", help="also say where the time goes")
    arguments = parser.parse_args(argv)
    print(
        f"{'page':>7} {'items':>6} {'bytes':>8} {'links':>6} {'read':>8} {'decode':>8} {'bare lxml':>10}  ms of CPU"
    )
    for size, seen in itertools.product(SIZES, (False, True)):
        bodies = [made(size, number, seen=seen) for number in range(arguments.pages + _WARM_UP)]
        reading, decoding = measured(whole, bodies), measured(lambda body, _: decode(body, "utf-8"), bodies)
        print(
            f"{size:>7} {'seen' if seen else 'new':>6} {len(bodies[0]):8} {bodies[0].count(b'<a '):6} {reading:8.2f}"
            f" {decoding:8.2f} {measured(bare, bodies):10.2f}"
        )
        if arguments.profile:
            _profile(bodies)
    return 0


def _profile(bodies: list[bytes]) -> None:
    profile = cProfile.Profile()
    profile.enable()
    for place, body in enumerate(bodies):
        whole(body, f"https://rada.example/rishennia?page={place}")
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    raise SystemExit(main())
