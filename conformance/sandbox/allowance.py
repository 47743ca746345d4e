"""What a submission may take of the suite that judges it: time, and bytes of its memory."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from gradproof.conformance.harness import wire
from gradproof.conformance.spec.findings import Finding, Kind, found
from gradproof.conformance.spec.limits import MIB, Limits

SLICE = 0.5  # seconds of one wait; what a wait takes beyond them, the suite itself was stopped
EVENTS = 2000  # of one request: each is a call that begins, or what was seen of it
HEADERS = MIB  # bytes of all that is no array, of one request
SPARE = 64 * MIB  # bytes of arrays, whatever is asked ...
EACH = 64 << 10  # ... and more with each request ...
TIMES = 16  # ... and so many times what the case's own inputs take

T = TypeVar("T")


class Stopped(Exception):
    """The child hung or ended while it was asked something. What was found names no function yet."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.kind)
        self.finding = finding


@dataclass
class Clock:
    """The seconds that a submission has. All its processes, one after another, live on the same.

    It pays for what it makes the suite wait, and for what it makes it work on the answers. A suite that is stopped, as
    by Ctrl-Z, a suspended laptop or a machine that is too busy, does neither.

    Args:
        limits: of the submission.
        seconds_left: of its whole time.
        now: a clock that goes on while nothing is done.
        worked: one that goes on while this thread works.
    """

    limits: Limits
    seconds_left: float
    now: Callable[[], float] = time.monotonic
    worked: Callable[[], float] = time.thread_time
    _event: float = field(default=0.0, init=False)
    _request: float = field(default=0.0, init=False)
    _since: float | None = field(default=None, init=False)  # when the work began that is not yet paid for

    def allow(self, seconds: float, at_most: float) -> None:
        """From now on the next event may take ``seconds``, and all together ``at_most``."""
        self._event, self._request = seconds, at_most

    def renew(self) -> None:
        """An event has come: the next one has the time of a case."""
        self._event = self.limits.case_seconds

    @contextmanager
    def charging(self) -> Iterator[None]:
        """What this thread works from here to the end is paid for, as waiting is."""
        self._since = self.worked()
        try:
            yield
        finally:
            self._settle()
            self._since = None

    def wait(self, until: Callable[[float], T | None]) -> T:
        """What ``until`` gives, which may wait for the seconds that it is told, and gives None if nothing came.

        Raises:
            Stopped: if the time is up.
        """
        while True:
            self._settle()
            seconds = min(self._event, self._request, self.seconds_left, SLICE)
            if seconds <= 0:
                raise self._too_late()
            started = self.now()
            came = until(seconds)
            self._pay(min(self.now() - started, seconds))
            self._since = self.worked()
            if came is not None:
                return came

    def _settle(self) -> None:
        if self._since is not None:
            now = self.worked()
            self._pay(now - self._since)
            self._since = now

    def _pay(self, seconds: float) -> None:
        self._event -= seconds
        self._request -= seconds
        self.seconds_left -= seconds

    def _too_late(self) -> Stopped:
        if self.seconds_left <= 0:
            return Stopped(found(Kind.TIMED_OUT, how="stopped", seconds=self.limits.submission_seconds))
        return Stopped(found(Kind.TIMED_OUT, how="late", seconds=self.limits.case_seconds))


@dataclass
class Room:
    """The bytes that a submission's answers may take: of one request, and of all together.

    Everything that right code sends takes a few bytes more than it was sent; the rest is for wrong shapes.
    """

    arrays: int = SPARE
    _headers: int = field(default=0, init=False)
    _events: int = field(default=0, init=False)

    def ask(self, sent: int) -> int:
        """A request with so many bytes of arrays begins; how many its answer may have."""
        self.arrays += EACH + TIMES * sent
        self._headers, self._events = HEADERS, EVENTS
        return min(self.arrays, wire.MAX_PAYLOAD)

    def take(self, header: int, body: int) -> None:
        """An event of so many bytes comes.

        Raises:
            WireError: if it is more than there is room for. Nothing of it has been read then.
        """
        self._headers -= header + wire.PREFIX.size
        self._events -= 1
        if self._events < 0:
            raise wire.WireError(f"it sent more than {EVENTS:,} events")
        if self._headers < 0:
            raise wire.WireError(f"it sent more than {HEADERS // MIB} MiB that are no arrays")
        if body > self.arrays:
            raise wire.WireError(f"its arrays take {(body - self.arrays) / MIB:,.1f} MiB more than there is room for")
        self.arrays -= body
