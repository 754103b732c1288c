"""Every handler of /api/v1."""

from __future__ import annotations

from api.routes import community, groups, law, treasury, wallets

MODULES = (community, law, wallets, groups, treasury)
HANDLERS = tuple(handler for module in MODULES for handler in module.HANDLERS)
