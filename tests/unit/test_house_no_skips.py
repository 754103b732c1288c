"""In CI a skipped test fails the run; an expected failure does not, and neither does a skip at somebody's desk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = "import pytest\n\n@pytest.mark.skip\ndef test_it(): ...\n"
SKIPPED_WHOLE = "import pytest\n\npytest.skip(allow_module_level=True)\n"
EXPECTED = "import pytest\n\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False\n\ndef test_other(): ...\n"
PASSED = "def test_it(): ...\n"


def exit_code(place: Path, test: str, ci: str) -> int:
    """How a run of `test` with the plugin ends."""
    (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (place / "test_one.py").write_text(test, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.support.no_skips",
        "-p",
        "no:cacheprovider",
        "-c",
        str(place / "pytest.ini"),
    ]
    environ = {**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environ.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run([*command, str(place)], cwd=ROOT, env=environ, capture_output=True, check=False, timeout=60)
    return done.returncode


@pytest.mark.parametrize(
    ("test", "ci", "code"),
    [(SKIPPED, "true", 1), (SKIPPED, "", 0), (EXPECTED, "true", 0), (PASSED, "true", 0)],
)
def test_a_skip_counts_as_a_failure_in_ci(tmp_path: Path, test: str, ci: str, code: int) -> None:
    assert exit_code(tmp_path, test, ci) == code


def test_a_file_that_skips_itself_counts_too(tmp_path: Path) -> None:
    assert exit_code(tmp_path, SKIPPED_WHOLE, "true") != 0
