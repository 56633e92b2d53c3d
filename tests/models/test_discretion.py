"""Logs say what happened, and neither secrets nor personal data."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest

from models.discretion import discreet, keep_discreet

TAX_NUMBER = "3112004129"
SECRETS = (
    ("postgresql://monitor:hunter2@db.test/monitor", "hunter2"),
    ("http://olena:p%40ss:word@city.test/a", "p%40ss:word"),
    ("GET /enter?token=abcdef123456&page=2", "abcdef123456"),
    ("form_token=abcdef123456; page", "abcdef123456"),
    ("host=db.test password=hunter2 dbname=monitor", "hunter2"),
    ('{"api_key": "abcdef 123456"}', "abcdef 123456"),
    ("TCM_SECRET='hunter two'", "hunter two"),
    ("Authorization: Bearer abcdef.123456", "abcdef.123456"),
    ("Authorization: Basic b2xlbmE6aHVudGVyMg==", "b2xlbmE6aHVudGVyMg=="),
    ("Set-Cookie: __Host-desk=abcdef; Path=/", "abcdef"),
    ("hash $argon2id$v=19$m=65536$c2FsdA$aGFzaA of olena", "c2FsdA"),
    ("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----", "MHcCAQEE"),
    (f"GET /dovidka?ipn={TAX_NUMBER}&page=2", TAX_NUMBER),
    (f"скарга, РНОКПП {TAX_NUMBER}", TAX_NUMBER),
    ("заявник Коваль, моб. 067 123-45-67", "067 123-45-67"),
)


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What a handler that knows nothing of all this writes."""
    before, hook = logging.getLogRecordFactory(), sys.excepthook
    keep_discreet()
    page = StringIO()
    handler = logging.StreamHandler(page)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("tcm.test")
    logger.addHandler(handler)
    yield page
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)
    sys.excepthook = hook


@pytest.mark.parametrize(("said", "secret"), SECRETS)
def test_no_secret_is_told(said: str, secret: str) -> None:
    """G04: passwords, tokens, keys, sign-ins and personal data do not come through; telling again changes nothing."""
    told = discreet(said)

    assert secret not in told
    assert discreet(told) == told


@pytest.mark.parametrize(
    "said",
    [
        "http://city.test/rishennia?page=2&year=2026",
        "redirect refused: 127.0.0.1 is an address of our own network",
        "session 7 of the council: 14 papers",
        "Crawled (200) <GET https://city.test/a@b> (referer: None)",
        "the key of body ab12 is missing at /var/lib/tcm/archive.keys.sqlite",
        "sqlite:////var/lib/tcm/monitor.db",
    ],
)
def test_what_is_no_secret_is_told_as_it_is(said: str) -> None:
    """A log that hides what happened helps nobody."""
    assert discreet(said) == said


def fail(said: str) -> None:
    """Break, and say it."""
    raise ValueError(said)


@pytest.mark.parametrize(("said", "secret"), SECRETS)
def test_no_handler_gets_a_secret(written: StringIO, said: str, secret: str) -> None:
    """G04: in the message, in an argument, and in the traceback of an error, whoever's handler it is."""
    logger = logging.getLogger("tcm.test")

    logger.warning(said)
    logger.warning("what came: %s (%d)", said, 7)
    try:
        fail(said)
    except ValueError:
        logger.exception("it broke")

    assert secret not in written.getvalue()
    assert "(7)" in written.getvalue()
    assert "Traceback" in written.getvalue()
    assert "it broke" in written.getvalue()


def test_arguments_stay_where_a_handler_reads_them(written: StringIO) -> None:
    """A handler that puts the arguments together itself finds as many as there were."""
    make = logging.getLogRecordFactory()
    said = "192.0.2.1", "/enter?token=abcdef123456", 404

    record = make("tcm.test", logging.INFO, "", 1, "%s asked for %s: %d", said, None)

    assert record.args == ("192.0.2.1", "/enter?token=[hidden]", 404)


def test_a_wrong_call_does_not_stop_the_work(written: StringIO) -> None:
    """A message that does not fit its arguments is left to logging, which reports it; nothing is raised."""
    make = logging.getLogRecordFactory()

    record = make("tcm.test", logging.INFO, "", 1, "%d of %s", ("one",), None)

    assert (record.msg, record.args) == ("%d of %s", ("one",))


def test_the_last_words_of_a_process_are_discreet() -> None:
    """G04: an error that nobody caught is printed without the secret it carries."""
    program = (
        "from models.discretion import keep_discreet; keep_discreet();"
        " raise ValueError('postgresql://monitor:hunter2@db.test/monitor')"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "[hidden]@db.test" in ended.stderr
    assert "ValueError" in ended.stderr
    assert ended.stderr.count("hunter2") == 0
