"""What the pages wear is built by set-up when it changed, from locked packages, and served by nothing but its name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bootstrap_web

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A project whose pages have sources, and nothing built."""
    for name in bootstrap_web.SETTINGS:
        (tmp_path / "web").mkdir(exist_ok=True)
        shutil.copy(WEB / name, tmp_path / "web")
    for folder in bootstrap_web.SOURCES:
        shutil.copytree(WEB / folder, tmp_path / "web" / folder)
    return tmp_path


@pytest.fixture
def build(house: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Builds; tells the commands that were run, of which none is."""
    monkeypatch.setattr(bootstrap_web, "node_of", lambda python: {"node": "node", "npm": "npm-cli.js"})

    def built() -> list[str]:
        ran: list[str] = []

        def run(command: list[str]) -> None:
            ran.append(" ".join(command))
            made = "node_modules" if "ci" in command else "dist"
            (house / "web" / made).mkdir(exist_ok=True)

        bootstrap_web.build(str(house), "python", run, lambda line: None)
        return ran

    return built


def test_the_first_time_packages_are_installed_as_locked_and_the_pages_built(build: Callable[[], list[str]]) -> None:
    install, make = build()
    assert install.startswith("node npm-cli.js")
    assert " ci " in install
    assert "vite.js build" in make


def test_nothing_is_done_when_nothing_changed(build: Callable[[], list[str]]) -> None:
    build()
    assert build() == []


@pytest.mark.parametrize("changed", ["styles/text.css", "src/main.ts", "src/new.ts", "vite.config.js"])
def test_a_changed_source_is_built_without_installing_again(house: Path, build: Callable[[], list[str]], changed: str) -> None:
    build()
    with (house / "web" / changed).open("a", encoding="utf-8") as source:
        source.write("/* another */")
    (again,) = build()
    assert "vite.js build" in again


def test_a_source_that_went_away_is_a_change(house: Path, build: Callable[[], list[str]]) -> None:
    build()
    (house / "web" / "styles" / "print.css").unlink()
    assert len(build()) == 1


def test_changed_packages_are_installed_again(house: Path, build: Callable[[], list[str]]) -> None:
    build()
    (house / "web" / "package-lock.json").write_text("{}", encoding="utf-8")
    assert len(build()) == 2


def test_an_interrupted_build_is_not_taken_for_done(house: Path, build: Callable[[], list[str]]) -> None:
    def interrupted(command: list[str]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bootstrap_web.build(str(house), "python", interrupted, lambda line: None)
    assert len(build()) == 2


def test_a_project_without_pages_is_left_alone(tmp_path: Path) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("nothing is to be run")

    bootstrap_web.build(str(tmp_path), "python", never, never)


def test_packages_are_pinned_and_locked_without_addresses() -> None:
    asked = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in (asked["dependencies"] | asked["devDependencies"]).items():
        assert lock[f"node_modules/{name}"]["version"] == version
    locked = {path: package for path, package in lock.items() if path}
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in locked.values())
    assert "omit-lockfile-registry-resolved=true" in (WEB / ".npmrc").read_text(encoding="utf-8").splitlines()
