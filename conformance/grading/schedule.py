"""A class on several processes, through the interface of concurrent.futures: any Executor will do."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait

from gradproof.conformance.grading.intake import HandIn
from gradproof.conformance.grading.judge import Task, judge, unmade
from gradproof.conformance.grading.model import Graded
from gradproof.conformance.harness.worker import end_with

WAITING = 4  # submissions handed to the executor, a worker: a class of any size takes the same memory
ATTEMPTS = 3  # at a submission, where our own side fails

Outcome = tuple[Graded, float]


def judge_all(task: Task, hand_ins: Iterable[HandIn], executor: Executor, workers: int) -> Iterator[Outcome]:
    """The result of every submission, as they come, by one executor. What it loses or refuses is broken."""
    for _, outcome in _by(executor, task, deque(hand_ins), workers * WAITING):
        yield outcome


def judge_surely(
    task: Task, hand_ins: Iterable[HandIn], pool: Callable[[int], Executor], workers: int
) -> Iterator[Outcome]:
    """The result of every submission, as they come, whatever becomes of the processes that judge.

    Where our own side fails, be it that a process is killed, it is tried again when all others are done: by then what
    took the memory or the disk has ended. Then one is judged at a time, so that it is known at which one a process
    ends. After ATTEMPTS it stays broken.
    """
    ahead, left = workers * WAITING, tuple(hand_ins)
    for attempt in range(1, ATTEMPTS + 1):
        again = []
        for hand_in, outcome in _by_pools(pool, task, left, workers, ahead):
            if outcome[0].is_unmade and attempt < ATTEMPTS:
                again.append(hand_in)
            else:
                yield outcome
        workers, ahead, left = 1, 1, tuple(again)


def process_pool(workers: int) -> Executor:
    """Processes that start fresh, with one BLAS thread each, and end with this one."""
    return ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_settle, initargs=(os.getpid(),)
    )


def _by_pools(
    pool: Callable[[int], Executor], task: Task, hand_ins: Iterable[HandIn], workers: int, ahead: int
) -> Iterator[tuple[HandIn, Outcome]]:
    """One outcome each; a new pool takes over from one that broke."""
    rest = deque(hand_ins)
    while rest:
        with pool(workers) as executor:
            yield from _by(executor, task, rest, ahead)


def _by(executor: Executor, task: Task, rest: deque[HandIn], ahead: int) -> Iterator[tuple[HandIn, Outcome]]:
    """One outcome each, of all in ``rest``, or of those that were handed over before the executor broke."""
    pending: dict[Future[Outcome], HandIn] = {}
    is_broken = False
    while pending or (rest and not is_broken):
        while rest and len(pending) < ahead and not is_broken:
            hand_in = rest.popleft()
            try:
                pending[executor.submit(judge, task, hand_in)] = hand_in
            except (OSError, RuntimeError, MemoryError) as refused:  # no process or thread can be started
                is_broken = True
                yield hand_in, unmade(task, hand_in, refused)
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            hand_in, error = pending.pop(future), future.exception()
            is_broken |= isinstance(error, BrokenExecutor)
            yield hand_in, (future.result() if error is None else unmade(task, hand_in, error))


def _settle(parent: int) -> None:
    """End with the parent, however it ends, and leave Ctrl-C to it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
