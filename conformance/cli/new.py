"""``gradproof new``: an assignment, a contract, or an adapter, ready to run."""

from keyword import iskeyword
from pathlib import Path

import click

from gradproof.conformance.cli.output import lang_option
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t, tell


@click.group()
@lang_option
def new() -> None:
    """Write a new assignment, a new contract or a new adapter, ready to run."""


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
    from gradproof.conformance.spec.contracts import all_contracts

    if not name.isidentifier() or not name.islower() or iskeyword(name):
        raise UsageError(t("{name!r} is no name for a contract, expected one such as my_gelu or my_norm", name=name))
    if name in (row.name for row in all_contracts()):
        raise UsageError(t("there is a contract called {name} already, take another name such as my_{name}", name=name))
    path = Path(out or f"{name}.py")
    writing.contract(name, path)
    click.echo(path)


@new.command()
@click.argument("path")
@click.option("--out", metavar="FILE", help="The file to write.  [default: adapter.py]")
@lang_option
def adapter(path: str, out: str | None) -> None:
    """Draft an adapter for the classes of PATH, a .py file or a folder: layers with a forward and a backward.

    The source is read and never run. What it does not say is not guessed: the draft lists what it leaves out, and why.
    """
    from gradproof.conformance.cli.scaffold import drafting, writing
    from gradproof.conformance.harness.loader import source_files
    from gradproof.conformance.harness.source.names import defined_names
    from gradproof.conformance.harness.source.objects import objects_of
    from gradproof.conformance.sandbox.shell import command_line

    given = Path(path)
    if not given.exists():
        raise UsageError(t("{path}: there is no such file or folder", path=path))
    if given.suffix != ".py" and not given.is_dir():
        raise UsageError(t("{path}: expected a .py file or a folder", path=path))
    files = tuple(source_files(given))
    unread = [tell(problem) for _, problem in map(defined_names, files) if problem]
    draft = drafting.draft_of(objects_of(files))
    file = Path(out or "adapter.py")
    if not draft.layers:
        reasons = [*(f"{', '.join(names)}: {why}" for why, names in draft.reasons.items()), *unread]
        told = "; ".join(reasons) or t("no class of its files has a forward and a backward")
        raise UsageError(t("{path}: nothing to draft: {reasons}", path=path, reasons=told))
    writing.adapter(draft, path, file)
    for each in draft.layers:
        click.echo(t("{contract} is {name}", contract=each.contract, name=each.name))
    for why, names in draft.reasons.items():
        click.echo(t("not drafted: {names} ({why})", names=", ".join(names), why=why))
    for problem in unread:
        click.echo(t("not read: {problem}", problem=problem))
    command = command_line(("gradproof", "check", path, "--adapter", str(file)))
    click.echo(t("{file} is written; read it, then: {command}", file=file, command=command))
