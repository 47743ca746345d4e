"""A stand-in for a system that is not POSIX: ``python tests/without_posix.py [-m MODULE | FILE] ARGUMENT...``.

The modules that only POSIX has cannot be imported, the calls that only POSIX has are not there, and ``select`` knows no
pipes. What runs then is gradproof as it is; the child in which a submission runs is started through this file too.
"""

import functools
import os
import runpy
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

MODULES = ("fcntl", "grp", "pwd", "resource", "syslog", "termios")
CALLS = (
    "chown",
    "fchmod",
    "fork",
    "getegid",
    "geteuid",
    "getpgid",
    "getppid",
    "killpg",
    "memfd_create",
    "mkfifo",
    "set_blocking",
    "setpgid",
    "setsid",
    "wait",
)
SELECTORS = ("epoll", "poll")
SIGKILL = 9


def block() -> None:
    """From now on this process is on such a system. The standard library keeps what it needs to start processes."""
    subprocess.Popen.kill = lambda process: process.send_signal(SIGKILL)  # type: ignore[method-assign]
    sys.modules |= dict.fromkeys(MODULES)  # type: ignore[arg-type]  # None there: it cannot be imported
    for module, names in ((os, CALLS), (select, SELECTORS)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    select.select = _sockets_only(select.select)


def _sockets_only(real: Any) -> Any:
    @functools.wraps(real)
    def selected(*arguments: Any) -> Any:
        if sys._getframe(1).f_globals["__name__"].startswith("gradproof"):
            raise OSError(10038, "an operation was attempted on something that is not a socket")
        return real(*arguments)

    return selected


def block_children() -> None:
    """Let each child in which a submission runs begin here."""
    from gradproof.conformance.sandbox.walls import plain

    launched = plain._launch

    @functools.wraps(launched)
    def launch(*arguments: Any) -> Any:
        from dataclasses import replace

        made = launched(*arguments)
        return replace(made, command=(*made.command, str(Path(__file__).resolve()), "--child"))

    plain._launch = launch


def main() -> None:
    """Be the program that is named, on such a system."""
    kind, *rest = sys.argv[1:]
    block()
    if kind == "--child":
        sys.argv = rest
        runpy.run_path(rest[0], run_name="__main__")
        return
    sys.path[0] = str(Path.cwd())
    block_children()
    if kind == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = [kind, *rest]
        runpy.run_path(kind, run_name="__main__")


if __name__ == "__main__":
    main()
