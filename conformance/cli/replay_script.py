"""A case as a script of its own: NumPy and the submission, nothing of gradproof.

The script is not written by hand for each contract. The contract's exercise runs once on a recorder, which writes down
each call as a line of Python.
"""

import re
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
from jinja2 import Environment, StrictUndefined

from gradproof.conformance.checks.records import CaseRecord
from gradproof.conformance.errors import SubmissionUnusable
from gradproof.conformance.harness.absent.packages import Place, place_of
from gradproof.conformance.harness.importing import NAMES
from gradproof.conformance.harness.loader import Inventory, source_files
from gradproof.conformance.harness.source.names import defined_names
from gradproof.conformance.oracle.yardstick import ELEMENTWISE, NORMWISE
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Contract, Subject
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

TEMPLATE = '''\
"""Replay of case {{ case.id }}: {{ contract.name }}, {{ case.describe() }}.

It runs the code of {{ handed_in }}
with your rights and without a wall.
{{ needs }} "expected" is the reference's answer, "unit" the yardstick: the error
that a good implementation makes on this very case. Up to {{ normwise }} units pass over a whole array, up to
{{ elementwise }} at one element.
"""

import sys

import numpy as np
from numpy import inf, nan  # noqa: F401

sys.path[:0] = {{ folders }}
{% for line in imports -%}
{{ line }}
{% endfor %}
{% for name, literal in inputs -%}
{{ name }} = {{ literal }}
{% endfor %}
given = {name: value.copy() for name, value in globals().items() if isinstance(value, np.ndarray)}
got = {}
{% for line in lines -%}
{{ line }}
{% endfor %}
expected = {
{%- for name, literal in expected %}
    "{{ name }}": {{ literal }},
{%- endfor %}
}
unit = {
{%- for name, literal in units %}
    "{{ name }}": {{ literal }},
{%- endfor %}
}

for name, value in given.items():
    if not np.array_equal(value, globals()[name], equal_nan=value.dtype.kind == "f"):
        print(f"{name}: the submission wrote to it")
for name, value in got.items():
    value = np.asarray(value, dtype=float)
    if name not in expected:
        print(f"{name}: {np.mean(value != 0):.1%} of its elements are not 0")
        continue
    right = expected[name]
    if value.shape != right.shape:
        print(f"{name}: shape {value.shape}, expected {right.shape}")
        continue
    same = (value == right) | (np.isnan(value) & np.isnan(right))
    error = np.where(same, 0.0, np.abs(np.where(same, 0.0, value) - np.where(same, 0.0, right)))
    at = np.unravel_index(np.argmax(error / unit[name]), error.shape) if error.ndim else ()
    largest = unit[name].max()
    units = np.linalg.norm(error / largest) / np.linalg.norm(unit[name] / largest)
    place = f"{name}{list(map(int, at))}"
    print(f"{place}: expected {right[at]:.17g}, got {value[at]:.17g}; {units:.3g} units over the array")
'''


class Symbol:
    """A value that only exists when the script runs."""

    def __init__(self, expression: str) -> None:
        self.expression = expression

    def get(self, key: str) -> "Symbol":
        """The entry of a dictionary, as it stands at that line."""
        return Symbol(f'np.copy({self.expression}["{key}"])')


