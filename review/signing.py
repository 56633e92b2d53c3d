"""Links to a stored page that hold for a short time and for that one page."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

SECONDS = 120
KEY_BYTES = 32
_KEY_FILE = "sealed.key"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and checks what a link allows. ``clock`` gives seconds since 1970."""

    key: bytes
    clock: Callable[[], float] = time.time

    def query(self, capture_id: str, language: str) -> str:
        """The end of a link to *capture_id* that holds for two minutes."""
        until = int(self.clock()) + SECONDS
        return urlencode({"lang": language, "until": until, "sign": self._sign(capture_id, until)})

    def allows(self, capture_id: str, until: str, sign: str) -> bool:
        """Whether *sign* is ours for *capture_id* and that time, and the time has not come."""
        if not (until.isascii() and until.isdecimal() and len(until) <= len("99999999999")):
            return False
        ours = hmac.compare_digest(self._sign(capture_id, int(until)).encode(), sign.encode())
        return ours and self.clock() <= int(until) <= self.clock() + SECONDS

    def _sign(self, capture_id: str, until: int) -> str:
        return hmac.new(self.key, f"{until} {capture_id}".encode(), hashlib.sha256).hexdigest()


def key_in(home: Path) -> bytes:
    """The key of this installation, made on first use; whoever cannot read *home* cannot sign."""
    file = home / _KEY_FILE
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        part = home / f".{_KEY_FILE}.{secrets.token_hex(4)}"
        part.touch(0o600)
        part.write_bytes(secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):  # two desks start at once: the first one's key is everybody's
            os.link(part, file)
        part.unlink()
    return file.read_bytes()
