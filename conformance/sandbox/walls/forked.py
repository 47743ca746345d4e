"""Bubblewrap's wall for many submissions: each worker is forked from one process that stands behind it already.

To start Python and to import NumPy and the suite's own part takes longer than most submissions do. ``nursery.py`` says
what stands between that process and a worker. Where it cannot serve, as with proven layers, with links that lead
elsewhere or with much data, a process of its own does.
"""

import json
import os
import select
import signal
import socket
import subprocess
import tarfile
from contextlib import ExitStack, suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import IO
from weakref import finalize

from gradproof.conformance.sandbox.child import Child
from gradproof.conformance.sandbox.walls import bubblewrap, cgroup, nursery, seccomp
from gradproof.conformance.sandbox.walls.launching import Folder, Launch, Order
from gradproof.conformance.spec.limits import FILES, MIB

NURSERY = f"{bubblewrap.ROOT}/nursery.py"
START_SECONDS = 30.0
MOST_PACKED = 32 * MIB  # of what was handed in, for it is in memory twice
MOST_STARTS = 3  # after so many ends of the process that forks there is no other
CANNOT = (OSError, tarfile.TarError)


class Forked:
    """Bubblewrap's, with one process behind it for as long as this object and this process are there."""

    name = "bubblewrap"

    def __init__(self) -> None:
        self._wall = bubblewrap.Bubblewrap()
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
        if not order.with_donor and hasattr(os, "pidfd_open"):
            with suppress(*CANNOT), ExitStack() as own:
                child = self._child(order, own)
                resources.push(own.pop_all())
                return bubblewrap.launched(order, start=child.begin)
        return self._wall.launch(order, resources)

    def _child(self, order: Order, resources: ExitStack) -> "ForkedChild":
        """The first process of new namespaces, which waits to be told to go on.

        Raises:
            OSError: if there is none; the process that forks may have ended.
            TarError: if what was handed in cannot be packed.
        """
        counted = cgroup.made(order.limits.processes + bubblewrap.OWN_PROCESSES, resources)
        handed_in = _packed(order, resources)
        agreed, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        resources.enter_context(agreed)
        agreed.settimeout(START_SECONDS)
        (requests, stdin), (stdout, replies) = os.pipe(), os.pipe()
        pipes = [resources.enter_context(os.fdopen(end, mode, 0)) for end, mode in ((stdin, "wb"), (stdout, "rb"))]
        nobody = int(bubblewrap.NOBODY)
        folder = Folder(bubblewrap.SCRATCH, order.limits.disk_mb * MIB, FILES, nobody, is_there=False)
        agreed.send(json.dumps(asdict(folder)).encode())
        try:
            self._hand_over(requests, replies, theirs.fileno(), handed_in)
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
        with self._starting:
            suite = self._suite = self._suite or self._started()
        try:
            socket.send_fds(suite, [b"."], descriptors)
        except OSError:
            self._give_up()
            raise

    def _started(self) -> socket.socket:
        if self._starts == MOST_STARTS:
            raise OSError(f"the process behind the wall ended {MOST_STARTS} times")
        self._starts += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, ExitStack() as resources:
            calls, _ = seccomp.programs(resources)
            mounts = (
                "--ro-bind",
                nursery.__file__,
                NURSERY,
                *(word for at in nursery.HANDED_IN for word in ("--dir", at)),
            )
            process = subprocess.Popen(
                bubblewrap.behind(mounts, MIB, (NURSERY, bubblewrap.ROOT, str(calls))),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(calls,),
                start_new_session=True,
                env={},
            )
        self._end = finalize(self, _end, process, ours)
        return ours

    def _give_up(self) -> None:
        self._suite = None
        self._end()


def _end(process: subprocess.Popen[bytes], suite: socket.socket) -> None:
    suite.close()
    process.kill()
    process.wait()


class ForkedChild:
    """A worker that was forked, and the first process of its namespaces.

    Args:
        stdin: where it reads.
        stdout: where it writes.
        agreed: the socket to its first process.
        first: a descriptor of that process.
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


def _packed(order: Order, resources: ExitStack) -> int:
    """A file in memory with what was handed in, as tar has it. Raises OSError if it is too much for that."""
    left = MOST_PACKED

    def counted(member: tarfile.TarInfo) -> tarfile.TarInfo:
        nonlocal left
        left -= member.size
        if left < 0:
            raise OSError(f"more than {MOST_PACKED // MIB} MiB were handed in")
        if not (member.isreg() or member.isdir()):
            raise OSError(f"{member.name} is neither a file nor a folder")  # a link may lead anywhere
        return member

    file = resources.enter_context(os.fdopen(os.memfd_create("gradproof"), "w+b"))
    with tarfile.open(fileobj=file, mode="w") as packed:
        packed.add(order.submission, f"submission/{bubblewrap.name_of(order)}", filter=counted)
        if order.adapter:
            packed.add(order.adapter, f"adapter/{order.adapter.name}")
    file.seek(0)
    return file.fileno()
