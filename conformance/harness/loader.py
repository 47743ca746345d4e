"""The code under test: find its functions and load them. Runs beside untrusted code.

A submission is a Python file or a folder: a package such as ``cs231n/`` with layers.py and layer_utils.py, a folder
that contains such a package, or flat files. Only files that mention a function of the canonical API are imported. An
adapter is an ordinary Python file that defines canonical names in terms of the submission (``import submission``
gives its module, or a module with all functions found).
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import numpy as np

from gradproof.conformance.errors import words_of
from gradproof.conformance.harness import compat as shim
from gradproof.conformance.harness.absent.packages import Folders
from gradproof.conformance.harness.global_state.shared import Shared, names_of_changed, shared
from gradproof.conformance.harness.handout import OF_THE_THIRD, THIRD, handed_out
from gradproof.conformance.harness.importing import ImportFailed, import_adapter, import_file
from gradproof.conformance.harness.source.adapted import adapted
from gradproof.conformance.harness.source.elsewhere import meant, uncovered
from gradproof.conformance.harness.source.frameworks import is_named_so
from gradproof.conformance.harness.source.names import (
    defined_names,
    framework_names,
    made_when_asked,
    written_names,
)
from gradproof.conformance.harness.source.reading import source_of
from gradproof.conformance.spec.values import had, is_class
from gradproof.conformance.spec.versions import older_versions
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

SKIPPED_FOLDERS = {"tests", "test", "__pycache__", "node_modules", "build", "dist", "site-packages", "datasets", "data"}
MAX_FILES = 500
TEST = "test_"


@dataclass(frozen=True)
class Inventory:
    """What a submission offers: where each canonical function was found, and what could not be read or imported."""

    functions: Mapping[str, str]  # name -> file, relative to the submission's folder
    problems: tuple[str, ...] = ()
    broken: Mapping[str, str] = field(default_factory=dict)  # name -> why the file that defines it cannot be imported
    absent: tuple[str, ...] = ()  # modules that are not there for judging, and that were imported
    handed_out: tuple[str, ...] = ()  # functions that are the course's own
    parameters: Mapping[str, str] = field(default_factory=dict)  # name -> those of the function, as in ``x, w, b``


def load(
    path: Path, names: frozenset[str], adapter: Path | None = None, compat: bool | str = False
) -> tuple[dict[str, Callable[..., Any]], Inventory]:
    """Import what defines canonical names and collect the functions. What an adapter defines takes precedence.

    With ``compat`` the submission finds what Python 2 and an old NumPy had.
    """
    if compat:
        shim.install(path, compat)
    fitting, names = _of_styles(path, names) if adapter is None else ([], names)
    homes = _homes(path, names)
    if len(homes) > 1:
        listing = ", ".join(home.relative_to(path).as_posix() for home in homes)
        return {}, Inventory({}, (say(sent.SEVERAL, folders=listing),))
    found: dict[str, Callable[..., Any]] = {}
    places: dict[str, str] = {}
    broken: dict[str, str] = {}
    older = older_versions(source_files(path), lambda file: defined_names(file)[0] & names)
    problems = list(older.values())
    given, folders = set[str](), Folders()
    for file in (each for each in source_files(path) if each not in older):
        defined, problem = defined_names(file)
        wanted = sorted((defined | made_when_asked(file, defined)) & names)
        given.update(_handed_out(file, frozenset(wanted).difference(found, broken)))
        if problem:
            problems.append(problem)
            broken.update(dict.fromkeys(sorted(written_names(file) & names), problem))
        if not wanted:
            continue
        errors, before, ended = np.geterr(), shared(), list[str]()
        try:
            module = import_file(file, path, ended, folders=folders)
        except ImportFailed as failure:
            module = failure.begun
            begun = [name for name in wanted if callable(had(module, name))]
            told = words_of(failure)
            problems.append(say(sent.BEGUN, problem=told) if begun else told)
            lost = [name for name in defined if re.split(r"[.(]", name)[0] in set(wanted).difference(begun)]
            broken.update((name, told) for name in sorted(lost))
        if np.seterr(**errors) != errors:
            problems.append(say(sent.SETS_ERRORS, file=_place(file, path)))
        problems.extend((*dict.fromkeys(ended), *_changes(before, _place(file, path))))
        _collect(
            module,
            [*wanted, *_made_names(module, names.difference(found, broken, wanted))],
            _place(file, path),
            found,
            places,
            problems,
        )
    if THIRD not in found.keys() | broken.keys():
        given.difference_update(OF_THE_THIRD)
    if adapter is not None:
        sys.modules["submission"] = _Submission(path)
        try:
            module = import_adapter(adapter, path)
            own = sorted(name for name in names if callable(had(module, name)))
            given.difference_update(own)
            _collect(module, own, adapter.name, found, places, problems=None)
        except ImportFailed as failure:
            return {}, Inventory({}, (say(sent.OF_ADAPTER, problem=words_of(failure)),))
    if adapter is None:
        problems.extend(
            (
                *fitting,
                *uncovered(source_files(path), names, given),
                *_not_read(path, names.difference(found, broken)),
                *(() if fitting else _meant(path, names, found)),
            )
        )
    missing = {name: reason for name, reason in broken.items() if name not in found}
    taken = {name: ", ".join(_parameters(each)) for name, each in sorted(found.items()) if not is_class(each)}
    where = dict(sorted(places.items()))
    return found, Inventory(where, tuple(problems), missing, handed_out=tuple(sorted(given)), parameters=taken)


def _made_names(module: ModuleType, missing: frozenset[str]) -> list[str]:
    """The names of functions of a file that no statement of it defines, but ``exec`` or ``globals()``."""
    own = getattr(module, "__dict__", {})
    made = ((name, own[name]) for name in sorted(missing & own.keys()))
    return [name for name, each in made if isinstance(each, FunctionType) and each.__globals__ is own]


def _changes(before: Shared, file: str) -> Iterator[str]:
    """What a file has changed for all code of its process, if it has."""
    if names := names_of_changed(before):
        yield say(sent.CHANGES, file=file, names=names)


def source_files(path: Path) -> Iterator[Path]:
    """The Python files of a submission, in a fixed order, tests and hidden folders left out."""
    yield from _shown(path)[:MAX_FILES]


def _shown(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted(path.rglob("*.py"), key=lambda file: (len(file.relative_to(path).parts), str(file)))
    return [file for file in files if not _is_skipped(file.relative_to(path)) and not is_named_so(file)]


def _collect(
    module: ModuleType,
    wanted: Iterable[str],
    place: str,
    found: dict[str, Callable[..., Any]],
    places: dict[str, str],
    problems: list[str] | None,
) -> None:
    """Take the wanted functions of a module. The first file that defines one has it; without ``problems``, the last."""
    for name in wanted:
        function = had(module, name)
        if not callable(function):
            continue
        if is_class(function) and name.islower():
            if problems is not None:
                problems.append(say(sent.IS_CLASS, name=name, file=place))
            continue
        if problems is not None and name in found:
            problems.append(say(sent.TWICE, name=name, first=places[name], file=place))
            continue
        found[name] = function
        places[name] = place
        if is_class(function):
            places.update(dict.fromkeys(_members(function, name), place))


def _members(cls: Any, name: str) -> Iterator[str]:
    """What tells the styles of a class apart: ``Class.method`` and ``Class(parameter)``."""
    yield from (f"{name}.{method}" for method in type.__dir__(cls) if not method.startswith("_"))
    yield from (f"{name}({parameter})" for parameter in _parameters(cls))


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    with suppress(Exception):  # whatever a callable of theirs says of itself
        return tuple(inspect.signature(function).parameters)
    return ()


def _place(file: Path, root: Path) -> str:
    return file.name if file == root else file.relative_to(root).as_posix()


def _homes(path: Path, names: frozenset[str]) -> list[Path]:
    """The folders that each define the same function, if there are several: as many submissions."""
    by_function: dict[str, set[Path]] = {}
    for file in source_files(path):
        for name in defined_names(file)[0] & names:
            by_function.setdefault(name, set()).add(file.parent)
    return max((sorted(folders) for folders in by_function.values()), key=len, default=[])


def _of_styles(path: Path, names: frozenset[str]) -> tuple[list[str], frozenset[str]]:
    """The adapters that fit, and the names without those of functions that are of their styles."""
    styles = list(adapted(source_files(path)))
    return [told for told, _ in styles], names.difference(*(functions for _, functions in styles))


def _not_read(path: Path, missing: frozenset[str]) -> Iterator[str]:
    """The files that are left out: too many, or a framework's, or such that define what is not there else."""
    files, shown = sorted(path.rglob("*.py")), _shown(path)
    named = [file for file in files if is_named_so(file) and not _is_skipped(file.relative_to(path))]
    others = [file.name for file in (*named, *shown[:MAX_FILES]) if file in named or framework_names(file) & missing]
    tests = [file.name for file in files if file.name.startswith(TEST) and defined_names(file)[0] & missing]
    yield from [say(sent.NOT_NUMPY, files=", ".join(others))] if others else []
    yield from [say(sent.IS_TEST, files=", ".join(tests))] if tests else []
    yield from [say(sent.TOO_MANY, most=MAX_FILES, count=len(shown))] if len(shown) > MAX_FILES else []


