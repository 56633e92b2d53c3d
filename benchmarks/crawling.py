"""The crawl against a bare Scrapy spider that only follows the same links, in one run on loopback.

    python -m benchmarks.crawling [--pages 600] [--kilobytes 24 150]

Each crawler visits the same generated site twice, once for few pages and once for all; the difference is what a
page costs beyond starting up. CPU is user and system time of the crawl process alone. The last line is the largest
memory of our process at 1,500 pages. The limits are those of the issue: 0.7 of the bare spider's pages per second,
12 ms of CPU per 24 KB page, 30 ms per 150 KB page, 200 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from checks.catalog import lexicon, load
from crawlers.job import Start
from crawlers.manners import ON_LOOPBACK
from crawlers.visit import VisitPlan, visit_city
from models.archive import Archive
from models.facts import CityCard
from models.runs import open_run
from models.store import open_store

HOST = "bench.test"
LINKS = {24: 150, 150: 1000}
FEW = 60
WARMED = 1500
WORDS = (
    "рішення міська рада сесія бюджет програма землі комунальна власність протокол засідання виконавчий комітет"
    " розпорядження звіт виконання проєкт порядок денний депутат голосування витяг додаток затвердження зміни"
).split()
MENU = ("Новини", "Міський голова", "Депутати", "Документи", "Бюджет", "Рішення сесії", "Туризм", "Контакти")
LIMITS = {24: 12.0, 150: 30.0}
SHARE = 0.7
MOST_MEGABYTES = 200

BARE = """
import sys
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.linkextractors import LinkExtractor

class Bare(Spider):
    name = "bare"
    custom_settings = {settings!r}
    extractor = LinkExtractor(unique=True, allow_domains=["{host}"])
    async def start(self):
        yield Request("http://{host}/0", meta={{"proxy": "{proxy}"}})
    seen = set()  # before building requests: they, not the links, are what costs
    def parse(self, response):
        for link in self.extractor.extract_links(response):
            if link.url not in self.seen:
                self.seen.add(link.url)
                yield Request(link.url, callback=self.parse, meta={{"proxy": "{proxy}"}})

