"""Every sentence that can be told, as it stands in English: what a catalogue has to have.

Sentences stand where they are said, as the first argument of ``say`` or ``t``, in a module's ``MESSAGES``, in
the templates of pages, and in the tables of checks and conventions. What is said of single mistakes and cases, of which
there are many, is a domain of its own.
"""

import ast
import re
from collections.abc import Iterator
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
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING and node.args:
            yield from _literals(node.args[0])
    if any(isinstance(node, ast.Assign) and _is_table(node.targets[0]) for node in tree.body):
        name = ".".join(("gradproof", PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts))
        name = name.removesuffix(f".{INIT.removesuffix('.py')}")
        yield from getattr(import_module(name), TABLE)


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _is_table(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == TABLE
