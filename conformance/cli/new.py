"""``gradproof new``: an assignment, or a contract, ready to run."""

from pathlib import Path

import click

from gradproof.conformance.cli.output import lang_option
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t


@click.group()
@lang_option
def new() -> None:
    """Write a new assignment or a new contract, ready to run."""


@new.command()
@click.argument("name")
@click.option(
    "--contracts",
    metavar="NAME,...",
    required=True,
    help="What is asked for: names that 'gradproof list contracts' prints, and contract files, such as "
    "affine,batchnorm,./gelu.py.",
)
@click.option("--out", metavar="DIR", help="The folder to write.  [default: NAME]")
@lang_option
def assignment(name: str, contracts: str, out: str | None) -> None:
    """Write the assignment NAME: its TOML with points, a hand-out for students, Gradescope and PrairieLearn set-ups."""
    from gradproof.conformance.cli.scaffold import writing
    from gradproof.conformance.spec.contracts import contract_named, from_outside
    from gradproof.conformance.spec.open_row.files import found

    given = [word.strip() for word in contracts.split(",") if word.strip()]
    files = [Path(word) for word in given if word.endswith(".py")]
    found(files)
    rows = [*(contract_named(word) for word in given if not word.endswith(".py")), *from_outside()]
    if not rows:
        raise UsageError(t("--contracts {contracts!r} names none; see 'gradproof list contracts'", contracts=contracts))
    for path in writing.assignment(name, rows, files, Path(out or name)):
        click.echo(path)


@new.command()
@click.argument("name")
@click.option("--out", metavar="FILE", help="The file to write.  [default: NAME.py]")
@lang_option
def contract(name: str, out: str | None) -> None:
    """Write a commented contract file for the function NAME."""
    from gradproof.conformance.cli.scaffold import writing

    if not name.isidentifier() or not name.islower():
        raise UsageError(t("{name!r} is no name for a contract, expected one such as gelu or my_norm", name=name))
    path = Path(out or f"{name}.py")
    writing.contract(name, path)
    click.echo(path)
