"""The image and the composition, held to what they promise without an engine to run them."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel import settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "compose.env.example").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
OURS = ["migrate", "yui"]

# The keys that these services may have: a mistyped one would be an error in an engine, so it is one here.
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "deploy", "environment", "healthcheck", "image", "logging", "ports"),
    *("read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "volumes"),
}
HEALTH_KEYS = {"disable", "interval", "retries", "start_period", "test", "timeout"}
CONDITIONS = {"service_completed_successfully", "service_healthy", "service_started"}
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?P<rule>[^}]*)\}")


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, rest), continued lines joined, comments left out."""
    lines = [line for line in DOCKERFILE.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage, the first of each being FROM."""
    made: list[list[tuple[str, str]]] = []
    for word, rest in instructions():
        if word == "FROM":
            made.append([])
        made[-1].append((word, rest))
    return made


def test_the_composition_has_a_database_one_migration_and_the_service() -> None:
    composition = yaml.safe_load(COMPOSE)
    assert set(composition) == {"name", "services", "volumes"}
    assert set(SERVICES) == {"postgres", "migrate", "yui"}
    assert SERVICES["migrate"]["command"] == ["yui", "db", "migrate"]
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["yui"]["command"] == ["yui", "serve"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_known_keys_a_pinned_image_and_limits(name: str) -> None:
    service = SERVICES[name]
    assert set(service) <= SERVICE_KEYS
    assert re.fullmatch(r"[a-z]+:\d[\w.-]*", service["image"]), "an image without a version is another one tomorrow"
    limits = service["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) > 0
    assert re.fullmatch(r"\d+[mg]", limits["memory"])
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", ["postgres", "yui"])
def test_what_stays_up_tells_whether_it_is_well(name: str) -> None:
    health = SERVICES[name]["healthcheck"]
    assert set(health) <= HEALTH_KEYS
    assert health["test"][0] == "CMD"
    assert health["retries"] >= 3
    assert {"interval", "timeout"} <= set(health)


def test_the_order_of_starting_waits_for_what_matters() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["yui"]["depends_on"] == {
        "postgres": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            assert name in SERVICES
            assert wait["condition"] in CONDITIONS


def test_named_volumes_keep_the_data_where_postgresql_18_puts_it() -> None:
    declared = set(yaml.safe_load(COMPOSE)["volumes"])
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == declared
    assert SERVICES["postgres"]["image"].startswith("postgres:18")
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


@pytest.mark.parametrize("name", OURS)
def test_the_service_is_told_only_what_the_settings_read(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= set(settings.variables())


@pytest.mark.parametrize("name", OURS)
def test_the_service_runs_with_least_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_only_the_migration_is_told_the_administrators_address() -> None:
    told = [name for name in OURS if "YUI_ADMIN_DATABASE_URL" in SERVICES[name]["environment"]]
    assert told == ["migrate"]
    assert "yui_app:" in SERVICES["yui"]["environment"]["YUI_DATABASE_URL"]
    assert "yui_auditor:" in SERVICES["yui"]["environment"]["YUI_AUDITOR_DATABASE_URL"]


def test_roles_have_the_same_address_in_both_services() -> None:
    for variable in ("YUI_DATABASE_URL", "YUI_AUDITOR_DATABASE_URL"):
        assert SERVICES["migrate"]["environment"][variable] == SERVICES["yui"]["environment"][variable]


def test_the_environment_is_one_that_the_settings_accept() -> None:
    given = {name: VARIABLE.sub("x" * 32, value) for name, value in SERVICES["yui"]["environment"].items()}
    told = settings.from_environment(given)
    assert told.host == "0.0.0.0"
    published = [port.rsplit(":", 2) for port in SERVICES["yui"]["ports"]]
    assert published == [["127.0.0.1", str(told.port), str(told.port)]]


def test_no_secret_is_written_down_and_none_has_a_default() -> None:
    found = list(VARIABLE.finditer(COMPOSE))
    assert found
    for match in found:
        assert re.fullmatch(r":\?.+", match["rule"]), f"{match['name']} must be refused when it is missing, with a reason"
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET", name):
                assert VARIABLE.fullmatch(value)
            if "://" in value and "@" in value:
                password = value.split("://", 1)[1].rsplit("@", 1)[0].split(":", 1)[1]
                assert VARIABLE.fullmatch(password)


def test_the_example_names_every_variable_and_fills_none() -> None:
    named = dict(line.split("=", 1) for line in EXAMPLE.splitlines() if line and not line.startswith("#"))
    assert set(named) == {match["name"] for match in VARIABLE.finditer(COMPOSE)}
    assert set(named.values()) == {""}
    assert "compose.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_image_is_built_in_stages_from_pinned_bases() -> None:
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert len(bases) >= 3
    assert all(re.fullmatch(r"(python:3\.\d+-slim-bookworm|node:\d+-bookworm-slim)", base) for base in bases)
    assert any(word == "COPY" and rest.startswith("--from=build") for word, rest in stages()[-1])


def test_the_image_installs_by_hash_and_carries_no_build_tools() -> None:
    installs = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    for command in " && ".join(installs).split("&&"):
        if "pip install" in command:
            assert "--require-hashes" in command or {"--no-deps", "--no-index"} <= set(shlex.split(command))
    assert not [rest for word, rest in stages()[-1] if word == "RUN" and "pip" in rest]


def test_the_image_builds_what_the_pages_wear_by_hash_and_carries_no_node() -> None:
    web = next(stage for stage in stages() if stage[0][1].startswith("node:"))
    assert [rest for word, rest in web if word == "RUN"] == ["npm ci --no-progress", "npm run build"]
    assert ("COPY", "--from=web /web/dist web/dist") in stages()[1]
    assert stages()[-1][0][1].startswith("python:")


def test_the_image_ends_as_somebody_who_is_not_root() -> None:
    users = [rest for word, rest in stages()[-1] if word == "USER"]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])
    last_root_step = max(i for i, (word, _) in enumerate(stages()[-1]) if word in ("RUN", "COPY", "ADD"))
    assert next(i for i, (word, _) in enumerate(stages()[-1]) if word == "USER") > last_root_step


def test_the_image_tells_whether_it_is_well_as_the_composition_does() -> None:
    check = next(rest for word, rest in stages()[-1] if word == "HEALTHCHECK")
    asked = re.search(r"http://127\.0\.0\.1:\d+/\S+(?=')", check)
    assert asked
    assert asked[0] in SERVICES["yui"]["healthcheck"]["test"][-1]


def test_the_image_sets_only_variables_that_the_settings_read() -> None:
    named = set(re.findall(r"\bYUI_[A-Z_]+(?==)", DOCKERFILE))
    assert named
    assert named <= set(settings.variables())


def test_the_build_is_given_every_room_and_no_more_than_the_wheel_needs() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line[1:].rstrip("/") for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    sources = [name for word, rest in instructions() if word == "COPY" and "--from" not in rest for name in rest.split()[:-1]]
    copied = {name.split("/")[0] for name in sources} - {"."}
    assert let_in == rooms | copied | {"LICENSE", "README.md", "pyproject.toml"}
