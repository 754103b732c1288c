"""`yui bench`: how fast the service is, measured and not believed."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

from cli import bench_posting, output
from kernel.settings import Settings

LINES_SIZES = (10_000, 100_000, 1_000_000)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The benches and their options."""
    benches = parser.add_subparsers(metavar="BENCH", required=True)
    posting = benches.add_parser("posting", help="grants per second: lists, and one at a time")
    posting.add_argument("--mode", choices=("hot", "spread"), default="hot", help="one budget for all, or many budgets")
    posting.add_argument("--list-length", type=int, default=1_000, help="grants in one transaction (default 1000)")
    posting.add_argument("--seconds", type=float, default=5.0, help="how long to measure lists (default 5)")
    output.offer_json(posting)
    posting.set_defaults(run=_posting)
    reading = benches.add_parser("reading", help="balance and statement page on short and long histories")
    reading.add_argument("--sizes", type=int, nargs="+", default=list(LINES_SIZES), help="lines on the wallet")
    output.offer_json(reading)
    reading.set_defaults(run=_reading)
    check_in = benches.add_parser("check-in", help="check-ins that become grants, over HTTP: rate, p50, p99")
    check_in.add_argument("--rounds", type=int, default=10, help="days on which all members come and go (default 10)")
    check_in.add_argument("--concurrency", type=int, default=8, help="requests at a time (default 8)")
    output.offer_json(check_in)
    check_in.set_defaults(run=_check_in)
    ruling = benches.add_parser("rules", help="simulating a draft and recomputing decisions: attendances per second")
    ruling.add_argument("--attendances", type=int, default=100_000, help="of one year (default 100000)")
    ruling.add_argument("--processes", type=int, default=2, help="besides this one and the server (default 2)")
    output.offer_json(ruling)
    ruling.set_defaults(run=_rules)
    paging = benches.add_parser("pages", help="weight and server time of every page on the demo's data")
    paging.add_argument("--rounds", type=int, default=30, help="how often each page is opened (default 30)")
    output.offer_json(paging)
    paging.set_defaults(run=_pages)


def _posting(asked: argparse.Namespace, _: Settings) -> int:
    plan = bench_posting.PostingPlan.of(asked.mode, asked.list_length, asked.seconds)
    return _tell(asked, bench_posting.run_posting(plan))


def _reading(asked: argparse.Namespace, _: Settings) -> int:
    return _tell(asked, bench_posting.run_reading(asked.sizes))


def _check_in(asked: argparse.Namespace, settings: Settings) -> int:
    from cli import bench_check_in

    return _tell(asked, bench_check_in.run_check_in(settings, asked.rounds, asked.concurrency))


def _rules(asked: argparse.Namespace, _: Settings) -> int:
    from cli import bench_rules

    return _tell(asked, bench_rules.run_rules(asked.attendances, asked.processes))


def _pages(asked: argparse.Namespace, settings: Settings) -> int:
    from cli import bench_pages

    return _tell(asked, bench_pages.run_pages(settings, asked.rounds))


def _tell(asked: argparse.Namespace, figures: dict[str, Any]) -> int:
    output.tell(asked, "\n".join(f"{name}: {_shown(value)}" for name, value in figures.items()), figures)
    return 0


def _shown(value: object) -> str:
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else str(value)
