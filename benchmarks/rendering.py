"""Pages a second, processor time and memory of rendering: ``python benchmarks/rendering.py [PAGES]``.

Two sorts of pages, 24 KB each with a script that draws 150 links: from data in the page itself, and from a JSON
address. Each is rendered by the pool of this design (stored bytes, no network, every request intercepted) with one
tab and with four, and beside it by the plainest way there is: a page used again that goes to a server on loopback,
with no interception and until its load event. Processor time is that of the browser; memory is its PSS.
"""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.async_api import async_playwright

from crawlers.browsing.answers import Answered, Limits
from crawlers.browsing.finding import find_browser
from crawlers.browsing.pool import Browsing
from fixtures.children import family, proportional_memory
from models.environment import settings

HOST = "bench.test"
LINKS, FILLING = 150, 24_000
DATA = json.dumps([[f"/files/{number}.pdf", f"Рішення № {number}"] for number in range(LINKS)])
DRAW = (
    "const draw = (all) => { for (const [href, title] of all) { const a = document.createElement('a');"
    "a.href = href; a.textContent = title; document.body.append(a); } };"
)
SORTS = {
    "inline": f"draw({DATA})",
    "fetch": "fetch('/data.json').then((a) => a.json()).then(draw)",
}
TICKS = os.sysconf("SC_CLK_TCK")
Render = Callable[[str, int], Awaitable[None]]


def page(sort: str) -> bytes:
    """One page whose list comes in this way."""
    words = "<p>" + "Рішення виконавчого комітету. " * (FILLING // 56) + "</p>"
    return f"<!DOCTYPE html><meta charset=utf-8><h1>Акти</h1>{words}<script>{DRAW}{SORTS[sort]}</script>".encode()


class Server(http.server.BaseHTTPRequestHandler):
    """The same pages and data over loopback."""

    def do_GET(self) -> None:
        """Answer with the page of that sort, or with the data."""
        sort = self.path.split("/")[1]
        is_data = sort == "data.json"
        body = DATA.encode() if is_data else page(sort) if sort in SORTS else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/json" if is_data else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


async def fetch(_: str, __: str) -> Answered:
    """The crawl's answer, at once."""
    return Answered(200, {"Content-Type": "application/json"}, DATA.encode())


def helpers() -> list[int]:
    """The browser's processes and those of its driver: all below us."""
    return [pid for pid in family(os.getpid()) if pid != os.getpid()]


def processor() -> float:
    """Seconds of processor time they have taken, with their ended children."""
    total = 0
    for pid in helpers():
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += sum(int(field) for field in fields[11:15])
    return total / TICKS


@asynccontextmanager
async def pooled(tabs: int) -> AsyncIterator[Render]:
    """The pool of this design."""
    with tempfile.TemporaryDirectory(prefix="tcm-bench-") as home:
        limits = replace(Limits(), tabs=tabs, pages_per_browser=10_000)
        pool = Browsing(find_browser(settings().chromium), Path(home) / "lock", limits)

        async def render(sort: str, number: int) -> None:
            url = f"http://{HOST}/{sort}/{number}"
            rendered = await pool.render(url, page(sort), fetch=fetch, hosts=(HOST,))
            assert rendered.html.count(b"<a href") == LINKS, rendered.reason

        try:
            yield render
        finally:
            await pool.close()


@asynccontextmanager
async def plain(tabs: int, port: int) -> AsyncIterator[Render]:
    """Pages used again that go to the server on loopback, in a browser without walls."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(settings().chromium), args=["--disable-gpu"]
        )
        free = [await (await browser.new_context()).new_page() for _ in range(tabs)]
        places = asyncio.Semaphore(tabs)

        async def render(sort: str, number: int) -> None:
            async with places:
                tab = free.pop()
                await tab.goto(f"http://127.0.0.1:{port}/{sort}/{number}")
                await tab.content()
                free.append(tab)

        yield render
        await browser.close()


async def measured(render: Render, sort: str, pages: int) -> str:
    """Render a few pages to warm up, then *pages* of them; what that took."""
    await asyncio.gather(*(render(sort, number) for number in range(4)))
    used, ours, began = processor(), time.process_time(), time.monotonic()
    await asyncio.gather(*(render(sort, number) for number in range(4, 4 + pages)))
    seconds, spent, ours = time.monotonic() - began, processor() - used, time.process_time() - ours
    held = sum(proportional_memory(pid) for pid in helpers())
    return f"{pages / seconds:8.2f} {spent / pages:10.2f} {ours / pages * 1000:8.0f} {held / 2**20:8.0f}"


async def compare(port: int, pages: int) -> None:
    """Print a row for each way, number of tabs and sort of page."""
    print(f"{'':<24}{'pages/s':>8}{'CPU s/page':>11}{'ours ms':>9}{'PSS MiB':>9}")
    for tabs in (1, 4):
        for name, opened in (("this design", pooled(tabs)), ("goto over loopback", plain(tabs, port))):
            async with opened as render:
                for sort in SORTS:
                    print(f"{name}, {tabs} tab{'s' * (tabs > 1)}, {sort}")
                    print(f"{'':<24}{await measured(render, sort, pages)}", flush=True)


def main(pages: str = "40") -> int:
    """Serve, compare, and stop."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever).start()
    try:
        asyncio.run(compare(server.server_port, int(pages)))
    finally:
        server.shutdown()
        server.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
