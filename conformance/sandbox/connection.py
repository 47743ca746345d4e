"""A child process that is asked and answers in frames, within bounds: so much time, so many bytes, and no longer."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from gradproof.conformance.harness import wire
from gradproof.conformance.sandbox.channel import channel
from gradproof.conformance.sandbox.walls import Order, Wall
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import Finding, Kind, found
from gradproof.conformance.spec.limits import Limits

MAX_REPLY = 1 << 28  # bytes that come back on one request
CALLS_PER_REQUEST = 64  # each call has the full time; so many of them a request may make


class Stopped(Exception):
    """The child hung or ended while it was asked something. What was found names no function yet."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.kind)
        self.finding = finding


@dataclass
class Clock:
    """The wall-clock time that a submission has. All its processes, one after another, live on the same."""

    limits: Limits
    seconds_left: float

    def too_late(self) -> Stopped:
        """What to raise when the time is up."""
        if self.seconds_left <= 0:
            return Stopped(found(Kind.TIMED_OUT, how="stopped", seconds=self.limits.submission_seconds))
        return Stopped(found(Kind.TIMED_OUT, how="late", seconds=self.limits.case_seconds))


class Connection:
    """One worker process.

    Args:
        order: what the process is to load.
        wall: what stands around it.
        clock: the time it may take, which it shares with the processes before and after it.
    """

    def __init__(self, order: Order, wall: Wall, clock: Clock) -> None:
        self._clock = clock
        self._buffer = bytearray()
        self._deadline = self._last_deadline = 0.0
        self._received, self._request = 0, ""
        with ExitStack() as resources:  # undone where the process does not start
            self.launch = wall.launch(order, resources)
            self._process = self._started(order)
            self._resources = resources.pop_all()
        self._channel = channel(self._process)

    def _started(self, order: Order) -> subprocess.Popen[bytes]:
        limits = json.dumps(asdict(order.limits) if self.launch.is_confined else {})
        root = self.launch.root
        return subprocess.Popen(
            [*self.launch.command, str(Path(root, self.launch.worker)), root, limits],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=self.launch.fds,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            cwd=self.launch.cwd,
            env=dict(self.launch.env),
            **self.launch.identity,
        )

    def send(self, header: dict[str, object], arrays: dict[str, Array]) -> None:
        """Ask something. The time for the answer begins.

        Raises:
            Stopped: if the child does not take it in time.
            OSError: if it has ended.
        """
        self._received, self._request = 0, secrets.token_hex(8)
        limits = self._clock.limits
        self.allow(limits.case_seconds, CALLS_PER_REQUEST * limits.case_seconds)
        rest = memoryview(wire.encode({**header, "request": self._request}, arrays))
        while rest:
            with self._on_their_time() as left:
                taken = self._channel.write(rest, left) if left > 0 else None
                if taken is None:
                    raise self._clock.too_late()
            rest = rest[taken:]

    def allow(self, seconds: float, at_most: float) -> None:
        """From now on the next event may take ``seconds``, and all together ``at_most``."""
        now = time.monotonic()
        self._deadline, self._last_deadline = now + seconds, now + at_most

    def receive(self) -> wire.Message:
        """The next event. Each one renews the time for the next, up to a limit for the whole request.

        Raises:
            Stopped: if none comes in time, or the child ended.
            WireError: if what comes is no event of this request.
        """
        message = wire.read(self._read_exactly)
        if message.header.get("request") != self._request:
            raise wire.WireError("a malformed message: it answers no request")
        self._deadline = min(time.monotonic() + self._clock.limits.case_seconds, self._last_deadline)
        return message

    def close(self) -> None:
        """End the child, and everything in its process group where there are such groups."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()
        self._channel.close()
        self._resources.close()

    def _read_exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            with self._on_their_time() as left:
                chunk = self._channel.read(left) if left > 0 else None
                if chunk is None:
                    raise self._clock.too_late()
            if not chunk:
                raise Stopped(self._how_it_ended())
            self._received += len(chunk)
            if self._received > MAX_REPLY:
                raise wire.WireError(f"it sent more than {MAX_REPLY >> 20} MiB")
            self._buffer += chunk
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    @contextmanager
    def _on_their_time(self) -> Iterator[float]:
        """While the suite waits for the submission; gives the seconds that it may."""
        started = time.monotonic()
        try:
            yield min(self._deadline - started, self._clock.seconds_left)
        finally:
            self._clock.seconds_left -= time.monotonic() - started

    def _how_it_ended(self) -> Finding:
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return found(Kind.DIED, how="closed")
        killed_by = -code if code < 0 else code - 128  # bubblewrap tells of its child's end as a shell does
        if killed_by <= 0 or not hasattr(os, "killpg"):
            return found(Kind.DIED, how="exit", code=code)
        known = {each.value: each.name for each in signal.Signals}
        return found(Kind.DIED, how="killed", signal=known.get(killed_by, f"signal {killed_by}"))
