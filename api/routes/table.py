"""Every handler of /api/v1."""

from __future__ import annotations

from api.routes import activities, attendances, cards, community, editions, facts, groups, law, matching, treasury, wallets

MODULES = (community, cards, activities, attendances, matching, law, editions, facts, wallets, groups, treasury)
HANDLERS = tuple(handler for module in MODULES for handler in module.HANDLERS)
