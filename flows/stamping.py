"""Send the time-stamps that wait to their authorities, each with patience; nothing fails because of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from cryptography import x509

from crawlers.gate import Gate, RefusedAddressError
from custody.stamps import (
    StampError,
    due,
    load_roots,
    queue_stamp,
    record_token,
    record_trouble,
    request_for,
    unstamped_head,
    verify,
)
from flows.sealing import seal
from flows.visiting import Desk
from models.archive import ArchiveError
from models.base import now
from models.custody import LogEntry, Stamp
from models.room import NoRoomError
from models.vocabulary import StampState

SECONDS = 20.0  # for one answer, from its name to its last byte
LARGEST = 256 * 1024
QUERY = "application/timestamp-query"
_OK = 200
_TROUBLES = (
    StampError,
    RefusedAddressError,
    ArchiveError,
    NoRoomError,
    OSError,
    httpx.HTTPError,
    httpx.InvalidURL,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the time-stamps that were due."""

    stamped: int = 0
    waiting: int = 0
    given_up: int = 0
    trouble: str = ""  # the last one, with its authority

    @property
    def sentence(self) -> str:
        """For the operator."""
        counts = f"{self.stamped} stamped, {self.waiting} to be tried again, {self.given_up} given up"
        return f"{counts}. {self.trouble}" if self.trouble else counts


async def sealed_and_stamped(desk: Desk, run_id: str) -> str:
    """Seal a run and send its time-stamps once; the sentence that says what came of it."""
    manifest = await asyncio.to_thread(seal, desk, run_id)
    sent = await send_stamps(desk)
    return f"manifest {manifest.number}: {len(manifest.items)} items; {sent.sentence}"


def queue_head(desk: Desk) -> None:
    """Have the head of the log stamped by every authority, unless there is nothing new in it."""
    with desk.store.writing() as db:
        entry = unstamped_head(db)
        if entry is not None:
            queue_stamp(db, entry, desk.settings.stamp_authorities)


async def send_stamps(desk: Desk, gate: Gate | None = None) -> Sent:
    """Try once what is due. No authority's fault is ever raised: each is kept with its stamp, and tried again.

    *gate* judges the authorities' addresses; the demo's own lets pretend hosts pass.
    """
    with desk.store.reading() as db:
        waiting = due(db, now())
    if not waiting:
        return Sent()
    judge = gate or Gate(pretend=desk.settings.pretend_proxy is not None)
    counts, trouble = dict.fromkeys(StampState, 0), ""
    for one, entry in waiting:
        state, said = await _send(desk, one, entry, judge)
        counts[state] += 1
        trouble = f"{one.authority}: {said}" if said else trouble
    return Sent(counts[StampState.STAMPED], counts[StampState.WAITING], counts[StampState.GIVEN_UP], trouble)


async def _send(desk: Desk, waiting: Stamp, entry: LogEntry, gate: Gate) -> tuple[StampState, str]:
    """One try of one stamp: how it stands afterwards, and what was wrong."""
    try:
        roots = _roots(desk)
        await asyncio.to_thread(_keep, desk, waiting.id, entry, await _ask(desk, waiting, entry, gate), roots)
    except _TROUBLES as error:
        sentence = str(error) or type(error).__name__
        with desk.store.writing() as db:
            return record_trouble(db, waiting.id, sentence).state, sentence
    return StampState.STAMPED, ""


def _roots(desk: Desk) -> tuple[x509.Certificate, ...]:
    """What answers are verified by; without it nobody is asked."""
    folder = desk.settings.stamp_roots
    if not (roots := load_roots(folder)):
        raise StampError(f"no root certificate (PEM) stands in {folder}")
    return roots


@dataclass(frozen=True, slots=True)
class _Answer:
    token: bytes
    nonce: int | None


def _keep(
    desk: Desk, stamp_id: int, entry: LogEntry, answer: _Answer, roots: Sequence[x509.Certificate]
) -> None:
    """Verify the answer; then its bytes into the archive, and its SHA-256 into the log."""
    stamped = verify(answer.token, entry.hash, roots, nonce=answer.nonce)
    token_sha256 = desk.archive.put(answer.token)
    with desk.store.writing() as db:
        record_token(db, stamp_id, token_sha256, stamped)


async def _ask(desk: Desk, waiting: Stamp, entry: LogEntry, gate: Gate) -> _Answer:
    """The authority's whole answer, asked through the gate and of the address that it judged."""
    query = request_for(entry)
    try:
        async with asyncio.timeout(SECONDS):
            addresses = await asyncio.to_thread(_addresses, waiting.authority, gate)
            return _Answer(await _post(desk, waiting.authority, addresses, query.as_bytes()), query.nonce)
    except TimeoutError as error:
        raise StampError(f"no whole answer within {SECONDS:.0f} s") from error


def _addresses(url: str, gate: Gate) -> list[str]:
    place = gate.require(url)
    return [place.host] if gate.pretend or place.literal is not None else gate.addresses(place.host)


async def _post(desk: Desk, url: str, addresses: Sequence[str], query: bytes) -> bytes:
    """The answer of the first of *addresses* that takes the connection."""
    asked = httpx.URL(url)
    headers = {
        "Accept-Encoding": "identity",
        "Content-Type": QUERY,
        "Host": asked.netloc.decode("ascii"),
        "User-Agent": desk.settings.user_agent,
    }
    name = {"sni_hostname": asked.raw_host.decode("ascii")}  # the certificate must be for it all the same
    proxy, patience = desk.settings.pretend_proxy, httpx.Timeout(SECONDS, connect=SECONDS / 3)
    refusal: Exception = StampError("its name has no address")
    async with httpx.AsyncClient(trust_env=False, timeout=patience, proxy=proxy) as client:
        for address in addresses:
            pinned = asked.copy_with(host=address)
            request = client.build_request("POST", pinned, content=query, headers=headers, extensions=name)
            try:
                return await _read(client, request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                refusal = error
        raise refusal


async def _read(client: httpx.AsyncClient, request: httpx.Request) -> bytes:
    """The body of a plain 200, as long as a time-stamp may be; nobody is redirected."""
    answer = await client.send(request, stream=True)
    try:
        if answer.status_code != _OK:
            raise StampError(f"it answered with status {answer.status_code}")
        body = bytearray()
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > LARGEST:
                raise StampError(f"its answer is longer than {LARGEST} bytes")
        return bytes(body)
    finally:
        await answer.aclose()
