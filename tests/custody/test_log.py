"""The log: lines are chained in one order, and whatever is done to them past the program shows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

import custody.log
from custody.heads import Head, Heads
from custody.log import (
    BEGINNING,
    LogError,
    all_entries,
    append,
    check_chain,
    entries_between,
    entry_of,
    hash_of,
    line_of,
)
from fixtures.postgres import PostgreSQL
from models.base import now
from models.custody import LogEntry
from models.environment import inherited
from models.store import Store, open_store
from models.vocabulary import LogKind
from tests.custody.pretend_run import tamper
from tests.factories import MOMENT

DIGEST = "ab" * 32
ATTACKS = 200
LINES = 20
COLUMNS = ("at", "kind", "subject", "digest", "body", "person_id", "previous", "hash")


def write(store: Store, count: int) -> None:
    """Append some lines, each in a transaction of its own."""
    for number in range(count):
        with store.writing() as db:
            append(db, LogKind.MANIFEST, f"run {number}", DIGEST, body={"number": number})


def read(store: Store) -> list[LogEntry]:
    """All lines, by number."""
    with store.reading() as db:
        return list(all_entries(db))


def thrown(seed: int) -> random.Random:
    """Dice that fall the same way in every run."""
    return random.Random(seed)  # noqa: S311  # which line is attacked is no secret


def made(count: int = LINES) -> list[LogEntry]:
    """A log in memory."""
    lines: list[LogEntry] = []
    for seq in range(1, count + 1):
        line = LogEntry(
            seq=seq,
            at=MOMENT + timedelta(minutes=seq),
            kind=LogKind.ASSESSMENT,
            subject=f"assessment {seq}",
            digest=DIGEST,
            body={"verdict": "met", "of": seq},
            person_id=seq % 3 + 1,
            previous=lines[-1].hash if lines else BEGINNING,
        )
        line.hash = hash_of(line)
        lines.append(line)
    return lines


def rechained(lines: list[LogEntry]) -> list[LogEntry]:
    """What somebody who knows our program makes of *lines*: numbers and hashes that fit again."""
    previous = BEGINNING
    for seq, line in enumerate(lines, start=1):
        line.seq, line.previous = seq, previous
        line.hash = previous = hash_of(line)
    return lines


def edited(lines: list[LogEntry], dice: random.Random) -> list[LogEntry]:
    """Some column of some line, changed."""
    line, column = dice.choice(lines), dice.choice(COLUMNS)
    said = getattr(line, column)
    other = {
        "at": MOMENT,
        "kind": LogKind.VIEWING,
        "body": {"verdict": "not-met", "of": line.seq},
        "person_id": 9,
    }
    setattr(line, column, other.get(column) or dice.choice(["", said[::-1] + "x", "0" * 63 + "f"]))
    return lines


def removed(lines: list[LogEntry], dice: random.Random) -> list[LogEntry]:
    """Some line taken out of the midst."""
    del lines[dice.randrange(len(lines) - 1)]
    return lines


def reordered(lines: list[LogEntry], dice: random.Random) -> list[LogEntry]:
    """Two lines in each other's place, with each other's numbers."""
    one, two = sorted(dice.sample(range(len(lines)), 2))
    lines[one], lines[two] = lines[two], lines[one]
    lines[one].seq, lines[two].seq = one + 1, two + 1
    return lines


def cut(lines: list[LogEntry], dice: random.Random) -> list[LogEntry]:
    """The tail taken off."""
    return lines[: dice.randrange(len(lines))]


def made_anew(lines: list[LogEntry], dice: random.Random) -> list[LogEntry]:
    """A line edited, and all hashes made to fit again."""
    dice.choice(lines).body = {"verdict": "not-met"}
    return rechained(lines)


def thinned(lines: list[LogEntry], dice: random.Random) -> list[LogEntry]:
    """A line taken out, and all numbers and hashes made to fit again."""
    return rechained(removed(lines, dice))


def _write_and_fail(store: Store) -> None:
    with store.writing() as db:
        append(db, LogKind.ASSESSMENT, "assessment 1", DIGEST)
        raise LookupError("what the line would have spoken of")


Attack = Callable[[list[LogEntry], random.Random], list[LogEntry]]


def test_lines_are_numbered_from_one_and_carry_the_one_before(store: Store) -> None:
    """The chain holds as it was written, whole and in part, and goes to a file and back."""
    write(store, 5)

    lines = read(store)

    assert [line.seq for line in lines] == [1, 2, 3, 4, 5]
    assert lines[0].previous == BEGINNING
    assert all(after.previous == before.hash for before, after in pairwise(lines))
    assert check_chain(lines, Head.of(lines[-1]), whole=True) is None
    assert check_chain(lines[2:4], Head.of(lines[0]), Head.of(lines[3])) is None
    assert [hash_of(entry_of(line_of(line))) for line in lines] == [line.hash for line in lines]
    assert not hasattr(line_of(lines[0])["at"], "tzinfo")


def test_part_of_a_log_is_no_whole_log() -> None:
    """Whoever takes the first lines away cannot pass the rest off as the beginning."""
    lines = made()

    assert check_chain(lines[3:]) is None
    assert str(check_chain(lines[3:], whole=True)) == "line 1 of the log is missing"
    assert check_chain([], whole=True) is None


@pytest.mark.parametrize("attack", [edited, removed, reordered])
def test_every_edited_removed_or_reordered_line_is_found(attack: Attack) -> None:
    """V04: of two hundred attacks each, none stays unseen, even by one who has only the log."""
    dice = thrown(4)

    found = [check_chain(attack(made(), dice), whole=True) for _ in range(ATTACKS)]

    assert None not in found
    assert all(str(trouble).startswith("line ") for trouble in found)


@pytest.mark.parametrize("attack", [cut, made_anew, thinned])
def test_a_cut_tail_and_a_log_chained_anew_are_found_by_a_head_kept_outside(attack: Attack) -> None:
    """V04: the log alone cannot tell; with its last head kept elsewhere none of two hundred attacks stays unseen."""
    head, dice = Head.of(made()[-1]), thrown(5)

    attacked = [attack(made(), dice) for _ in range(ATTACKS)]

    assert {check_chain(lines, whole=True) for lines in attacked} == {None}
    assert None not in {check_chain(lines, head, whole=True) for lines in attacked}


def test_trouble_names_the_line_and_what_was_done() -> None:
    """One sentence is enough to know where to look."""
    head = Head.of(made()[-1])
    dice = thrown(1)

    sentences = [
        str(check_chain(attack(made(), dice), head, whole=True)) for attack in (removed, cut, made_anew)
    ]

    assert sentences[0].endswith("of the log is missing")
    assert "yet line 20 stood in it at 2026-11-02 09:50:00 UTC: its tail was cut" in sentences[1]
    assert sentences[2] == (
        "line 20 of the log is not the one that stood there at 2026-11-02 09:50:00 UTC: the log was chained anew"
    )


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE log_entries SET subject = 'another' WHERE seq = 3",
        "UPDATE log_entries SET body = '{\"number\": 9}' WHERE seq = 3",
        "UPDATE log_entries SET body = '[1]' WHERE seq = 3",
        "UPDATE log_entries SET body = 'no JSON' WHERE seq = 3",
        "UPDATE log_entries SET kind = 'no-such-word' WHERE seq = 3",
        "UPDATE log_entries SET at = 'long ago' WHERE seq = 3",
        "DELETE FROM log_entries WHERE seq = 3",
        "DELETE FROM log_entries WHERE seq >= 3",
        "DELETE FROM log_entries",
        "DELETE FROM log_entries WHERE seq = 1",
    ],
)
def test_what_is_done_to_the_table_past_the_program_is_found(store: Store, heads: Heads, attack: str) -> None:
    """V04: with its triggers dropped the database lets everything pass; the check does not, and never crashes."""
    write(store, 5)
    tamper(store, attack)

    with store.reading() as db:
        trouble = check_chain(all_entries(db), *heads.all(), whole=True)

    assert trouble is not None


def test_table_refuses_what_is_not_an_addition(store: Store) -> None:
    """As long as its triggers stand, no line is edited or removed by anybody who uses this database."""
    write(store, 1)

    for statement in ("UPDATE log_entries SET subject = ''", "DELETE FROM log_entries"):
        with pytest.raises(DBAPIError, match="append-only"), store.writing() as db:
            db.connection().exec_driver_sql(statement)


def test_line_is_rolled_back_with_what_it_speaks_of(store: Store, heads: Heads) -> None:
    """Where the rest fails there is neither a line nor a head of one, and the next line takes its number."""
    write(store, 1)
    with pytest.raises(LookupError):
        _write_and_fail(store)
    write(store, 1)

    assert [line.seq for line in read(store)] == [1, 2]
    assert [head.seq for head in heads.all()] == [1, 2]
    assert check_chain(read(store), heads.last(), whole=True) is None


def test_many_writers_make_one_chain(store: Store, heads: Heads) -> None:
    """Four at once write forty lines: no number twice, none missing, every head where it belongs."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write(store, 10), range(4)))

    assert check_chain(read(store), *heads.all(), whole=True) is None
    assert [line.seq for line in read(store)] == list(range(1, 41))
    assert sorted(head.seq for head in heads.all()) == list(range(1, 41))


