"""How often each check is right stands beside its findings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of measurements."""
    op.create_table(
        "accuracies",
        sa.Column("methodology", sa.String(64), primary_key=True),
        sa.Column("methodology_version", sa.String(32), primary_key=True),
        sa.Column("indicator", sa.String(32), primary_key=True),
        sa.Column("verdict", sa.String(32), primary_key=True),
        sa.Column("gold", sa.String(64), nullable=False),
        sa.Column("said", sa.Integer, nullable=False),
        sa.Column("right_said", sa.Integer, nullable=False),
        sa.Column("there", sa.Integer, nullable=False),
        sa.Column("left_to_people", sa.Integer, nullable=False),
        sa.CheckConstraint("0 <= right_said AND right_said <= said AND right_said <= there", name="counted"),
    )


def downgrade() -> None:
    """Forget the measurements."""
    op.drop_table("accuracies")
