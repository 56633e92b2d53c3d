"""An act as one line names it: an entry of a list, a heading, the name of a file."""

import re
from pathlib import PurePosixPath

from crawlers.acts.heads import read_lines
from crawlers.acts.named import issuer_named, type_of
from crawlers.acts.sessions import sitting_in
from crawlers.acts.subjects import divided
from crawlers.pages.lexicon import table
from models.facts import Act

_DAY = re.compile(r"(?<!\d)(\d\d)[-_](\d\d)[-_](\d{4})(?!\d)")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"(?<=[^\W\d_]{2})-|-(?=[^\W\d_]{2})")


def act_named(words: str, *, month_first: bool = False) -> Act | None:
    """Give the act that one line names; None where it names none."""
    written = read_lines([words], month_first=month_first)
    number, day = written.number_and_day()
    before = divided(words).before
    kind = type_of(before) or next(filter(None, map(type_of, written.own)), None)
    if kind is None and not written.subject and not (number and day):
        return None
    if (kind or "decision") == "decision":
        kind = "draft-decision" if written.draft or written.is_blank else "decision"
    own = " ".join(written.own)
    session, convocation = sitting_in(written.own)
    return Act(
        type=kind or "decision",
        issuer=issuer_named(own, of=_of(kind)),
        number=number,
        date=day,
        session=session,
        convocation=convocation,
        subject=written.subject,
    )


def act_named_by_file(name: str) -> Act | None:
    """Give the act that a file's name names, in either alphabet and with whatever between its words."""
    latin = table("acts")["latin"]
    plain = _DAY.sub(r"\1.\2.\3", PurePosixPath(name).stem.replace("+", " "))
    plain = _WORD.sub(lambda word: latin.get(word[0].lower(), word[0]), plain.replace("_", " "))
    return act_named(_BETWEEN_WORDS.sub(" ", plain))


def _of(kind: str | None) -> str:
    return "decision" if kind in {None, "draft-decision"} else str(kind)
