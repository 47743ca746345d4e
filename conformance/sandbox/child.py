"""A worker process as the suite holds it: its two pipes, and its end."""

import contextlib
import os
import signal
import subprocess
from typing import IO, Protocol


class Child(Protocol):
    """A process that runs, or ran."""

    stdin: IO[bytes]
    stdout: IO[bytes]

    def ended(self, seconds: float) -> int | None:
        """Its exit code, or minus the signal that ended it; None if it has not ended in so many seconds."""

    def end(self) -> None:
        """End it and all that it started, and wait for that. The pipes stay open."""


class Started:
    """One that was started by its command, in a session of its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self.stdin: IO[bytes] = process.stdin
        self.stdout: IO[bytes] = process.stdout

    def ended(self, seconds: float) -> int | None:
        """See :class:`Child`."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """See :class:`Child`; where there are no process groups, the process alone."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()
