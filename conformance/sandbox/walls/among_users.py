"""The unprivileged wall with workers that are forked: root's process forks, and each worker is another user."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from gradproof.conformance.sandbox.folders import private_folder
from gradproof.conformance.sandbox.walls import nursery, unprivileged
from gradproof.conformance.sandbox.walls.forked import Forked
from gradproof.conformance.sandbox.walls.launching import ISOLATED, QUIET, SPEAKS, Launch, Order


class AmongUsers(Forked):
    """Each worker another user, kept to its own files and to one copy of the suite's part that all may read."""

    def __init__(self) -> None:
        super().__init__(unprivileged.Unprivileged())
        self._root: Path | None = None

    def launched(self, order: Order, resources: ExitStack) -> Launch:
        """See :class:`Forked`."""
        self.standing()
        assert self._root is not None
        home = unprivileged.home_of(order, resources)
        child = self.child({"rights": home.rights(self._root), "env": home.env}, resources)
        return home.launched(self._root, start=child.begin)

    def command(self, calls: int, resources: ExitStack) -> tuple[tuple[str, ...], Mapping[str, str]]:
        """See :class:`Forked`."""
        folder = resources.enter_context(private_folder())
        for path in (folder.parent, folder):
            path.chmod(0o711)
        self._root = folder / "root"
        unprivileged.copy_worker(self._root)
        return (sys.executable, *ISOLATED, nursery.__file__, "users", str(self._root), str(calls)), {**QUIET, **SPEAKS}
