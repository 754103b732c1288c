"""Every page of a host, and of a device at the door."""

from __future__ import annotations

from api.pages import host, host_announce, host_close, host_conflicts, host_live

HANDLERS = (*host.HANDLERS, *host_close.HANDLERS, *host_announce.HANDLERS, *host_live.HANDLERS, *host_conflicts.HANDLERS)
