"""Sets the project up in a virtual environment: `python3 bootstrap.py [--venv DIR]`, which is what `make setup` runs.

Needs nothing but some Python: it looks for the newest one that the locked packages know, makes the environment with `venv`,
installs `requirements-dev.lock` by hash and the project itself as an editable package, and builds the pages' styles and scripts
(`bootstrap_web.py`). When nothing changed since the last time it does nothing. What goes wrong is told in one line.

Kept to the words that every Python since 2.7 understands, because an old one must be able to say that it is too old.
"""

from __future__ import print_function

import argparse
import errno
import fcntl
import hashlib
import os
import re
import subprocess
import sys

import bootstrap_web

OLDEST = (3, 11)
NEWEST = (3, 14)  # the newest Python that every locked package has a wheel for; later ones are tried last
HERE = os.path.dirname(os.path.abspath(__file__))
LOCK = "requirements-dev.lock"
STAMP = "yui-setup"
PROBE = """
import importlib.util, sys
missing = [name for name in ("venv", "ensurepip", "pip") if importlib.util.find_spec(name) is None]
print(sys.version_info[0], sys.version_info[1], ",".join(missing) or "-", sys.executable)
"""

FREE_BYTES_MIN = 100 * 1024 * 1024
DISK_FULL = "the disk is full: free about 1 GB and run again"
NO_PERMISSION = "no permission to write in {place}: use a directory of your own, or name another with VENV=..."
# What the tools say, and what it means. The first match is told.
MEANINGS = bootstrap_web.MEANINGS + (
    (r"No space left on device|Errno 28|ENOSPC|not enough space|Disk quota exceeded", DISK_FULL),
    (r"(?i)Permission denied|Read-only file system|Errno 13|Errno 30|EACCES|EROFS", NO_PERMISSION),
    (r"(?i)do not match the hashes", "a package differs from the one that was locked; it was not installed"),
    (
        r"NewConnectionError|ConnectTimeout|Name or service not known|name resolution|Network is unreachable|Connection refused"
        r"|Read timed out|Max retries exceeded|Cannot connect to proxy|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED",
        "the package registry cannot be reached: the first set-up needs the network (or a mirror in PIP_INDEX_URL)",
    ),
    (r"ensurepip|No module named '?(venv|pip)", "{python} makes no environments: on Debian or Ubuntu, apt-get install {debian}"),
    (r"No matching distribution found", "a locked package is not to be had for {python} on this machine"),
)


class SetupFailed(Exception):
    """One line for the person at the terminal."""


class Python(object):
    """An interpreter that was asked who it is."""

    def __init__(self, path, version, missing):
        self.path = path
        self.version = version
        self.missing = missing

    @property
    def debian_package(self):
        return "python%d.%d-venv" % self.version


def main():
    parser = argparse.ArgumentParser(description="Sets the project up in a virtual environment.")
    parser.add_argument("--venv", default=".venv", help="the directory of the environment (default: .venv)")
    asked = parser.parse_args()
    try:
        set_up(os.path.join(HERE, asked.venv))
        build(os.path.join(HERE, asked.venv))
    except SetupFailed as failure:
        sys.exit("yui: %s" % failure)
    except KeyboardInterrupt:
        sys.exit("yui: set-up was interrupted; run it again to go on")
    except (IOError, OSError) as error:
        sys.exit("yui: %s" % meaning_of_oserror(error, asked.venv))


def set_up(venv):
    """Makes or completes the environment in `venv`. Raises SetupFailed."""
    if stamp_of(venv) == wanted_stamp() and usable(venv):
        return
    base = None if usable(venv) else choose(pythons_at_hand())
    make_room(venv)
    held = hold_alone(venv)
    try:
        if stamp_of(venv) == wanted_stamp():  # another set-up has just done it
            return
        if base is not None:
            make_venv(base, venv)
        install(venv)
        with open(os.path.join(venv, STAMP), "w") as stamp:
            stamp.write("\n".join(wanted_stamp()))
        say("ready in %s" % os.path.relpath(venv))
    finally:
        os.close(held)


def build(venv):
    """Makes `web/dist` where its sources changed. Raises SetupFailed."""
    python = ask(venv_python(venv))
    bootstrap_web.build(HERE, python.path, lambda command: run(command, python, os.path.join(HERE, "web")), say)


def usable(venv):
    """Whether `venv` has a Python that works, with pip, and was not set up in another place: its commands name their place."""
    python = ask(venv_python(venv))
    moved = stamp_of(venv) is not None and stamp_of(venv)[0] != HERE
    return python is not None and python.version >= OLDEST and "pip" not in python.missing and not moved


def wanted_stamp():
    """The project's place, and what changes when the locked packages or the project's own metadata change."""
    digest = hashlib.sha256()
    for name in (LOCK, "pyproject.toml", "bootstrap.py"):
        with open(os.path.join(HERE, name), "rb") as text:
            digest.update(text.read())
    return [HERE, digest.hexdigest()]


