"""Where a submission's functions stand: file and line, read from its sources and never run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine import quantities
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.findings import Kind
from gradproof.conformance.spec.limits import MIB

OF = " of "
MOST_READ = MIB  # bytes of a file


class Place(NamedTuple):
    """A line of a file, whose path is relative to the submission's folder."""

    file: str
    line: int

    def __str__(self) -> str:
        """``layers.py, line 12``."""
        return f"{self.file}, line {self.line}"


Places = Mapping[str, Place]  # by function, and by what it returns, as in ``dx of relu_backward``
NOWHERE: Places = {}


def places_of(path: Path, files: Mapping[str, str]) -> dict[str, Place]:
    """The place of each function and, where it is certain, of each value that it returns.

    ``files`` has the file of each function, relative to the submission's folder.
    What they say may come from the submission: a file elsewhere, or one that is no plain file, is not read.
    """
    folder = path if path.is_dir() else path.parent
    lines = {file: dict(_definitions(folder / file)) for file in set(files.values()) if _is_inside(folder, file)}
    of = {name: function_of(name) for file in lines for name in lines[file]}
    return {
        name: Place(files[of[name]], line)
        for file, found in lines.items()
        for name, line in found.items()
        if files.get(of[name]) == file
    }


def told_of(results: Iterable[Result], files: Mapping[str, str]) -> dict[str, str]:
    """The functions, with their files, that the complaints among results may be about: the rest is not looked for."""
    found = [result for result in results if result.findings]
    names = {function.name for result in found for function in contract_named(result.contract).functions}
    names |= {finding.function for result in found for finding in result.findings}
    return {name: file for name, file in files.items() if name in names}


def function_of(name: str) -> str:
    """The function that a place is in."""
    return name.rpartition(OF)[2]


def place_of(result: Result, places: Places) -> tuple[str, Place] | None:
    """The function that a complaint is about, and where it stands; None, if that is not known."""
    if not result.findings:
        return None
    first = result.findings[0]
    contract = contract_named(result.contract)
    owner = next((f.name for f in contract.functions if first.observation in f.returns), "")
    losses = (f.name for f in contract.functions if f.name.endswith(".loss"))
    value = f"{first.observation}{OF}{owner}" if first.kind == Kind.VALUES else ""
    names = (value, first.function, *((owner,) if owner else losses))
    return next(((name, places[name]) for name in names if name in places), None)


def _is_inside(folder: Path, file: str) -> bool:
    try:
        whole = (folder / file).resolve()
        return whole.is_relative_to(folder.resolve()) and whole.is_file() and whole.stat().st_size <= MOST_READ
    except (OSError, ValueError, RuntimeError):
        return False


def _definitions(file: Path) -> Iterator[tuple[str, int]]:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        if isinstance(node, ast.FunctionDef) and node.name in _returns():
            made = quantities.lines_of(node, _returns()[node.name])
            yield from ((f"{value}{OF}{node.name}", line) for value, line in made.items())
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{m.name}", m.lineno) for m in node.body if isinstance(m, ast.FunctionDef))


@cache
def _returns() -> Mapping[str, tuple[str, ...]]:
    """What each function of the canonical API returns."""
    return {function.name: function.returns for contract in all_contracts() for function in contract.functions}
