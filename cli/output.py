"""What commands say: for a person, or with `--json` as one object at the end."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec


def offer_json(parser: argparse.ArgumentParser) -> None:
    """Adds `--json` to a command."""
    parser.add_argument("--json", action="store_true", help="print one JSON object, last")


def tell(arguments: argparse.Namespace, words: str, facts: Any) -> None:
    """Prints `facts` as one JSON object if that was asked for, and `words` otherwise."""
    print(msgspec.json.encode(facts).decode() if arguments.json else words)
