"""A grid of runs in parallel processes. What comes out does not depend on how many there are."""

import multiprocessing
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.synchronize import Event

from gradproof.conformance.errors import UsageError
from gradproof.conformance.sandbox.threads import one_thread_each
from gradproof.conformance.spec.words.said import say
from gradproof.conformance.training.config import Recipe, RunConfig
from gradproof.conformance.training.folder import RunFolder, write_json
from gradproof.conformance.training.run import Interrupted, Result, execute, finished


@dataclass(frozen=True)
class Member:
    """One run of a sweep."""

    index: int
    config: RunConfig
    result: Result


def execute_all(folder: RunFolder, recipe: Recipe, workers: int, tick: Callable[[Member], None]) -> tuple[Member, ...]:
    """Train every run of the grid that is not finished, each in a folder of its own; the best one's files come up.

    Args:
        folder: of the whole sweep.
        recipe: the grid.
        workers: how many processes.
        tick: called with each member when it is finished.

    Returns:
        the members in the order of the grid.

    Raises:
        UsageError: if a run cannot be carried out, or a process dies.
        Interrupted: after Ctrl-C, when every run that was under way has written its checkpoint.
    """
    configs = list(recipe.configs())
    one_thread_each()
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    with ProcessPoolExecutor(min(workers, len(configs)), context, _start_worker, (stop,)) as pool:
        with _sigint_ignored():
            futures: dict[Future[Result], int] = {
                pool.submit(_run_member, folder.member(index), config): index for index, config in enumerate(configs)
            }
        try:
            with _stopping(stop, pool):
                for future in as_completed(futures):
                    tick(Member(futures[future], configs[futures[future]], future.result()))
        except BrokenProcessPool:
            raise UsageError(
                say("sweep: a process died, perhaps for lack of memory; --resume {path} goes on", path=folder.path)
            ) from None
    results = {index: future.result() for future, index in futures.items()}
    members = tuple(Member(index, config, results[index]) for index, config in enumerate(configs))
    _promote(folder, best_of(members))
    return members


def best_of(members: tuple[Member, ...]) -> Member:
    """The highest validation accuracy; the first of equals."""
    return ranked(members)[0]


def ranked(members: tuple[Member, ...]) -> list[Member]:
    """From the best to the worst."""
    return sorted(members, key=lambda member: (-member.result.best_val_accuracy, member.index))


def members_of(folder: RunFolder, recipe: Recipe) -> tuple[Member, ...]:
    """The members of a finished sweep."""
    return tuple(Member(i, config, finished(folder.member(i))) for i, config in enumerate(recipe.configs()))


@contextmanager
def _sigint_ignored() -> Iterator[None]:
    # Ctrl-C reaches every process of the terminal. A process that is started here ignores it from its first moment on;
    # only the one that starts them answers, and asks them to stop by the event.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _stopping(stop: Event, pool: ProcessPoolExecutor) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted from None
        raise


_stop: Event | None = None


def _start_worker(stop: Event) -> None:
    global _stop  # noqa: PLW0603 - what a pool's initializer leaves for its tasks
    _stop = stop


def _run_member(folder: RunFolder, config: RunConfig) -> Result:
    if folder.is_finished:
        return finished(folder)
    if not folder.config.is_file():
        folder.start(Recipe(config=config), force=False)
    return execute(folder, config, lambda _solver: None, _stop.is_set if _stop else lambda: False)


def _promote(folder: RunFolder, best: Member) -> None:
    source = folder.member(best.index)
    for file in source.files:
        if file not in (source.config, source.result) and file.is_file():
            shutil.copyfile(file, folder.path / file.name)
    write_json(folder.result, asdict(best.result))
