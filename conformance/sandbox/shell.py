"""How a command is written so that the shell of this system takes it back."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from gradproof.conformance.spec.asked.shipped import ADAPTERS, shipped_folder


def command_line(arguments: Iterable[str], is_windows: bool = os.name == "nt") -> str:
    """The arguments as one line: quoted as POSIX shells read them, or with the double quotes that Windows knows."""
    words = tuple(arguments)
    return subprocess.list2cmdline(words) if is_windows else shlex.join(words)


def shown(path: Path) -> str:
    """A path as one types it from here; a shipped adapter elsewhere by its name."""
    here = Path.cwd()
    if path.is_relative_to(here):
        return str(path.relative_to(here))
    return path.stem if path.parent == shipped_folder(ADAPTERS) else str(path)


def replay_command(path: str, *options: str) -> Callable[[str], str]:
    """From a case's id to the command that replays it on the submission at ``path``."""
    return lambda case: command_line(["gradproof", "replay", case, path, *options])
