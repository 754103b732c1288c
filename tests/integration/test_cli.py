"""The commands as a person meets them: on a private database of their own, with `--json` last and errors in one line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import httpx
import pytest

from cli import main

ROOT = Path(__file__).resolve().parents[2]
CONTACT = ("--contact", "社会福祉協議会")


class Said(NamedTuple):
    """What a command printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


class Home:
    """A data directory, and the commands run on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("YUI_", "PG"))}
        self.environment = kept | {"YUI_DATA_DIR": str(path), "PYTHONPATH": str(ROOT)}

    def run(self, *words: str, **more: str) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment | more, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                ended = main.main(words)
            except SystemExit as left:  # how argparse says that it was asked wrongly
                ended = int(left.code or 0)
        return Said(ended, out.getvalue(), err.getvalue())

    def told(self, *words: str) -> Any:
        """What a command says as JSON; it must succeed."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def refused(self, exit_code: int, *words: str, **more: str) -> str:
        """The one line with which a command fails."""
        done = self.run(*words, **more)
        assert done.returncode == exit_code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        (line,) = done.stderr.strip().splitlines()[-1:]
        return line


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home in which a town stands, its server kept running for the module by a process that holds it."""
    path = tmp_path_factory.mktemp("home")
    made = Home(path / "var")
    holder = (
        "import sys; from pathlib import Path; from db import embedded; "
        "server = embedded.start(Path(sys.argv[1])); print('up', flush=True); sys.stdin.read(); server.stop_if_last()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(made.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=made.environment,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "up\n"
        yield made
        process.stdin.close()


@pytest.fixture(scope="module")
def town(home: Home) -> Any:
    """A founded town with two officers."""
    return home.told("town", "create", "--code", "131016", "--name", "試験町", "--officer", "総務課", "--officer", "会計課")


def test_the_database_is_made_and_migrated_by_the_first_command(home: Home, town: Any) -> None:
    state = home.told("db", "status")
    assert state["fits"] is True
    assert home.told("db", "migrate") == state
    assert [officer["label"] for officer in town["officers"]] == ["総務課", "会計課"]


def test_a_town_is_founded_once(home: Home, town: Any) -> None:
    assert "founded before" in home.refused(1, "town", "create", "--code", "131016", "--name", "x")
    assert "bad municipality code" in home.refused(1, "town", "create", "--code", "131017", "--name", "x")


def test_tokens_are_made_and_ended(home: Home, town: Any) -> None:
    made = home.told("token", "create", "--town", "131016", "--role", "auditor")
    assert made["token"].startswith("yui_131016_")
    assert home.told("token", "end", "--town", "131016", "--principal", made["principal_id"])["ended"] == 1
    assert "unknown municipality" in home.refused(1, "token", "create", "--town", "011002", "--role", "auditor")
    assert "principal incomplete" in home.refused(1, "token", "create", "--town", "131016", "--role", "host")
    assert "usage" in home.run("token", "create", "--town", "131016", "--role", "king").stderr
    long = ("token", "create", "--town", "131016", "--role", "auditor", "--days")
    assert "token lifetime out of range" in home.refused(1, *long, "367")
    assert "token lifetime out of range" in home.refused(1, *long, "0")


def test_a_town_s_own_provider_is_named_shown_linked_and_ended(home: Home, town: Any, tmp_path: Path) -> None:
    provider = ("town", "openid")
    where = ("--town", "131016")
    assert "openid not set" in home.refused(1, *provider, "show", *where)
    secret = tmp_path / "secret.txt"
    secret.write_text("a client's secret\n", encoding="utf-8")
    named = ("--issuer", "https://login.example.lg.jp/city", "--client-id", "yui", "--name", "庁内アカウント")
    made = home.told(*provider, "set", *where, *named, "--secret-file", str(secret))
    assert made == home.told(*provider, "show", *where)
    assert made["has_secret"] is True
    assert "a client's secret" not in json.dumps(made)
    officer = town["officers"][0]["principal_id"]
    assert home.told(*provider, "link", *where, "--principal", officer, "--subject", "u-1")["principal_id"] == officer
    for unsafe in ("http://login.example.lg.jp", "ftp://x", "https://user@login.example.lg.jp", "login.example.lg.jp"):
        asked = ("--issuer", unsafe, "--client-id", "yui", "--name", "x")
        assert "openid address unsafe" in home.refused(1, *provider, "set", *where, *asked)
    home.told(*provider, "end", *where)
    assert "openid not set" in home.refused(1, *provider, "show", *where)


def test_an_entrance_is_made_for_whoever_has_a_role_or_gets_one(home: Home, town: Any) -> None:
    first = home.told("entrance", "create", "--town", "131016", "--role", "officer", "--label", "福祉課")
    assert first["address"].startswith("https://YUI.EXAMPLE.JP/enter/131016_")
    again = home.told("entrance", "create", "--town", "131016", "--principal", first["principal_id"], "--hours", "2")
    assert again["principal_id"] == first["principal_id"]
    assert again["expires_at"] < first["expires_at"]
    assert "principal incomplete" in home.refused(1, "entrance", "create", "--town", "131016", "--role", "host")
    assert "unknown municipality" in home.refused(1, "entrance", "create", "--town", "011002", "--role", "officer")
    nobody = "00000000-0000-7000-8000-000000000000"
    assert "unknown principal" in home.refused(1, "entrance", "create", "--town", "131016", "--principal", nobody)
    assert "usage" in home.run("entrance", "create", "--town", "131016").stderr


def test_the_service_serves_takes_the_next_port_and_stops_when_told(home: Home, town: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "cli.main", "serve", "--port", str(port)]
        with subprocess.Popen(
            command, env=home.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as service:
            assert service.stdout is not None
            assert f"port {port} is taken" in service.stdout.readline()
            address = service.stdout.readline().split()[-1]
            transport = httpx.HTTPTransport(retries=8)
            with httpx.Client(base_url=address, transport=transport) as client:
                assert client.get("/health/ready").json() == {"status": "ready"}
                headers = {"Authorization": f"Bearer {town['officers'][0]['token']}"}
                assert client.get("/api/v1/me", headers=headers).json()["role"] == "officer"
            service.terminate()
            assert service.wait(timeout=20) == 0
            assert service.stderr is not None
            assert all(json.loads(line)["event"] for line in service.stderr)


def test_a_backup_is_restored_into_an_empty_home_and_nowhere_else(home: Home, town: Any, tmp_path: Path) -> None:
    file = tmp_path / "backup.dump"
    assert home.told("db", "backup", str(file))["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    assert "there already" in home.refused(1, "db", "backup", str(file))
    assert "towns stand in this database" in home.refused(1, "db", "restore", str(file))
    other = Home(tmp_path / "other")
    assert other.told("db", "restore", str(file))["fits"] is True
    assert other.told("token", "create", "--town", "131016", "--role", "officer")["role"] == "officer"
    (tmp_path / "broken.dump").write_bytes(file.read_bytes()[:5_000])
    assert "pg_restore failed" in Home(tmp_path / "third").refused(1, "db", "restore", str(tmp_path / "broken.dump"))


def test_what_is_wrong_outside_is_told_in_one_line(home: Home, tmp_path: Path) -> None:
    assert "YUI_POSTGRES_VERSION" in home.refused(2, "db", "status", YUI_POSTGRES_VERSION="17")
    assert "YUI_ADMIN_DATABASE_URL" in home.refused(2, "db", "migrate", YUI_DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")
    assert "cannot be reached" in home.refused(1, "db", "status", YUI_DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")
    assert "cannot be read" in home.refused(2, "db", "status", YUI_DATABASE_URL="nonsense")
    (tmp_path / "file").write_text("")
    assert "cannot be written" in home.refused(1, "db", "status", YUI_DATA_DIR=str(tmp_path / "file" / "var"))
    assert "there is no" in home.refused(1, "db", "restore", str(tmp_path / "nothing"))
    assert "cannot be reached" in home.refused(1, "serve", YUI_DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")
    assert "YUI_LOG_LEVEL" in home.refused(2, "serve", YUI_LOG_LEVEL="loud")


def test_a_poster_and_a_card_are_printed_for_who_is_known(home: Home, town: Any, tmp_path: Path) -> None:
    where = ("--town", "131016", *CONTACT, "--out")
    assert "unknown member number" in home.refused(1, "qr", "card", "--member", "5724", *where, str(tmp_path / "card.html"))
    assert "bad member number" in home.refused(1, "qr", "card", "--member", "5725", *where, str(tmp_path / "card.html"))
    assert not (tmp_path / "card.html").exists()
    assert "--out ends with" in home.refused(2, "qr", "card", "--member", "5724", *where, str(tmp_path / "card.pdf"))


def test_an_edition_is_checked_and_tried_without_a_database(tmp_path: Path) -> None:
    bare = Home(tmp_path / "nowhere")
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(EDITION, encoding="utf-8")
    bad.write_text('scheme = "x"\nunit = 5\n', encoding="utf-8")
    assert bare.told("rules", "check", str(good))["ok"] is True
    done = bare.run("rules", "check", str(good), str(bad), "--json")
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (1, False)
    facts = tmp_path / "facts.json"
    attendance = {"id": "a", "member": "m", "activity_kind": "salon", "role": "helper", "occurred_on": "2026-05-01"}
    facts.write_text(json.dumps({"attendances": [attendance | {"minutes": 90, "evidence": 3}]}))
    (result,) = bare.told("rules", "evaluate", str(good), "--facts", str(facts))["results"]
    assert (result["outcome"], result["amount"]) == ("granted", 3)
    facts.write_text("{")
    assert "cannot be read as JSON" in bare.refused(1, "rules", "evaluate", str(good), "--facts", str(facts), "--locale", "en")
    assert not bare.path.exists()


def test_a_schema_for_editors_and_presets_to_copy_are_printed_without_a_database(tmp_path: Path) -> None:
    bare = Home(tmp_path / "nowhere")
    for more, title in (((), "An edition"), (("--facts",), "Facts")):
        assert json.loads(bare.run("rules", "schema", *more).stdout)["title"].startswith(title)
    listed = bare.told("rules", "presets")["presets"]
    assert {"code", "ja", "en", "like", "source", "date", "file"} == set(listed[0])
    copied = tmp_path / "copied.toml"
    copied.write_text(bare.run("rules", "presets", "inagi").stdout, encoding="utf-8")
    assert bare.told("rules", "check", str(copied))["ok"] is True
    assert "unknown preset" in bare.refused(1, "rules", "presets", "atlantis")
    copied.write_text("limit = ２", encoding="utf-8")
    assert "全角" in bare.run("rules", "check", str(copied), "--locale", "ja").stdout
    assert not bare.path.exists()


EDITION = """
scheme = "salon"
name = { ja = "サロン", en = "Salon" }
title = { ja = "初版", en = "First" }
unit = "pt"
starts_on = 2026-04-01
year = { type = "fiscal" }
funding = ["care"]
when_empty = "wait"
eligibility = []
caps = []
expiry = { type = "never" }
carry = { type = "all" }
status_loss = { type = "keeps" }
conversion = { how = "none" }

[[clauses]]
activity_kinds = ["*"]
earn = { how = "per_time", amount = 1, every_minutes = 30, rounding = "down", minimum_minutes = 0 }
"""