def stamp_of(venv):
    try:
        with open(os.path.join(venv, STAMP)) as stamp:
            return stamp.read().split("\n")
    except (IOError, OSError):
        return None


def pythons_at_hand():
    """Every Python at hand that answers, the one running this first."""
    names = [sys.executable] + ["python3.%d" % minor for minor in range(NEWEST[1] + 2, OLDEST[1] - 1, -1)] + ["python3", "python"]
    found = [ask(name) for name in names if name]
    return [python for python in found if python is not None]


def ask(name):
    try:
        process = subprocess.Popen([name, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        told = process.communicate()[0].decode("utf-8", "replace").split(None, 3)
    except (IOError, OSError):
        return None
    if process.returncode != 0 or len(told) != 4:
        return None
    missing = [] if told[2] == "-" else told[2].split(",")
    return Python(told[3].strip(), (int(told[0]), int(told[1])), missing)


def choose(pythons):
    """The newest Python of `pythons` that can make an environment. Raises SetupFailed."""
    fit = [python for python in pythons if python.version >= OLDEST]
    if not fit:
        newest = max([python.version for python in pythons] + [sys.version_info[:2]])
        raise SetupFailed("Python %d.%d or newer is needed; the newest found is %d.%d" % (OLDEST + tuple(newest)))
    whole = [python for python in fit if not set(python.missing) & {"venv", "ensurepip"}]
    if not whole:
        told = "%s lacks the module %s: on Debian or Ubuntu, apt-get install %s"
        lacking = [name for name in fit[0].missing if name != "pip"]
        raise SetupFailed(told % (fit[0].path, lacking[0], fit[0].debian_package))
    return max(whole, key=lambda python: (python.version <= NEWEST, python.version))


def make_room(venv):
    """Makes the directory, and refuses one that is something else: making an environment clears what was there."""
    if not os.path.isdir(venv):
        os.makedirs(venv)
    elif os.listdir(venv) and not os.path.exists(os.path.join(venv, "pyvenv.cfg")):
        raise SetupFailed("%s is there already and is no virtual environment: choose another directory" % venv)
    if not os.access(venv, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), venv)


def hold_alone(venv):
    """Waits until no other set-up works in `venv`; the descriptor that is returned keeps others waiting until it is closed."""
    descriptor = os.open(venv, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def make_venv(python, venv):
    say("making %s with Python %d.%d" % ((os.path.relpath(venv),) + python.version))
    run([python.path, "-m", "venv", "--clear", venv], python, venv)


def install(venv):
    python = ask(venv_python(venv))
    if python is None or python.version < OLDEST:
        raise SetupFailed("the Python in %s does not work: remove that directory and run again" % venv)
    pip = [python.path, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"]
    with open(os.path.join(HERE, LOCK)) as lock:
        count = sum(1 for line in lock if "==" in line)
    say("installing %d locked packages (a minute or two the first time)" % count)
    run(pip + ["--require-hashes", "--only-binary", ":all:", "-r", os.path.join(HERE, LOCK)], python, venv, count)
    run(pip + ["--no-deps", "--no-index", "--no-build-isolation", "-e", HERE], python, venv)


def run(command, python, venv, count=0):
    """Runs `command`; shows how many of `count` packages it has collected where somebody watches. Raises SetupFailed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=clean_environment())
    told = []
    collected = 0
    for raw in iter(process.stdout.readline, b""):
        line = raw.decode("utf-8", "replace").rstrip()
        told.append(line)
        if count and line.startswith(("Collecting ", "Requirement already satisfied")) and sys.stderr.isatty():
            collected += 1
            sys.stderr.write("\ryui: %d of %d" % (min(collected, count), count))
    if collected:
        sys.stderr.write("\r%s\r" % (" " * 30))
    if process.wait() != 0:
        raise SetupFailed(meaning("\n".join(told), python, venv))


def clean_environment():
    """The environment without what would send packages elsewhere; pip's own configuration (a mirror, a proxy) stays."""
    kept = dict(os.environ, PIP_USER="0", PYTHONUTF8="1")
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX"):
        kept.pop(name, None)
    return kept


def meaning(told, python, venv):
    """One line for what a tool told in many; its last lines where none of them is known."""
    if free_bytes(venv) < FREE_BYTES_MIN:  # `venv` does not pass on what it was told
        return DISK_FULL
    for pattern, line in MEANINGS:
        if re.search(pattern, told):
            return line.format(place=venv, python="Python %d.%d" % python.version, debian=python.debian_package)
    return "set-up failed:\n" + "\n".join(told.strip().splitlines()[-15:])


def free_bytes(place):
    try:
        room = os.statvfs(place)
    except (IOError, OSError):
        return FREE_BYTES_MIN
    return room.f_bavail * room.f_frsize


def meaning_of_oserror(error, venv):
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return DISK_FULL
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return NO_PERMISSION.format(place=error.filename or venv)
    return str(error)


def venv_python(venv):
    return os.path.join(venv, "bin", "python")


def say(line):
    print("yui: " + line)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
