"""What a wall is asked for, and what it gives: how the worker is started."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from gradproof.conformance.sandbox.threads import VARIABLES
from gradproof.conformance.spec.limits import Limits

HASH_SEED = "0"  # sets and dictionaries of texts are in one order in every process
QUIET = {**dict.fromkeys(VARIABLES, "1"), "PYTHONHASHSEED": HASH_SEED}
ISOLATED = ("-s", "-P")  # of the environment Python reads its hash seed, and a wall leaves no other variable of its own


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
