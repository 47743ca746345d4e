"""The names that a file of a submission defines, read without running it."""

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gradproof.conformance.harness import compat as shim
from gradproof.conformance.harness.importing import syntax_message
from gradproof.conformance.harness.source.frameworks import classes_of_frameworks
from gradproof.conformance.harness.source.reading import MAX_SOURCE_BYTES, source_of
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

NAMING = re.compile(rb"\b(?:globals\(\)\s*[\[.]|exec\s*\(|setattr\s*\(\s*sys\.modules\b)")  # puts names there
DEFINITION = re.compile(rb"^(?:def|class)[ \t]+(\w+)", re.MULTILINE)


def defined_names(file: Path) -> tuple[set[str], str | None]:
    """The names a file binds at its top level, read without running it; or why it cannot be read.

    Classes of a framework are none of them.
    """
    try:
        source = source_of(file)
        if len(source) > MAX_SOURCE_BYTES:
            return set(), say(sent.TOO_LARGE, file=file.name, most=f"{MAX_SOURCE_BYTES:,}")
        tree = shim.parsed(source, file)
    except SyntaxError as error:
        return set(), say(sent.OF_FILE, file=file.name, problem=syntax_message(error))
    except ValueError as error:  # of NUL bytes, before Python 3.11.4
        return set(), say(sent.OF_FILE, file=file.name, problem=say(sent.NOT_TEXT, message=str(error)))
    except (RecursionError, MemoryError):
        return set(), say(sent.NESTED, file=file.name)
    except OSError as error:
        return set(), say(sent.UNREADABLE, file=file.name, reason=f"{type(error).__name__}: {error}")
    return set(_top_level_names(tree.body)) - classes_of_frameworks(tree, file), None


def framework_names(file: Path) -> frozenset[str]:
    """The classes of a framework that a file defines; none if it cannot be read."""
    with suppress(OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return classes_of_frameworks(shim.parsed(source_of(file), file), file)
    return frozenset()


def public_names(file: Path) -> list[str]:
    """The functions and classes in NumPy that a file defines at its top level; none if it cannot be read."""
    with suppress(OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        tree = shim.parsed(source_of(file), file)
        own = (node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
        others = classes_of_frameworks(tree, file)
        return [name for name in own if not name.startswith("_") and name not in others]
    return []


def written_names(file: Path) -> set[str]:
    """The names that a file which cannot be read as Python seems to define."""
    with suppress(OSError):
        return {name.decode(errors="replace") for name in DEFINITION.findall(source_of(file))}
    return set()


def made_when_asked(file: Path, defined: set[str]) -> set[str]:
    """The names that a file mentions which answers by a function when it is asked for one that it does not have.

    Of one that puts names there as it runs those for which it has a function somewhere, as a method or in a text.
    """
    with suppress(OSError):
        source = source_of(file)
        pattern = rb"\w+" if "__getattr__" in defined else rb"\bdef[ \t]+(\w+)" if NAMING.search(source) else None
        return {name.decode(errors="replace") for name in re.findall(pattern, source)} if pattern else set()
    return set()


def imported_names(file: Path) -> Iterator[tuple[str, str]]:
    """The names that a file imports, each with the module that it has it from, as they are written."""
    with suppress(OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        for node in ast.walk(shim.parsed(source_of(file), file)):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.module, alias.name) for alias in node.names)


def _top_level_names(body: Iterable[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
            if isinstance(node, ast.ClassDef):
                yield from _written_members(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from (part.id for part in ast.walk(node) if isinstance(part, ast.Name) and _is_bound(part))
        elif isinstance(node, ast.ImportFrom):  # what keeps its name is defined where it comes from
            yield from (alias.asname for alias in node.names if alias.asname and alias.asname != alias.name)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.For):
            parts = [child for each in (node, *getattr(node, "handlers", ())) for child in ast.iter_child_nodes(each)]
            yield from _top_level_names(part for part in parts if isinstance(part, ast.stmt))


def _is_bound(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _written_members(node: ast.ClassDef) -> Iterator[str]:
    """As :func:`_members`, of a class that is not imported."""
    for method in (each for each in node.body if isinstance(each, ast.FunctionDef)):
        if method.name == "__init__":
            arguments = (*method.args.args[1:], *method.args.kwonlyargs)
            yield from (f"{node.name}({argument.arg})" for argument in arguments)
        elif not method.name.startswith("_"):
            yield f"{node.name}.{method.name}"
