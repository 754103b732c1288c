"""Logs: one JSON line for each request and each fault, with fields named by hand.

No token, no body, no query string, no path (it may hold a code), no name: only what is written here by name can reach a log.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import FilteringBoundLogger

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def logger(level: str = "info", to: TextIO | None = None) -> FilteringBoundLogger:
    """A logger of JSON lines from `level` up, to standard error unless told otherwise."""
    return structlog.wrap_logger(
        structlog.PrintLogger(to or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
    )
