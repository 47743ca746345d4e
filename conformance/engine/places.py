"""Where a submission's functions stand: file and line, read from its sources and never run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine import quantities
from gradproof.conformance.harness.loader import source_files
from gradproof.conformance.harness.source.reading import source_of
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.findings import Kind
from gradproof.conformance.spec.words.said import Said

OF = " of "
MOST_READ = 1 << 18  # bytes of a file: a tree takes a thousand times as many
MOST_DIGITS = 9  # of the number of a line


class Place(NamedTuple):
    """A line of a file, whose path is relative to the submission's folder."""

    file: str
    line: int

    def __str__(self) -> str:
        """``layers.py, line 12``."""
        return f"{self.file}, line {self.line}"


Places = Mapping[str, Place]  # by function, and by what it returns, as in ``dx of relu_backward``
NOWHERE: Places = {}
NO_REASONS: Mapping[str, str] = {}


def places_of(path: Path, files: Mapping[str, str], broken: Mapping[str, str] = NO_REASONS) -> dict[str, Place]:
    """The place of each function and, where it is certain, of each value that it returns.

    ``files`` has the file of each function, relative to the submission's folder; ``broken`` says why it cannot be
    imported, and where it ends then is its place.
    What they say may come from the submission: a file elsewhere, or one that is no plain file, is not read.
    """
    folder = path if path.is_dir() else path.parent
    lines = {file: dict(_definitions(folder / file)) for file in set(files.values()) if _is_inside(folder, file)}
    of = {name: function_of(name) for file in lines for name in lines[file]}
    ends = {name: place for name, why in broken.items() if (place := named_in(why, path))}
    return ends | {
        name: Place(files[of[name]], line)
        for file, found in lines.items()
        for name, line in found.items()
        if files.get(of[name]) == file
    }


def named_in(sentence: str, path: Path) -> Place | None:
    """The last place that a sentence names, as one that says what an import ends with, if such a line is there."""
    named = list(_named(sentence, ""))
    folder = path if path.is_dir() else path.parent
    for name, line in reversed(named):
        found = (file.relative_to(folder).as_posix() for file in source_files(path) if file.name == name)
        files = [file for file in found if _is_inside(folder, file) and 1 <= line <= _lines(folder / file)]
        if len(files) == 1:
            return Place(files[0], line)
    return None


def of_problem(problem: str, path: Path) -> dict[str, Place]:
    """The place of what keeps a submission from being judged at all: it has no function's name."""
    place = named_in(problem, path)
    return {"": place} if place else {}


def _named(sentence: str, file: str) -> Iterator[tuple[str, int]]:
    """The files and lines of a sentence and those in it, the outermost first; a line belongs to the file before it."""
    if isinstance(sentence, Said):
        file, line = str(sentence.values.get("file", file)), str(sentence.values.get("line", ""))
        if line.isdecimal():  # a text, if it came from a process of the submission's
            yield file, int(line[:MOST_DIGITS])
        for value in sentence.values.values():
            yield from _named(value, file)


def _lines(file: Path) -> int:
    try:
        return source_of(file).count(b"\n") + 1
    except OSError:
        return 0


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
