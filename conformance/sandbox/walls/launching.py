"""What a wall is asked for, and what it gives: how the worker is started."""

import json
import subprocess
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from gradproof.conformance.sandbox.child import Child, Started
from gradproof.conformance.sandbox.threads import VARIABLES
from gradproof.conformance.spec.contracts import all_contracts
from gradproof.conformance.spec.limits import Limits

HASH_SEED = "0"  # sets and dictionaries of texts are in one order in every process
SPEAKS = {"LANG": "C", "PYTHONUTF8": "1"}  # a language that is there without the files of any
QUIET = {**dict.fromkeys(VARIABLES, "1"), "PYTHONHASHSEED": HASH_SEED}
ISOLATED = ("-s", "-P")  # of the environment Python reads its hash seed, and a wall leaves no other variable of its own


@dataclass(frozen=True)
class Folder:
    """The private folder of a submission's process."""

    path: str
    size: int  # bytes
    files: int
    user: int  # whose it is
    is_there: bool  # as a file system of its own, which only gets its bounds


@dataclass(frozen=True)
class Order:
    """What is to be run: the worker on a submission, and the functions of ``impl`` that are at hand, proven ones."""

    submission: Path
    adapter: Path | None
    limits: Limits
    proven: tuple[str, ...] = ()


@dataclass(frozen=True)
class AtHand:
    """The proven functions that a submission's process has: what stands in for its own, or did so before, and layers.

    Never what is built on others and judged just now, unless it stands in there: who has not written it could find it,
    in whatever way, and return what it gives.

    Args:
        functions: of the process that runs now.
        before: what stood in, in all processes of the submission.
    """

    functions: tuple[str, ...] = ()
    before: frozenset[str] = frozenset()

    def suits(self, wanted: Collection[str], asked: Collection[str]) -> bool:
        """Whether that process may be asked functions where the wanted ones stand in."""
        if not wanted:
            return not self.functions
        return set(self.functions).issuperset(wanted) and not _built(asked).difference(wanted) & {*self.functions}

    def anew(self, wanted: Collection[str], asked: Collection[str]) -> "AtHand":
        """Those of another process, which suits."""
        before = self.before.union(wanted)
        own = _built(asked).difference(wanted)
        return AtHand(tuple(sorted(before.union(_layers()) - own)) if wanted else (), before)


def _layers() -> set[str]:
    """Functions that are built on no others, and so never judged where others stand in for those."""
    return {function.name for row in all_contracts() if not row.builds_on for function in row.functions}


def _built(names: Collection[str]) -> set[str]:
    return set(names) - _layers()


@dataclass(frozen=True)
class Rights:
    """What ``confine.py`` leaves to a submission's process, as JSON."""

    folder: Folder  # that may be written to
    calls: int = -1  # a descriptor of the program that allows system calls
    no_files: int = -1  # of one that lets no file be made; it is in force where the folder's files cannot be bounded
    is_watched: bool = False  # the suite looks how much is written, where the folder cannot be bounded
    user: int = 0  # to become; 0: the one that it is
    parent: int = 0  # to end with; 0: its namespace ends with the suite
    readable: tuple[str, ...] = ()  # paths; none: the process sees nothing else anyway

    def __str__(self) -> str:
        return json.dumps(vars(self), default=vars)


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
    start: Callable[[tuple[str, ...]], Child] | None = None  # instead of the command, with the worker's arguments
    watched: Path | None = None  # a folder in which no more than the limits say may be


def begun(launch: Launch, limits: Limits) -> Child:
    """The worker's process, started."""
    bounds = json.dumps(asdict(limits) if launch.is_confined else {})
    arguments = (str(Path(launch.root, launch.worker)), launch.root, bounds)
    if launch.start:
        return launch.start(arguments)
    process = subprocess.Popen(
        [*launch.command, *arguments],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=launch.fds,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        cwd=launch.cwd,
        env=dict(launch.env),
    )
    return Started(process)


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
