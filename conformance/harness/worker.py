"""The child process in which a submission runs: its limits, its streams, its end; what it answers is in ``server``.

Run as ``python worker.py ROOT LIMITS``; requests come on standard input, replies go to standard output, and both are
taken away from them before the submission is loaded. It knows no answer, judges nothing. What the submission prints is
counted and dropped. It ends with the suite, even in the middle of a call.
"""

import contextlib
import json
import os
import sys
import threading
import warnings
from collections.abc import Mapping
from typing import IO

CPU_MARGIN = 5  # seconds
OURS_FAILED = 70  # the exit code where code of ours fails here, as it may where a submission changed what it uses
CHUNK = 1 << 20  # bytes that are passed on at a time


def main() -> None:
    """Take over the standard streams and serve."""
    root = sys.argv[1]
    _hold_to(json.loads(sys.argv[2]))
    sys.path.insert(0, root)
    requests: IO[bytes] = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    sys.argv = ["submission"]
    if hasattr(os, "fork"):  # and so an orphan has another parent
        threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    else:
        requests = _ending_with(requests)
    from gradproof.conformance.harness.printed import Counter  # not before the limits stand

    printed = Counter()
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        warnings.simplefilter("ignore")
        from gradproof.conformance.harness.server import Server

        end = os._exit
        try:
            Server(requests, replies, printed, root).serve()
        except BaseException:  # noqa: BLE001 - whatever it was, the suite asks whose fault it is
            end(OURS_FAILED)


def _hold_to(limits: Mapping[str, float]) -> None:
    """Set what the kernel can hold this process and its children to. The suite's own clock sees to the rest."""
    if not limits:
        return
    import resource  # where there are walls

    mib = 1 << 20
    bounds = {
        resource.RLIMIT_AS: limits["memory_mb"] * mib,
        resource.RLIMIT_FSIZE: limits["disk_mb"] * mib,
        resource.RLIMIT_CPU: limits["submission_seconds"] + CPU_MARGIN,
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        most = int(bound) if hard == resource.RLIM_INFINITY else min(int(bound), hard)
        ends = most if kind != resource.RLIMIT_CPU or most == hard else most + 1  # else it is killed without a reason
        resource.setrlimit(kind, (most, ends))


def end_with(parent: int) -> None:
    """Poll for the parent's end and end with it, even if this process is in a loop that reads no request."""
    never = threading.Event()
    while os.getppid() == parent:
        never.wait(1.0)
    os._exit(1)


def _ending_with(requests: IO[bytes]) -> IO[bytes]:
    """The same requests, read by a thread that ends this process where they end: the suite is gone."""
    read_fd, write_fd = os.pipe()

    def pass_on() -> None:
        with requests, os.fdopen(write_fd, "wb") as onward:
            while chunk := os.read(requests.fileno(), CHUNK):
                onward.write(chunk)
                onward.flush()
            os._exit(1)

    threading.Thread(target=pass_on, daemon=True).start()
    return os.fdopen(read_fd, "rb")


if __name__ == "__main__":
    main()
