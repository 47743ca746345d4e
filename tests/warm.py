"""Workers without a wall, for tests of what comes after their start: forked from one process that has imported all.

Starting Python and importing NumPy takes most tests longer than what they test. Run as ``python warm.py ROOT SOCKET``
this file is that process: it is asked by the tests, forks, and ends with them. A worker that it forks has the
standard streams, the folder, the environment and the process group that a started one has, and is ended likewise.
Tests of the start itself ask for the fixture ``cold``.
"""

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import IO, Any

MESSAGE = 1 << 20  # bytes at most
IS_POSSIBLE = hasattr(os, "pidfd_open") and hasattr(os, "fork")


class WarmChild:
    """A worker that was forked, by the socket to its parent. See :class:`gradproof.conformance.sandbox.child.Child`."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes], parent: socket.socket) -> None:
        self.stdin, self.stdout = stdin, stdout
        self._parent = parent
        self._code: int | None = None

    def ended(self, seconds: float) -> int | None:
        """Its exit code, told by its parent."""
        if self._code is None and select.select([self._parent], [], [], seconds)[0]:
            self._code = int(self._parent.recv(MESSAGE) or -signal.SIGKILL)
        return self._code

    def end(self) -> None:
        """Let its parent end its process group, and wait for that."""
        with self._parent as parent:
            if parent.fileno() >= 0:
                parent.shutdown(socket.SHUT_WR)
                told = [*iter(partial(parent.recv, MESSAGE), b""), -signal.SIGKILL]
                self._code = int(told[0]) if self._code is None else self._code


@contextmanager
def warm_workers(wall: Any) -> Iterator[None]:
    """Let this wall's workers be forked, by a process that is started with the environment of the first of them."""
    launched, beginning = wall.launch, wall.beginning
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    started: list[subprocess.Popen[bytes]] = []

    def launch(self: Any, order: Any, resources: Any) -> Any:
        made = launched(self, order, resources)
        if not started:
            command = [*made.command, __file__, made.root, str(theirs.fileno())]
            started.append(subprocess.Popen(command, pass_fds=(theirs.fileno(),), env=made.env))
            theirs.close()
        told = {"cwd": str(made.cwd), "env": dict(made.env)}
        return replace(made, start=partial(_forked, ours, told))

    wall.launch = launch
    wall.beginning = lambda _self, _submission: nullcontext()  # a forked one is there at once
    try:
        yield
    finally:
        wall.launch, wall.beginning = launched, beginning
        ours.close()
        theirs.close()
        for process in started:
            process.wait()


def _forked(parent: socket.socket, told: dict[str, Any], arguments: tuple[str, ...]) -> WarmChild:
    agreed, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (requests, stdin), (stdout, replies) = os.pipe(), os.pipe()
    try:
        socket.send_fds(parent, [b"."], [requests, replies, theirs.fileno()])
        agreed.send(json.dumps({**told, "arguments": arguments}).encode())
    finally:
        theirs.close()
        os.close(requests)
        os.close(replies)
    return WarmChild(os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb", 0), agreed)


def main() -> None:
    """Import what a worker imports, and fork. Comes back in each worker."""
    root, tests = sys.argv[1], socket.socket(fileno=int(sys.argv[2]))
    path = list(sys.path)
    sys.path.insert(0, root)
    import_module("gradproof.conformance.harness.printed")
    import_module("gradproof.conformance.harness.server")
    import_module("gradproof.conformance.spec.contracts").all_contracts()
    draws = import_module("numpy.random")
    sys.path[:] = path
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that watch workers
    while True:
        _, descriptors, _, _ = socket.recv_fds(tests, 1, 3)
        if not descriptors:
            return
        if os.fork() == 0:
            tests.detach()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            break
        for descriptor in descriptors:
            os.close(descriptor)
    requests, replies, agreed = descriptors
    suite = socket.socket(fileno=agreed)
    told = json.loads(suite.recv(MESSAGE))
    worker = os.fork()
    if worker:
        os.close(requests)
        os.close(replies)
        _watch(worker, suite)
    suite.detach()
    os.setsid()
    os.dup2(requests, 0)
    os.dup2(replies, 1)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(told["cwd"])
    os.environ.clear()
    os.environ.update(told["env"])
    draws.seed()
    sys.argv[:] = told["arguments"]
    runpy.run_path(sys.argv[0], run_name="__main__")


def _watch(worker: int, suite: socket.socket) -> None:
    """Tell of the worker's end, and end its process group when that is asked for or the tests have ended."""
    is_over = os.pidfd_open(worker)
    if is_over in select.select([is_over, suite], [], [])[0]:
        ended = os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        with suppress(OSError):
            suite.send(str(code).encode())
            suite.recv(MESSAGE)
    os.kill(worker, signal.SIGKILL)  # it may have no group of its own yet
    with suppress(ProcessLookupError):
        os.killpg(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    os._exit(0)


if __name__ == "__main__":
    main()
