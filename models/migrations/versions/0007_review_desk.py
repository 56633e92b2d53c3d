"""The review desk: organisations and invitations, rounds and items, second looks, replies and requests."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcTime
from models.migrations.append_only import allow_changes, refuse_changes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APPEND_ONLY = ("reviews", "withdrawals", "request_acts")


def upgrade() -> None:
    """Add the tables; a second factor and a city for people; reviews and withdrawals are written once."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("region", sa.String(32)),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "conflicts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("city", sa.String(64), nullable=False),
        sa.Column("said", sa.String, nullable=False),
        sa.Column("declared_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "city"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("login", sa.String(128), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("organisation", sa.String, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("region", sa.String(32)),
        sa.Column("city", sa.String(64)),
        sa.Column("invited_by", sa.Integer, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime),
        sa.Column("person_id", sa.Integer),
        sa.ForeignKeyConstraint(["invited_by"], ["people.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    op.create_table(
        "rounds",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("opened_by", sa.Integer),
        sa.Column("opened_at", UtcTime, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("closed_at", UtcTime),
        sa.Column("closed_by", sa.Integer),
        sa.Column("second_share", sa.Float, nullable=False),
        sa.Column("probe_share", sa.Float, nullable=False),
        sa.Column("reply_from", sa.Date),
        sa.Column("reply_until", sa.Date),
        sa.Column("closing_note", sa.String, nullable=False),
        sa.CheckConstraint("probe_share >= 0 AND probe_share <= 1", name="probe_share_range"),
        sa.CheckConstraint("second_share >= 0 AND second_share <= 1", name="second_share_range"),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"]),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.String, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "name"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("city", sa.String(64), nullable=False),
        sa.Column("area", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("given_by", sa.Integer, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["round"], ["rounds.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_assignments_round_city_area", "assignments", ["round", "city", "area"])

    op.create_table(
        "bulks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("query", sa.String, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime),
        sa.Column("confirmed", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["round"], ["rounds.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "information_requests",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("city", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("addressee", sa.String, nullable=False),
        sa.Column("reply_to", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("sent_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("extended_until", sa.Date),
        sa.Column("answered_on", sa.Date),
        sa.Column("submission_id", sa.Integer),
        sa.Column("note", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["round"], ["rounds.id"]),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_information_requests_city", "information_requests", ["city"])
    op.create_table(
        "request_acts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("request_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.CheckConstraint(
            "act IN ('draft', 'revised', 'sent', 'extended', 'answered', 'refused', 'withdrawn')",
            name="act_word",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["information_requests.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "version"),
    )

    op.create_table(
        "items",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("city", sa.String(64), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("methodology", sa.String(64), nullable=False),
        sa.Column("indicator", sa.String(32), nullable=False),
        sa.Column("area", sa.String(32), nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("finding_id", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("worth", sa.Float, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("due_on", sa.Date),
        sa.Column("needs_second", sa.Boolean, nullable=False),
        sa.Column("probe", sa.String(32)),
        sa.Column("planted", sa.String(32)),
        sa.Column("first_person_id", sa.Integer),
        sa.Column("settled_verdict", sa.String(32)),
        sa.Column("assessment_id", sa.Integer),
        sa.Column("changed", sa.Boolean, nullable=False),
        sa.Column("replied", sa.Boolean, nullable=False),
        sa.Column("opened_after", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.CheckConstraint("state <> 'settled' OR settled_verdict IS NOT NULL", name="settled_has_verdict"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"]),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.ForeignKeyConstraint(["first_person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["round"], ["rounds.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("round", "city", "methodology", "indicator"),
    )
    op.create_index("ix_items_city_state", "items", ["city", "state"])
    op.create_index("ix_items_finding_id", "items", ["finding_id"])
    op.create_index("ix_items_indicator_round", "items", ["indicator", "round"])
    op.create_index(
        "ix_items_of_person", "items", ["round", "state", "region", "person_id", "worth", "city"]
    )
    op.create_index("ix_items_person_id_state", "items", ["person_id", "state"])
    op.create_index("ix_items_round_state_worth", "items", ["round", "state", "worth"])

    op.create_table(
        "withdrawals",
        sa.Column("assessment_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("assessment_id"),
    )
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(32)),
        sa.Column("comment", sa.String, nullable=False),
        sa.Column("saved_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("person_id", "item_id"),
    )
    op.create_table(
        "presences",
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("item_id", "person_id"),
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("finding_id", sa.Integer, nullable=False),
        sa.Column("city", sa.String(64), nullable=False),
        sa.Column("indicator", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("submission_id", sa.Integer),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("checked_at", UtcTime),
        sa.Column("rechecked_id", sa.Integer),
        sa.Column("decided_at", UtcTime),
        sa.Column("assessment_id", sa.Integer),
        sa.Column("outcome", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"]),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["rechecked_id"], ["findings.id"]),
        sa.ForeignKeyConstraint(["round"], ["rounds.id"]),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_replies_city", "replies", ["city"])
    op.create_index("ix_replies_item_id", "replies", ["item_id"])

    op.create_table(
        "reviews",
        sa.Column("assessment_id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("passing", sa.String(32), nullable=False),
        sa.Column("shown", sa.String(32)),
        sa.Column("probe", sa.String(32)),
        sa.Column("seconds", sa.Float),
        sa.Column("in_bulk", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessments.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("assessment_id"),
    )
    op.create_index("ix_reviews_item_id", "reviews", ["item_id"])
    op.create_index("ix_reviews_person_id", "reviews", ["person_id"])
    op.create_index("ix_log_entries_subject", "log_entries", ["subject"])
    op.create_index("ix_pictures_sha256", "pictures", ["sha256"])
    op.create_index("ix_pictures_crop_sha256", "pictures", ["crop_sha256"])

    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("city", sa.String(64)))
        people.add_column(sa.Column("totp_secret", sa.String(64)))
        people.add_column(sa.Column("totp_step", sa.Integer))
    refuse_changes(APPEND_ONLY)


def downgrade() -> None:
    """Forget rounds, items and replies; people keep only what they had."""
    allow_changes(APPEND_ONLY)
    op.drop_index("ix_pictures_crop_sha256", "pictures")
    op.drop_index("ix_pictures_sha256", "pictures")
    op.drop_index("ix_log_entries_subject", "log_entries")
    with op.batch_alter_table("people") as people:
        for name in ("totp_step", "totp_secret", "city"):
            people.drop_column(name)
    for table in (
        "replies",
        "request_acts",
        "information_requests",
        "reviews",
        "withdrawals",
        "drafts",
        "presences",
        "bulks",
        "items",
        "assignments",
        "saved_views",
        "rounds",
        "invitations",
        "conflicts",
        "organisations",
    ):
        op.drop_table(table)
