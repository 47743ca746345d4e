"""Bubblewrap's wall with workers that are forked behind it: what was handed in goes there as a file in memory."""

import os
import tarfile
from collections.abc import Mapping
from contextlib import ExitStack

from gradproof.conformance.sandbox.walls import bubblewrap, cgroup, nursery
from gradproof.conformance.sandbox.walls.forked import Forked
from gradproof.conformance.sandbox.walls.launching import Folder, Launch, Order
from gradproof.conformance.spec.limits import FILES, MIB

NURSERY = f"{bubblewrap.ROOT}/nursery.py"
MOST_PACKED = 32 * MIB  # of what was handed in, for it is in memory twice


class InNamespaces(Forked):
    """Each worker in namespaces of its own."""

    def __init__(self) -> None:
        super().__init__(bubblewrap.Bubblewrap())

    def launched(self, order: Order, resources: ExitStack) -> Launch:
        """See :class:`Forked`."""
        counted = cgroup.made(order.limits.processes + bubblewrap.OWN_PROCESSES, resources)
        nobody = int(bubblewrap.NOBODY)
        folder = Folder(bubblewrap.SCRATCH, order.limits.disk_mb * MIB, FILES, nobody, is_there=False)
        child = self.child(folder, resources, packed(order, resources), counted=counted)
        return bubblewrap.launched(order, start=child.begin)

    def command(self, calls: int, resources: ExitStack) -> tuple[tuple[str, ...], Mapping[str, str]]:  # noqa: ARG002
        """See :class:`Forked`."""
        places = (word for at in nursery.HANDED_IN for word in ("--dir", at))
        mounts = ("--ro-bind", nursery.__file__, NURSERY, *places)
        return bubblewrap.behind(mounts, MIB, (NURSERY, "namespaces", bubblewrap.ROOT, str(calls))), {}


def packed(order: Order, resources: ExitStack) -> int:
    """A file in memory with what was handed in, as tar has it. Raises OSError if it is too much for that."""
    left = MOST_PACKED

    def counted(member: tarfile.TarInfo) -> tarfile.TarInfo:
        nonlocal left
        left -= member.size
        if left < 0:
            raise OSError(f"more than {MOST_PACKED // MIB} MiB were handed in")
        if not (member.isreg() or member.isdir()):
            raise OSError(f"{member.name} is neither a file nor a folder")  # a link may lead anywhere
        return member

    file = resources.enter_context(os.fdopen(os.memfd_create("gradproof"), "w+b"))
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(order.submission, f"submission/{bubblewrap.name_of(order)}", filter=counted)
        if order.adapter:
            archive.add(order.adapter, f"adapter/{order.adapter.name}")
    file.seek(0)
    return file.fileno()
