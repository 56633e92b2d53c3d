"""Requests and bytes per visit, host and day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the public account of what we ask of other people's servers."""
    op.create_table(
        "loads",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("not_modified", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "requests >= 0 AND bytes >= 0 AND not_modified >= 0", name=op.f("ck_loads_counted")
        ),
        sa.CheckConstraint("not_modified <= requests", name=op.f("ck_loads_not_modified_were_asked")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_loads_visit_id_visits")),
        sa.PrimaryKeyConstraint("visit_id", "host", "day", name=op.f("pk_loads")),
    )
    op.create_index("ix_loads_day", "loads", ["day"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("loads")
