"""What the commands share: a progress bar, writing a report or script where it was asked for, the option ``--lang``."""

import io
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import LANGUAGES, of_environment, speaking, t
from gradproof.conformance.reports.wording import plain

MOST_SAID = 20_000  # characters of a line
ASKED = "gradproof.language"
SPELLED_OUT = "backslashreplace"  # what becomes of a character that cannot be written


def spell_out() -> None:
    """Let standard output have every character: one that its encoding lacks is spelled out, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors=SPELLED_OUT)


def say(text: str, err: bool = False) -> None:
    """Print a line, whose names may be anything: what would move a cursor or ring a bell is spelled out."""
    click.echo(plain(text, MOST_SAID), err=err)


class Whole(click.IntRange):
    """A whole number within bounds, called so where another word is given."""

    name = "integer"


class Number(click.FloatRange):
    """A number within bounds, in which what is no number never lies."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(t("{value!r} is not a valid {number_type}.", value=value, number_type=self.name), param, ctx)
        return number


@contextmanager
def progress(names: list[str], verb: str) -> Iterator[Callable[[str], None]]:
    """A bar on stderr while contracts are worked through; nothing where stderr is no terminal."""
    with stages(names, verb) as (tick,):
        yield tick


@contextmanager
def stages(names: list[str], *verbs: str) -> Iterator[tuple[Callable[[str], None], ...]]:
    """The same of several things that are done with each contract: a bar for each of them."""
    if not sys.stderr.isatty():
        yield tuple(lambda _name: None for _ in verbs)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def told(verb: str) -> Callable[[str], None]:
            task = bar.add_task(verb, total=len(names))
            return lambda name: bar.update(task, advance=1, description=t("{verb} {name}", verb=verb, name=name))

        yield tuple(map(told, verbs))


def require_place(output: str | None) -> None:
    """Raise UsageError, before anything is done for it, if no file can be made there."""
    if output is None:
        return
    target = Path(os.path.realpath(output))
    if target.is_dir():
        raise UsageError(t("--output {output} is a folder, expected a file", output=output))
    if not target.parent.is_dir():
        raise UsageError(t("--output {output}: there is no folder {parent}", output=output, parent=target.parent))


def write(content: str, output: str | None) -> None:
    """Write to a file, or to standard output if none is named: UTF-8 here and there, for programs read it."""
    if output is None:
        click.echo(content.encode("utf-8", SPELLED_OUT), nl=False)
        return
    with opened(output) as file:
        file.write(content)


@contextmanager
def opened(output: str) -> Iterator[IO[str]]:
    """The file to write to. Raises UsageError if it cannot be written."""
    try:
        with Path(output).open("w", encoding="utf-8", errors=SPELLED_OUT, newline="\n") as file:
            yield file
    except OSError as error:
        raise UsageError(
            t("--output {output} cannot be written: {reason}", output=output, reason=error.strerror)
        ) from None


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option; whatever it says then is in that language, or in that of the environment."""
    return click.option(
        "--lang",
        type=click.Choice(list(LANGUAGES)),
        expose_value=False,
        is_eager=True,
        callback=_chosen,
        help="The language of what is told to a person.  [default: what the assignment says, or LC_ALL, LANG, or en]",
    )(command)


def by_assignment(language: str) -> None:
    """Go on in the language of an assignment, if it names one and none was asked for."""
    context = click.get_current_context()
    if language and not context.meta.get(ASKED):
        context.with_resource(speaking(language))


def _chosen(context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    context.meta[ASKED] = bool(value or context.meta.get(ASKED))  # before the verb, or after it
    is_alone = context.parent is None and not isinstance(context.command, click.Group)  # `main` asked for no language
    if value or is_alone:
        context.with_resource(speaking(value or of_environment(os.environ)))
    return value
