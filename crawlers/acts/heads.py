"""The head of an act, line by line: what it says of the act itself, what of its subject, and what of other acts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from crawlers.acts.named import drafts
from crawlers.acts.numbers import number_in
from crawlers.acts.sessions import speaks_of_sitting
from crawlers.acts.subjects import cleaned, divided, goes_on, without_asides
from crawlers.acts.tidying import tidy
from crawlers.pages.dates import called, find_dates
from crawlers.pages.lexicon import phrases
from models.matching import stems

_LINE_UP_TO = 140  # characters
_DAY_LINE_UP_TO = 60
_BLANK = re.compile(
    r"(?<![\w])_{2,}(?![_\d])|\.{4,}|…{2,}|[«\"]\s?_{0,20}\s?[»\"](?=\s?_|\s+[^\W\d_]*\s?\d{4})"
)
_EMPTY_NUMBER = re.compile(r"(?:р\.|року|р)\s*№\s?$|^\W*від\s(?:19|20)\d\d\sроку\s*№?\s?$")
_OF_OTHER_THINGS = frozenset({"published", "reading", "elsewhere"})
_DRAFT_AMONG_FIRST = 3  # words


@dataclass(slots=True)
class Written:
    """What the lines of one head say. ``own``: what they say of the act itself, in order."""

    own: list[str] = field(default_factory=list)
    subject: str = ""
    blanks: list[str] = field(default_factory=list)
    draft: bool = False
    month_first: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether number and day are still to be filled in."""
        return bool(self.blanks)

    def number_and_day(self) -> tuple[str | None, date | None]:
        """Give both from the line that has both, else each from the first that has it; a draft's only from its own."""
        number: str | None = None
        day: date | None = None
        for said in self._telling():
            found, when = number_in(said), day_in(said, month_first=self.month_first)
            if found and when:
                return found, when
            number = number or found
            day = day or (when if len(said) <= _DAY_LINE_UP_TO else None)
        return number, day

    def _telling(self) -> Iterable[str]:
        said = (one for one in self.own if len(one) <= _LINE_UP_TO)
        return (one for one in said if is_draft(one) or one in self.blanks) if self.is_blank else said


def read_lines(lines: Sequence[str], *, month_first: bool = False) -> Written:
    """Tell apart what *lines* say of the act, of its subject and of others."""
    written = Written(month_first=month_first)
    open_subject = False
    dated = False
    for line in lines:
        if open_subject and goes_on(written.subject, line, dated=dated):
            written.subject = f"{written.subject} {line}"
            continue
        open_subject = False
        if is_grounds(line):
            continue
        parts = divided(line)
        if parts.subject and not written.subject:
            written.subject, open_subject = parts.subject, not parts.after
        for said in (parts.before, parts.after):
            if said and (told := _note(written, said)):
                dated = dated or day_in(told, month_first=month_first) is not None
    written.subject = cleaned(written.subject)
    return written


def day_in(line: str, *, month_first: bool = False) -> date | None:
    """Give the first day of *line* that is its own: not that of publication, of reading, or of another act."""
    for one in find_dates(line, month_first=month_first):
        if (day := one.on()) and _OF_OTHER_THINGS.isdisjoint(called(line, one.start)):
            return day
    return None


def is_draft(line: str) -> bool:
    """Say whether *line* calls the paper a draft, and does not tell who once brought it in."""
    if divided(line).before != line.strip():
        line = divided(line).before
    first = set(stems(line)[:_DRAFT_AMONG_FIRST])
    return bool(drafts() & first) and not phrases("acts", "of_drafts").within(line)


def _note(written: Written, said: str) -> str:
    """Keep what *said* tells of the act itself."""
    own = tidy(without_asides(said))
    written.draft = written.draft or is_draft(said)
    blank = (_BLANK.search(said) or _EMPTY_NUMBER.search(said)) and not speaks_of_sitting(said)
    if blank:
        written.blanks.append(own)
    if own:
        written.own.append(own)
    return own


def is_grounds(line: str) -> bool:
    """Say whether *line* begins to tell on what grounds the act stands."""
    places = phrases("acts", "grounds").among(stems(line[:_DAY_LINE_UP_TO]))
    return any(start == 0 for start, _ in places)