process = AsyncCrawlerProcess()
crawler = process.create_crawler(Bare)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("response_received_count"))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one crawl took."""

    pages: int
    wall: float
    cpu: float
    megabytes: float


def page(number: int, *, pages: int, kilobytes: int) -> bytes:
    """Page *number* of the generated site: a menu, a list of links into the site, and text to fill it up."""
    dice = random.Random(number)  # noqa: S311  # the same page every time
    menu = "".join(f'<li><a href="/{n % pages}">{words}</a></li>' for n, words in enumerate(MENU * 4))
    rows = []
    for n in range(LINKS[kilobytes] - 4 * len(MENU)):
        target = number * 7 + n + 1 if n % 3 else dice.randrange(pages)
        rows.append(f"<li>{_link(target % pages)} 1{n % 9}.0{n % 8 + 1}.2026</li>")
    head = f"<html lang=uk><head><meta charset=utf-8><title>Сторінка {number}</title></head><body>"
    body = f"<nav><ul>{menu}</ul></nav><main><h1>Документи, сторінка {number}</h1><ul>{''.join(rows)}</ul>"
    size, text = len((head + body).encode()), []
    while size < kilobytes * 1024:
        text.append("<p>" + " ".join(dice.choices(WORDS, k=40)) + ".</p>")
        size += len(text[-1].encode())
    return (head + body + "".join(text) + "</main></body></html>").encode()


@lru_cache(maxsize=4096)
def _link(target: int) -> str:
    """The link to page *target*, which is called the same wherever it stands."""
    words = " ".join(random.Random(target).choices(WORDS, k=5))  # noqa: S311  # the same words every time
    return f'<a href="/{target}">№ {target} {words}</a>'


async def _serve(pages: int, kilobytes: int) -> None:
    """Answer as a proxy on a port that is printed, until killed."""
    made = [page(number, pages=pages, kilobytes=kilobytes) for number in range(pages)]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].rsplit(b"/", 1)[-1]
                found = path.isdigit() and int(path) < pages
                body = made[int(path)] if found else b"nothing here"
                status, kind = (
                    (b"200 OK", b"text/html; charset=utf-8") if found else (b"404 Not Found", b"text/plain")
                )
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                    % (status, kind, len(body))
                    + body
                )

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _bare(proxy: str, limit: int) -> Cost:
    settings = {
        "CLOSESPIDER_PAGECOUNT": limit,
        "CONCURRENT_REQUESTS_PER_DOMAIN": ON_LOOPBACK.connections,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }
    script = BARE.format(settings=settings, host=HOST, proxy=proxy)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bare.py"
        file.write_text(script, encoding="utf-8")
        began = time.monotonic()
        child = subprocess.Popen([sys.executable, file], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        pages = int(child.stdout.read())
        _, _, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    return Cost(pages, wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)


def _ours(proxy: str, limit: int) -> Cost:
    """One visit by our crawl process; what its children used is told apart by asking before and after."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        store = open_store(f"sqlite:///{place / 'monitor.db'}")
        words = lexicon(load("transparent-cities"))
        plan = VisitPlan(
            run_id=open_run(store, round_id="2026-11", name="bench"),
            city=CityCard("bench", "Місто", "City", (HOST,)),
            starts=(Start(f"http://{HOST}/0"),),
            lexicon=words,
            manners=replace(
                ON_LOOPBACK,
                max_pages=limit,
                per_pattern=10**6,
                per_wanted_pattern=10**6,
                max_depth=10**6,
                max_seconds=3600,
            ),
            user_agent="TransparentCitiesMonitor/0 (benchmark)",
            today="2026-11-22",
            pretend_proxy=proxy,
        )
        outcome = asyncio.run(visit_city(plan, store=store, archive=Archive(place / "archive"), logs=place))
        store.close()
    stats = outcome.stats
    return Cost(outcome.fetched, stats["seconds"], stats["cpu_seconds"], stats["peak_mb"])


def _compare(kilobytes: int, pages: int) -> bool:
    """Both crawlers over one site; print a line for each and say whether the limits hold."""
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "benchmarks.crawling",
            "--serve",
            str(max(pages, WARMED) + 50),
            str(kilobytes),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        proxy = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        rates, cpu = {}, 0.0
        for name, crawl in (("bare Scrapy", _bare), ("ours", _ours)):
            few, many = crawl(proxy, FEW), crawl(proxy, pages)
            more = many.pages - few.pages
            cpu, rates[name] = 1000 * (many.cpu - few.cpu) / more, more / (many.wall - few.wall)
            print(
                f"{kilobytes:4} KB  {name:12} {rates[name]:6.1f} pages/s  {cpu:6.1f} ms CPU a page"
                f"  {many.megabytes:5.0f} MB"
            )
        share = rates["ours"] / rates["bare Scrapy"]
        print(f"{kilobytes:4} KB  share of the bare spider's pages per second: {share:.2f} (limit {SHARE})")
        held = share >= SHARE and cpu <= LIMITS[kilobytes]
        if kilobytes == min(LINKS):
            held &= _memory(proxy)
    finally:
        server.kill()
        server.wait()
    return held


def _memory(proxy: str) -> bool:
    cost = _ours(proxy, WARMED)
    print(f"{cost.pages} pages: {cost.megabytes:.0f} MB (limit {MOST_MEGABYTES})")
    return cost.megabytes <= MOST_MEGABYTES


def main(argv: list[str] | None = None) -> int:
    """Print the comparison; 1 where a limit does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--kilobytes", type=int, nargs="*", default=sorted(LINKS), choices=sorted(LINKS))
    parser.add_argument("--serve", type=int, nargs=2, metavar=("PAGES", "KILOBYTES"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.serve:
        asyncio.run(_serve(*arguments.serve))
        return 0
    held = [_compare(kilobytes, arguments.pages) for kilobytes in arguments.kilobytes]
    return 0 if all(held) else 1


if __name__ == "__main__":
    raise SystemExit(main())
