"""How heavy the pages are, and how fast they come: the demo's town, opened as each role, on a real socket.

The weight is what travels when the page is opened for the first time: the page, its styles, scripts and pictures, in the smallest form
that a browser reads. The time is from asking to the last byte, one request at a time; client and server share this process and its
cores, so it stands beside the time of an answer that asks nothing (`/health/live`), measured between the same pages.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from cli import ports
from cli.demo import casting, playing
from cli.demo.shown import silent
from cli.demo.stage import Stage, opened
from cli.plainly import CommandFailed
from db import place
from kernel.clock import MovableClock, SystemClock
from kernel.settings import Settings

PAGES = {
    "member": (
        *("/today", "/help", "/help/new", "/help/offers", "/activities", "/points", "/history", "/history/deeds", "/notices"),
        *("/more", "/card", "/pay", "/give", "/claims", "/seen", "/settings", "/devices"),
    ),
    "host": ("/host", "/host/announce"),
    "cashier": ("/till", "/till/today", "/till/settlements"),
    "treasurer": ("/group", "/group/apply", "/group/receipts"),
    "coordinator": ("/coordinator", "/coordinator/attendances"),
    "officer": ("/office", "/office/schemes", "/office/budgets", "/office/claims", "/office/members", "/office/year-ends"),
    "auditor": ("/audit", "/audit/sample", "/audit/risks", "/audit/editions"),
}
"""What each role can open without knowing an id."""

BYTES_MAX, MILLISECONDS_MAX = 60 * 1024, 30
"""What a member's page may weigh, and take on the server (the median)."""

_BARE = "/health/live"
_ASSET = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
_IMPORT = re.compile(r'(?:from|import)\s*"\./([^"]+)"')
_READS = {"Accept-Encoding": "br, gzip"}


def run_pages(settings: Settings, rounds: int) -> dict[str, Any]:
    """Plays the demo's day in a town of its own, then opens every page `rounds` times."""
    home = Path(tempfile.mkdtemp(prefix="yui-bench-"))
    found = place.find(Settings(data_dir=home, pool_size=settings.pool_size))
    try:
        return asyncio.run(_pages(found, settings, rounds))
    finally:
        found.close()
        shutil.rmtree(home)


async def _pages(found: place.Place, settings: Settings, rounds: int) -> dict[str, Any]:
    await place.prepare(found)
    town, clock = casting.cast(1), MovableClock(SystemClock().now())
    async with opened(found, clock, settings.host, ports.free(settings.host, settings.port)) as stage:
        told = await playing.play(town, found, stage, silent)
        clock.set(SystemClock().now())
        ways = await playing.entrances(town, found, told, base_url=stage.base_url, now=clock.now())
        shown: dict[str, dict[str, Any]] = {}
        for role, paths in PAGES.items():
            signed = await _signed_in(stage, ways[role])
            for path in paths:
                shown[path] = {"role": role} | await _measured(stage.http, path, signed, rounds)
    return _figures(shown, rounds)


async def _signed_in(stage: Stage, address: str) -> dict[str, str]:
    """What a browser sends after using an entrance. The cookie is for https alone, which this socket is not: it is told by hand."""
    entered = await stage.http.post(address.removeprefix(stage.base_url), data={})
    if entered.status_code != 303:
        raise CommandFailed(f"an entrance of the bench did not open: {entered.status_code}")
    return {"Cookie": entered.headers["set-cookie"].partition(";")[0]}


async def _measured(http: httpx.AsyncClient, path: str, signed: dict[str, str], rounds: int) -> dict[str, Any]:
    times: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        bare.append((await _timed(http, _BARE, {}))[0])
        seconds, page = await _timed(http, path, signed)
        times.append(seconds)
        if page.status_code != 200:
            raise CommandFailed(f"{path} answered {page.status_code}")
    took, base = statistics.median(times), statistics.median(bare)
    return {
        "bytes": await _weight(http, path, signed),
        "milliseconds": round(took * 1000, 1),
        "over_a_bare_answer": round(took / base, 1),
    }


async def _timed(http: httpx.AsyncClient, path: str, headers: dict[str, str]) -> tuple[float, httpx.Response]:
    started = time.perf_counter()
    answer = await http.get(path, headers=headers)
    return time.perf_counter() - started, answer


async def _weight(http: httpx.AsyncClient, path: str, signed: dict[str, str]) -> int:
    """The page and all that it names, and what that imports, as it travels; each once."""
    size, text = await _fetched(http, path, signed)
    wanted, seen = _ASSET.findall(text), set[str]()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        more, held = await _fetched(http, name, {})
        size += more
        if name.endswith(".js"):
            wanted += [f"/assets/{each}" for each in _IMPORT.findall(held)]
    return size


async def _fetched(http: httpx.AsyncClient, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """How many bytes travelled, and what they say."""
    async with http.stream("GET", path, headers=headers | _READS) as answer:
        answer.raise_for_status()
        await answer.aread()
        return answer.num_bytes_downloaded, answer.text


def _figures(shown: dict[str, dict[str, Any]], rounds: int) -> dict[str, Any]:
    of_members = [told for told in shown.values() if told["role"] == "member"]
    return {
        "bench": "pages",
        "member_bytes_most": max(told["bytes"] for told in of_members),
        "member_milliseconds_median": round(statistics.median(told["milliseconds"] for told in of_members), 1),
        "too_heavy": [path for path, told in shown.items() if told["role"] == "member" and told["bytes"] > BYTES_MAX],
        "too_slow": [path for path, told in shown.items() if told["milliseconds"] > MILLISECONDS_MAX],
        "pages": shown,
        "settings": {"rounds": rounds, "bytes_max": BYTES_MAX, "milliseconds_max": MILLISECONDS_MAX, "durable": True},
    }
