"""Every handler of /api/v1."""

from __future__ import annotations

from api.routes import community

MODULES = (community,)
HANDLERS = tuple(handler for module in MODULES for handler in module.HANDLERS)
