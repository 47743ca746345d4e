"""Bytes to a child and from it, each within its time. Two ways behind one interface.

Where ``select`` knows pipes, it waits for them: no thread is left behind by a child whose own children keep its pipes
open. Elsewhere, as on Windows, a thread reads and a thread writes, and the suite waits for them.
"""

import contextlib
import os
import select
from queue import Empty, Queue, SimpleQueue
from threading import Thread
from typing import Protocol

from gradproof.conformance.sandbox.child import Child

READ_CHUNK = 1 << 20
CHUNKS_AHEAD = 4  # that a thread reads and nobody has asked for: what a flood can fill


class Channel(Protocol):
    """The two pipes of a child."""

    def write(self, data: memoryview, seconds: float) -> int | None:
        """How many bytes the child has taken; None if it took none in time, and then the same data is tried again.

        Raises:
            OSError: if it has ended.
        """

    def read(self, seconds: float) -> bytes | None:
        """What came: no bytes if the child closed its end, None if nothing came in time."""

    def close(self) -> None:
        """Give the pipes up, after the child's end."""


def channel(process: Child) -> Channel:
    """The way to talk to a process that stands open on this system."""
    return Selected(process) if hasattr(select, "poll") else Threaded(process)


class Selected:
    """Waits with ``select``."""

    def __init__(self, process: Child) -> None:
        self._stdin, self._stdout = process.stdin, process.stdout
        self._in, self._out = self._stdin.fileno(), self._stdout.fileno()
        os.set_blocking(self._in, False)

    def write(self, data: memoryview, seconds: float) -> int | None:
        """See :class:`Channel`."""
        return os.write(self._in, data) if select.select([], [self._in], [], seconds)[1] else None

    def read(self, seconds: float) -> bytes | None:
        """See :class:`Channel`."""
        return os.read(self._out, READ_CHUNK) if select.select([self._out], [], [], seconds)[0] else None

    def close(self) -> None:
        """See :class:`Channel`."""
        self._stdout.close()
        with contextlib.suppress(OSError):
            self._stdin.close()


class Threaded:
    """Waits for threads of its own, which end when the pipes do; each closes its pipe itself."""

    def __init__(self, process: Child) -> None:
        self._process = process
        self._is_closed = self._is_writing = False
        self._requests: SimpleQueue[memoryview | None] = SimpleQueue()
        self._taken: SimpleQueue[int | OSError] = SimpleQueue()
        self._replies: Queue[bytes] = Queue(CHUNKS_AHEAD)
        self.threads = tuple(Thread(target=work, daemon=True) for work in (self._read_on, self._write_on))
        for thread in self.threads:
            thread.start()

    def write(self, data: memoryview, seconds: float) -> int | None:
        """See :class:`Channel`."""
        if not self._is_writing:  # else the same data waits, on which nothing was said yet
            self._requests.put(data)
        try:
            taken = self._taken.get(timeout=seconds)
        except Empty:
            self._is_writing = True
            return None
        self._is_writing = False
        if isinstance(taken, OSError):
            raise taken
        return taken

    def read(self, seconds: float) -> bytes | None:
        """See :class:`Channel`."""
        try:
            return self._replies.get(timeout=seconds)
        except Empty:
            return None

    def close(self) -> None:
        """See :class:`Channel`."""
        self._is_closed = True
        self._requests.put(None)
        with contextlib.suppress(Empty):
            while True:
                self._replies.get_nowait()

    def _read_on(self) -> None:
        chunk = None
        with self._process.stdout as replies:
            while chunk != b"" and not self._is_closed:
                try:
                    chunk = os.read(replies.fileno(), READ_CHUNK)
                except OSError:
                    chunk = b""  # so does the end of a process look on some systems
                self._replies.put(chunk)

    def _write_on(self) -> None:
        with self._process.stdin as requests:
            while (data := self._requests.get()) is not None:
                try:
                    self._taken.put(os.write(requests.fileno(), data))
                except OSError as error:
                    self._taken.put(error)
