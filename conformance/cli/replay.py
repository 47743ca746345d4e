"""``gradproof replay``: one case of a report as a script; of a class's hand-ins from a copy, behind the wall."""

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.conformance.cli.check import common, named_adapter
from gradproof.conformance.cli.handed_in import limits_of, require_there, session_of, wall_of
from gradproof.conformance.cli.output import lang_option, require_place, write
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t

if TYPE_CHECKING:
    from collections.abc import Iterator

COPY = "_code"  # ends the name of the folder that a copy lies in, beside the script


@click.command()
@click.argument("case")
@click.argument("path")
@common("contracts", "oracle", "fixtures", "adapter", "timeout", "compat", "python2")
@click.option(
    "--wall",
    type=click.Choice(["plain", "auto", "bubblewrap", "unprivileged"]),
    help="What stands around the submission's process, as a class is graded: from a copy.  [default: plain, in place]",
)
@click.option("--no-sandbox", is_flag=True, help="From a copy, as a class is graded, and without a wall.")
@click.option("--output", metavar="FILE", help="Write the script to a file instead of standard output.")
@lang_option
def replay(
    case: str,
    path: str,
    oracle: str,
    fixtures: str | None,
    adapter: str | None,
    timeout: float | None,
    compat: bool,
    python2: bool,
    wall: str | None,
    no_sandbox: bool,
    output: str | None,
) -> None:
    """Print a standalone NumPy script that runs one CASE of a report on the submission at PATH.

    PATH may be an archive or a notebook too. What is copied is unpacked to a folder beside the script, FILE_code, or to
    a temporary one. The script says in its head whose code it runs: it runs that without a wall.
    """
    from gradproof.conformance.checks.verdicts import record_of
    from gradproof.conformance.cli import replay_script as replays
    from gradproof.conformance.oracle.oracle import find_case, pick
    from gradproof.conformance.spec.cases import parse_case_id
    from gradproof.conformance.spec.contracts import contract_named

    require_place(output)
    adapter_path = named_adapter(adapter)
    wanted = parse_case_id(case)
    contract = contract_named(wanted.contract)
    source = pick(oracle, None if oracle == "golden" or fixtures else wanted.seed, fixtures)
    found = find_case(source, contract, wanted)
    old = "python2" if python2 else "compat" if compat else ""
    with (
        _placed(path, output, as_graded=no_sandbox or wall not in (None, "plain")) as target,
        wall_of(path, "plain" if no_sandbox or wall is None else wall) as standing,
        session_of(target, adapter_path, limits_of(None, timeout), standing, old) as session,
    ):
        record = record_of(contract, found, session, source)
        handed_in = "" if target == Path(path) else path
        text = replays.script(record, target, session.inventory, adapter_path, old, handed_in)
    write(text, output)


@contextmanager
def _placed(path: str, output: str | None, as_graded: bool) -> "Iterator[Path]":
    """The submission where it lies; or its copy, which stays if a script of it is made."""
    from gradproof.conformance.grading import classes, intake

    require_there(Path(path))
    is_packed = not Path(path).exists() or (Path(path).is_file() and not path.endswith(".py"))
    if not as_graded and not is_packed:
        yield Path(path)
        return
    made: Path | None = None
    try:
        with classes.one(Path(path)) as hand_in:
            made = _made(Path(output).with_suffix("")) if output else Path(tempfile.mkdtemp(prefix="gradproof-replay-"))
            yield intake.opened(hand_in, made)
    except intake.IntakeProblem as problem:
        _emptied(made)
        raise UsageError(t("{path}: {problem}", path=intake.printable(path), problem=problem)) from None
    except BaseException:
        _emptied(made)
        raise


def _made(stem: Path) -> Path:
    folder = stem.with_name(stem.name + COPY)
    try:
        folder.mkdir(0o700)  # whose code it is, nobody else reads it
    except OSError as error:
        raise UsageError(
            t(
                "{folder} is to hold a copy of the code, and cannot be made: {reason}",
                folder=folder,
                reason=error.strerror,
            )
        ) from None
    return folder


def _emptied(folder: Path | None) -> None:
    import shutil

    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
