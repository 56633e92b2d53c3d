"""A capsule is a WACZ that other people's tools take, as small as its verdict allows, and the same every time."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from custody.capsule import MakingError, make_finding_capsule, write_run_capsule
from custody.capsule.checking import check_capsule, notes_on
from custody.capsule.contents import ABOUT, FACTS, MANIFEST, PAGE, PROOFS
from custody.capsule.indexing import FIRST_PART, INDEX, PACKAGE, PAGES
from custody.capsule.loading import contents_of
from custody.capsule.opening import Opened
from custody.erasing import erase
from fixtures.authority import PretendAuthority
from models.archive import Archive
from models.crawling import Capture
from models.store import Store
from tests.custody.capsule.tampering import members_of
from tests.custody.capsule.world import ABSENT, HOST, QUOTE, SHOWN, World, make_world

VENV = Path(sys.executable).parent


def _run_capsule(world: World, city: str | None = None) -> bytes:
    out = BytesIO()
    write_run_capsule(world.store, world.archive, world.run_id, out, city=city)
    return out.getvalue()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["finding", "run"])
def test_the_public_tool_takes_it(tmp_path: Path, world: World, shown: bytes, kind: str) -> None:
    """``wacz validate`` of the makers of the format."""
    path = tmp_path / "x.wacz"
    path.write_bytes(shown if kind == "finding" else _run_capsule(world))

    said = subprocess.run(
        [VENV / "wacz", "validate", "-f", path], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert "Validation succeeded, the passed WACZ is valid" in said.stdout, said.stdout + said.stderr


def test_other_readers_of_warc_get_the_bytes_as_received(world: World, absent: bytes) -> None:
    """Each body as it came, still packed where the server packed it; digests hold by warcio's own check."""
    with world.store.reading() as db:
        captures = {f"<urn:uuid:{_dashed(one.id)}>": one for one in db.scalars(select(Capture))}
    found = {}

    for record in ArchiveIterator(BytesIO(members_of(absent)[FIRST_PART]), check_digests="raise"):
        if record.rec_type == "response":
            found[record.rec_headers.get_header("WARC-Record-ID")] = record.raw_stream.read()
        else:
            record.raw_stream.read()

    assert len(found) == 4
    for name, body in found.items():
        assert hashlib.sha256(body).hexdigest() == captures[name].body_sha256


def _dashed(name: str) -> str:
    return "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))


def test_headers_stand_as_they_came(absent: bytes) -> None:
    """Letters beyond ASCII too; only the one that would have a player look for chunks is set aside."""
    heads = [
        record.http_headers
        for record in ArchiveIterator(BytesIO(members_of(absent)[FIRST_PART]))
        if record.rec_type == "response"
    ]

    assert {head.get_header("X-Power") for head in heads} == {"\u041c"}
    assert {head.get_header("X-Archive-Orig-Transfer-Encoding") for head in heads} == {"chunked"}
    assert {head.get_header("Transfer-Encoding") for head in heads} == {None}


