"""No wall: a child process with the rights of whoever runs the suite."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from gradproof.conformance.errors import PASSING
from gradproof.conformance.sandbox import key
from gradproof.conformance.sandbox.child import Child
from gradproof.conformance.sandbox.walls import system
from gradproof.conformance.sandbox.walls.launching import ISOLATED, QUIET, Launch, Order, begun
from gradproof.conformance.spec.limits import DEFAULT
from gradproof.conformance.spec.words.said import say


class Plain:
    """A child process. A crash or a hang ends it alone; nothing else is held back."""

    name = "plain"
    _ahead: tuple[Path, Child] | None = None  # a process that stands where a submission is

    def missing(self) -> str | None:
        """Nothing: it can always stand."""
        return None

    def gives(self) -> str:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return say("a crash or a hang stays in its process, nothing else is held back")

    @contextmanager
    def beginning(self, submission: Path) -> Iterator[None]:
        """A process for that submission is at work from now on: it imports what it needs while the suite does."""
        with suppress(*PASSING, RuntimeError):  # it is tried again where its failure is told
            self._ahead = submission, begun(_launch(submission), DEFAULT)
        try:
            yield
        finally:
            self._end()

    def launch(self, order: Order, resources: ExitStack) -> Launch:  # noqa: ARG002 - it needs none
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        launch = replace(_launch(order.submission), adapter=str(order.adapter) if order.adapter else None)
        if self._ahead is None or self._ahead[0] != order.submission:
            return launch
        (_, child), self._ahead = self._ahead, None
        return replace(launch, start=lambda _arguments: child)

    def _end(self) -> None:
        if self._ahead is not None:
            (_, child), self._ahead = self._ahead, None
            child.end()
            child.stdin.close()
            child.stdout.close()


def _launch(submission: Path) -> Launch:
    return Launch(
        command=(sys.executable, *ISOLATED),
        root=str(system.root()),
        submission=str(submission),
        adapter=None,
        cwd=submission if submission.is_dir() else submission.parent,
        env={**{n: value for n, value in key.without(os.environ).items() if not n.startswith("PYTHON")}, **QUIET},
        is_confined=False,
        worker=str(system.PACKAGE / "harness" / "worker.py"),
    )
