"""The chained log, time-stamps, spots, erasures and submissions; pictures have a crop."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log_entries", "erasures")


def upgrade() -> None:
    """Add the tables, and refuse every UPDATE and DELETE of what is append-only."""
    op.create_table(
        "log_entries",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("people.id")),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    )
    op.create_table(
        "stamps",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("head_seq", sa.Integer, sa.ForeignKey("log_entries.seq"), nullable=False),
        sa.Column("head_hash", sa.String(64), nullable=False),
        sa.Column("authority", sa.String, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", UtcTime, nullable=False),
        sa.Column("trouble", sa.String, nullable=False),
        sa.Column("token_sha256", sa.String(64)),
        sa.Column("stamped_at", UtcTime),
        sa.UniqueConstraint("head_hash", "authority"),
        sa.CheckConstraint("state <> 'stamped' OR token_sha256 IS NOT NULL", name="stamped_has_token"),
    )
    op.create_index("ix_stamps_state_next_try_at", "stamps", ["state", "next_try_at"])
    op.create_table(
        "spots",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("capture_id", sa.String(32), sa.ForeignKey("captures.id"), nullable=False),
        sa.Column("quote", sa.String, nullable=False),
        sa.Column("found", sa.Boolean, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("place", sa.JSON, nullable=False),
        sa.UniqueConstraint("capture_id", "quote"),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("lasting", sa.Boolean, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("people.id")),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
    )
    op.create_index("ix_erasures_body_sha256", "erasures", ["body_sha256"])
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("city", sa.String(64), nullable=False),
        sa.Column("indicator", sa.String(32), nullable=False),
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id")),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("capture_id", sa.String(32), sa.ForeignKey("captures.id")),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime),
    )
    op.create_index("ix_submissions_state", "submissions", ["state"])
    op.create_index("ix_submissions_city_indicator", "submissions", ["city", "indicator"])
    with op.batch_alter_table("pictures") as pictures:
        pictures.add_column(sa.Column("crop_sha256", sa.String(64)))
        pictures.add_column(sa.Column("media_type", sa.String, nullable=False, server_default="image/png"))
        pictures.add_column(sa.Column("note", sa.String, nullable=False, server_default=""))
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
                )
        return
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Forget what was sealed."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{act}")
    else:
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    with op.batch_alter_table("pictures") as pictures:
        for name in ("note", "media_type", "crop_sha256"):
            pictures.drop_column(name)
    for table in ("submissions", "erasures", "spots", "stamps", "log_entries"):
        op.drop_table(table)
