"""No wall: a child process with the rights of whoever runs the suite."""

import os
import sys
from contextlib import ExitStack

from gradproof.conformance.sandbox import key
from gradproof.conformance.sandbox.walls import system
from gradproof.conformance.sandbox.walls.launching import ISOLATED, QUIET, Launch, Order
from gradproof.conformance.spec.words.said import say


class Plain:
    """A child process. A crash or a hang ends it alone; nothing else is held back."""

    name = "plain"

    def missing(self) -> str | None:
        """Nothing: it can always stand."""
        return None

    def gives(self) -> str:
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        return say("a crash or a hang stays in its process, nothing else is held back")

    def launch(self, order: Order, resources: ExitStack) -> Launch:  # noqa: ARG002 - it needs none
        """See :class:`gradproof.conformance.sandbox.walls.Wall`."""
        path = order.submission
        return Launch(
            command=(sys.executable, *ISOLATED),
            root=str(system.root()),
            submission=str(path),
            adapter=str(order.adapter) if order.adapter else None,
            cwd=path if path.is_dir() else path.parent,
            env={**{n: value for n, value in key.without(os.environ).items() if not n.startswith("PYTHON")}, **QUIET},
            is_confined=False,
            worker=str(system.PACKAGE / "harness" / "worker.py"),
        )
