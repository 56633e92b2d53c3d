"""Time-stamps by RFC 3161: what is asked of an authority, whether its answer holds, and which are still to be had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from custody.der import in_order
from custody.log import append, spelling_of
from models.base import now
from models.custody import LogEntry, Stamp
from models.vocabulary import LogKind, StampState

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=10), timedelta(hours=24)
MOST_TRIES = 16  # the last of them nine days after the first
LONGEST_SENTENCE = 300
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class StampError(Exception):
    """An authority's answer is no time-stamp of what was asked; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a token says, once it holds: the moment, who says it, and under which number and policy of theirs."""

    at: datetime
    by: str
    serial: int
    policy: str


def request_for(entry: LogEntry) -> TimeStampRequest:
    """The question to an authority. It stamps the line's own hash: the SHA-256 of the line in its one spelling."""
    return TimestampRequestBuilder().data(spelling_of(entry)).hash_algorithm(HashAlgorithm.SHA256).build()


def verify(
    token: bytes, head_hash: str, roots: Sequence[x509.Certificate], *, nonce: int | None = None
) -> Stamped:
    """What *token*, an authority's whole answer, says of the line with *head_hash*.

    Raises StampError unless it was signed for this hash by an authority that stands under one of *roots*.
    """
    if not roots:
        raise StampError("no certificate is there to verify it by")
    answer = _parsed(token)
    try:
        imprint = answer.tst_info.message_imprint
        if imprint.hash_algorithm != _SHA256:
            raise StampError(f"it stamps by {imprint.hash_algorithm.dotted_string} and not by SHA-256")
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify(answer, bytes.fromhex(head_hash))
        info = answer.tst_info
        return Stamped(info.gen_time, _signer(answer), info.serial_number, info.policy.dotted_string)
    except (VerificationError, ValueError) as error:
        raise StampError(f"the token does not hold: {_sentence(error)}") from error


def load_roots(folder: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in the PEM files of *folder*; StampError where one of them is none."""
    roots: list[x509.Certificate] = []
    for file in sorted(folder.glob("*.pem")):
        try:
            roots += x509.load_pem_x509_certificates(file.read_bytes())
        except (ValueError, OSError) as error:
            raise StampError(f"{file} holds no certificate (PEM)") from error
    return tuple(dict.fromkeys(roots))


def _parsed(token: bytes) -> TimeStampResponse:
    try:
        answer = decode_timestamp_response(in_order(token))
        status = PKIStatus(answer.status)
    except ValueError as error:
        raise StampError(f"the answer is no time-stamp: {_sentence(error)}") from error
    if status is not PKIStatus.GRANTED:
        why = "; ".join(answer.status_string) or status.name.lower()
        raise StampError(f"the authority refused: {why[:LONGEST_SENTENCE]}")
    return answer


def _signer(answer: TimeStampResponse) -> str:
    """The name of the certificate that signed."""
    (signer,) = answer.signed_data.signer_infos
    certificates = map(x509.load_der_x509_certificate, answer.signed_data.certificates)
    return next(
        one.subject.rfc4514_string()
        for one in certificates
        if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number)
    )


def queue_stamp(db: Session, entry: LogEntry, authorities: Iterable[str]) -> None:
    """Ask each of *authorities* to stamp *entry*, as soon as somebody sends what waits; asked twice is once."""
    asked = set(db.scalars(select(Stamp.authority).where(Stamp.head_hash == entry.hash)))
    for authority in dict.fromkeys(authorities):
        if authority not in asked:
            db.add(
                Stamp(
                    head_seq=entry.seq,
                    head_hash=entry.hash,
                    authority=authority,
                    state=StampState.WAITING,
                    attempts=0,
                    next_try_at=now(),
                    trouble="",
                )
            )
    db.flush()


def unstamped_head(db: Session) -> LogEntry | None:
    """The head of the log, if since the last line that was to be stamped something but stamps came in."""
    asked = db.scalar(select(func.max(Stamp.head_seq))) or 0
    news = select(LogEntry.seq).where(LogEntry.seq > asked, LogEntry.kind != LogKind.STAMP).limit(1)
    if db.scalar(news) is None:
        return None
    return db.scalar(select(LogEntry).order_by(LogEntry.seq.desc()).limit(1))


def due(db: Session, moment: datetime) -> list[tuple[Stamp, LogEntry]]:
    """What waits and may be tried at *moment*, oldest first, each with the line to be stamped."""
    waiting = Stamp.state == StampState.WAITING, Stamp.next_try_at <= moment
    rows = select(Stamp, LogEntry).join(LogEntry, LogEntry.seq == Stamp.head_seq).where(*waiting)
    return [(stamp, entry) for stamp, entry in db.execute(rows.order_by(Stamp.id))]


def record_token(db: Session, stamp_id: int, token_sha256: str, stamped: Stamped) -> LogEntry | None:
    """Keep that a token was had: its own SHA-256 goes into the log, for parts of it no signature speaks for.

    None where somebody else had one first.
    """
    stamp = db.get_one(Stamp, stamp_id)
    if stamp.state is StampState.STAMPED:
        return None
    stamp.state, stamp.trouble = StampState.STAMPED, ""
    stamp.attempts += 1
    stamp.token_sha256, stamp.stamped_at = token_sha256, stamped.at
    body = {
        "line": stamp.head_seq,
        "hash": stamp.head_hash,
        "authority": stamp.authority,
        "by": stamped.by,
        "at": stamped.at,
    }
    return append(db, LogKind.STAMP, f"line {stamp.head_seq}", token_sha256, body=body)


def record_trouble(db: Session, stamp_id: int, trouble: str) -> Stamp:
    """Keep why a try failed, and when the next one is: ten minutes, then twice as long each time, up to a day."""
    stamp = db.get_one(Stamp, stamp_id)
    if stamp.state is StampState.WAITING:
        stamp.trouble = trouble[:LONGEST_SENTENCE]
        stamp.next_try_at = now() + min(FIRST_WAIT * 2**stamp.attempts, LONGEST_WAIT)
        stamp.attempts += 1
        stamp.state = StampState.GIVEN_UP if stamp.attempts >= MOST_TRIES else StampState.WAITING
    return stamp


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0][:LONGEST_SENTENCE] if str(error) else type(error).__name__
