"""Another user, Landlock and seccomp: for root on a host without user namespaces, as the containers of courses are.

The worker gives up its rights before it loads the submission: it becomes a user that nobody else is, may read Python,
NumPy, a private copy of the worker and the submission, may write to a private folder, can start no process, open no
socket and signal nobody, and ends with the suite. The folder is a file system in memory where root may mount one;
elsewhere the suite watches how much is written to it. The host's process table it still shares with others.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from gradproof.conformance.errors import install
from gradproof.conformance.sandbox.child import Child
from gradproof.conformance.sandbox.folders import private_folder
from gradproof.conformance.sandbox.walls import confine, seccomp, system, users
from gradproof.conformance.sandbox.walls.launching import ISOLATED, QUIET, SPEAKS, Folder, Launch, Order, Rights
from gradproof.conformance.spec.limits import DEFAULT, FILES, MIB, Limits
from gradproof.conformance.spec.words.said import say

TRIAL_SECONDS = 10


class Unprivileged:
    """A user without rights, kept to a few folders by Landlock."""

    name = "unprivileged"

    def missing(self) -> str | None:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return _missing()

    def gives(self) -> str:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return say("a user without rights, files kept away by Landlock, no process and no network by seccomp")

    def launch(self, order: Order, resources: ExitStack) -> Launch:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        home = home_of(order, resources)
        root = home.scratch.parent / "root"
        copy_worker(root, order.proven)
        filters = seccomp.programs(resources)
        rights = str(replace(home.rights(root), calls=filters[0], no_files=filters[1], parent=os.getpid()))
        command = (sys.executable, *ISOLATED, confine.__file__, rights)
        return replace(home.launched(root), command=command, env=home.env, fds=filters)


@dataclass(frozen=True)
class Home:
    """A user for a worker, a folder that is this user's, and copies of what was handed in."""

    user: int
    scratch: Path
    submission: Path
    adapter: Path | None
    limits: Limits

    @property
    def env(self) -> dict[str, str]:
        """The environment of the worker."""
        return {**QUIET, **SPEAKS, "HOME": str(self.scratch), "TMPDIR": str(self.scratch)}

    def rights(self, root: Path) -> Rights:
        """What the worker may do, save for system calls. At ``root`` is what it imports."""
        given = [root, self.submission.parent, *([self.adapter.parent] if self.adapter else [])]
        return Rights(
            Folder(str(self.scratch), self.limits.disk_mb * MIB, FILES, self.user, is_there=False),
            is_watched=True,
            user=self.user,
            readable=(*map(str, given), *_libraries()),
        )

    def launched(self, root: Path, start: Callable[[tuple[str, ...]], Child] | None = None) -> Launch:
        """How the worker is started, and where it finds things."""
        return Launch(
            command=(),
            root=str(root),
            submission=str(self.submission),
            adapter=str(self.adapter) if self.adapter else None,
            cwd="/",
            env={},
            start=start,
            watched=self.scratch,
        )


def home_of(order: Order, resources: ExitStack) -> Home:
    """A user who is nobody else's while ``resources`` are there, with a folder that no other user may go through.

    Raises:
        OSError: if there is none.
    """
    user = users.lent(resources)
    folder = resources.enter_context(private_folder())
    for path in (folder.parent, folder):
        os.chown(path, 0, user)
        path.chmod(0o710)  # to go through, for root and this user
    scratch = folder / "tmp"
    scratch.mkdir(mode=0o700)
    os.chown(scratch, user, user)
    submission = _copied(order.submission, folder / "submission")
    adapter = _copied(order.adapter, folder / "adapter") if order.adapter else None
    return Home(user, scratch, submission, adapter, order.limits)


@cache
def _libraries() -> tuple[str, ...]:
    """Python's standard library without installed packages, NumPy, and the system's shared libraries."""
    standard = [path for path in system.python_files() if path.is_dir()]
    foreign = set(system.foreign_packages())
    parts = [part for folder in standard for part in folder.iterdir() if part not in foreign]
    files = [path for path in system.python_files() if path.is_file()]
    devices = [Path("/dev/urandom"), Path("/dev/random")]
    listed = [*parts, *files, *system.numpy_folders(), *system.library_folders(), *devices]
    return tuple(str(path) for path in (*listed, *map(Path, system.SYSTEM_FILES)) if path.exists())


def copy_worker(root: Path, proven: tuple[str, ...] = ()) -> None:
    """Put what a worker imports there, for all to read; proven functions too, if asked."""
    root.mkdir()
    for path, place in system.worker_files():
        _copied(path, (root / place).parent)
    for path in system.numpy_folders():
        (root / path.name).symlink_to(path)
    if proven:
        (root / "gradproof" / "impl").mkdir()
        for place, content in system.donor_files(proven):
            (root / place).write_bytes(content)


def _copied(source: Path, folder: Path) -> Path:
    """A copy that everybody may read, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / source.name
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)
    for path in (folder, target, *(target.rglob("*") if target.is_dir() else ())):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    return target


@cache
def _missing() -> str | None:
    """Whether a process can really be confined so."""
    if reason := system.not_linux():
        return reason
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return say("it takes root to become another user")
    if find_spec("landlock") is None:
        return say("no Landlock (the package landlock is not installed): {command}", command=install("sandbox"))
    if reason := seccomp.missing():
        return reason
    if closed := system.shut((Path(sys.executable), *system.python_files(), *system.numpy_folders())):
        return say(
            "Python or NumPy lies in {folder}, which no other user may go through: install them elsewhere",
            folder=closed,
        )
    with ExitStack() as resources, tempfile.TemporaryDirectory() as folder:
        trial = Path(folder, "trial.py")
        trial.touch()
        launch = Unprivileged().launch(Order(trial, None, DEFAULT), resources)
        probe = launch.root + "/probe.py"
        Path(probe).write_text(system.TRIAL.format(launch.root), encoding="utf-8")
        try:
            done = subprocess.run(
                [*launch.command, probe],
                cwd=launch.cwd,
                env=dict(launch.env),
                capture_output=True,
                timeout=TRIAL_SECONDS,
                check=False,
                pass_fds=launch.fds,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return say("another user cannot start Python ({reason})", reason=error)
    if done.returncode == 0:
        return None
    said = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
    return say("another user cannot be confined here ({reason})", reason=said[-1][:200])
