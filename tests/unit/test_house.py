"""The house keeps its own rules: floors, locks, targets and sizes."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
# Places that hold no source of ours.
LEFT_OUT = {".git", ".venv", "__pycache__", "build", "dist", "htmlcov", "node_modules", "var"}
TEXTS = {".css", ".html", ".j2", ".json", ".lock", ".md", ".py", ".sql", ".toml", ".ts", ".yaml", ".yml"}


def sources(*endings: str) -> list[Path]:
    """Every file of the project with one of `endings`, in order."""
    found = (path for path in ROOT.rglob("*") if path.suffix in endings and path.is_file())
    return sorted(path for path in found if not LEFT_OUT & set(path.relative_to(ROOT).parts))


def rooms() -> list[str]:
    """Top-level packages: directories that hold Python, tests left out."""
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")


def contract(name: str) -> dict[str, Any]:
    return next(found for found in PROJECT["tool"]["importlinter"]["contracts"] if found["id"] == name)


def floors() -> list[list[str]]:
    """The layers of the contract, highest first."""
    return [[room.strip() for room in re.split(r"[|:]", layer)] for layer in contract("floors")["layers"]]


def listed() -> list[str]:
    """Every room that the contract knows."""
    return sorted(room for floor in floors() for room in floor)


def packages() -> list[str]:
    return PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


# ---------------------------------------------------------------------------------------------------------------- rooms


def test_every_room_is_packaged_and_stands_on_a_floor() -> None:
    assert set(rooms()) <= set(listed())
    assert sorted(packages()) == sorted([*listed(), "web"])
    assert sorted(PROJECT["tool"]["importlinter"]["root_packages"]) == listed()
    assert sorted(PROJECT["tool"]["coverage"]["run"]["source_pkgs"]) == listed()
    assert sorted(PROJECT["tool"]["pyright"]["include"]) == sorted([*listed(), "tests"])
    assert sorted([*listed(), "tests"]) == PROJECT["tool"]["ruff"]["lint"]["isort"]["known-first-party"]


def test_the_floors_stand_as_they_are_described() -> None:
    assert floors() == [
        ["cli"],
        ["api"],
        ["flows"],
        ["wallets", "activities"],
        ["ledger", "rules", "qr", "community"],
        ["db"],
        ["kernel"],
    ]
    assert all(":" not in layer for layer in contract("floors")["layers"]), "rooms on one floor do not know each other"
    assert "ignore_imports" not in contract("floors")


def test_types_are_strict_in_every_room() -> None:
    assert PROJECT["tool"]["pyright"]["typeCheckingMode"] == "strict"
    assert [place["root"] for place in PROJECT["tool"]["pyright"]["executionEnvironments"]] == ["tests"]


def test_the_command_is_yui() -> None:
    assert PROJECT["project"]["name"] == "yui"
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    assert PROJECT["project"]["scripts"] == {"yui": "cli.main:main"}


# ---------------------------------------------------------------------------------------------------------------- locks


def pins(lock: str) -> dict[str, str]:
    """Package to version in a lock."""
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_no_address_and_a_hash_for_every_package(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ?file|^-e ", text, re.MULTILINE)
    assert not re.search(r"(^|\s)/\w", text), "an absolute path names somebody's machine"
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock)) > 0
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_locks_agree_with_each_other() -> None:
    everything = pins("requirements-dev.lock")
    for lock in LOCKS:
        assert pins(lock).items() <= everything.items()


def test_every_dependency_is_locked() -> None:
    asked = PROJECT["project"]["dependencies"] + [name for name in PROJECT["dependency-groups"]["dev"] if isinstance(name, str)]
    names = {re.split(r"[\[<>=~]", name)[0] for name in asked}
    assert names <= set(pins("requirements-dev.lock"))


def test_no_file_names_a_machine_or_a_registry() -> None:
    hosts = "|".join(["py" + "pi.org", "files.python" + "hosted", "registry.np" + "mjs"])
    machines = "|".join(["/" + place + "/" for place in ("root", "home/[a-z]", "Users/[A-Z]", "work")])
    pattern = re.compile(f"{hosts}|(?<![\\w.])(?:{machines})")
    others = [ROOT / name for name in ("Makefile", "Dockerfile", ".ci/run")]
    found = [str(path.relative_to(ROOT)) for path in sources(*TEXTS) + others if pattern.search(path.read_text(encoding="utf-8"))]
    assert found == []


# -------------------------------------------------------------------------------------------------------------- targets

TARGETS = ["setup", "demo", "test", "run", "check", "bench", "e2e", "lock", "help"]


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_promised_target(target: str) -> None:
    assert re.search(rf"^{target}:.*## \S", MAKEFILE, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert target in phony[1].split()


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"setup", "lock", "help"}))
def test_every_target_that_needs_the_environment_makes_it(target: str) -> None:
    assert re.search(rf"^{target}: setup\b", MAKEFILE, re.MULTILINE)


def test_make_help_lists_the_targets() -> None:
    make = shutil.which("make")
    assert make, "make is missing"
    told = subprocess.run([make, "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20).stdout
    for target in TARGETS:
        assert re.search(rf"^  make {target} +\S", told, re.MULTILINE)


def test_the_makefile_checks_every_room() -> None:
    named = re.search(r"^ROOMS := (.*)$", MAKEFILE, re.MULTILINE)
    assert named
    assert sorted(named[1].split()) == listed()


def test_hooks_run_from_the_projects_own_environment() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [place["repo"] for place in hooks["repos"]] == ["local"]
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks["repos"][0]["hooks"])


# ---------------------------------------------------------------------------------------------------------------- sizes


def functions(path: Path) -> list[tuple[str, int]]:
    """Every function of a module with its length in lines, from `def` to its end."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]


def test_files_are_small_enough_to_see() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(".py", ".sql")}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES_MAX} == {}


def test_functions_are_small_enough_to_see() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{name}": size
        for path in sources(".py")
        if path.relative_to(ROOT).parts[0] != "tests"
        for name, size in functions(path)
        if size > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_rooms_re_export_nothing() -> None:
    for room in rooms():
        body = ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8")).body
        assert len(body) == 1, f"{room}/__init__.py is a docstring"


def test_no_drawer_is_called_utils() -> None:
    assert [path.name for path in sources(".py") if path.stem in {"util", "utils", "misc", "common", "manager"}] == []
