"""A class on several processes, through the interface of concurrent.futures: any Executor will do."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from gradproof.conformance.grading.intake import HandIn
from gradproof.conformance.grading.judge import Task, judge
from gradproof.conformance.grading.model import Graded
from gradproof.conformance.harness.worker import end_with

WAITING = 4  # submissions handed to the executor, a worker: a class of any size takes the same memory

Outcome = tuple[Graded, float]


def judge_all(task: Task, hand_ins: Iterable[HandIn], executor: Executor, workers: int) -> Iterator[Outcome]:
    """The result of every submission, as they come. Raises BrokenProcessPool if a process of the pool died."""
    rest = iter(hand_ins)
    pending: set[Future[Outcome]] = {executor.submit(judge, task, each) for each in islice(rest, WAITING * workers)}
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        pending |= {executor.submit(judge, task, each) for each in islice(rest, len(done))}
        for future in done:
            yield future.result()


def judge_surely(
    task: Task, hand_ins: Iterable[HandIn], pool: Callable[[int], Executor], workers: int
) -> Iterator[Outcome]:
    """As :func:`judge_all`; a process of the pool that dies takes no result along.

    What was unfinished then is judged again, one at a time, each in a pool of its own, so that the one that kills its
    judge is known: it gets that as its problem.
    """
    left = {each.name: each for each in hand_ins}
    try:
        with pool(workers) as executor:
            for graded, seconds in judge_all(task, list(left.values()), executor, workers):
                del left[graded.submission]
                yield graded, seconds
    except BrokenProcessPool:
        for each in list(left.values()):
            yield _alone(task, each, pool)


def process_pool(workers: int) -> Executor:
    """Processes that start fresh, with one BLAS thread each, and end with this one."""
    return ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_settle, initargs=(os.getpid(),)
    )


def _alone(task: Task, hand_in: HandIn, pool: Callable[[int], Executor]) -> Outcome:
    try:
        with pool(1) as executor:
            return executor.submit(judge, task, hand_in).result()
    except BrokenProcessPool:
        problem = "the process that judged it was killed, as by a lack of memory; judge it by itself"
        return Graded(hand_in.name, hand_in.path.name, "", 0.0, task.assignment.max_score, problem), 0.0


def _settle(parent: int) -> None:
    """End with the parent, however it ends, and leave Ctrl-C to it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
