"""Roles for an area, organisations' pages, what the office keeps."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Filled before it is released."""
