"""The option ``--contracts``: contracts from outside, known while the command runs."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click


def contracts_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option. To read a command line does nothing; the files are read when the command runs."""

    @wraps(command)
    def run(*arguments: Any, contracts: tuple[str, ...], **options: Any) -> Any:
        from gradproof.conformance.spec.open_row.files import found

        found(map(Path, contracts))
        return command(*arguments, **options)

    return click.option(
        "--contracts",
        metavar="FILE",
        multiple=True,
        help="A Python file of contracts of your own, see 'gradproof new contract'. May be given again.",
    )(run)
