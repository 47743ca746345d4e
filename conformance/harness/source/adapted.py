"""Which shipped adapter a submission's functions and classes are of the style of, read without running them."""

import ast
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gradproof.conformance.harness import compat as shim
from gradproof.conformance.harness.source.objects import objects_of
from gradproof.conformance.harness.source.reading import source_of
from gradproof.conformance.spec.asked.shipped import STYLES
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

FORWARD, BACKWARD = "_forward", "_backward"


def adapted(files: Iterable[Path]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A sentence for each adapter that fits, and the functions that are of its style.

    A backward is of no other style where the forward of its name is there too.
    """
    files = tuple(files)
    signatures = {*_of_functions(files), *_of_classes(files)}
    defined = {each.partition("(")[0] for each in signatures}
    for style in STYLES:
        if names := style.told_by(signatures):
            own = (each.partition("(")[0] for each in style.met_by(signatures))
            others = tuple(name for name in own if name.replace(BACKWARD, FORWARD) not in defined or FORWARD in name)
            yield say(sent.ADAPTED, names=", ".join(names), arguments=style.arguments), others


def _of_functions(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        with suppress(OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            body = shim.parsed(source_of(file), file).body
            yield from (
                _signature(node.name, (each.arg for each in node.args.args))
                for node in body
                if isinstance(node, ast.FunctionDef)
            )


def _of_classes(files: Iterable[Path]) -> Iterator[str]:
    for each in objects_of(files):
        for name, method in each.methods.items():
            whole = each.name if name == "__init__" else f"{each.name}.{name}"
            yield _signature(whole, (*method.parameters, *method.options))


def _signature(name: str, arguments: Iterable[str]) -> str:
    return f"{name}({', '.join(arguments)})"
