"""A port to listen on: the one that was asked for, or the next that is free."""

from __future__ import annotations

import errno
import socket

from cli import plainly

PORTS_TRIED_MAX = 50


def free(host: str, port: int) -> int:
    """The first free port from `port` on. Raises CommandFailed when fifty in a row are taken, and OSError for a foreign address."""
    for candidate in range(port, min(port + PORTS_TRIED_MAX, 65_536)):
        if _is_free(host, candidate):
            return candidate
    raise plainly.CommandFailed(f"the ports {port} to {min(port + PORTS_TRIED_MAX, 65_536) - 1} are taken: set YUI_PORT")


def _is_free(host: str, port: int) -> bool:
    """Whether nobody listens there. The server shares ports with servers of its kind, so it would not find out by itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection that just ended does not hold the port
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
        return True
