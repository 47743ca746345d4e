"""The executors that ``--executor`` names."""

import importlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from gradproof.conformance.errors import UsageError, told
from gradproof.conformance.grading.cluster.running import Running
from gradproof.conformance.spec.words.said import say

PROCESSES = "processes"  # of this machine, which is the default
EXPECTED = say("expected processes, dask:local, dask:ADDRESS or module:factory")


@contextmanager
def opened(named: str, workers: int | None) -> Iterator[Running]:
    """The executor of that name, until the end. Raises UsageError if there is none."""
    module, rest = _parts(named)
    if module == "dask":
        from gradproof.conformance.grading.cluster import by_dask

        with by_dask.running(rest, workers) as made:
            yield made
        return
    factory = _factory(module, rest, named)
    yield Running(factory, workers or os.cpu_count() or 1)


def require(named: str) -> None:
    """Raise UsageError for what names no executor, before anything is made."""
    if named != PROCESSES:
        module, rest = _parts(named)
        if module != "dask":
            _factory(module, rest, named)


def _parts(named: str) -> tuple[str, str]:
    module, _, rest = named.partition(":")
    if not module or not rest or module.startswith("."):
        raise UsageError(say("--executor {named}: {expected}", named=named, expected=EXPECTED))
    return module, rest


def _factory(module: str, name: str, named: str) -> Callable[[], Executor]:
    factory = _made(named, lambda: getattr(importlib.import_module(module), name))

    def make() -> Executor:
        made = _made(named, factory)
        if not isinstance(made, Executor):
            raise UsageError(
                say(
                    "--executor {named} gave {name}, expected a concurrent.futures.Executor",
                    named=named,
                    name=type(made).__name__,
                )
            )
        return made

    return make


def _made(named: str, action: Callable[[], Any]) -> Any:
    """What comes of somebody's module or factory. Raises UsageError for whatever it raises, an exit among it."""
    try:
        return action()
    except (ImportError, AttributeError) as error:
        reason: object = error
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever somebody's code raises is told
        reason = told(error)
    raise UsageError(say("--executor {named}: {reason}; {expected}", named=named, reason=reason, expected=EXPECTED))
