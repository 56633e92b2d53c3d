"""A capture may confirm an earlier one (nothing has changed), or be what a browser made of one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the references; older captures refer to none."""
    for name in ("confirms_id", "rendered_from_id"):
        column = sa.Column(name, sa.String(32), sa.ForeignKey("captures.id"), nullable=True)
        op.add_column("captures", column, inline_references=True)
    op.create_index("ix_findings_visit_id", "findings", ["visit_id"])


def downgrade() -> None:
    """Forget what captures refer to."""
    op.drop_index("ix_findings_visit_id", "findings")
    op.drop_column("captures", "rendered_from_id")
    op.drop_column("captures", "confirms_id")
