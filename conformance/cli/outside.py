"""The option ``--contracts``: contracts from outside, known from then on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def load(_context: click.Context, _option: click.Parameter, files: tuple[str, ...]) -> None:
    """Let the contracts of these files, and of installed packs, be known. Raises ContractFileError."""
    from gradproof.conformance.spec.open_row.files import found

    found(map(Path, files))


contracts_option: Callable[[Decorated], Decorated] = click.option(
    "--contracts",
    metavar="FILE",
    multiple=True,
    callback=load,
    expose_value=False,
    help="A Python file of contracts of your own, see 'gradproof new contract'. May be given again.",
)
