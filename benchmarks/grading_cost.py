"""What a submission of a class costs, by whom: the suite that judges it, and its own process, to its start and after.

Part of ``grading.py``. Of a process that is killed behind a wall the system tells nobody what it worked, so it is asked
while it is there: what all processes below this one have worked, before and after each that is ended.
"""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gradproof.conformance.sandbox.connection import Connection
from gradproof.conformance.sandbox.process import Sandbox

TICK = 1 / os.sysconf("SC_CLK_TCK")


def worked_below() -> float:
    """What the processes below this one have worked, and those that they have waited for."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = (int(words[1]), sum(map(int, words[11:15])))
    below, found = {os.getpid()}, 0
    while found < len(below):
        found = len(below)
        below |= {number for number, (parent, _) in stats.items() if parent in below}
    return TICK * sum(stats[number][1] for number in below - {os.getpid()} if number in stats)


@dataclass
class Cost:
    """Seconds of the processor, of one submission."""

    judging: float = 0.0
    started: float = 0.0  # until the submission's process was ready to load it
    calling: float = 0.0
    _since: float = field(default_factory=worked_below)

    @property
    def whole(self) -> float:
        """All of it."""
        return self.judging + self.started + self.calling

    def lap(self) -> float:
        """What was worked below since the last time."""
        now = worked_below()
        passed, self._since = now - self._since, now
        return passed


def cost_of(judge: Callable[[], object]) -> Cost:
    """What a judgement costs."""
    with _watched() as cost:
        before = resource.getrusage(resource.RUSAGE_SELF)
        judge()
        after = resource.getrusage(resource.RUSAGE_SELF)
        cost.judging = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cost


@contextmanager
def _watched() -> Iterator[Cost]:
    """Have the laps taken where a process is ready, and where it is ended."""
    cost, looking = Cost(), 0.0
    ready, close = Sandbox._require_ready, Connection.close

    def is_ready(self: Sandbox, connection: Connection) -> None:
        ready(self, connection)
        cost.started += timed(cost.lap)

    def is_closed(self: Connection) -> None:
        cost.calling += timed(cost.lap)
        close(self)
        timed(cost.lap)  # from here on without it

    def timed(lap: Callable[[], float]) -> float:
        nonlocal looking
        began = resource.getrusage(resource.RUSAGE_SELF)
        passed = lap()
        ended = resource.getrusage(resource.RUSAGE_SELF)
        looking += ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
        return passed

    Sandbox._require_ready, Connection.close = is_ready, is_closed  # type: ignore[method-assign]
    try:
        yield cost
    finally:
        Sandbox._require_ready, Connection.close = ready, close  # type: ignore[method-assign]
        cost.judging -= looking
