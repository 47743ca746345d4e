"""Judging a class while somebody looks on: how far it is, how fast, what is slow, and how to go on after Ctrl-C."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from gradproof.conformance.cli.output import say
from gradproof.conformance.reports.languages.speaking import t, tell
from gradproof.conformance.reports.wording import ABOUT, of_points

if TYPE_CHECKING:
    from gradproof.conformance.grading.intake import HandIn
    from gradproof.conformance.grading.judge import Task
    from gradproof.conformance.grading.ledger import Ledger

INTERRUPTED = 130
INTERRUPTED_BY_HAND = (
    "gradproof: interrupted; {done} are judged and kept in {folder}, {left} are left; the same command with --resume "
    "goes on"
)
NO_WORKER = "gradproof: --executor {executor} has no worker yet; it is waited for"
MESSAGES = (INTERRUPTED_BY_HAND, NO_WORKER)
SLOW = 5.0  # times the median, and seconds


def judged(
    task: "Task",
    hand_ins: "Sequence[HandIn]",
    book: "Ledger",
    executor: str,
    workers: int | None,
    times: Mapping[str, str],
    say_of: Callable[[str], None] = lambda _line: None,
) -> None:
    """Judge the hand-ins, each into the ledger as it comes. Ctrl-C ends it at once, with exit code 130."""
    from gradproof.conformance.grading.cluster.executors import opened
    from gradproof.conformance.grading.course.arrival import arrival
    from gradproof.conformance.grading.schedule import judge_anywhere, judge_surely, process_pool

    arrived = {each.name: arrival(each, times) for each in hand_ins}
    with resumable(book, arrived), class_progress(len(hand_ins)) as tick, ExitStack() as held:
        if executor == "processes":
            outcomes = judge_surely(task, hand_ins, process_pool, min(workers_or_cores(workers), len(hand_ins)))
        else:
            running = held.enter_context(opened(executor, workers))
            if not running.workers:
                say(t(NO_WORKER, executor=executor), err=True)
            outcomes = judge_anywhere(task, hand_ins, running)
        for graded, seconds in outcomes:
            book.add(graded, seconds, arrived[graded.submission])
            tick(graded.submission, seconds)
            words = tell(graded.problem) if graded.problem else of_points(graded.score, graded.max_score)
            say_of(t(ABOUT, name=graded.submission, words=words))


@contextmanager
def resumable(book: "Ledger", names: Iterable[str]) -> Iterator[None]:
    """At Ctrl-C say what is kept and how to go on with the others of these, and end."""
    try:
        yield
    except KeyboardInterrupt:
        interrupted(book, len(set(names) - set(book.done)))


def interrupted(book: "Ledger", left: int) -> None:
    """Say what is kept and how to go on, and end."""
    numbers = {"done": len(book.done), "folder": book.folder, "left": left}
    say(t(INTERRUPTED_BY_HAND, **numbers), err=True)
    sys.exit(INTERRUPTED)


def watched(
    directory: str,
    seconds: float,
    book: "Ledger",
    judge: "Callable[[Sequence[HandIn]], None]",
    pause: Event | None = None,
) -> None:
    """Judge what arrives in a folder, until Ctrl-C."""
    from gradproof.conformance.grading.course.dropbox import Dropbox, batches

    waiting = pause or Event()
    say(t("gradproof: watching {directory}; Ctrl-C ends it", directory=directory), err=True)
    try:
        box = Dropbox(Path(directory), book.folder)
        for arrived in batches(box, lambda: book.names, lambda: book.done, lambda: waiting.wait(seconds)):
            for each in arrived:
                if each.name in book.kept:
                    book.forget(each.name)
            judge(arrived)
    except KeyboardInterrupt:
        interrupted(book, 0)


def workers_or_cores(workers: int | None) -> int:
    """As many as are asked for, or one a core."""
    return workers or os.cpu_count() or 1


def slow_ones(seconds: Mapping[str, float]) -> str:
    """Those that took much longer than the others, the longest first; nothing, if there are none."""
    from statistics import median

    if not seconds:
        return ""
    middle = median(seconds.values())
    found = sorted((each for each in seconds.items() if each[1] > max(SLOW * middle, SLOW)), key=lambda each: -each[1])
    told = ", ".join(f"{name} {value:.1f} s" for name, value in found[:5]) + (" ..." if len(found) > 5 else "")
    return t("slow: {names}; half of all took {seconds:.1f} s or less", names=told, seconds=middle) if found else ""


@contextmanager
def class_progress(count: int) -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr with counts, rate, time left and the slowest so far; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _name, _seconds: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        *(TextColumn(t("judging")), BarColumn(), MofNCompleteColumn()),
        *(TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), TextColumn("{task.description}")),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count, rate="")
        slowest = ("", 0.0)

        def tick(name: str, seconds: float) -> None:
            nonlocal slowest
            slowest = max(slowest, (name, seconds), key=lambda each: each[1])
            speed = bar.tasks[0].speed
            rate = t("{rate:.1f} a second", rate=speed) if speed else ""
            bar.update(
                task,
                advance=1,
                rate=rate,
                description=t("slowest: {name}, {seconds:.1f} s", name=slowest[0], seconds=slowest[1]),
            )

        yield tick
