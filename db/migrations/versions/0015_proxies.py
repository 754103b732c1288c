"""Family and helpers who act for a member."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Filled before it is released."""
