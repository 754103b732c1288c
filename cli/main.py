"""`yui`: finds the command, runs it, and tells in one line what went wrong.

To add a group: a module with `arguments(parser)`, which sets `run=` to a function of the parsed arguments and the settings that returns
the exit code, and a line in COMMANDS. A group's module is loaded when it is asked for.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from cli import plainly
from kernel import settings as telling

COMMANDS = {
    "demo": ("cli.demo.command", "play a day in a fictional town, prove it, and serve it"),
    "serve": ("cli.serve", "serve the API"),
    "db": ("cli.db", "migrate, inspect, back up and restore the database"),
    "town": ("cli.town", "found a municipality"),
    "token": ("cli.token", "make tokens for those who call the API"),
    "entrance": ("cli.entrance", "make addresses that sign in to the pages, once"),
    "rules": ("cli.rules", "check and try the editions of a scheme"),
    "bench": ("cli.bench", "measure the book and the service"),
    "audit": ("cli.audit", "verify, trace and export the book"),
    "qr": ("cli.qr", "print cards and posters"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code: 0 done or holds, 1 failed or a check did, 2 asked wrongly."""
    given = list(sys.argv[1:] if argv is None else argv)
    parsed = _parser(given).parse_args(given)
    try:
        return parsed.run(parsed, telling.from_environment(os.environ))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output left, as `head` does
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - Python flushes it at exit
        return 1
    except Exception as error:
        told = plainly.told(error)
        if told is None:
            raise
        sys.stderr.write(f"yui: {told.line}\n")
        return told.exit_code


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="yui", description="A community time bank and points ledger.")
    groups = parser.add_subparsers(metavar="COMMAND", required=True)
    asked = next((word for word in given if not word.startswith("-")), None)
    for name, (module, summary) in COMMANDS.items():
        group = groups.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == asked:
            importlib.import_module(module).arguments(group)
    return parser


if __name__ == "__main__":
    sys.exit(main())
