"""Signing in with a municipality's own OpenID provider."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Filled before it is released."""
