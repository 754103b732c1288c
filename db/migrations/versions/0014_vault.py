"""Personal data sealed with a key for each member."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Filled before it is released."""
