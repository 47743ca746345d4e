"""The torch oracle at work in a process of its own: importing torch takes longer than to judge most submissions.

That process is one of ours, asked by ours alone: what passes between the two may be pickled. Whatever it cannot do is
done here instead, and told here if it fails.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradproof.conformance.spec.cases import Case
    from gradproof.conformance.spec.contract import Answer

Cases = tuple["Case", ...]
Answers = tuple["Answer | None", ...]  # None where it fails
ROOT = Path(__file__).absolute().parents[3]  # the folder that holds the package gradproof


def named(name: str, fixtures: str | None) -> str:
    """The oracle that is meant: ``auto`` is torch if it is installed and no set is given, else golden."""
    if name == "auto":
        return "golden" if fixtures is not None or find_spec("torch") is None else "torch"
    return name


class Answering:
    """A process that answers cases with torch, all of a request at once, in the order in which they are asked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("answering.py")), str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._asked: SimpleQueue[tuple[Cases, Future[Answers]] | None] = SimpleQueue()
        self._due: SimpleQueue[tuple[Cases, Future[Answers]] | None] = SimpleQueue()
        self._threads = tuple(Thread(target=work, daemon=True) for work in (self._write_on, self._read_on))
        for thread in self._threads:
            thread.start()

    def ask(self, cases: Cases) -> "Future[Answers]":
        """The answers to these cases as soon as they are there; all None if there will be none.

        What was made of a case here does not travel with it.
        """
        told: Future[Answers] = Future()
        self._asked.put((tuple(case.with_inputs(case.inputs) for case in cases), told))
        return told

    def close(self) -> None:
        """End the process. What was asked and is not answered has no answer."""
        self._process.kill()
        self._process.wait()
        self._asked.put(None)
        for thread in self._threads:
            thread.join()

    def _write_on(self) -> None:
        """Pass on what is asked; a thread of its own, since the process reads only when it has answered."""
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as requests:
            while (asked := self._asked.get()) is not None:
                self._due.put(asked)
                with suppress(OSError):
                    requests.write(pickle.dumps(asked[0]))
                    requests.flush()
        self._due.put(None)

    def _read_on(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as replies:
            while (due := self._due.get()) is not None:
                cases, told = due
                try:
                    told.set_result(pickle.load(replies))
                except (EOFError, OSError, pickle.UnpicklingError):
                    told.set_result((None,) * len(cases))


@contextmanager
def beginning(name: str, fixtures: str | None) -> "Iterator[Answering | None]":
    """A process that imports torch from now on, if that oracle is meant and torch is not imported here already."""
    if named(name, fixtures) != "torch" or "torch" in sys.modules or find_spec("torch") is None:
        yield None
        return
    try:
        answering = Answering()
    except (OSError, RuntimeError):  # no process, or no thread, is to be had: it is done here
        yield None
        return
    try:
        yield answering
    finally:
        answering.close()
