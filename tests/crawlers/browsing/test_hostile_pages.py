"""Pages that would harm: one test for each browser row of the fault catalogue."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Error as BrowserError

from crawlers.browsing.answers import Answered, Rendered
from crawlers.browsing.finding import find_browser
from crawlers.browsing.launching import isolation
from crawlers.browsing.processes import members
from fixtures import scripted
from models.environment import settings
from models.vocabulary import Reason
from tests.crawlers.browsing.canary import Canary
from tests.crawlers.browsing.conftest import Site, bare_browser, listed

pytestmark = pytest.mark.browser


def test_b01_no_way_out_reaches_a_host_that_is_not_the_citys(site: Site, canary: Canary) -> None:
    """B01: pictures, frames, calls, beacons, workers, windows, forms and redirects all fail; the page is kept."""
    rendered = site.run(site.render(scripted.reaching(canary.place, canary.place)))

    assert canary.hits == []
    assert site.asked == [f"script http://{canary.place}/script"]  # the gate of the crawl refuses that one
    assert listed(rendered.html) == scripted.PAPERS
    assert rendered.final_url == scripted.ADDRESS
    refused = {seen.url.rpartition("/")[2] for seen in rendered.requests if seen.status == 0}
    assert {"img", "frame", "fetch", "post", "beacon", "worker", "script"} <= refused
    assert {"form", "redirect"} & refused


def test_b01_and_without_any_interception_there_is_no_network(canary: Canary) -> None:
    """B01: the browser itself, with nothing of ours in its way, reaches neither this machine nor a name."""

    async def reach() -> tuple[list[str], set[str]]:
        failed, tried = [], set()
        async with bare_browser() as started:
            page = await started.browser.new_page()
            for address in (
                f"http://{canary.place}/",
                f"http://localhost:{canary.port}/",
                "http://name.test/",
            ):
                try:
                    await page.goto(address)
                except BrowserError as error:
                    failed.append(str(error))
            page = await started.browser.new_page()
            page.on("request", lambda request: tried.add(request.resource_type))
            with suppress(BrowserError):  # it turns elsewhere while it is being set
                await page.set_content(scripted.reaching(canary.place, canary.place).decode())
            await asyncio.sleep(1.5)
        return failed, tried

    failed, tried = asyncio.run(reach())

    assert len(failed) == 3
    assert {"document", "image", "fetch"} <= tried
    assert canary.hits == []


def test_b02_a_web_socket_is_closed_before_it_opens(site: Site, canary: Canary) -> None:
    """B02: no socket reaches a server, from the page or from a worker, and the page hears that it closed."""
    script = f"""
      const socket = new WebSocket('ws://{canary.place}/');
      socket.onclose = () => {{ document.querySelector('#list').textContent = 'closed'; }};
      new Worker(URL.createObjectURL(new Blob(["new WebSocket('ws://{canary.place}/')"])));"""

    rendered = site.run(site.render(scripted.page(script)))

    assert canary.hits == []
    assert b'<ul id="list">closed</ul>' in rendered.html


def test_b03_no_service_worker_is_registered(site: Site) -> None:
    """B03: a worker that would outlive the page and answer in the site's name is refused, its file not asked."""
    script = """
      const say = (word) => { document.querySelector('#list').textContent = word; };
      if (!navigator.serviceWorker) say('none');
      else navigator.serviceWorker.register('/worker.js').then(() => say('registered'), () => say('none'));"""

    rendered = site.run(site.render(scripted.page(script)))

    assert b"registered" not in rendered.html.rpartition(b"<script>")[0]
    assert not any("worker.js" in one for one in site.asked)


def test_b04_a_page_that_never_answers_is_ended_and_the_others_go_on(site: Site) -> None:
    """B04: `while (1)` costs its own page and no other, within the page's time, and no process stays busy."""

    async def together() -> list[Reason | None]:
        began = time.monotonic()
        bodies = (scripted.HANGING, scripted.BY_FETCH, scripted.BY_XHR, scripted.BY_FETCH, scripted.BY_XHR)
        rendered = await asyncio.gather(*(site.render(body) for body in bodies))
        assert time.monotonic() - began < 30
        after = await site.render(scripted.BY_FETCH)
        return [one.reason for one in (*rendered, after)]

    assert site.run(together()) == [Reason.TIMEOUT, None, None, None, None, None]


def test_b05_fifty_boxes_and_prompts_hold_nobody_up(site: Site) -> None:
    """B05: alerts, printing, permissions, the camera and "do you want to leave" are all passed by."""
    rendered = site.run(site.render(scripted.BOXES))

    assert rendered.reason is None
    assert listed(rendered.html) == scripted.PAPERS
    assert rendered.seconds < 8


