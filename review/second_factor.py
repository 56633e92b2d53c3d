"""The second factor: codes that change every half a minute (RFC 6238), each of which opens once.

The secret behind the codes is kept sealed with the key of the installation, which is not in the database: whoever
reads the database alone can make no codes.
"""

from __future__ import annotations

import base64
import secrets
import time
from contextlib import suppress
from hmac import compare_digest

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from models.people import Person
from models.store import Store
from review.appointing import note, own_account
from review.sessions import Recognised, SignedIn, begin, end_all
from review.throttling import count_try, succeeded

SECRET_BYTES = 20  # what RFC 4226 recommends; sealed and spelt out it fills its column to the letter
STEP_SECONDS = 30
STEPS_AROUND = (-1, 0, 1)  # of clocks that differ by up to half a minute
TICKET_SECONDS = 300  # from the password to the code
ISSUER = "Transparent Cities Monitor"
_NONCE_BYTES = 12


class TicketError(Exception):
    """The password was given too long ago, or never: it has to be given again."""


def spelt(secret: bytes) -> str:
    """*secret* in the letters that people type into their app."""
    return base64.b32encode(secret).decode()


def as_picture(secret: bytes, login: str) -> str:
    """The square that an app photographs, as inline SVG."""
    link = pyotp.TOTP(spelt(secret)).provisioning_uri(name=login, issuer_name=ISSUER)
    return str(segno.make(link, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff"))


def seal(key: bytes, bound_to: str, content: bytes) -> str:
    """*content* as only the holder of *key* can read it, and only where *bound_to* is the same."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + _cipher(key).encrypt(nonce, content, bound_to.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(key: bytes, bound_to: str, sealed: str) -> bytes | None:
    """What was sealed; None where it was sealed for something else, with another key, or changed."""
    with suppress(ValueError, InvalidTag):
        raw = base64.b64decode(sealed.encode(), altchars=b"-_", validate=True)
        return _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to.encode())
    return None


def kept_for(person_id: int) -> str:
    """What the secret of a person is bound to in the database: put in another's row it opens nothing."""
    return f"second factor of person {person_id}"


def step_of(secret: bytes, code: str, *, after: int | None) -> int | None:
    """The time step whose code *code* is, if it is later than the last one taken, *after*."""
    written, current = "".join(code.split()), int(time.time()) // STEP_SECONDS
    codes = pyotp.TOTP(spelt(secret))
    for step in (current + one for one in STEPS_AROUND):
        fits = compare_digest(codes.generate_otp(step).encode(), written.encode())
        if fits and (after is None or step > after):
            return step
    return None


def take_code(db: Session, key: bytes, person: Person, code: str) -> bool:
    """Whether *code* is right; its step is taken with it, so that of two who bring the same one is let in."""
    secret = unseal(key, kept_for(person.id), person.totp_secret or "")
    step = step_of(secret, code, after=person.totp_step) if secret is not None else None
    if step is None:
        return False
    earlier = or_(Person.totp_step.is_(None), Person.totp_step < step)
    taken = db.execute(update(Person).where(Person.id == person.id, earlier).values(totp_step=step))
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an update has one


def new_offer(key: bytes, person_id: int) -> str:
    """A new secret for a person, sealed: what the page carries until a first code shows that their app has it."""
    return seal(key, f"offer to person {person_id}", secrets.token_bytes(SECRET_BYTES))


def offered(key: bytes, person_id: int, offer: str) -> bytes | None:
    """The secret in *offer*; None where it was made for somebody else."""
    return unseal(key, f"offer to person {person_id}", offer)


def turn_on(store: Store, key: bytes, who: SignedIn, *, offer: str, code: str) -> bool:
    """Keep the offered secret once *code* is right, and end one's other sign-ins; false where it is not."""
    secret = offered(key, who.person_id, offer)
    step = step_of(secret, code, after=None) if secret is not None else None
    if secret is None or step is None:
        return False
    with store.writing() as db:
        person = db.get_one(Person, who.person_id)
        person.totp_secret, person.totp_step = seal(key, kept_for(person.id), secret), step
        end_all(db, person.id, but=who.token_sha256)
        note(db, person.id, {"act": "second-factor-on"}, by=person.id)
    return True


def turn_off(store: Store, key: bytes, who: SignedIn, *, code: str) -> bool:
    """Forget the secret once *code* is right; false where it is not. Guessing is slowed as it is at the door."""
    with store.reading() as db:
        person = db.get_one(Person, who.person_id)
    attempt = count_try(store, person.login, own_account(who))
    with store.writing() as db:
        if not take_code(db, key, person, code):
            return False
        succeeded(db, attempt)
        kept = db.get_one(Person, who.person_id)
        kept.totp_secret = kept.totp_step = None
        note(db, kept.id, {"act": "second-factor-off"}, by=kept.id)
    return True


def ticket_for(key: bytes, recognised: Recognised) -> str:
    """What the page that asks for a code carries in place of the password; it holds for five minutes."""
    until = int(time.time()) + TICKET_SECONDS
    return seal(key, "sign-in", f"{recognised.person_id} {recognised.attempt} {until}".encode())


def sign_in_with_code(store: Store, key: bytes, *, ticket: str, code: str, address: str) -> str | None:
    """A new token for the right code, else None. TicketError where the password has to be given again first."""
    recognised = _recognised_by(key, ticket)
    with store.reading() as db:
        person = db.get_one(Person, recognised.person_id)
    if not person.active or person.totp_secret is None:
        raise TicketError
    attempt = count_try(store, person.login, address)
    with store.writing() as db:
        if not take_code(db, key, person, code):
            return None
        succeeded(db, attempt, recognised.attempt)
        return begin(db, person.id)


def _recognised_by(key: bytes, ticket: str) -> Recognised:
    said = unseal(key, "sign-in", ticket)
    if said is None:
        raise TicketError
    person_id, attempt, until = (int(part) for part in said.split())
    if until < time.time():
        raise TicketError
    return Recognised(person_id, attempt)


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tcm second factor").derive(key))
