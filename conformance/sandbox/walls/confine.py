"""Run as ``python confine.py RIGHTS PROGRAM ARGUMENT...``: give up all rights but a few, then run a Python program.

RIGHTS is JSON: the paths that may be read and written. Stands alone, with seccomp.py beside it, in a private folder.
"""

import json
import runpy
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any


def confine(readable: Sequence[str], writable: Sequence[str]) -> None:
    """Give up this process's rights to all other files, to the network, and to start a process. For good."""
    landlock = import_module("landlock")
    rights, every = landlock.FSAccess, _known_rights(landlock)
    rules = landlock.Ruleset(every)
    for paths, of_file, of_folder in (
        (readable, rights.READ_FILE, rights.READ_FILE | rights.READ_DIR),
        (writable, rights.READ_FILE | rights.WRITE_FILE, every & ~rights.EXECUTE),
    ):
        for path in paths:
            rules.allow(path, rules=of_folder if Path(path).is_dir() else of_file)
    rules.apply()


def _known_rights(landlock: Any) -> Any:
    """The rights that this kernel's Landlock knows, by its version: to ask for more is an error."""
    version = landlock.landlock_abi_version()
    return landlock.FSAccess((1 << (13 if version == 1 else 14 if version == 2 else 15)) - 1)


def main() -> None:
    """Confine this process, then be the program."""
    sys.path.insert(0, str(Path(__file__).parent))
    rights, *sys.argv = sys.argv[1:]
    rules = import_module("seccomp").rules()
    confine(**json.loads(rights))
    rules.load()
    del sys.path[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