def test_b07_a_page_that_eats_memory_is_lost_alone(site: Site) -> None:
    """B07: its process ends at the kernel's limit, the reason is ours, and the next page is rendered."""

    async def both() -> tuple[Reason | None, Reason | None]:
        eaten = await site.render(scripted.MEMORY_EATER)
        return eaten.reason, (await site.render(scripted.BY_FETCH)).reason

    assert site.run(both()) == (Reason.CRAWLER_ERROR, None)


def test_b08_nothing_is_saved_by_the_browser(site: Site) -> None:
    """B08: a download, from the site or made by the page itself, leaves no file and the page stands."""
    big = f"http://{scripted.HOST}/big.zip"
    kinds = {"Content-Type": "text/html", "Content-Disposition": 'attachment; filename="big.zip"'}
    site.answers[big] = Answered(200, kinds, b"PK" * 2**20)
    script = """
      const link = document.createElement('a');
      link.download = 'made.bin'; link.href = URL.createObjectURL(new Blob([new Uint8Array(1e6)])); link.click();
      setTimeout(() => location.href = '/big.zip', 200);"""

    async def looked() -> tuple[str, bytes, set[str]]:
        rendered = await site.render(scripted.page(script))
        running = site.pool._running
        assert running is not None
        names = {name for _, _, files in os.walk(running.folder) for name in files}
        return rendered.final_url, rendered.html, names

    final_url, html, names = site.run(looked())

    assert final_url == scripted.ADDRESS
    assert "Завантаження…".encode() in html
    assert names
    assert not {"made.bin", "big.zip"} & names
    assert not any(name.endswith(".crdownload") for name in names)


def test_b09_the_browser_runs_behind_walls(tmp_path: Path) -> None:
    """B09: Chromium's sandbox is on, another account or only its own files hold it, and there is no network."""
    found = asyncio.run(isolation(find_browser(settings().chromium)))

    assert found.is_enough
    assert found.sandbox
    assert found.own_account or os.geteuid() != 0
    assert "Chromium's sandbox" in str(found)


def _rights(pid: int) -> tuple[int, bytes]:
    """The account of a process, and its environment."""
    place = Path(f"/proc/{pid}")
    return place.stat().st_uid, (place / "environ").read_bytes()


def test_b09_no_process_of_the_browser_has_our_rights_or_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B09: neither the secrets in our environment nor our account are those of any of its processes."""
    monkeypatch.setenv("TCM_DATABASE_URL", "postgresql://monitor:secret@db.test/monitor")

    async def looked() -> list[tuple[int, bytes]]:
        async with bare_browser() as started:
            await started.browser.new_page()
            return [_rights(pid) for pid in members(started.session)]

    seen = asyncio.run(looked())

    assert len(seen) > 2
    assert not any(b"secret" in environment for _, environment in seen)
    if os.geteuid() == 0:
        assert all(account != 0 for account, _ in seen)


def test_b09_a_file_outside_its_folder_cannot_be_read(tmp_path: Path) -> None:
    """B09: asked to show a file of ours, open to all by its mode, the browser cannot."""
    secret = tmp_path / "secret.html"
    secret.write_text("<p>our secret</p>", encoding="utf-8")
    for folder in (secret, *list(secret.parents)[:3]):
        folder.chmod(folder.stat().st_mode | 0o005)

    async def shown() -> tuple[bool, str]:
        async with bare_browser() as started:
            page = await started.browser.new_page()
            try:
                await page.goto(secret.as_uri())
                text = await page.content()
            except BrowserError as error:
                text = str(error)
        return started.isolation.own_folder, text

    walled, text = asyncio.run(shown())

    if not walled:
        pytest.skip("the kernel here has no Landlock")
    assert "our secret" not in text


def test_b10_a_consent_wall_is_told_and_never_accepted(site: Site) -> None:
    """B10: what lies over the page is recorded, the text beneath is kept, and nothing is clicked."""

    async def both() -> tuple[Rendered, Rendered]:
        return await site.render(scripted.CONSENT), await site.render(scripted.BY_FETCH)

    walled, open_to_all = site.run(both())

    assert walled.overlay
    assert "Порядок денний сесії" in walled.html.decode()
    assert b"<title>accepted" not in walled.html
    assert not open_to_all.overlay


def test_a_page_may_not_ask_without_end(site: Site) -> None:
    """The number of requests one page may cause is bounded, and the bound is said."""
    script = "for (let i = 0; i < 200; i++) fetch('/api/' + i).catch(() => 0);"

    rendered = site.run(site.render(scripted.page(script)))

    assert len(site.asked) == site.limits.requests
    assert rendered.reason is Reason.BUDGET