class Recorder:
    """A subject that writes down how it is called."""

    def __init__(self, contract: Contract, case: Case) -> None:
        self.lines: list[str] = []
        self._contract = contract
        self._case = case
        self._used: dict[str, int] = {}
        self._dictionaries: dict[int, tuple[str, dict[str, Any]]] = {}
        self._kept: list[object] = []

    def call(self, name: str, *arguments: object) -> tuple[object, ...]:
        """Write the call down; its values are symbols."""
        function = self._contract.function(name)
        expressions = [self._expression(a, hint) for a, hint in zip(arguments, function.takes, strict=True)]
        targets = [self._fresh(returned) for returned in function.returns]
        self.lines.append(f"{', '.join(targets)} = {name}({', '.join(expressions)})")
        for argument in arguments:
            if isinstance(argument, dict):
                variable, known = self._dictionaries[id(argument)]
                for key in self._contract.updates:
                    argument[key] = known[key] = Symbol(variable).get(key)
        return tuple(Symbol(target) for target in targets)

    def observe(self, name: str, value: object) -> None:
        """Write down that a value is an observation."""
        if isinstance(value, Symbol):
            self.lines.append(f'got["{name}"] = {value.expression}')

    def _expression(self, argument: object, hint: str) -> str:
        if isinstance(argument, Symbol):
            return argument.expression
        if isinstance(argument, np.ndarray):
            for name, array in self._case.inputs.items():
                if array is argument:
                    return name
            same = (
                n for n, a in self._case.inputs.items() if a.shape == argument.shape and np.array_equal(a, argument)
            )
            return next((f"{name}.copy()" for name in same), literal(argument, "C"))
        if isinstance(argument, dict):
            return self._dictionary(argument, hint)
        return repr(argument)

    def _dictionary(self, argument: dict[str, Any], hint: str) -> str:
        if id(argument) not in self._dictionaries:
            variable = self._fresh(hint)
            entries = ", ".join(f'"{key}": {self._expression(value, key)}' for key, value in argument.items())
            self.lines.append(f"{variable} = {{{entries}}}")
            self._dictionaries[id(argument)] = (variable, dict(argument))
            self._kept.append(argument)
            return variable
        variable, known = self._dictionaries[id(argument)]
        for key, value in argument.items():
            if key not in known or (known[key] is not value and known[key] != value):
                self.lines.append(f'{variable}["{key}"] = {self._expression(value, key)}')
                known[key] = value
        return variable

    def _fresh(self, name: str) -> str:
        count = self._used[name] = self._used.get(name, 0) + 1
        return name if count == 1 else f"{name}_{count}"


NEEDS = "Standalone: it needs NumPy and the submission."
NEEDS_TOO = "It needs NumPy, the submission, and gradproof for what the submission misses."


def script(
    record: CaseRecord,
    path: Path,
    inventory: Inventory,
    adapter: Path | None = None,
    compat: bool | str = False,
    handed_in: str = "",
) -> str:
    """The script for one record of a submission; ``handed_in`` is what its user calls it, if ``path`` is a copy."""
    contract, case = record.contract, record.case
    folders, imports = _imports(contract, path, inventory, adapter)
    lines = list(record.observed.script) or _recorded(contract, case)
    expected = {name: record.expected[name] for name in record.expected}
    shims = [name for name, is_needed in (("stand_ins", inventory.absent), ("compat", compat)) if is_needed]
    if shims:
        used = [f"from gradproof.conformance.harness import {', '.join(shims)}"]
        more = {"compat": f", {compat!r}" if isinstance(compat, str) else ""}
        installed = [f"{name}.install(Path({str(path.resolve())!r}){more.get(name, '')})" for name in shims]
        imports = ["from pathlib import Path", *used, *installed, *imports]
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return environment.from_string(TEMPLATE).render(
        case=case,
        contract=contract,
        handed_in=_quoted(handed_in or str(path)) + (f", copied to {_quoted(str(path))}," if handed_in else ","),
        needs=NEEDS_TOO if shims else NEEDS,
        normwise=f"{NORMWISE:.0f}",
        elementwise=f"{ELEMENTWISE:.0f}",
        folders=repr([str(folder) for folder in folders]),
        imports=imports,
        inputs=[(name, literal(array, case.layout)) for name, array in case.inputs.items() if array.ndim],
        lines=lines,
        expected=[(name, literal(array, "C")) for name, array in expected.items()],
        units=[(name, literal(record.answer.units[name], "C")) for name in expected],
    )


def _quoted(path: str) -> str:
    """A path that ends no string and moves no cursor, whatever it is called."""
    return ascii(path).replace('"', "'")


