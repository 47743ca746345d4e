"""The rooms of ``conformance/``: who may import whom, and that no two files import each other in a circle."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "conformance"
FILES = sorted(file for file in SUITE.rglob("*.py") if "variants" not in file.parts)
MOST_LINES, MOST_FILES = 300, 14
TABLES = ("contracts", "misconceptions", "variants", "templates")

JUDGING = ("engine", "diagnosis", "checks", "harness", "oracle", "spec")
MAY_IMPORT = {  # besides itself and errors
    "cli": ("reports", "grading", "power", "training", "impl", "sandbox", *JUDGING),
    "reports": ("grading", "power", *JUDGING),
    "api": ("reports", "sandbox", "reference", *JUDGING),
    "grading": ("sandbox", *JUDGING),
    "power": ("sandbox", *JUDGING),
    "engine": ("diagnosis", "checks", "harness", "oracle", "spec"),
    "diagnosis": ("checks", "harness", "oracle", "spec"),
    "checks": ("harness", "oracle", "spec"),
    "harness": ("spec",),
    "oracle": ("spec",),
    "sandbox": ("harness", "spec"),
    "training": ("impl", "reference", "spec", "oracle", "sandbox"),
    "spec": ("reference",),  # when the first case is answered, not before
}


@cache
def imports_of(source: str, at_the_top: bool = False) -> tuple[str, ...]:
    """The modules that a source imports; ``at_the_top`` leaves out what waits inside functions."""
    return tuple(named_by(ast.parse(source), at_the_top))


def named_by(tree: ast.Module, at_the_top: bool) -> Iterator[str]:
    """The same of a source that is read."""
    for node in tree.body if at_the_top else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(dotted: str) -> str | None:
    """The room, or the folder of the mission, that an imported name stands in; None outside of this project."""
    top, *rest = dotted.split(".")
    if top != "gradproof" or not rest:
        return None
    return rest[1] if rest[0] == "conformance" and len(rest) > 1 else rest[0]


def forbidden(room: str, source: str) -> set[str]:
    """The rooms that a source of this room imports and may not."""
    may = {None, room, "errors", "__version__", *MAY_IMPORT[room]}
    return {imported for name in imports_of(source) if (imported := room_of(name)) not in may and imported}


def modules() -> dict[str, Path]:
    """Every file of the suite by its dotted name."""
    named = {}
    for file in FILES:
        parts = ("gradproof", "conformance", *file.relative_to(SUITE).with_suffix("").parts)
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return named


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A circle of imports; empty if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def import_graph() -> dict[str, set[str]]:
    """Each file and those that it imports, at its top, for its types, or late."""
    known = modules()
    return {
        name: {
            next(home for home in (imported, imported.rpartition(".")[0]) if home in known)
            for imported in imports_of(file.read_text(encoding="utf-8"))
            if imported in known or imported.rpartition(".")[0] in known
        }
        - {name}
        for name, file in known.items()
    }


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    """Only rooms to its right in the list, and errors; inside functions too."""
    found = {str(file): forbidden(room, file.read_text(encoding="utf-8")) for file in FILES if room in file.parts}
    assert found
    assert {file: rooms for file, rooms in found.items() if rooms} == {}


def test_an_arrow_that_runs_back_up_is_seen() -> None:
    """Planted: a check that imports the engine, in a function."""
    planted = "def late():\n    from gradproof.conformance.engine import runner\n    return runner\n"
    assert forbidden("checks", planted) == {"engine"}
    assert forbidden("spec", "from gradproof.conformance.oracle.yardstick import compare\n") == {"oracle"}
    assert forbidden("engine", "from gradproof.impl import affine\n") == {"impl"}


def test_the_reference_waits_until_a_case_is_answered() -> None:
    """No file of what stands behind the wall imports it, and with it torch, as it is imported itself."""
    for file in FILES:
        if file.relative_to(SUITE).parts[0] in ("spec", "harness"):
            assert "reference" not in map(room_of, imports_of(file.read_text(encoding="utf-8"), at_the_top=True))


def test_beside_a_submission_nothing_is_imported_late() -> None:
    """Once it is loaded, gradproof may be its own name: what waits in a function would be taken from it.

    Only the worker waits, for its limits, and what answers a case never does so there.
    """
    late = {}
    for file in FILES:
        room, source = file.relative_to(SUITE).parts[0], file.read_text(encoding="utf-8")
        if room in ("spec", "harness", "errors.py") and file.name != "worker.py":
            waiting = set(imports_of(source)) - set(imports_of(source, at_the_top=True)) - typing_only(source)
            late[file.name] = {name for name in waiting if room_of(name) not in (None, "reference")}
    assert late
    assert {name: imports for name, imports in late.items() if imports} == {}


def typing_only(source: str) -> set[str]:
    """What is imported for annotations alone."""
    blocks = [node for node in ast.parse(source).body if isinstance(node, ast.If)]
    return {name for node in blocks for name in imports_of(ast.unparse(node))}


def test_every_folder_of_the_suite_is_a_room() -> None:
    """A new one gets its line in the list above, or does not come."""
    folders = {file.relative_to(SUITE).parts[0] for file in FILES if file.parent != SUITE}
    assert folders == set(MAY_IMPORT)


def test_no_circle() -> None:
    """No files import each other, whatever the way round."""
    assert circle(import_graph()) == []


def test_a_circle_is_seen() -> None:
    """Planted: an edge from the bottom to the top."""
    graph = import_graph()
    graph["gradproof.conformance.spec.cases"] = {"gradproof.conformance.engine.runner"}
    assert "gradproof.conformance.spec.cases" in circle(graph)


def test_files_and_rooms_stay_small() -> None:
    """Files under 300 lines; a room has about a dozen of them besides its tables."""
    long = {str(file): n for file in FILES if (n := len(file.read_text(encoding="utf-8").splitlines())) >= MOST_LINES}
    assert long == {}
    folders = {file.parent for file in FILES if not {*TABLES} & {*file.relative_to(SUITE).parts}}
    counts = {str(folder): len(list(folder.glob("[!_]*.py"))) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}
