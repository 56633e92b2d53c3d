"""A recorded site (WARC) in place of the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawlers.addresses import key_of

_NOT_THEIRS = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})


class RecordingError(Exception):
    """The file cannot be replayed; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """One recorded answer, with its body unpacked and unchunked."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class Recording:
    """Answers by canonical address, read from the file when asked for."""

    path: Path
    cut: bool = False
    recorded_at: datetime | None = None
    _offsets: dict[str, int] = field(default_factory=dict)
    _exact: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, *, accept_cut: bool = False) -> Recording:
        """Index the WARC file at *path*; one that ends inside a record is refused unless *accept_cut*.

        A file cut exactly between two records looks whole: the format carries no count.
        """
        recording = cls(path)
        try:
            whole = recording._index()
        except OSError as error:
            message = f"{path}: {error.strerror or error}"
            raise RecordingError(message) from error
        if recording.cut and not accept_cut:
            message = (
                f"{path.name} is cut off after {whole} whole records: get a complete copy, or pass --accept-cut"
                " to crawl what is there (what may be missing is then never called unpublished)"
            )
            raise RecordingError(message)
        if not recording._exact:
            message = f"{path.name} holds no recorded answer: is it a WARC file?"
            raise RecordingError(message)
        return recording

    @property
    def addresses(self) -> tuple[str, ...]:
        """All recorded addresses, in their order."""
        return tuple(self._exact)

    def answer(self, url: str) -> RecordedAnswer | None:
        """The recorded answer to *url*; None where there is none."""
        offset = self._exact.get(url, self._offsets.get(key_of(url)))
        if offset is None:
            return None
        with self.path.open("rb") as file:
            file.seek(offset)
            record = next(iter(ArchiveIterator(file)))
            http = record.http_headers
            headers = [(name, value) for name, value in http.headers if name.lower() not in _NOT_THEIRS]
            return RecordedAnswer(
                url=url,
                status=int(http.get_statuscode()),
                headers=headers,
                body=record.content_stream().read(),
            )

    def _index(self) -> int:
        """Note where each answer begins; the number of whole records."""
        whole = end = 0
        with self.path.open("rb") as file:
            records = ArchiveIterator(file)
            try:
                for record in records:
                    if not _is_whole(record):
                        self.cut = True
                        break
                    whole += 1
                    end = records.get_record_offset() + records.get_record_length()
                    if record.rec_type == "response" and record.http_headers is not None:
                        self._note(record, records.get_record_offset())
            except (ArchiveLoadFailed, EOFError, ValueError) as error:
                if not whole:
                    message = f"{self.path.name} is no WARC file: {str(error).strip().splitlines()[0]}"
                    raise RecordingError(message) from error
                self.cut = True
        self.cut = self.cut or end < self.path.stat().st_size
        return whole

    def _note(self, record: Any, offset: int) -> None:  # noqa: ANN401  # warcio has no types
        url = record.rec_headers.get_header("WARC-Target-URI").strip("<>")
        self._exact.setdefault(url, offset)
        self._offsets.setdefault(key_of(url), offset)
        stated = record.rec_headers.get_header("WARC-Date")
        if stated:
            moment = datetime.fromisoformat(stated)
            self.recorded_at = max(moment, self.recorded_at) if self.recorded_at else moment


def _is_whole(record: Any) -> bool:  # noqa: ANN401  # warcio has no types
    """Whether all the bytes that the record's own header promises are there."""
    while record.raw_stream.read(65536):
        pass
    return int(record.raw_stream.limit) == 0
