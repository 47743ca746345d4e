"""``get_ipython()`` for a notebook that was saved as a Python file: what it does there, it does not do here."""

import builtins
import sys
from typing import Any

from gradproof.conformance.harness.absent.guards import is_guarded

NAME = "get_ipython"


class Notebook:
    """Whatever is asked of it, nothing is done: no magic, no command of a shell."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _nothing(*_arguments: object, **_options: object) -> None:
    """Do nothing."""


def get_ipython() -> Notebook:
    """The notebook. Raises NameError where that is expected, by code that asks whether it is in one."""
    if is_guarded(sys._getframe(1), "NameError"):
        raise NameError(f"name {NAME!r} is not defined")
    return Notebook()


def stand_in() -> Any:
    """Lend the name to whatever runs in this process; what it was before."""
    before = vars(builtins).get(NAME)
    put_back(get_ipython)
    return before


def put_back(before: Any) -> None:
    """What :func:`stand_in` gave has the name again."""
    if before is None:
        vars(builtins).pop(NAME, None)
    else:
        vars(builtins)[NAME] = before
