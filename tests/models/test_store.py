"""The database keeps what was acknowledged, refuses what must not be, and never fails for being busy."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from fixtures.postgres import PostgreSQL
from models.base import Base
from models.crawling import Capture
from models.environment import inherited
from models.facts import SearchRecord
from models.findings import Answered, findings_of, record_answers
from models.judging import Finding
from models.migrating import MIGRATIONS, migrate
from models.people import SignInAttempt
from models.runs import open_run
from models.store import HEAD, SEEN_OFTEN, Store, StoreError, open_store
from models.visits import open_visit
from models.vocabulary import Verdict
from tests.factories import MOMENT, make_answer, make_capture

WHO = {"methodology": "transparent-cities", "methodology_version": "1", "reader_version": "1"}


def test_migrations_make_the_tables_that_the_code_describes(store: Store) -> None:
    """A column added to the code without a migration is noticed here."""
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_migrations_can_be_undone_and_done_again(store: Store) -> None:
    """Every migration has a way back."""
    migrate(store.engine, "base")
    undone = inspect(store.engine).get_table_names()
    migrate(store.engine)

    assert undone == ["alembic_version"]
    assert store.revision() == HEAD


def test_the_newest_migration_is_the_one_the_store_expects() -> None:
    """A migration added without telling the store would be applied at every start."""
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_a_database_from_a_newer_program_is_refused(tmp_path: Path) -> None:
    """One sentence says what is wrong and what to do; nothing is touched."""
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    store = open_store(url)
    with store.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match=r"9999.*newer.*restore a backup"):
        open_store(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """The sentence names the database and the variables to check."""
    (tmp_path / "monitor.db").write_bytes(b"not a database at all" * 100)

    with pytest.raises(StoreError, match=r"cannot be opened.*TCM_DATABASE_URL"):
        open_store(f"sqlite:///{tmp_path / 'monitor.db'}")


def test_a_password_in_the_address_is_not_shown() -> None:
    """An error about a database names it without its password."""
    with pytest.raises(StoreError) as refusal:
        open_store("postgresql+psycopg://somebody:secret@127.0.0.1:9/none")

    assert "secret" not in str(refusal.value)


def test_eight_writers_never_find_the_database_locked(store: Store) -> None:
    """Writers that read first wait for their turn instead of failing."""

    def read_then_write(number: int) -> None:
        with store.writing() as db:
            db.execute(text("SELECT count(*) FROM sign_in_attempts")).scalar()
            db.add(SignInAttempt(login=str(number), address="", succeeded=False, at=MOMENT))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(read_then_write, range(160)))

    with store.reading() as db:
        assert db.execute(text("SELECT count(*) FROM sign_in_attempts")).scalar() == 160


@pytest.mark.parametrize(
    "search", [None, SearchRecord(complete=False, looked_at=9), SearchRecord(complete=True, looked_at=0)]
)
def test_the_database_itself_refuses_an_absence_without_a_search(
    store: Store, visit_id: int, search: SearchRecord | None
) -> None:
    """`not-met` exists only together with a complete record of where we looked."""
    answer = make_answer(Verdict.NOT_MET, search=search, evidence=())

    with pytest.raises(IntegrityError, match="not_met_was_searched"):
        record_answers(store, visit_id, [Answered("BUDG-01", answer, "1")], **WHO)


def test_captures_and_findings_cannot_be_edited(store: Store, visit_id: int, run_id: str) -> None:
    """An UPDATE or DELETE past the application is refused by the database."""
    with store.writing() as db:
        db.add(make_capture(visit_id))
    record_answers(store, visit_id, [Answered("BUDG-01", make_answer(), "1")], **WHO)

    for act in (
        update(Capture).values(status=404),
        update(Finding).values(confidence=1.0),
        text("DELETE FROM findings"),
    ):
        with pytest.raises(DBAPIError, match="append-only"), store.writing() as db:
            db.execute(act)
    assert findings_of(store, run_id)[0].confidence == pytest.approx(0.9)


def test_the_same_answer_is_not_recorded_twice(store: Store, visit_id: int, run_id: str) -> None:
    """Judging a run again adds a row only where the answer differs, and the latest one stands."""
    same = [Answered("BUDG-01", make_answer(), "1")]
    other = [Answered("BUDG-01", make_answer(confidence=0.5), "2")]

    for answers in (same, same, other):
        record_answers(store, visit_id, answers, **WHO)

    standing = findings_of(store, run_id)
    assert [(one.evaluation, one.confidence) for one in standing] == [(2, 0.5)]


def test_runs_of_one_round_are_numbered(store: Store) -> None:
    """A run's id says its round and region, and no two are alike."""
    ids = [open_run(store, round_id="2026-11", region="east") for _ in range(3)]

    assert ids == ["2026-11-east-1", "2026-11-east-2", "2026-11-east-3"]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL."""
    with PostgreSQL(tmp_path_factory.mktemp("postgres"), inherited()) as server:
        yield server.url("monitor", driver="psycopg")


@pytest.mark.db
def test_postgresql_keeps_the_same_promises(postgres: str) -> None:
    """Tables, checks and append-only triggers hold on PostgreSQL as on SQLite."""
    store = open_store(postgres)
    run_id = open_run(store, round_id="2026-11", region="west")
    visit_id = open_visit(store, run_id, "lviv").id
    record_answers(store, visit_id, [Answered("BUDG-01", make_answer(), "1")], **WHO)

    with pytest.raises(DBAPIError, match="append-only"), store.writing() as db:
        db.execute(update(Finding).values(confidence=1.0))
    with pytest.raises(IntegrityError, match="not_met_was_searched"):
        record_answers(
            store, visit_id, [Answered("B", make_answer(Verdict.NOT_MET, search=None), "1")], **WHO
        )
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    store.close()


@pytest.mark.db
def test_what_is_asked_often_stays_prepared_in_postgresql(postgres: str) -> None:
    """After some sessions that only looked, the server still knows their question: it is planned once for all."""
    store = open_store(postgres)
    question = text("SELECT city FROM visits WHERE id = :id")
    for number in range(2 * SEEN_OFTEN):
        with store.reading() as db:
            db.execute(question, {"id": number}).all()

    with store.reading() as db:
        prepared = db.scalars(text("SELECT statement FROM pg_prepared_statements")).all()

    assert any("FROM visits" in statement for statement in prepared)
    store.close()


def test_what_is_noted_in_passing_does_not_wait_for_the_disk_and_all_else_does(tmp_path: Path) -> None:
    """A writing session syncs its commit, whether or not a noting one had the same connection before."""
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    seen = []

    for session in (store.noting, store.writing, store.noting):
        with session() as db:
            seen.append(db.execute(text("PRAGMA synchronous")).scalar())
    store.close()

    assert seen == [1, 2, 1]


def test_writers_of_one_process_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads write at once, and none ever finds the database busy, though it would not wait at all."""
    monkeypatch.setattr("models.store.BUSY_SECONDS", 0)
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")

    def write(number: int) -> None:
        for session in (store.writing, store.noting):
            with session() as db:
                attempt = {"login": f"{number}", "address": "", "succeeded": False, "at": MOMENT}
                db.add(SignInAttempt(**attempt))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(60)))
    with store.reading() as db:
        count = db.query(SignInAttempt).count()
    store.close()

    assert count == 120
