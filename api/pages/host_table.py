"""Every page of a host, and of a device at the door."""

from __future__ import annotations

from api.pages import host, host_announce, host_close

HANDLERS = (*host.HANDLERS, *host_close.HANDLERS, *host_announce.HANDLERS)
