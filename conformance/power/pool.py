"""Trials judged in processes of their own. One that hangs ends its process, and the next goes on.

The limit is on the processor's time, so that a busy machine gives the same verdicts; the clock on the wall only ends
what waits for something that never comes. Nothing here imports NumPy: a worker first says how many threads BLAS may
use.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from gradproof.conformance.sandbox.threads import one_thread_each

if TYPE_CHECKING:
    from gradproof.conformance.power.judging import Outcome
    from gradproof.conformance.power.submissions import Trial

SECONDS, SECONDS_FOR_NAMES = 20.0, 80.0
SECONDS_ON_THE_WALL = 900.0


@dataclass(frozen=True)
class Source:
    """Where the answers come from; the arguments of :func:`gradproof.conformance.oracle.oracle.pick`.

    ``names``: that it is asked whether mutants are given a name, and nothing else.
    """

    oracle: str = "golden"
    seed: int | None = None
    fixtures: str | None = None
    cases: int | None = None
    names: bool = False

    @property
    def seconds(self) -> float:
        """How long the processor may work on a trial: more cases, more time."""
        return (SECONDS_FOR_NAMES if self.names else SECONDS) * max(1.0, (self.cases or 0) / 24)


class Worker:
    """A process that judges one trial after the other, started anew when one does not come back."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._start()

    def judge(self, trial: "Trial") -> "Outcome | None":
        """The outcome; None if it took too long or ended the process."""
        self._ours.send(trial)
        answer: Outcome | None = self._answer()
        if answer is None:
            self.close()
            self._start()
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._ours.close()

    def _start(self) -> None:
        context = get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self.source), daemon=True)
        self._process.start()
        theirs.close()
        if self._answer() is None:
            raise RuntimeError("a worker of gradproof power did not start")

    def _answer(self) -> Any:
        try:
            return self._ours.recv() if self._ours.poll(SECONDS_ON_THE_WALL) else None
        except EOFError:
            return None


def outcomes(
    trials: Sequence["Trial"],
    source: Source,
    workers: int | None = None,
    tick: Callable[[str], None] = lambda _name: None,
) -> "list[Outcome]":
    """The outcome of every trial, in their order. ``tick`` is told the kind of each as it is done."""
    count = min(workers or os.cpu_count() or 1, max(len(trials), 1))
    with _crew(source, count) as idle, ThreadPoolExecutor(count) as threads:

        def judged(trial: "Trial") -> "Outcome":
            from gradproof.conformance.power.judging import TIME_LIMIT, Outcome

            worker = idle.get()
            try:
                answer = worker.judge(trial)
            finally:
                idle.put(worker)
            tick(trial.kind)
            return Outcome(trial, (f"{trial.contracts[0]}.{TIME_LIMIT}",)) if answer is None else answer

        return list(threads.map(judged, trials))


def serve(connection: Connection, source: Source) -> None:
    """What a worker does: judge what comes until nothing does."""
    one_thread_each()
    from gradproof.conformance.oracle.oracle import pick
    from gradproof.conformance.power.judging import Outcome, outcome, with_name

    oracle = pick(source.oracle, source.seed, source.fixtures)
    connection.send("ready")
    while True:
        try:
            trial = connection.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, source.seconds)  # whose signal ends the process
        try:
            connection.send(with_name(trial, oracle) if source.names else outcome(trial, oracle, source.cases))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is no verdict
            connection.send(Outcome(trial, problem=f"{type(error).__name__}: {error}"))


@contextmanager
def _crew(source: Source, count: int) -> "Iterator[SimpleQueue[Worker]]":
    crew = [Worker(source) for _ in range(count)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in crew:
        idle.put(worker)
    try:
        yield idle
    finally:
        for worker in crew:
            worker.close()
