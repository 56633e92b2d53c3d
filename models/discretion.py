"""Logs that tell neither secrets nor personal data, whoever writes them: set up once in each process."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from models.masking import masked

HIDDEN = "[hidden]"
_CALLED = (  # how what must not be told is called, in addresses, settings and messages
    r"\w{0,30}(?:passw(?:or)?d|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signature|session)\w{0,30}"
)
_ASKED = r"ipn|inn|rnokpp|unzr|pass?port|phone|tel|mobile|e-?mail|pib|birth\w{0,10}"  # of forms, in addresses
_NOT_YET = r"(?!\[hidden\])"
_KEY_BEGINS, _KEY_ENDS = (rf"-----{word} [A-Z ]{{0,20}}PRIVATE KEY-----" for word in ("BEGIN", "END"))
_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{_KEY_BEGINS}.*?(?:{_KEY_ENDS}|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"(?<=://)[^\s/?#\"'<>]{1,300}@"), f"{HIDDEN}@"),  # of an address: name and password
    (re.compile(r"(\b(?:Bearer|Basic|Digest)\s+)[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\$argon2\w{0,3}\$[^\s\"']+"), HIDDEN),
    (re.compile(rf"((?:Set-)?Cookie2?[\"']?\s?:\s?+){_NOT_YET}[^\r\n]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (
        re.compile(
            rf"(\b{_CALLED}[\"']?\s?[=:]\s?+){_NOT_YET}(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s&;,)}}\]\"']+)",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
)
_IN_ADDRESS = re.compile(rf"([?&](?:{_ASKED})=){_NOT_YET}[^\s&#\"'<>)]+", re.IGNORECASE)
_MAY_HOLD = re.compile(rf"://|PRIVATE KEY|argon2|\b(?:Bearer|Basic|Digest)\b|Cookie|{_CALLED}", re.IGNORECASE)


def discreet(text: str) -> str:
    """*text* without passwords, tokens and keys, and without personal data."""
    if _MAY_HOLD.search(text):
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
        text = _IN_ADDRESS.sub(rf"\1{HIDDEN}", text)
    return masked(text)


def keep_discreet() -> None:
    """From now on every record of the standard logging, and the last traceback of this process, is made discreet.

    Records are changed where they are made, so that no handler of anybody's can tell more. Doing it again is nothing.
    """
    made = logging.getLogRecordFactory()
    if not isinstance(made, _Discreet):
        logging.setLogRecordFactory(_Discreet(made))
        sys.excepthook = _say_last


class _Discreet:
    """Makes records as the factory before it does, then goes over what they say."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make
        self._formatter = logging.Formatter()

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401  # the factory's own signature
        record = self._make(*args, **kwargs)
        _quieten(record)
        if isinstance(record.exc_info, tuple) and record.exc_info[0] is not None:
            record.exc_text = discreet(self._formatter.formatException(record.exc_info))
            record.exc_info = None  # a handler may format it itself
        if record.stack_info:
            record.stack_info = discreet(record.stack_info)
        return record


def _quieten(record: logging.LogRecord) -> None:
    """Change the words of *record*, if it must be: its arguments where that is enough, for some handlers read them."""
    try:
        said = record.getMessage()
    except (TypeError, ValueError, KeyError):
        return  # the handler says which call is wrong
    if (clean := discreet(said)) == said:
        return
    if isinstance(record.args, tuple):
        record.args = tuple(discreet(one) if isinstance(one, str) else one for one in record.args)
        said = record.getMessage()
    if discreet(said) != said:
        record.msg, record.args = clean, ()


def _say_last(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(discreet("".join(traceback.format_exception(kind, error, trace))))
