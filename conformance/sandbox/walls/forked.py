"""A wall for many submissions: each worker is forked from one process that stands behind it already.

To start Python and to import NumPy and the suite's own part takes longer than most submissions do. ``nursery.py`` says
what stands between that process and a worker. Where it cannot serve, as with proven layers, with links that lead
elsewhere or with much data, a process of its own does. Here is what both walls have alike; ``in_namespaces.py`` is
bubblewrap's, ``among_users.py`` the unprivileged one's.
"""

import json
import os
import select
import signal
import socket
import subprocess
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import IO
from weakref import finalize

from gradproof.conformance.sandbox.child import Child
from gradproof.conformance.sandbox.walls import nursery, seccomp
from gradproof.conformance.sandbox.walls.launching import Launch, Order, Wall

START_SECONDS = 30.0
MOST_STARTS = 3  # after so many ends of the process that forks there is no other
CANNOT = (OSError, tarfile.TarError)


class Forked(ABC):
    """Another wall, with one process behind it for as long as this object and this process are there.

    Args:
        wall: the other one.
    """

    def __init__(self, wall: Wall) -> None:
        self.name = wall.name
        self._wall = wall
        self._starts, self._starting = 0, Lock()
        self._suite: socket.socket | None = None

    def missing(self) -> str | None:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return self._wall.missing()

    def gives(self) -> str:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return self._wall.gives()

    def launch(self, order: Order, resources: ExitStack) -> Launch:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        if not order.proven and hasattr(os, "pidfd_open"):
            with suppress(*CANNOT), ExitStack() as own:
                launch = self.launched(order, own)
                resources.push(own.pop_all())
                return launch
        return self._wall.launch(order, resources)

    @abstractmethod
    def launched(self, order: Order, resources: ExitStack) -> Launch:
        """How the worker is forked.

        Raises:
            OSError: if there is none; the process that forks may have ended.
            TarError: if what was handed in cannot be packed.
        """

    @abstractmethod
    def command(self, calls: int, resources: ExitStack) -> tuple[tuple[str, ...], Mapping[str, str]]:
        """What starts the process that forks, and its environment. ``calls`` is the descriptor of the filter."""

    def standing(self) -> None:
        """See that the process that forks is there, if it ever will. Raises OSError if it ended too often."""
        with self._starting:
            self._suite = self._suite or self._started()

    def child(self, told: object, resources: ExitStack, *more: int, counted: Path | None = None) -> "ForkedChild":
        """A worker to be, which waits to be told to go on.

        Args:
            told: what it hears first, as JSON has it.
            resources: what it needs for as long as it lives.
            more: descriptors that it gets beside its own.
            counted: see :class:`ForkedChild`.

        Raises:
            OSError: if there is none.
        """
        agreed, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        resources.enter_context(agreed)
        agreed.settimeout(START_SECONDS)
        (requests, stdin), (stdout, replies) = os.pipe(), os.pipe()
        pipes = [resources.enter_context(os.fdopen(end, mode, 0)) for end, mode in ((stdin, "wb"), (stdout, "rb"))]
        try:
            agreed.send(json.dumps(told, default=vars).encode())
            self._hand_over(requests, replies, theirs.fileno(), *more)
        finally:
            theirs.close()
            os.close(requests)
            os.close(replies)
        try:
            _, first, _, _ = socket.recv_fds(agreed, 1, 1)
        except TimeoutError:
            self._give_up()
            raise
        if not first:
            raise OSError("the process behind the wall forked none")
        resources.callback(os.close, first[0])
        return ForkedChild(pipes[0], pipes[1], agreed, first[0], counted)

    def _hand_over(self, *descriptors: int) -> None:
        self.standing()
        try:
            assert self._suite is not None
            socket.send_fds(self._suite, [b"."], descriptors)
        except OSError:
            self._give_up()
            raise

    def _started(self) -> socket.socket:
        if self._starts == MOST_STARTS:
            raise OSError(f"the process behind the wall ended {MOST_STARTS} times")
        self._starts += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, ExitStack() as filters, ExitStack() as resources:
            calls, _ = seccomp.programs(filters)
            command, environment = self.command(calls, resources)
            process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(calls,),
                start_new_session=True,
                cwd="/",
                env=dict(environment),
            )
            self._end = finalize(self, _end, process, ours, resources.pop_all())
        return ours

    def _give_up(self) -> None:
        self._suite = None
        self._end()


def _end(process: subprocess.Popen[bytes], suite: socket.socket, resources: ExitStack) -> None:
    suite.close()
    process.kill()
    process.wait()
    resources.close()


class ForkedChild:
    """A worker that was forked, and the first process of its namespaces where it has such.

    Args:
        stdin: where it reads.
        stdout: where it writes.
        agreed: the socket to who tells of its end.
        first: a descriptor of its first process.
        counted: the file that its number is written to, so that the processes of its namespaces are bounded.
    """

    def __init__(
        self, stdin: IO[bytes], stdout: IO[bytes], agreed: socket.socket, first: int, counted: Path | None
    ) -> None:
        self.stdin, self.stdout = stdin, stdout
        self._agreed, self._first, self._counted = agreed, first, counted

    def begin(self, arguments: tuple[str, ...]) -> Child:
        """Let it be the worker, with these arguments, once it is bounded. Raises OSError if it has ended."""
        if self._counted:
            self._counted.write_text(str(self.number), encoding="ascii")
        self._agreed.send(json.dumps(arguments).encode())
        return self

    @property
    def number(self) -> int:
        """The process's own, here."""
        told = Path(f"/proc/self/fdinfo/{self._first}").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pid:"))

    def ended(self, seconds: float) -> int | None:
        """See :class:`gradproof.conformance.sandbox.child.Child`."""
        if not select.select([self._first], [], [], seconds)[0]:
            return None
        return self._code

    @cached_property
    def _code(self) -> int:
        told = self._agreed.recv(nursery.MESSAGE)
        return int(told) if told else -signal.SIGKILL

    def end(self) -> None:
        """See :class:`gradproof.conformance.sandbox.child.Child`."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._first, signal.SIGKILL)
        select.select([self._first], [], [])
