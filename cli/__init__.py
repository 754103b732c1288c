"""The commands of `yui`: one module for each group, registered in one table.

Promise: `--json` prints one JSON object, last; exit 0 says that it was done or holds, 1 that it failed or a check did, 2 that it was
asked wrongly; what goes wrong outside (a disk, a port, a permission, a database) is told in one line, never as a traceback.
"""
