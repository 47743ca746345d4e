"""What stands between a submission's process and the machine: how the worker is started, and what it can reach.

A wall turns "run the worker on this submission" into a command. ``bubblewrap`` gives the process namespaces of its own
and a file system in which nothing is but Python, NumPy, the worker and the submission; ``unprivileged`` is for root on
a host without user namespaces, as course containers are: another user, Landlock and seccomp; ``plain`` is a child
process and no wall.
"""

import os
from collections.abc import Callable
from functools import cache

from gradproof.conformance.errors import UsageError
from gradproof.conformance.sandbox.walls.launching import Launch, Order, Wall
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

__all__ = ["FORKED", "NAMES", "Launch", "Order", "Wall", "kept", "named", "pick"]
NAMES = ("bubblewrap", "unprivileged")
FORKED = {name: f"{name}, forked" for name in NAMES}


def named(name: str) -> Wall:
    """The wall of a name: one of NAMES, the same with workers that are forked, or plain."""
    from gradproof.conformance.sandbox.walls.among_users import AmongUsers
    from gradproof.conformance.sandbox.walls.bubblewrap import Bubblewrap
    from gradproof.conformance.sandbox.walls.in_namespaces import InNamespaces
    from gradproof.conformance.sandbox.walls.plain import Plain
    from gradproof.conformance.sandbox.walls.unprivileged import Unprivileged

    walls: dict[str, Callable[[], Wall]] = {
        "bubblewrap": Bubblewrap,
        "unprivileged": Unprivileged,
        "plain": Plain,
        FORKED["bubblewrap"]: InNamespaces,
        FORKED["unprivileged"]: AmongUsers,
    }
    return walls[name]()


def kept(name: str) -> Wall:
    """The wall of a name for one submission after the other: what they have alike is done once in this process."""
    return _kept(FORKED.get(name, name), os.getpid())


@cache
def _kept(name: str, _process: int) -> Wall:
    return named(name)


def pick(name: str) -> Wall:
    """The wall of that name; ``auto`` is the first of NAMES that can stand here.

    Raises:
        UsageError: if it cannot, with what to install.
    """
    from gradproof.conformance.sandbox.walls import system

    if name != "auto":
        wall = named(name)
        reason = wall.missing()
        if reason:
            raise UsageError(say("--wall {name}: {reason}", name=name, reason=reason))
        return wall
    reasons = {}
    for each in NAMES:
        wall = named(each)
        reason = wall.missing()
        if reason is None:
            return wall
        reasons[each] = reason
    told = joined(SENTENCES, (say("{name}: {words}", name=each, words=reason) for each, reason in reasons.items()))
    told = system.not_linux() or told
    raise UsageError(
        say(
            "no wall can stand on this machine ({told}); --no-sandbox judges without one, and then a submission "
            "can read and write whatever you can, the answers and the other submissions included",
            told=told,
        )
    )
