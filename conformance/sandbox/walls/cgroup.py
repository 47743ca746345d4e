"""How many processes and threads root may start: the limit of a user does not hold for root, that of a cgroup does."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from secrets import token_hex

from gradproof.conformance.spec.words.said import say

PREFIX = "gradproof-"
JOIN = 'echo $$ > "$0" && exec "$@"'  # the shell moves itself, and becomes the command
PROCESSES = "pids"


def missing() -> str | None:
    """Why processes cannot be counted; None if they can, by a cgroup or because the kernel counts a user's."""
    if not is_exempt() or home() is not None:
        return None
    return say(
        "the threads of root cannot be bounded here, for no cgroup of processes can be made; run it as another user"
    )


def is_exempt() -> bool:
    """Whether the limit of a user's processes does not hold for this one: it is the root of the machine."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    try:
        inside, outside, _ = Path("/proc/self/uid_map").read_text(encoding="ascii").split()[:3]
    except (OSError, ValueError):
        return True
    return (inside, outside) == ("0", "0")


def bounded(processes: int, resources: ExitStack) -> tuple[str, ...]:
    """What stands before a command so that it has at most so many processes and threads.

    Raises:
        OSError: if the cgroup cannot be made.
    """
    joined = made(processes, resources)
    return ("/bin/sh", "-c", JOIN, str(joined)) if joined else ()


def made(processes: int, resources: ExitStack) -> Path | None:
    """The file that a process's number is written to so that it, and what it starts, is bounded so; None if none need.

    Raises:
        OSError: if the cgroup cannot be made.
    """
    parent = home() if is_exempt() else None
    if parent is None:
        return None
    _sweep(parent)
    group = parent / f"{PREFIX}{os.getpid()}-{token_hex(4)}"
    group.mkdir()
    resources.callback(_removed, group)
    (group / f"{PROCESSES}.max").write_text(str(processes), encoding="ascii")
    return group / "cgroup.procs"


@cache
def home() -> Path | None:
    """The cgroup below which this process may make others that count processes; None if there is none."""
    for folder in _candidates():
        trial = folder / f"{PREFIX}{os.getpid()}-{token_hex(4)}"
        try:
            trial.mkdir()
        except OSError:
            continue
        is_good = (trial / f"{PROCESSES}.max").exists() and os.access(trial / "cgroup.procs", os.W_OK)
        with suppress(OSError):
            trial.rmdir()
        if is_good:
            return folder
    return None


def _candidates() -> Iterator[Path]:
    """Where such a cgroup could be: in this process's own, of version 1, or in those above it, of version 2."""
    try:
        own = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()]
        mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return
    for mount in mounts:
        kind, options = mount[mount.index("-") + 1], mount[-1].split(",")
        for _, controllers, path in own:
            at = Path(mount[4], path.lstrip("/"))
            if kind == "cgroup" and PROCESSES in options and PROCESSES in controllers.split(","):
                yield from (at, Path(mount[4]))
            elif kind == "cgroup2" and not controllers:
                yield from (each for each in at.parents if each.is_relative_to(mount[4]))
                yield at


def _sweep(parent: Path) -> None:
    """Take away what a process that was killed has left; a cgroup with processes in it stays."""
    for group in parent.glob(f"{PREFIX}*-*"):
        if not Path("/proc", group.name.split("-")[1]).exists():
            with suppress(OSError):
                group.rmdir()


def _removed(group: Path, attempts: int = 100) -> None:
    """Take it away once the kernel has buried the last process in it."""
    for _ in range(attempts):
        try:
            group.rmdir()
        except OSError:
            os.sched_yield()
        else:
            return
