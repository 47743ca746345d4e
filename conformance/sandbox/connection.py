"""A child process that is asked and answers in frames, within bounds: so much time, so many bytes, and no longer."""

import os
import secrets
import signal
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from gradproof.conformance.errors import SubmissionUnusable
from gradproof.conformance.harness import wire
from gradproof.conformance.harness.worker import OURS_FAILED
from gradproof.conformance.sandbox.allowance import Clock, Room, Stopped
from gradproof.conformance.sandbox.channel import channel
from gradproof.conformance.sandbox.folders import holds_more
from gradproof.conformance.sandbox.walls import Order, Wall
from gradproof.conformance.sandbox.walls.launching import begun
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import Finding, Kind, found
from gradproof.conformance.spec.limits import FILES, MIB

# Whatever a child does instead of answering, wrong types in a header included, ends in one of these.
BROKEN = (
    Stopped,
    SubmissionUnusable,
    wire.WireError,
    ArithmeticError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    OSError,
)
LOOK_SECONDS = 0.1  # between two looks at a folder
CALLS_PER_REQUEST = 64  # each call has the full time; so many of them a request may make


@dataclass(frozen=True)
class Ahead:
    """A request that was sent before anybody asks it, and what became of that."""

    header: Mapping[str, object]
    arrays: Mapping[str, Array]
    failure: Exception | None

    def is_of(self, header: Mapping[str, object], arrays: Mapping[str, Array]) -> bool:
        """Whether it is this one, with the very same arrays."""
        is_same = self.header == header and self.arrays.keys() == arrays.keys()
        return is_same and all(array is arrays[name] for name, array in self.arrays.items())


class Connection:
    """One worker process.

    Args:
        order: what the process is to load.
        wall: what stands around it.
        clock: the time it may take, which it shares with the processes before and after it.
        room: the bytes that its answers may take, likewise.
    """

    _ahead: Ahead | None = None

    def __init__(self, order: Order, wall: Wall, clock: Clock, room: Room) -> None:
        self._clock, self._room = clock, room
        self._buffer = bytearray()
        self._request, self._look = "", 0.0
        with ExitStack() as resources:  # undone where the process does not start
            self.launch = wall.launch(order, resources)
            self._process = begun(self.launch, order.limits)
            self._resources = resources.pop_all()
        self._channel = channel(self._process)

    def send(self, header: Mapping[str, object], arrays: dict[str, Array]) -> None:
        """Ask something, unless that was done ahead. The time for the answer begins.

        Raises:
            Stopped: if the child does not take it in time.
            OSError: if it has ended.
        """
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            self._send(header, arrays)
        elif ahead.failure is not None:
            raise ahead.failure

    def send_ahead(self, header: Mapping[str, object], arrays: dict[str, Array]) -> None:
        """Ask what will be asked next, so that the child works on it while the suite judges the last answer."""
        failure = None
        try:
            self._send(header, arrays)
        except BROKEN as error:
            failure = error
        self._ahead = Ahead(header, arrays, failure)

    def is_free_for(self, header: Mapping[str, object], arrays: Mapping[str, Array]) -> bool:
        """Whether nothing else was asked ahead."""
        return self._ahead is None or self._ahead.is_of(header, arrays)

    def _send(self, header: Mapping[str, object], arrays: dict[str, Array]) -> None:
        self._request = secrets.token_hex(8)
        seconds = self._clock.limits.case_seconds
        self._clock.allow(seconds, CALLS_PER_REQUEST * seconds)
        room = self._room.ask(sum(array.nbytes for array in arrays.values()))
        rest = memoryview(wire.encode({**header, "request": self._request, "room": room}, arrays))
        while rest:
            rest = rest[self._clock.wait(partial(self._channel.write, rest)) :]

    def receive(self) -> wire.Message:
        """The next event. Each one renews the time for the next, up to a limit for the whole request.

        Raises:
            Stopped: if none comes in time, or the child ended.
            WireError: if what comes is no event of this request.
        """
        message = wire.read(self._read_exactly, self._room.take)
        if message.header.get("request") != self._request:
            raise wire.WireError("a malformed message: it answers no request")
        self._clock.renew()
        return message

    def close(self) -> None:
        """End the child, and everything in its process group where there are such groups."""
        self._process.end()
        self._channel.close()
        self._resources.close()

    def _read_exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            chunk = self._clock.wait(self._read)
            if not chunk:
                raise Stopped(self._how_it_ended())
            self._buffer += chunk
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _read(self, seconds: float) -> bytes | None:
        """What the child sent; while there is nothing, its folder is looked at, if it must be."""
        folder, now = self.launch.watched, self._clock.now()
        if folder is None:
            return self._channel.read(seconds)
        if now >= self._look:
            self._look = now + LOOK_SECONDS
            most = self._clock.limits.disk_mb
            if holds_more(folder, most * MIB, FILES):
                raise Stopped(found(Kind.DIED, how="filled", most=most, files=FILES))
        return self._channel.read(min(seconds, LOOK_SECONDS))

    def _how_it_ended(self) -> Finding:
        code = self._process.ended(5)
        if code is None:
            return found(Kind.DIED, how="closed")
        killed_by = -code if code < 0 else code - 128  # bubblewrap tells of its child's end as a shell does
        if code == OURS_FAILED:
            return found(Kind.DIED, how="upset")
        if killed_by <= 0 or not hasattr(os, "killpg"):
            return found(Kind.DIED, how="exit", code=code)
        if killed_by == signal.SIGXCPU:  # the kernel was before the suite, which others kept from working
            return found(Kind.TIMED_OUT, how="stopped", seconds=self._clock.limits.submission_seconds)
        known = {each.value: each.name for each in signal.Signals}
        return found(Kind.DIED, how="killed", signal=known.get(killed_by, f"signal {killed_by}"))
