"""Set-up tells what is wrong in one line, whatever the machine lacks."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(__file__).resolve().parents[2]
OLD = bootstrap.Python("/usr/bin/python3.9", (3, 9), [])
GOOD = bootstrap.Python("/usr/bin/python3.12", (3, 12), [])
BARE = bootstrap.Python("/usr/bin/python3.13", (3, 13), ["ensurepip", "pip"])


def run_in(project: Path, *args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the bootstrap of a copy of the project."""
    command = [sys.executable, str(project / "bootstrap.py"), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=env, cwd=project)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with nothing to install: the bootstrap, an empty lock, and metadata that no builder is asked for."""
    shutil.copy(ROOT / "bootstrap.py", tmp_path)
    shutil.copy(ROOT / "bootstrap_web.py", tmp_path)
    (tmp_path / "requirements-dev.lock").write_text("# nothing\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    return tmp_path


def test_the_newest_python_that_can_make_an_environment_is_chosen() -> None:
    newer = bootstrap.Python("python3.11", (3, 11), [])
    assert bootstrap.choose([OLD, newer, GOOD, BARE]) is GOOD


def test_a_python_newer_than_the_locked_packages_know_comes_last() -> None:
    future = bootstrap.Python("python3.99", (3, 99), [])
    assert bootstrap.choose([future, GOOD]) is GOOD
    assert bootstrap.choose([OLD, future]) is future


def test_an_old_python_is_told_in_one_line() -> None:
    with pytest.raises(bootstrap.SetupFailed, match=r"^Python 3\.11 or newer is needed; the newest found is \d+\.\d+$"):
        bootstrap.choose([OLD])


def test_a_missing_module_names_the_package_to_install() -> None:
    with pytest.raises(bootstrap.SetupFailed, match=r"lacks the module ensurepip: .* apt-get install python3\.13-venv$"):
        bootstrap.choose([OLD, BARE])


def test_a_python_that_does_not_answer_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "python3"
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    assert bootstrap.ask(str(broken)) is None
    assert bootstrap.ask(str(tmp_path / "nowhere")) is None


def test_a_python_that_answers_tells_who_it_is() -> None:
    told = bootstrap.ask(sys.executable)
    assert told is not None
    assert told.version == sys.version_info[:2]


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded", "the disk is full"),
        ("Error: [Errno 13] Permission denied: '/srv/yui/.venv/bin'", "no permission to write in /srv/v"),
        (
            "WARNING: Retrying after NewConnectionError\nERROR: No matching distribution found for anyio",
            "registry cannot be reached",
        ),
        ("Temporary failure in name resolution", "registry cannot be reached"),
        ("npm error code ECONNREFUSED", "the npm registry cannot be reached"),
        ("npm error code EINTEGRITY", "a package of the pages differs from the one that was locked"),
        ("npm error code ENOSPC", "the disk is full"),
        ("npm error `npm ci` can only install packages when", "web/package-lock.json does not fit"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "differs from the one that was locked"),
        ("The virtual environment was not created because ensurepip is not available", "apt-get install python3.12-venv"),
        ("ERROR: No matching distribution found for granian==2.8.7", "not to be had for Python 3.12"),
    ],
)
def test_what_the_tools_say_becomes_one_line(told: str, line: str) -> None:
    meaning = bootstrap.meaning(told, GOOD, "/srv/v")
    assert line in meaning
    assert "\n" not in meaning


def test_a_disk_that_is_full_is_told_also_when_the_tool_hides_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "free_bytes", lambda place: 4_096)
    assert "the disk is full" in bootstrap.meaning("ensurepip returned non-zero exit status 1", GOOD, "/srv/v")


def test_what_nobody_foresaw_is_shown_as_it_was_said() -> None:
    assert bootstrap.meaning("one\ntwo", GOOD, "/srv/v") == "set-up failed:\none\ntwo"


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "no permission to write in /x"),
        (errno.EROFS, "no permission to write in /x"),
    ],
)
def test_errors_of_the_system_become_one_line(number: int, line: str) -> None:
    assert line in bootstrap.meaning_of_oserror(OSError(number, os.strerror(number), "/x"), ".venv")


def test_a_directory_that_is_something_else_is_left_alone(project: Path) -> None:
    precious = project / "photos"
    precious.mkdir()
    (precious / "one.txt").write_text("keep", encoding="utf-8")
    done = run_in(project, "--venv", "photos")
    assert done.returncode == 1
    assert "is there already and is no virtual environment" in done.stderr
    assert (precious / "one.txt").read_text(encoding="utf-8") == "keep"


def test_a_file_in_the_way_is_told_in_one_line(project: Path) -> None:
    (project / "taken").write_text("", encoding="utf-8")
    done = run_in(project, "--venv", "taken/venv")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("yui: ")


def test_only_old_pythons_at_hand_is_told_in_one_line(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "pythons_at_hand", lambda: [OLD])
    with pytest.raises(bootstrap.SetupFailed, match="or newer is needed"):
        bootstrap.set_up(str(project / ".venv"))
    assert not (project / ".venv").exists()


@pytest.fixture
def environment(project: Path) -> Path:
    """An environment whose Python answers: this interpreter by another name. Making a real one takes seconds."""
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (project / ".venv" / "pyvenv.cfg").write_text("", encoding="utf-8")
    return project / ".venv"


def test_nothing_is_done_when_nothing_changed(project: Path, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(bootstrap, "HERE", str(project))
    monkeypatch.setattr(bootstrap, "install", done.append)
    bootstrap.set_up(str(environment))
    bootstrap.set_up(str(environment))
    assert done == [str(environment)]
    (project / "requirements-dev.lock").write_text("# another\n", encoding="utf-8")
    bootstrap.set_up(str(environment))
    assert len(done) == 2


def test_an_environment_that_was_moved_is_made_anew(project: Path, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "HERE", str(project))
    assert bootstrap.usable(str(environment))
    (environment / bootstrap.STAMP).write_text("/elsewhere\n0", encoding="utf-8")
    assert not bootstrap.usable(str(environment))


def test_an_interrupted_set_up_is_not_taken_for_done(project: Path, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(venv: str) -> None:
        raise bootstrap.SetupFailed("the disk is full")

    monkeypatch.setattr(bootstrap, "HERE", str(project))
    monkeypatch.setattr(bootstrap, "install", fail)
    with pytest.raises(bootstrap.SetupFailed):
        bootstrap.set_up(str(environment))
    assert bootstrap.stamp_of(str(environment)) is None


def test_packages_are_never_sent_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "a mirror")
    kept = bootstrap.clean_environment()
    assert "PIP_TARGET" not in kept
    assert kept["PIP_USER"] == "0"
    assert kept["PIP_INDEX_URL"] == "a mirror"
