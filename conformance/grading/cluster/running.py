"""What a running executor is asked for."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass


@dataclass(frozen=True)
class Running:
    """What judges a class.

    Args:
        make: the executor; where it broke it is made anew.
        workers: how many it has; 0 where they are still to come.
        starts: how often a hand-in was begun, where the executor begins what it lost again by itself.
    """

    make: Callable[[], Executor]
    workers: int
    starts: Callable[[str], int] = lambda _name: 0

    @property
    def room(self) -> int:
        """For how many hand-ins at once there is room: for one where the workers are still to come."""
        return self.workers or 1
