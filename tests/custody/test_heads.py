"""Heads outlive what happens to the database: each is on disk as soon as its line is committed."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from custody.heads import FILE, Head, Heads, keep_heads
from custody.log import all_entries, append, check_chain
from models.store import Store
from models.vocabulary import LogKind


def write(store: Store, subject: str) -> None:
    """Append one line."""
    with store.writing() as db:
        append(db, LogKind.MANIFEST, subject, "ab" * 32)


def test_each_committed_line_is_a_head(store: Store, heads: Heads) -> None:
    """Of several lines in one transaction the last is kept: it speaks for those before it."""
    write(store, "first")
    with store.writing() as db:
        append(db, LogKind.MANIFEST, "second", "ab" * 32)
        last = append(db, LogKind.MANIFEST, "third", "ab" * 32)
        assert [head.seq for head in heads.all()] == [1]

    assert [head.seq for head in heads.all()] == [1, 3]
    assert heads.last() == Head(3, last.hash, last.at)


def test_where_nothing_was_kept_there_is_no_head(tmp_path: Path) -> None:
    """Neither without a folder nor with an empty file."""
    heads = Heads(tmp_path / "custody")
    assert heads.last() is None

    heads.folder.mkdir()
    (heads.folder / FILE).touch()

    assert heads.last() is None


@pytest.mark.parametrize("left", range(1, 40, 7))
def test_line_cut_by_a_power_failure_costs_only_itself(store: Store, heads: Heads, left: int) -> None:
    """What is left of it is passed over, and the next head does not stick to it."""
    write(store, "first")
    write(store, "second")
    file = heads.folder / FILE
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.index(b"\n") + left])

    assert [head.seq for head in heads.all()] == [1]
    write(store, "third")

    assert [head.seq for head in heads.all()] == [1, 3]
    with store.reading() as db:
        assert check_chain(all_entries(db), *heads.all(), whole=True) is None


@pytest.mark.parametrize(
    "strange", [b"[]", b"{}", b'{"seq": 1}', b"\xff\xfe", b'{"seq":"x","hash":"","at":""}']
)
def test_what_is_no_head_is_passed_over(heads: Heads, strange: bytes) -> None:
    """Other people's lines in the file do no harm."""
    heads.folder.mkdir()
    (heads.folder / FILE).write_bytes(strange + b"\n")

    assert heads.last() is None


def test_last_is_the_one_furthest_along(store: Store, heads: Heads, tmp_path: Path) -> None:
    """Two processes may write their heads in the other order."""
    write(store, "first")
    write(store, "second")
    lines = (heads.folder / FILE).read_bytes().splitlines(keepends=True)
    (heads.folder / FILE).write_bytes(b"".join(reversed(lines)))

    last = heads.last()

    assert last is not None
    assert last.seq == 2


def test_a_folder_that_takes_no_head_undoes_nothing(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is committed is committed; the failure is told, and the next head speaks for this line too."""
    (tmp_path / "custody").write_text("a file where the folder should be")
    keep_heads(store, Heads(tmp_path / "custody"))

    with caplog.at_level(logging.WARNING):
        write(store, "first")

    with store.reading() as db:
        assert len(list(all_entries(db))) == 1
    assert "the head of the log was not kept in" in caplog.text
