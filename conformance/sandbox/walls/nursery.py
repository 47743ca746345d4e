"""Run as ``python nursery.py ROOT CALLS`` behind a wall: has imported all that a worker does, and forks one each time.

It stands in bubblewrap's namespaces with the right to mount. It is handed descriptors by its standard input, a socket,
and nothing else, so that no byte of a submission or of an answer is ever in its memory. For each it forks a process
that takes namespaces of its own, with the submission and a private folder in its file system, and then the first
process of these namespaces: with it ends whatever is in there. The only child of that gives up all rights, closes what
it has no use for, lets system calls be filtered, and only then is the worker.
"""

import gc
import json
import os
import runpy
import socket
import sys
import tarfile
from importlib import import_module
from typing import Any

NEW_NAMESPACES = 0x20000000 | 0x40000000 | 0x04000000  # of processes, of the network, of the host's name
HANDED_IN = ("/submission", "/adapter")
FLAGS, NO_WRITING = 2 | 4, 1 | 32  # of mount: no programs of others, no devices; as it is there, for reading
DESCRIPTORS = 4  # requests, replies, a socket to agree by, and what was handed in
MESSAGE = 1 << 16  # bytes at most


def main() -> None:
    """Import everything and fork. A child comes back from that, and is the worker."""
    root, calls = sys.argv[1], int(sys.argv[2])
    sys.path.insert(0, root)
    confine: Any = import_module("confine")
    import_module("gradproof.conformance.harness.printed")
    import_module("gradproof.conformance.harness.server")
    import_module("gradproof.conformance.spec.contracts").all_contracts()
    draws: Any = import_module("numpy.random")
    del sys.modules["confine"]  # a submission may have a file of that name
    sys.path[:] = filter(confine.is_standard, sys.path)
    program = confine.program_of(calls)
    gc.collect()
    gc.freeze()
    sys.argv[:] = _forked(confine)
    draws.seed()  # or all would draw the same
    confine.drop_capabilities()
    confine.load_filter(confine.numbered(program))
    runpy.run_path(sys.argv[0], run_name="__main__")


def _forked(confine: Any) -> list[str]:
    """Fork for as long as the suite is there. Comes back in each worker, with its arguments."""
    suite = socket.socket(fileno=os.dup(0))
    while True:
        _, descriptors, _, _ = socket.recv_fds(suite, 1, DESCRIPTORS)
        if not descriptors:
            os._exit(0)
        child = os.fork()
        if child == 0:
            suite.detach()
            return _in_namespaces(confine, *descriptors)
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
        _, status = os.waitpid(worker, 0)
        suite.send(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    suite.detach()
    for place, descriptor in enumerate((requests, replies, os.open(os.devnull, os.O_RDWR))):
        os.dup2(descriptor, place)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
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


if __name__ == "__main__":
    main()