def _meant(path: Path, names: frozenset[str], found: Mapping[str, Callable[..., Any]]) -> Iterator[str]:
    """What a submission without a function was meant as."""
    if not any(map(_is_function, found.items())):
        yield from meant(path, source_files(path), names.difference(found))


def _is_function(found: tuple[str, Callable[..., Any]]) -> bool:
    """Whether what was found is a function of its own, and neither a class nor of one."""
    name, each = found
    return name.isidentifier() and not is_class(each)


def _handed_out(file: Path, wanted: frozenset[str]) -> set[str]:
    with suppress(OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        source = source_of(file)
        return set(handed_out(source, shim.parsed(source, file), wanted)) if wanted else set()
    return set()


class _Submission(ModuleType):
    """The module ``submission``: each name is looked up in the files, and the file that defines it imported then.

    None of Python's own, such as ``__file__``: whoever looks through all modules would have the files imported by it.
    """

    def __init__(self, root: Path) -> None:
        super().__init__("submission")
        self.__dict__["_root"] = root

    def __getattr__(self, name: str) -> Any:
        root = self.__dict__["_root"]
        for file in source_files(root) if not name.startswith("__") else ():
            if file == root or name in defined_names(file)[0]:
                try:
                    module = import_file(file, root, [])
                except ImportFailed as failure:
                    return _raising(failure)
                return getattr(module, name)
        raise AttributeError(f"the submission defines no {name!r}")


def _raising(failure: ImportFailed) -> Callable[..., NoReturn]:
    def unavailable(*_arguments: object, **_options: object) -> NoReturn:
        raise ImportError(str(failure))

    return unavailable


def _is_skipped(relative: Path) -> bool:
    folders, name = relative.parts[:-1], relative.name
    return (
        any(part in SKIPPED_FOLDERS or part.startswith(".") for part in folders)
        or name.startswith((".", TEST))
        or name in ("setup.py", "conftest.py")
    )
