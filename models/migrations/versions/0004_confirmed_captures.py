"""A capture may confirm an earlier one: the server said that nothing has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the reference; older captures confirm none."""
    column = sa.Column("confirms_id", sa.String(32), sa.ForeignKey("captures.id"), nullable=True)
    op.add_column("captures", column, inline_references=True)
    op.create_index("ix_findings_visit_id", "findings", ["visit_id"])


def downgrade() -> None:
    """Forget which captures were confirmations."""
    op.drop_index("ix_findings_visit_id", "findings")
    op.drop_column("captures", "confirms_id")
