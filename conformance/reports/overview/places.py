"""Where a submission's functions stand: file and line, read from its sources and never run."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from gradproof.conformance.checks.results import Result
from gradproof.conformance.spec.contracts import contract_named

Places = Mapping[str, str]  # function -> "layers.py, line 12"
NOWHERE: Places = {}


def places_of(path: Path, files: Mapping[str, str]) -> Places:
    """The place of each function. ``files`` has the file of each, relative to the submission's folder."""
    folder = path if path.is_dir() else path.parent
    lines = {file: dict(_definitions(folder / file)) for file in set(files.values())}
    return {name: f"{file}, line {lines[file][name]}" for name, file in files.items() if name in lines[file]}


def place_of(result: Result, places: Places) -> str:
    """The function that a complaint is about, and where it stands; nothing, if that is not known."""
    first = result.findings[0]
    contract = contract_named(result.contract)
    owner = next((f.name for f in contract.functions if first.observation in f.returns), "")
    losses = (f.name for f in contract.functions if f.name.endswith(".loss"))
    names = (first.function, *((owner,) if owner else losses))
    return next((f"{name} in {places[name]}" for name in names if name in places), "")


def _definitions(file: Path) -> Iterator[tuple[str, int]]:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{m.name}", m.lineno) for m in node.body if isinstance(m, ast.FunctionDef))
