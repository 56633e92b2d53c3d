"""A server on loopback that must never be asked: it counts whoever connects, by whatever protocol."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self


class Canary:
    """Listens on one TCP and one UDP port of the same number; every connection and datagram is a hit."""

    def __init__(self) -> None:
        self.hits: list[bytes] = []
        self._stream = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._stream.getsockname()[1]
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind(("127.0.0.1", self.port))
        self._threads = [threading.Thread(target=self._listen), threading.Thread(target=self._receive)]

    @property
    def place(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.shutdown(socket.SHUT_RDWR)
        self._stream.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", ("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join(5)
        self._datagrams.close()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._stream.accept()
            except OSError:
                return
            caller.settimeout(1)
            with caller:
                try:
                    self.hits.append(caller.recv(200))
                except OSError:
                    self.hits.append(b"")

    def _receive(self) -> None:
        while (datagram := self._datagrams.recv(2000)) != b"end":
            self.hits.append(datagram)
