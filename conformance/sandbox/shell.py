"""How a command is written so that the shell of this system takes it back."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterable


def command_line(arguments: Iterable[str], is_windows: bool = os.name == "nt") -> str:
    """The arguments as one line: quoted as POSIX shells read them, or with the double quotes that Windows knows."""
    words = tuple(arguments)
    return subprocess.list2cmdline(words) if is_windows else shlex.join(words)


def replay_command(path: str, *options: str) -> Callable[[str], str]:
    """From a case's id to the command that replays it on the submission at ``path``."""
    return lambda case: command_line(["gradproof", "replay", case, path, *options])
