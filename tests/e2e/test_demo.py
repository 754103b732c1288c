"""The demo as a newcomer runs it: the command, its one JSON object, what it leaves behind, and the service on it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.demo import casting
from db import embedded

pytestmark = pytest.mark.slow

KEYS = {"members", "scans", "attendances", "grants", "redemptions", "refusals", "settlements", "money_flow", "trace", "verify"}
SEED = 5


def _environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YUI_")}
    return kept | {"YUI_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}


def _yui(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *words]
    return subprocess.run(command, env=_environment(data_dir), capture_output=True, text=True, check=False, timeout=240)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def report(data_dir: Path) -> dict[str, Any]:
    """The report of a day, played once for all tests here."""
    done = _yui(data_dir, "demo", "--once", "--json", "--seed", str(SEED))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_report_has_what_it_promises_and_holds(report: dict[str, Any]) -> None:
    assert report.keys() >= KEYS
    assert report["verify"]["ok"]
    assert report["differences"] == []
    assert set(report["redemptions"]) == {
        "help", "purchase", "conversion", "donation", "pledge", "group_use"
    }  # fmt: skip
    assert min(report[name] for name in ("members", "scans", "attendances", "grants")) > 40


def test_every_unit_closes_to_zero(report: dict[str, Any]) -> None:
    for unit, flows in report["money_flow"].items():
        assert sum(flow["closing"] for flow in flows) == 0, unit
        assert all(flow["closing"] == flow["opening"] + sum(flow["moved"].values()) for flow in flows)


def test_a_redeemed_point_is_traced_to_its_check_in(report: dict[str, Any]) -> None:
    assert report["trace"]["kind"] == "redemption"
    kinds = set(_kinds(report["trace"]["came_from"]))
    assert {"redemption", "lot", "decision", "attendance", "scan", "budget_line"} <= kinds


def test_a_second_run_tells_the_same_day_verified_anew(report: dict[str, Any], data_dir: Path) -> None:
    again = _yui(data_dir, "demo", "--once", "--json", "--seed", str(SEED))
    told = json.loads(again.stdout.splitlines()[-1])
    assert again.returncode == 0
    assert told["trace"] == report["trace"]
    assert told["verify"]["entries"] > 0


def test_the_audit_commands_work_on_what_it_left(report: dict[str, Any], data_dir: Path) -> None:
    verified = _yui(data_dir, "audit", "verify", "--json")
    assert verified.returncode == 0, verified.stderr
    traced = _yui(data_dir, "audit", "trace", report["trace"]["id"], "--json")
    assert traced.returncode == 0, traced.stderr
    assert _yui(data_dir, "audit", "trace", "00000000-0000-7000-8000-000000000000").returncode == 1


def test_the_database_that_it_leaves_tells_nobody_s_name(report: dict[str, Any], data_dir: Path, tmp_path: Path) -> None:
    """A backup is the whole database. Who the members are is in it, sealed, and the secret is not."""
    backup = tmp_path / "whole.dump"
    done = _yui(data_dir, "db", "backup", str(backup))
    assert done.returncode == 0, done.stderr
    tool = [str(embedded.binaries(18) / "pg_restore"), "--data-only", "--file=-", str(backup)]
    told = subprocess.run(tool, capture_output=True, check=True).stdout
    assert report["member_id"].encode() in told
    secret = (data_dir / "secrets" / "service.key").read_bytes().strip()
    people = casting.cast(SEED).people
    words = [word for person in people for word in (person.name, person.kana, person.born_on, person.telephone)]
    assert len(words) == 4 * len(people) > 80
    assert [word for word in words if word.encode() in told] == []
    assert secret not in told


@pytest.fixture
def serving(report: dict[str, Any], data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`yui serve` on the demo's data, on a free port, and its address."""
    command = [sys.executable, "-m", "cli.main", "serve", "--port", "8461"]
    with subprocess.Popen(command, env=_environment(data_dir), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
        yield process, address
        if process.poll() is None:
            process.kill()


def test_the_service_goes_on_with_it_and_stops_when_told(
    serving: tuple[subprocess.Popen[str], str], report: dict[str, Any]
) -> None:
    process, address = serving
    with httpx.Client(base_url=address, transport=httpx.HTTPTransport(retries=8)) as http:
        assert http.get("/health/ready").status_code == 200
        mine = {"Authorization": f"Bearer {report['tokens']['member']}"}
        wallets = http.get(f"/api/v1/members/{report['member_id']}/wallets", headers=mine)
        assert wallets.status_code == 200, wallets.text
        stranger = http.get(f"/api/v1/members/{report['member_id']}/wallets")
        assert stranger.status_code == 401
        assert stranger.json()["code"] == "not_authenticated"
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


@pytest.fixture
def demo(report: dict[str, Any], data_dir: Path) -> Iterator[dict[str, str]]:
    """The demo on its own data, serving: the address that it prints for each role."""
    command = [sys.executable, "-m", "cli.main", "demo", "--port", "8471", "--seed", str(SEED)]
    with subprocess.Popen(command, env=_environment(data_dir), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ways: dict[str, str] = {}
        for line in process.stdout:
            if found := re.search(r"^  (\w+) +(http://\S+/enter/\S+)", line):
                ways[found[1]] = found[2]
            if "auditor" in ways:
                break
        yield ways
        process.send_signal(signal.SIGTERM)


def test_it_prints_an_address_that_opens_each_role_s_pages_once(demo: dict[str, str], report: dict[str, Any]) -> None:
    assert demo.keys() == report["tokens"].keys()
    with httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}) as browser:
        for role, address in demo.items():
            assert browser.get(address).status_code == 200
            opened = browser.post(address)
            assert (opened.status_code, "__Host-yui=" in opened.headers["set-cookie"]) == (303, True), role
            assert browser.post(address).status_code == 410


def test_a_day_that_was_cut_off_is_played_anew(report: dict[str, Any], data_dir: Path) -> None:
    (kept,) = (data_dir / "demo").glob("*.json")
    kept.unlink()
    again = _yui(data_dir, "demo", "--once", "--json", "--seed", str(SEED))
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout.splitlines()[-1])
    assert told["town"] == report["town"]
    assert told["trace"]["id"] != report["trace"]["id"]


def _kinds(node: dict[str, Any]) -> Iterator[str]:
    yield node["kind"]
    for beyond in node["nodes"]:
        yield from _kinds(beyond)