def test_the_index_is_the_one_that_the_public_indexer_makes(tmp_path: Path, absent: bytes) -> None:
    """The same keys, places and lengths."""
    members = members_of(absent)
    (tmp_path / "data.warc.gz").write_bytes(members[FIRST_PART])

    theirs = subprocess.run(
        [VENV / "cdxj-indexer", "--sort", tmp_path / "data.warc.gz"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    ours = [_place(line) for line in members[INDEX].decode().splitlines()]
    assert ours == [
        _place(line)
        for line in theirs.splitlines()
        if '"mime": "text/html"' in line and "revisit" not in line
    ]


def _place(line: str) -> tuple[str, str, str, str, str]:
    key, moment, told = line.split(" ", 2)
    said = json.loads(told)
    return key, moment, said["url"], said["offset"], said["length"]


def test_a_player_begins_with_the_evidence(shown: bytes) -> None:
    """The pages are the home page and what shows it; the first shown is the evidence."""
    members = members_of(shown)
    pages = [json.loads(line) for line in members[PAGES].splitlines()]
    package = json.loads(members[PACKAGE])

    assert pages[0]["format"] == "json-pages-1.0"
    assert {page["url"] for page in pages[1:]} == {f"http://{HOST}/", f"http://{HOST}/aid/"}
    assert (package["mainPageUrl"], package["wacz_version"]) == (f"http://{HOST}/aid/", "1.1.1")


def test_the_same_finding_gives_the_same_bytes(world: World) -> None:
    """No clock, no dice, no order of the moment."""
    once, again = (make_finding_capsule(world.store, world.archive, world.findings[ABSENT]) for _ in range(2))

    assert once == again


def test_what_shows_it_needs_only_the_way_there(shown: bytes, absent: bytes) -> None:
    """Evidence and the pages that led to it; an absence needs all that was looked at."""
    small, whole = (json.loads(members_of(one)[ABOUT]) for one in (shown, absent))

    assert (small["scope"], small["follows"]) == ("evidence", True)
    assert (whole["scope"], whole["follows"]) == ("all", True)
    assert _urls(shown) == {f"http://{HOST}/", f"http://{HOST}/aid/"}
    assert len(_urls(absent)) == 4


@pytest.mark.long
def test_addresses_that_lead_on_are_among_all_that_was_looked_at(
    tmp_path: Path, store: Store, archive: Archive
) -> None:
    """A redirect is a capture of the ledger, though no page of it is ever judged."""
    world = make_world(store, archive, moved=True)
    path = tmp_path / "x.wacz"

    path.write_bytes(make_finding_capsule(world.store, world.archive, world.findings[ABSENT]))

    assert f"http://{HOST}/help/" in _urls(path.read_bytes())
    assert list(check_capsule(path)) == []


def _urls(capsule: bytes) -> set[str]:
    return {
        json.loads(line.split(" ", 2)[2])["url"] for line in members_of(capsule)[INDEX].decode().splitlines()
    }


def test_what_is_too_large_is_left_out_and_its_facts_stand_for_it(tmp_path: Path, world: World) -> None:
    """The capsule says so, holds what readers made of it, and is sound."""
    path = tmp_path / "x.wacz"
    path.write_bytes(make_finding_capsule(world.store, world.archive, world.findings[ABSENT], most=10))

    with Opened(path) as opened:
        contents = contents_of(opened)
        assert set(contents.left_out.values()) == {"size"}
        assert {row["capture"] for row in contents.facts} >= set(contents.left_out) - {
            row["id"] for row in contents.of("captures") if row["confirms_id"]
        }
        assert FACTS in opened.members
        assert any("too large" in note for note in notes_on(contents))
    assert not list(check_capsule(path))


def test_the_page_says_it_in_two_languages_and_runs_nothing(shown: bytes) -> None:
    """Verdict, words, address, both dates, and whom it may be given to; no script and nothing from elsewhere."""
    page = members_of(shown)[PAGE].decode()
    uk, en = re.findall(r"<main lang=\"(?:uk|en)\">(.*?)</main>", page, re.DOTALL)

    assert not re.search(
        r"<script|<iframe|<object|<link|\son\w+=|javascript:|(?:src|href)=\"(?:https?:)?//", page
    )
    assert "default-src 'none'" in page
    for text, words in (
        (
            uk,
            (
                "виконано",
                "Так було на сайті",
                "Незалежна служба часу засвідчила",
                "Кому можна дати",
                "Печатка",
            ),
        ),
        (
            en,
            (
                "published",
                "So it stood on the site",
                "time-stamp authority attested",
                "Who may be given",
                "Seal",
            ),
        ),
    ):
        assert QUOTE in text
        assert f"http://{HOST}/aid/" in text
        assert all(word in text for word in words)


def test_hostile_words_stay_words_on_the_page(store: Store, archive: Archive) -> None:
    """What a site calls its pages is shown and not obeyed."""
    evil = "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1><ul><li>22.07.2026 <a href='/files/aid.html'>"
    world = make_world(store, archive, changes={"/aid/": f"{evil}{QUOTE}<b>&lt;img src=x&gt;</b></a>"})

    page = members_of(make_finding_capsule(store, world.archive, world.findings[SHOWN]))[PAGE].decode()

    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


def test_a_run_and_a_city_hold_everything(tmp_path: Path, world: World) -> None:
    """All captures, all findings and the whole manifest; and both are sound."""
    for city in (None, "dubovyk"):
        path = tmp_path / "x.wacz"
        path.write_bytes(_run_capsule(world, city))

        with Opened(path) as opened:
            contents = contents_of(opened)
        assert not list(check_capsule(path))
        assert contents.items is not None
        assert {row["id"] for row in contents.of("findings")} == set(world.findings.values())
        assert len(contents.captures) == 5  # one of them confirmed an earlier run's


def test_an_erased_body_is_said_to_be_and_the_rest_holds(
    tmp_path: Path, store: Store, archive: Archive
) -> None:
    """Its digest stays proven, its bytes and pictures are not there, and a line of the log tells of the decision."""
    world = make_world(store, archive)
    with store.reading() as db:
        shown = db.get_one(Capture, world.finding(SHOWN).evidence[0]["capture"])
    erase(store, archive, shown.body_sha256, why="a person asked for it")
    path = tmp_path / "x.wacz"

    path.write_bytes(make_finding_capsule(store, archive, world.findings[SHOWN]))

    with Opened(path) as opened:
        contents = contents_of(opened)
    assert contents.left_out == {shown.id: "erased"}
    assert any("erased" in note for note in notes_on(contents))
    assert not list(check_capsule(path))
    assert "знищено за рішенням" in members_of(path.read_bytes())[PAGE].decode()


def test_a_body_that_was_stored_again_is_in_it_again(tmp_path: Path, store: Store, archive: Archive) -> None:
    """Where only a period of keeping was over, and the site still publishes the same bytes."""
    world = make_world(store, archive)
    with store.reading() as db:
        shown = db.get_one(Capture, world.finding(SHOWN).evidence[0]["capture"])
    body = archive.get(shown.body_sha256)
    erase(store, archive, shown.body_sha256, why="the period of keeping is over", lasting=False)
    archive.put(body)
    path = tmp_path / "x.wacz"

    path.write_bytes(make_finding_capsule(store, archive, world.findings[SHOWN]))

    with Opened(path) as opened:
        assert not contents_of(opened).left_out
    assert not list(check_capsule(path))


def test_what_was_never_sealed_has_no_capsule(store: Store, archive: Archive) -> None:
    """Nor what is not there; the sentence says which."""
    with pytest.raises(MakingError, match="there is no finding 7"):
        make_finding_capsule(store, archive, 7)
    with pytest.raises(MakingError, match="there is no run 'none'"):
        write_run_capsule(store, archive, "none", BytesIO())


def test_anybody_can_check_a_row_with_nothing_but_sha256(shown: bytes) -> None:
    """As ``docs/capsules.md`` tells: the digest of a line is that of the item, and leads to the root by RFC 6962."""
    members = members_of(shown)
    (line,) = zlib.decompress(members["capsule/findings.rows.gz"], 31).splitlines()
    name = f"finding {json.loads(line)['id']}"
    proof, manifest = json.loads(zlib.decompress(members[PROOFS], 31))[name], json.loads(members[MANIFEST])

    digest = hashlib.sha256(line).hexdigest()
    leaf = hashlib.sha256(json.dumps([name, digest], separators=(",", ":")).encode()).digest()
    reached, place, last = hashlib.sha256(b"\x00" + leaf).digest(), proof["index"], proof["count"] - 1
    for beside in map(bytes.fromhex, proof["path"]):
        if place % 2 or place == last:
            reached = hashlib.sha256(b"\x01" + beside + reached).digest()
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = hashlib.sha256(b"\x01" + reached + beside).digest()
        place, last = place >> 1, last >> 1

    assert digest == proof["digest"]
    assert reached.hex() == manifest["root"]


def test_anybody_can_check_the_time_with_openssl(
    tmp_path: Path, shown: bytes, authority: PretendAuthority
) -> None:
    """The hash of the stamped line, the token's file, and the authority's own root."""
    members = members_of(shown)
    row = json.loads(zlib.decompress(members["capsule/stamps.rows.gz"], 31))
    (tmp_path / "token.tsr").write_bytes(members[f"capsule/{row['token_sha256']}.tsr"])

    done = subprocess.run(
        [
            "openssl",
            "ts",
            "-verify",
            "-digest",
            row["head_hash"],
            "-in",
            "token.tsr",
            "-CAfile",
            authority.root,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Verification: OK" in done.stdout + done.stderr