def _recorded(contract: Contract, case: Case) -> list[str]:
    recorder = Recorder(contract, case)
    subject = cast("Subject", recorder)  # it is only called: an exercise that asks for more writes its own script
    for name, value in contract.run(subject, case):
        recorder.observe(name, value)
    return recorder.lines


def literal(array: Array, layout: str) -> str:
    """An array as Python source, exact to the bit and in the memory layout of the case."""
    text = f"np.array({array.tolist()!r}, dtype=np.{array.dtype.name})"
    if array.ndim == 0 or layout == "C":
        return text
    return {
        "F": f"np.asfortranarray({text})",
        "strided": f"np.repeat({text}, 2, axis=-1)[..., ::2]",
        "reversed": f"np.flip({text}, 0).copy()[::-1]",
    }[layout]


def _imports(
    contract: Contract, path: Path, inventory: Inventory, adapter: Path | None
) -> tuple[list[Path], list[str]]:
    root = path.resolve()
    folders: list[Path] = []
    lines: list[str] = []
    if adapter is not None:
        folders, lines = _submission_module(root, adapter)
    for function in (f for f in contract.functions if "." not in f.name):
        place = inventory.functions.get(function.name)
        if place is None:
            missing = say(
                "{path} has no {name}; expected {function}",
                path=path,
                name=function.name,
                function=function.signature(),
            )
            raise SubmissionUnusable(joined(SENTENCES, (missing, *inventory.problems)))
        is_adapted = adapter is not None and place == adapter.name
        base = adapter.resolve() if adapter is not None and is_adapted else root
        file = base if base.is_file() else base / place
        if file not in source_files(base):
            raise SubmissionUnusable(
                t("{path} has no file {place!r}, of which its process told", path=path, place=place)
            )
        if is_adapted:
            lines.extend(_run_lines(function.name, file))
        else:
            at = place_of(file, base)
            folders.extend(at.search_path(base))
            lines.extend(_import_lines(function.name, file, at))
    return list(dict.fromkeys(folders)), list(dict.fromkeys(lines))


def _submission_module(root: Path, adapter: Path) -> tuple[list[Path], list[str]]:
    """The module ``submission`` with each name of the submission that the adapter mentions."""
    folders = [root.parent if root.is_file() else root]
    lines = ["from types import ModuleType", 'submission = sys.modules["submission"] = ModuleType("submission")']
    mentioned = set(re.findall(r"\w+", adapter.read_text(encoding="utf-8", errors="replace")))
    for file in source_files(root):
        names = sorted(name for name in mentioned & defined_names(file)[0])
        mentioned.difference_update(names)
        if not names:
            continue
        at = place_of(file, root)
        folders.extend(at.search_path(root))
        for name in names:
            lines.extend([*_import_lines(name, file, at), f"submission.{name} = {name}"])
    return folders, lines


def _import_lines(name: str, file: Path, place: Place) -> list[str]:
    packages, parts = dict(place.left_out), place.name.split(".")
    if len(parts) > 1 and parts[0] in NAMES and not (place.folder / parts[0] / "__init__.py").exists():
        packages[parts[0]] = place.folder / parts[0]  # a package that has the file would be found before it
    lines = [line for package, folder in packages.items() for line in _package_lines(package, folder)]
    is_free = parts[-1] == file.stem and (len(parts) > 1 or parts[0] not in (*sys.stdlib_module_names, "numpy"))
    if is_free and all(part.isidentifier() for part in parts):
        return [*lines, f"from {place.name} import {name}"]
    return [*lines, *_run_lines(name, file)]


def _package_lines(name: str, folder: Path) -> list[str]:
    module = f'sys.modules["{name}"]'
    return [f'{module} = type(sys)("{name}")', f"{module}.__path__ = [{str(folder)!r}]"]


def _run_lines(name: str, file: Path) -> list[str]:
    return [
        "from runpy import run_path",
        f"functions = run_path({str(file)!r})",
        f'{name} = functions["{name}"]',
    ]
