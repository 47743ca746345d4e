"""A class on several processes, through the interface of concurrent.futures: any Executor will do."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from typing import Any

from gradproof.conformance.grading.cluster.running import Running
from gradproof.conformance.grading.cluster.travel import Lacks, Sender
from gradproof.conformance.grading.intake import HandIn
from gradproof.conformance.grading.judge import Task, Timed, judge, unmade
from gradproof.conformance.harness.worker import end_with

WAITING = 4  # submissions handed to the executor, a worker: a class of any size takes the same memory
ATTEMPTS = 3  # at a submission, where our own side fails

TICK = 1.0  # seconds between two looks at how often something was begun

Submit = Callable[[Executor, HandIn, bool], "Future[Timed | Lacks]"]


class Pool(ProcessPoolExecutor):
    """Processes, and whether the thread is lost that hands out their work: where no thread can be started, it ends."""

    def is_lost(self) -> bool:
        """Whether nothing that was handed over will ever come back."""
        thread: Any = self._executor_manager_thread
        return thread is not None and not thread.is_alive()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; of a lost thread there is nothing to wait for."""
        if not self.is_lost():
            super().shutdown(wait, cancel_futures=cancel_futures)
            return
        for process in tuple((self._processes or {}).values()):
            process.kill()


def judge_all(task: Task, hand_ins: Iterable[HandIn], executor: Executor, workers: int) -> Iterator[Timed]:
    """The result of every submission, as they come, by one executor. What it loses or refuses is broken."""
    for _, outcome in _by(executor, task, deque(hand_ins), workers * WAITING, _plainly(task)):
        yield outcome


def judge_anywhere(task: Task, hand_ins: Iterable[HandIn], running: Running) -> Iterator[Timed]:
    """The same as :func:`judge_surely` on an executor whose workers need not share a file with us."""
    yield from _surely(task, hand_ins, lambda _workers: running.make(), running, Sender(task).submit)


def judge_surely(
    task: Task, hand_ins: Iterable[HandIn], pool: Callable[[int], Executor], workers: int
) -> Iterator[Timed]:
    """The result of every submission, as they come, whatever becomes of the processes that judge.

    Where our own side fails, be it that a process is killed, it is tried again when all others are done: by then what
    took the memory or the disk has ended. Then one is judged at a time, so that it is known at which one a process
    ends. After ATTEMPTS it stays broken.
    """
    yield from _surely(task, hand_ins, pool, Running(lambda: pool(workers), workers), _plainly(task))


def _plainly(task: Task) -> Submit:
    return lambda executor, hand_in, _is_lacking: executor.submit(judge, task, hand_in)


def _surely(
    task: Task, hand_ins: Iterable[HandIn], pool: Callable[[int], Executor], running: Running, submit: Submit
) -> Iterator[Timed]:
    workers, ahead, left = running.room, running.room * WAITING, tuple(hand_ins)
    for attempt in range(1, ATTEMPTS + 1):
        again = []
        for hand_in, outcome in _by_pools(pool, task, left, workers, ahead, running, submit):
            if outcome[0].is_unmade and attempt < ATTEMPTS and running.starts(hand_in.name) <= ATTEMPTS:
                again.append(hand_in)
            else:
                yield outcome
        workers, ahead, left = 1, 1, tuple(again)


def process_pool(workers: int) -> Executor:
    """Processes that start fresh, with one BLAS thread each, and end with this one."""
    return Pool(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_settle, initargs=(os.getpid(),))


def _by_pools(
    pool: Callable[[int], Executor],
    task: Task,
    hand_ins: Iterable[HandIn],
    workers: int,
    ahead: int,
    running: Running,
    submit: Submit,
) -> Iterator[tuple[HandIn, Timed]]:
    """One outcome each; a new pool takes over from one that broke."""
    rest = deque(hand_ins)
    while rest:
        with pool(workers) as executor:
            try:
                yield from _by(executor, task, rest, ahead, submit, running.starts)
            except (KeyboardInterrupt, GeneratorExit):
                _stop(executor)
                raise


def _stop(executor: Executor) -> None:
    """Have nothing go on: what is being judged is left, and is judged when the grading is resumed."""
    results: Any = getattr(executor, "_result_queue", None)
    executor.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        child.kill()
    if results is not None:
        results._writer.close()  # else a result that one of them was writing is waited for, for ever, at the end


def _by(
    executor: Executor,
    task: Task,
    rest: deque[HandIn],
    ahead: int,
    submit: Submit,
    starts: Callable[[str], int] = lambda _name: 0,
) -> Iterator[tuple[HandIn, Timed]]:
    """One outcome each, of all in ``rest``, or of those that were handed over before the executor broke."""
    pending: dict[Future[Timed | Lacks], HandIn] = {}
    lacking: set[str] = set()
    is_broken = False
    while pending or (rest and not is_broken):
        while rest and len(pending) < ahead and not is_broken:
            hand_in = rest.popleft()
            try:
                pending[submit(executor, hand_in, hand_in.name in lacking)] = hand_in
            except (OSError, RuntimeError, MemoryError) as refused:  # no process or thread can be started
                is_broken = True
                yield hand_in, unmade(task, hand_in, refused)
        is_lost = isinstance(executor, Pool) and executor.is_lost()  # asked first: what it has done until then is told
        is_broken |= is_lost
        done = set(pending) if is_lost else wait(pending, TICK, return_when=FIRST_COMPLETED).done
        for future in done:
            hand_in, error = pending.pop(future), _error(future)
            if error is None and isinstance(future.result(), Lacks):
                lacking.add(hand_in.name)
                rest.appendleft(hand_in)
                continue
            is_broken |= isinstance(error, BrokenExecutor)
            yield hand_in, (_outcome(future) if error is None else unmade(task, hand_in, error))
        for future in [each for each, one in pending.items() if starts(one.name) > ATTEMPTS + (one.name in lacking)]:
            hand_in = pending.pop(future)
            future.cancel()
            killed = BrokenExecutor(f"it was begun {ATTEMPTS} times, and each time the process ended")
            yield hand_in, unmade(task, hand_in, killed)


def _error(future: "Future[Timed | Lacks]") -> BaseException | None:
    """What became of it; what was cancelled or lost is as a process that ended."""
    try:
        error = future.exception(0)
    except (CancelledError, TimeoutError):
        return BrokenExecutor("it was lost on its way")
    return BrokenExecutor(str(error)) if type(error).__name__ == "KilledWorker" else error


def _outcome(future: "Future[Timed | Lacks]") -> Timed:
    found = future.result()
    assert not isinstance(found, Lacks)
    return found


def _settle(parent: int) -> None:
    """End with the parent, however it ends, and leave Ctrl-C to it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
