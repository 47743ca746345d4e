"""Every sentence that can be told, as it stands in English: what a catalogue has to have.

Sentences stand where they are said, as the first argument of ``say`` or ``t``, or at the top of a module under a name
that stands in that place, in a module's ``MESSAGES``, in the templates of pages, and in the tables of checks and
conventions. What is said of single mistakes and cases, of which there are many, is a domain of its own.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.diagnosis.misconceptions import all_misconceptions
from gradproof.conformance.diagnosis.mistakes import in_halves
from gradproof.conformance.spec.contracts import all_contracts
from gradproof.conformance.spec.conventions import CONVENTIONS
from gradproof.conformance.spec.words.said import JOINTS

SAYING = frozenset(("say", "t"))
TABLE = "MESSAGES"
IN_TEMPLATES = re.compile(r"""\bt\("([^"]+)"[,)]""")
ELSEWHERE = ("misconceptions", "variants", "contracts")  # folders without such sentences
INIT = "__init__.py"
PACKAGE = Path(__file__).resolve().parents[2]


def of_suite() -> tuple[str, ...]:
    """What is said of any submission."""
    every = [*JOINTS, *(check.sentence for check in CHECKS)]
    every += [meaning for choices in CONVENTIONS.values() for meaning in choices.values()]
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.name == INIT or not set(ELSEWHERE) & set(file.relative_to(PACKAGE).parts):
            every += _of_module(file)
    for file in sorted(PACKAGE.rglob("*.html.j2")):
        every += IN_TEMPLATES.findall(file.read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(filter(None, every)))


def of_hints() -> tuple[str, ...]:
    """What is said of a mistake that is known, or of what is hard about a case."""
    every = [words for each in all_misconceptions() for words in (*in_halves(each), each.hint)]
    every += [scenario.hint for contract in all_contracts() for scenario in contract.scenarios]
    return tuple(dict.fromkeys(filter(None, map(str, every))))


def _of_module(file: Path) -> Iterator[str]:
    tree = _parsed(file)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING and node.args:
            yield from _texts(node.args[0], file)
    if any(isinstance(node, ast.Assign) and _is_table(node.targets[0]) for node in tree.body):
        name = ".".join(("gradproof", PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts))
        name = name.removesuffix(f".{INIT.removesuffix('.py')}")
        yield from getattr(import_module(name), TABLE)


def _texts(node: ast.expr, file: Path) -> Iterator[str]:
    """The texts that an expression may be, as far as they can be seen."""
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body, file), *_texts(node.orelse, file))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        yield from _named(file).get(node.id, ())


@cache
def _named(file: Path) -> Mapping[str, tuple[str, ...]]:
    """The texts that stand under a name at the top of a module, those of other modules of ours too."""
    found: dict[str, tuple[str, ...]] = {}
    for node in _parsed(file).body:
        if isinstance(node, ast.ImportFrom) and (theirs := _file_of(node.module or "")) is not None:
            found |= {each.asname or each.name: _named(theirs).get(each.name, ()) for each in node.names}
        elif isinstance(node, ast.Assign):
            found |= {name: tuple(_texts(value, file)) for name, value in _assigned(node.targets[0], node.value)}
    return found


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):  # the second may be unpacked
            yield from _assigned(one, other)


def _file_of(module: str) -> Path | None:
    """The file of a module of ours; a package has none."""
    ours = "gradproof.conformance."
    file = PACKAGE.joinpath(*module.removeprefix(ours).split(".")).with_suffix(".py")
    return file if module.startswith(ours) and file.is_file() else None


@cache
def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _is_table(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == TABLE
