"""Devices with a key of their own: what they sign, who works at them, and PINs."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Filled before it is released."""
