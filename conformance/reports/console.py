"""The console that reports are printed on: as wide as the terminal, and of a fixed width where there is none."""

from typing import IO

from rich.console import Console

WIDTH_WITHOUT_TERMINAL = 110


def console(file: IO[str] | None = None) -> Console:
    """A console without automatic highlighting; colours only on a terminal."""
    made = Console(file=file, highlight=False)
    return made if made.is_terminal else Console(file=file, highlight=False, width=WIDTH_WITHOUT_TERMINAL)
