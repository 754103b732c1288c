"""Every handler of /api/v1."""

from __future__ import annotations

from api.routes import (
    activities,
    attendances,
    cards,
    claims,
    community,
    corrections,
    editions,
    entrances,
    facts,
    groups,
    law,
    matching,
    simulations,
    treasury,
    wallets,
    year_end,
)

MODULES = (
    community,
    entrances,
    cards,
    activities,
    attendances,
    matching,
    law,
    editions,
    facts,
    simulations,
    wallets,
    claims,
    groups,
    treasury,
    corrections,
    year_end,
)
HANDLERS = tuple(handler for module in MODULES for handler in module.HANDLERS)
