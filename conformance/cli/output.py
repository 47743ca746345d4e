"""What the commands share: a progress bar, and writing a report or script where it was asked for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from gradproof.conformance.errors import UsageError


@contextmanager
def progress(names: list[str], verb: str) -> Iterator[Callable[[str], None]]:
    """A bar on stderr while contracts are worked through; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(verb, total=len(names))
        yield lambda name: bar.update(task, advance=1, description=f"{verb} {name}")


def write(content: str, output: str | None) -> None:
    """Write to a file, or to standard output if none is named."""
    if output is None:
        click.echo(content, nl=False)
        return
    with opened(output) as file:
        file.write(content)


@contextmanager
def opened(output: str) -> Iterator[IO[str]]:
    """The file to write to. Raises UsageError if it cannot be written."""
    try:
        with Path(output).open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise UsageError(f"--output {output} cannot be written: {error.strerror}") from None
