"""What stands between a submission's process and the machine: how the worker is started, and what it can reach.

A wall turns "run the worker on this submission" into a command. ``bubblewrap`` gives the process namespaces of its own
and a file system in which nothing is but Python, NumPy, the worker and the submission; ``unprivileged`` is for root on
a host without user namespaces, as course containers are: another user, Landlock and seccomp; ``plain`` is a child
process and no wall.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from gradproof.conformance.errors import UsageError
from gradproof.conformance.sandbox.threads import VARIABLES
from gradproof.conformance.spec.limits import Limits


@dataclass(frozen=True)
class Order:
    """What is to be run: the worker on a submission, with or without the proven layers of ``impl`` at hand."""

    submission: Path
    adapter: Path | None
    limits: Limits
    with_donor: bool = False


@dataclass(frozen=True)
class Launch:
    """How to start the worker. The paths are those that it sees itself."""

    command: tuple[str, ...]  # up to and including the Python interpreter with its options
    root: str  # the folder with the package gradproof
    submission: str
    adapter: str | None
    cwd: str | Path
    env: Mapping[str, str]
    fds: tuple[int, ...] = ()  # to be inherited
    is_confined: bool = True  # limits are set, and proven layers are absent until they are asked for
    worker: str = "gradproof/conformance/harness/worker.py"  # where it lies below the root, or as a whole path
    identity: Mapping[str, Any] = field(default_factory=dict)  # user and group, as Popen takes them


class Wall(Protocol):
    """A way to start the worker."""

    @property
    def name(self) -> str:
        """As ``--wall`` has it."""

    def missing(self) -> str | None:
        """Why it cannot stand here and what to install; None if it can."""

    def gives(self) -> str:
        """What it holds back, in a line."""

    def launch(self, order: Order, resources: ExitStack) -> Launch:
        """The command. What it needs as long as the worker lives is entered into ``resources``."""


QUIET = dict.fromkeys(VARIABLES, "1")
NAMES = ("bubblewrap", "unprivileged")


def named(name: str) -> Wall:
    """The wall of a name: bubblewrap, unprivileged or plain."""
    from gradproof.conformance.sandbox.walls.bubblewrap import Bubblewrap
    from gradproof.conformance.sandbox.walls.plain import Plain
    from gradproof.conformance.sandbox.walls.unprivileged import Unprivileged

    walls: dict[str, type[Wall]] = {"bubblewrap": Bubblewrap, "unprivileged": Unprivileged, "plain": Plain}
    return walls[name]()


def pick(name: str) -> Wall:
    """The wall of that name; ``auto`` is the first of NAMES that can stand here.

    Raises:
        UsageError: if it cannot, with what to install.
    """
    from gradproof.conformance.sandbox.walls import system

    if name != "auto":
        wall = named(name)
        reason = wall.missing()
        if reason:
            raise UsageError(f"--wall {name}: {reason}")
        return wall
    reasons = {}
    for each in NAMES:
        wall = named(each)
        reason = wall.missing()
        if reason is None:
            return wall
        reasons[each] = reason
    told = "; ".join(f"{each}: {reason}" for each, reason in reasons.items())
    told = system.not_linux() or told
    raise UsageError(
        f"no wall can stand on this machine ({told}); --no-sandbox judges without one, and then a submission can read "
        "and write whatever you can, the answers and the other submissions included"
    )