def test_order_is_that_of_numbers_when_the_clock_jumps_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V07: a clock set back by a year changes neither the order nor whether the chain holds."""
    moment = now()
    clock = iter([moment, moment - timedelta(days=365), moment + timedelta(seconds=1)])
    monkeypatch.setattr(custody.log, "now", lambda: next(clock))
    write(store, 3)

    lines = read(store)

    assert lines[1].at < lines[0].at
    assert [line.subject for line in lines] == ["run 0", "run 1", "run 2"]
    assert check_chain(lines, whole=True) is None


def test_lines_are_asked_for_by_number(store: Store) -> None:
    """Both ends are included; what is not there is not invented."""
    write(store, 4)

    with store.reading() as db:
        assert [line.seq for line in entries_between(db, 2, 9)] == [2, 3, 4]


@pytest.mark.parametrize("missing", ["at", "kind", "hash"])
def test_what_is_no_line_is_refused(missing: str) -> None:
    """A file's object that lacks something, or says it wrongly, is not taken for a line."""
    line = line_of(made(1)[0])

    for wrong in (
        {**line, missing: "?" if missing != "hash" else None, "more": 1},
        {**line, "at": "2026-11-02"},
    ):
        with pytest.raises(ValueError, match="no line of a log"):
            entry_of(wrong)
    del line[missing]
    with pytest.raises(ValueError, match="no line of a log"):
        entry_of(line)


def test_line_that_cannot_be_read_is_named(store: Store) -> None:
    """Those before it are still given."""
    write(store, 3)
    tamper(store, "UPDATE log_entries SET kind = 'no-such-word' WHERE seq = 2")

    with store.reading() as db, pytest.raises(LogError, match="line 2 of the log cannot be read"):
        list(all_entries(db))


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Store]:
    """An empty PostgreSQL database."""
    with PostgreSQL(tmp_path / "postgres", inherited()) as server:
        opened = open_store(server.url("monitor", driver="psycopg"))
        yield opened
        opened.close()


@pytest.mark.db
def test_many_writers_make_one_chain_in_postgresql(postgres: Store) -> None:
    """There writers do not wait for each other by themselves; a lock for the transaction makes them."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write(postgres, 10), range(4)))

    assert check_chain(read(postgres), whole=True) is None
    assert [line.seq for line in read(postgres)] == list(range(1, 41))
