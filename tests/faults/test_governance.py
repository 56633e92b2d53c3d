"""Personal data and secrets: what is sealed keeps them, and nothing that leaves the house tells them."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from console.main import main
from models.archive import Archive
from models.discretion import keep_discreet
from models.environment import settings
from models.facts import Evidence
from models.findings import Answered, record_answers
from models.runs import open_run
from models.store import open_store
from models.visits import open_visit
from review.app import create_app
from tests.crawlers.small_web import Says, SmallWeb
from tests.crawlers.world import world_at
from tests.factories import make_answer

PERSONAL = (
    "3112004129",
    "СН 123456",
    "067 123-45-67",
    "petrenko.ivan@gmail.com",
    "вул. Тиха, буд. 5, кв. 12",
)
QUOTE = (
    "Заявник: РНОКПП 3112004129, паспорт СН 123456, моб. 067 123-45-67, petrenko.ivan@gmail.com,"
    " проживає: вул. Тиха, буд. 5, кв. 12"
)
SECRETS = ("hunter2", "abcdef123456", "3112004129")
LEADS_ASTRAY = {  # redirects that the gate refuses, and whose addresses the refusal names
    "/a": "http://olena:hunter2@127.0.0.1/",
    "/b": "http://10.0.0.1/?token=abcdef123456",
    "/c": "http://192.168.0.1/?ipn=3112004129",
}


@pytest.mark.parametrize("wants_json", [True, False])
def test_printed_findings_hold_no_personal_data(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wants_json: bool,  # noqa: FBT001
) -> None:
    """G01: what `tcm findings` prints hides it, and the stored finding has it as the page said it."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))
    store = open_store(settings().database_url)
    run = open_run(store, round_id="2026-11", region="west")
    visit = open_visit(store, run, "lviv").id
    answer = make_answer(evidence=(Evidence("http://lviv.test/", QUOTE, "c" * 32),))
    record_answers(
        store,
        visit,
        [Answered("1.1", answer, "1")],
        methodology="m",
        methodology_version="1",
        reader_version="1",
    )
    store.close()

    code = main(["findings", "--run", run, *(["--json"] if wants_json else [])])

    said = capsys.readouterr().out
    assert code == 0
    assert "[приховано: РНОКПП]" in said
    assert not [secret for secret in PERSONAL if secret in said]


@pytest.mark.crawl
def test_the_log_of_a_crawl_holds_no_secret(tmp_path: Path) -> None:
    """G04: what a site's own addresses carry is archived, and stands in no line of the log."""
    links = "".join(f"<p><a href='{path}'>Рішення {path}</a></p>" for path in LEADS_ASTRAY)
    answers = {"/": Says(f"<title>Рада</title><h1>Рада</h1>{links}")}
    answers |= {path: Says(status=302, headers={"Location": to}) for path, to in LEADS_ASTRAY.items()}
    with SmallWeb(answers) as web, world_at(tmp_path, web.port) as world:
        world.visit()

        logs = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "logs").glob("*.log"))
        kept = json.dumps([capture.headers for capture in world.captures().values()])

    assert logs.count("redirect refused") == len(LEADS_ASTRAY)
    assert not [secret for secret in SECRETS if secret in logs]
    assert [secret for secret in SECRETS if secret in kept] == list(SECRETS)


@contextmanager
def serving(app: FastAPI) -> Iterator[int]:
    """*app* behind a real server on loopback; its port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def test_an_error_of_the_desk_tells_nobody_anything(tmp_path: Path) -> None:
    """G04: the visitor sees a plain page of 500; the log has the error and its place, without what it carried."""
    before, written = logging.getLogRecordFactory(), StringIO()
    keep_discreet()
    handler = logging.StreamHandler(written)
    logging.getLogger("uvicorn.error").addHandler(handler)
    store = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    app = create_app(store, Archive(tmp_path / "archive"))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError(f"postgresql://monitor:hunter2@db.test token=abcdef123456 {QUOTE}")

    with serving(app) as port:
        asking = http.client.HTTPConnection("127.0.0.1", port)
        asking.request("GET", "/broken")
        answer = asking.getresponse()
        shown = answer.read().decode()
        asking.close()

    logging.getLogger("uvicorn.error").removeHandler(handler)
    logging.setLogRecordFactory(before)
    store.close()
    assert answer.status == 500
    assert "RuntimeError" in written.getvalue()
    assert "Traceback" not in shown
    assert not [secret for secret in (*SECRETS, *PERSONAL) if secret in shown + written.getvalue()]
