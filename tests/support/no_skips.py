"""In CI a skipped test is a failure: what was not tried must not look as if it had held.

A pytest plugin: tests/conftest.py names it in `pytest_plugins`. `CI` in the environment turns it on; `xfail` counts as tried.
"""

from __future__ import annotations

import os

import pytest

_skipped: list[str] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    _skipped.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and _in_ci() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _skipped and _in_ci():
        terminalreporter.section("skipped tests are failures in CI", red=True)
        for nodeid in _skipped:
            terminalreporter.line(nodeid)


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
