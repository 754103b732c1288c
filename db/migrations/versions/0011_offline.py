"""Scans that were kept on a device without signal: what came in, and what could not be counted."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Filled before it is released."""
