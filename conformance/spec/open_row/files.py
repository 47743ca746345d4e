"""Contracts from outside, found: in files that are named, and in packs that are installed."""

import sys
import traceback
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from os.path import realpath
from pathlib import Path
from types import ModuleType

from gradproof.conformance.errors import ContractFileError
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import added, all_contracts, files_from_outside, mistakes_from_outside
from gradproof.conformance.spec.open_row.mistaken import Mistaken
from gradproof.conformance.spec.words.said import say

Found = tuple[tuple[Contract, ...], tuple[Mistaken, ...]]
GROUP = "gradproof.contracts"


def found(files: Iterable[Path] = ()) -> None:
    """Let the contracts of these files be known, and those of installed packs (entry points ``gradproof.contracts``).

    They are known to the end of :func:`gradproof.conformance.spec.contracts.visiting`; a file is run once until then.

    Raises:
        ContractFileError: for a file that is not there, cannot be run, or has no contract.
    """
    for entry in _installed(tuple((folder, _changed(folder)) for folder in sys.path)):
        added(f"{entry.name} (installed)", *_pack(entry))
    for file in (Path(realpath(each)) for each in files):  # of a link to itself too, where resolve() fails
        if file not in files_from_outside():
            added(file.name, *_found_in(_run(file), str(file)), file)


@lru_cache(maxsize=4)
def _installed(_places: tuple[tuple[str, float], ...]) -> tuple[EntryPoint, ...]:
    """The packs in these folders of sys.path as they were changed last; to look through them takes 10 ms."""
    return tuple(entry_points(group=GROUP))


def _changed(folder: str) -> float:
    try:
        return Path(folder).stat().st_mtime
    except OSError:
        return 0.0


def known(given: Iterable[Contract | Mistaken | str | Path]) -> None:
    """Let contracts and misconceptions be known that are there already, and those of files. Raises ContractFileError.

    A contract that is known is not known twice.
    """
    every = tuple(given)
    found(Path(each) for each in every if isinstance(each, str | Path))
    there = {id(each) for each in (*all_contracts(), *mistakes_from_outside())}
    rows, mistakes = declared_in({str(id(each)): each for each in every if id(each) not in there})
    if names := [*(row.name for row in rows), *(each.name for each in mistakes)]:
        added(f"defined here ({names[0]})", rows, mistakes)


def options() -> list[str]:
    """How a command names the files whose contracts are known: ``--contracts FILE`` for each."""
    here = Path.cwd()
    named = (file.relative_to(here) if file.is_relative_to(here) else file for file in files_from_outside())
    return [word for file in named for word in ("--contracts", str(file))]


def _pack(entry: EntryPoint) -> Found:
    try:
        module = entry.load()
    except (Exception, SystemExit) as error:
        raise ContractFileError(
            say(
                "the installed pack {name} ({value}) cannot be loaded: {kind}: {reason}; mend it, or uninstall it",
                name=entry.name,
                value=entry.value,
                kind=type(error).__name__,
                reason=error,
            )
        ) from error
    return _found_in(module, f"the installed pack {entry.name}")


def _run(file: Path) -> ModuleType:
    if not file.exists():
        raise ContractFileError(
            say("--contracts {file}: there is no such file, expected a Python file of contracts", file=file)
        )
    name = f"gradproof_contracts_{file.stem}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise ContractFileError(say("--contracts {file}: expected a Python file (.py)", file=file))
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except ContractFileError:
        raise
    except (Exception, SystemExit) as error:
        line = next(
            (f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == str(file)), None
        )
        line = error.lineno if isinstance(error, SyntaxError) else line
        raise ContractFileError(
            say("{file}:{value}: {name}: {reason}", file=file, value=line or 1, name=type(error).__name__, reason=error)
        ) from error
    return module


def _found_in(module: ModuleType, where: str) -> Found:
    found = rows, mistakes = declared_in(vars(module))
    if not rows and not mistakes:
        raise ContractFileError(
            say("{where} has no contract; decorate a torch function with @gradproof.contract(...)", where=where)
        )
    return found


def declared_in(names: Mapping[str, object]) -> Found:
    """The contracts and the misconceptions of a namespace, those that a ``CONTRACTS`` lists included."""
    listed = names.get("CONTRACTS", ())
    every = {id(each): each for each in (*names.values(), *(listed if isinstance(listed, tuple | list) else ()))}
    rows = tuple(each for each in every.values() if isinstance(each, Contract))
    return rows, tuple(each for each in every.values() if isinstance(each, Mistaken))
