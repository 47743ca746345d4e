"""Run as ``python nursery.py BEHIND ROOT CALLS``: has imported all that a worker does, and forks one each time.

BEHIND is one of WALLS. The process is handed descriptors by its standard input, a socket, and nothing else, so that no
byte of a submission or of an answer is ever in its memory. Its child gives up all rights, closes what it has no use
for, lets system calls be filtered, and only then is the worker.

Behind ``namespaces`` it stands in bubblewrap's, with the right to mount. For each worker it forks a process that takes
namespaces of its own, with the submission and a private folder in its file system, and then the first process of these
namespaces: with it ends whatever is in there, and the worker is its only child.

Among ``users`` it is root's. Each worker becomes the user that it is told, is kept to files of its own by Landlock, and
ends with this process.
"""

import gc
import json
import os
import runpy
import select
import socket
import sys
import tarfile
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

NEW_NAMESPACES = 0x20000000 | 0x40000000 | 0x04000000  # of processes, of the network, of the host's name
HANDED_IN = ("/submission", "/adapter")
FLAGS, NO_WRITING = 2 | 4, 1 | 32  # of mount: no programs of others, no devices; as it is there, for reading
DESCRIPTORS = 4  # requests, replies, a socket to agree by, and what was handed in
MESSAGE = 1 << 17  # bytes at most


def main() -> None:
    """Import everything and fork. A child comes back from that, and is the worker."""
    behind, root, calls = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).parent))
    confine: Any = import_module("confine")
    if behind == "users":
        import_module("landlock")  # which lies where nothing can be imported from here on
    sys.path[:] = [root, *filter(confine.is_standard, sys.path)]
    import_module("gradproof.conformance.harness.printed")
    import_module("gradproof.conformance.harness.server")
    import_module("gradproof.conformance.spec.contracts").all_contracts()
    draws: Any = import_module("numpy.random")
    del sys.modules["confine"]  # a submission may have a file of that name
    sys.path.remove(root)
    program = confine.program_of(int(calls))
    gc.collect()
    gc.freeze()
    sys.argv[:] = WALLS[behind](confine, program)
    draws.seed()  # or all would draw the same
    runpy.run_path(sys.argv[0], run_name="__main__")


def _behind_namespaces(confine: Any, program: bytes) -> list[str]:
    """Fork for as long as the suite is there. Comes back in each worker, with its arguments."""
    suite = socket.socket(fileno=os.dup(0))
    while True:
        _, descriptors, _, _ = socket.recv_fds(suite, 1, DESCRIPTORS)
        if not descriptors:
            os._exit(0)
        child = os.fork()
        if child == 0:
            suite.detach()
            arguments = _in_namespaces(confine, *descriptors)
            confine.drop_capabilities()
            confine.load_filter(confine.numbered(program))
            return arguments
        for descriptor in descriptors:
            os.close(descriptor)
        os.waitpid(child, 0)


def _in_namespaces(confine: Any, requests: int, replies: int, agreed: int, handed_in: int) -> list[str]:
    """Take namespaces and fork their first process, whose number the suite gets. Comes back in the worker."""
    suite = socket.socket(fileno=agreed)
    confine.call("unshare", NEW_NAMESPACES)
    if not confine.bound_folder(**json.loads(suite.recv(MESSAGE))):
        os._exit(1)
    _unpack(confine, handed_in)
    first = os.fork()
    if first:
        socket.send_fds(suite, [b"."], [os.pidfd_open(first)])
        os._exit(0)
    os.setsid()
    arguments: list[str] = json.loads(suite.recv(MESSAGE))  # which the suite sends when it has bounded this process
    worker = os.fork()
    if worker:
        os.close(requests)
        os.close(replies)
        _tell_of(worker, suite)
        os._exit(0)
    suite.detach()
    _only(requests, replies)
    return arguments


def _unpack(confine: Any, handed_in: int) -> None:
    """What was handed in, in file systems of its own that nobody can write to from here on."""
    for place in HANDED_IN:
        confine.call("mount", b"tmpfs", place.encode(), b"tmpfs", FLAGS, b"mode=755")
    with os.fdopen(handed_in, "rb") as file, tarfile.open(fileobj=file) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # since Python 3.11.4
        packed.extractall("/")
    for place in HANDED_IN:
        confine.call("mount", None, place.encode(), None, FLAGS | NO_WRITING, None)


def _among_users(confine: Any, program: bytes) -> list[str]:
    """Fork for as long as the suite is there, and tell of each end. Comes back in each worker, with its arguments."""
    suite, own = socket.socket(fileno=os.dup(0)), os.getpid()
    workers: dict[int, tuple[int, socket.socket]] = {}  # by a descriptor of each: its number, and where to tell
    while True:
        ready = set(select.select([suite.fileno(), *workers], [], [])[0])
        for ended in workers.keys() & ready:
            worker, told = workers.pop(ended)
            with told, suppress(OSError):  # nobody may want to know
                _tell_of(worker, told)
            os.close(ended)
        if suite.fileno() in ready:
            _, descriptors, _, _ = socket.recv_fds(suite, 1, DESCRIPTORS)
            if not descriptors:
                os._exit(0)
            requests, replies, agreed = descriptors
            worker = os.fork()
            if worker == 0:
                return _as_another_user(confine, program, own, requests, replies, socket.socket(fileno=agreed))
            os.close(requests)
            os.close(replies)
            told, descriptor = socket.socket(fileno=agreed), os.pidfd_open(worker)
            workers[descriptor] = worker, told
            with suppress(OSError):
                socket.send_fds(told, [b"."], [descriptor])


def _as_another_user(
    confine: Any, program: bytes, parent: int, requests: int, replies: int, agreed: socket.socket
) -> list[str]:
    """Be the worker, without a right that the suite does not leave to it."""
    os.setsid()
    told = json.loads(agreed.recv(MESSAGE))
    arguments: list[str] = json.loads(agreed.recv(MESSAGE))
    agreed.detach()
    os.environ.update(told["env"])
    confine.give_up({**told["rights"], "parent": parent})
    _only(requests, replies)
    confine.load_filter(confine.numbered(program))
    return arguments


def _tell_of(worker: int, suite: socket.socket) -> None:
    """How a child ended, once it has."""
    _, status = os.waitpid(worker, 0)
    suite.send(str(os.waitstatus_to_exitcode(status)).encode())


def _only(requests: int, replies: int) -> None:
    """These are the standard streams, and nothing else is open."""
    for place, descriptor in enumerate((requests, replies, os.open(os.devnull, os.O_RDWR))):
        os.dup2(descriptor, place)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


WALLS: dict[str, Callable[[Any, bytes], list[str]]] = {"namespaces": _behind_namespaces, "users": _among_users}


if __name__ == "__main__":
    main()
