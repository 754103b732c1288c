"""Passkeys: public keys of whoever signs in with what is in their hand."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Filled before it is released."""
