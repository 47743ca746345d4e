"""What is judged: misconceptions, mutants and correct variants, each loaded as a submission in this process."""

import itertools
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import all_misconceptions
from gradproof.conformance.errors import UsageError
from gradproof.conformance.harness.importing import put_back
from gradproof.conformance.harness.loader import Inventory, load
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.power.mutants import PACKAGE, Mutant, all_mutants
from gradproof.conformance.spec.cases import Array, generator
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import all_contracts, contracts_of, function_names
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

VARIANTS = Path(__file__).resolve().parent / "variants"
JUDGED_BY = {
    "networks": ("networks", "solver"),
    "windows": ("convolution", "pooling"),
}  # stems that use what is mutated


@dataclass(frozen=True)
class Trial:
    """A submission of known worth.

    Args:
        kind: ``misconception``, ``mutant`` or ``variant``.
        name: the id of a misconception or mutant, the folder of a variant.
        contracts: the names of those that judge it.
    """

    kind: str
    name: str
    contracts: tuple[str, ...]


def misconceptions() -> Iterator[Trial]:
    """Every misconception, judged by the contracts that it says it gets wrong."""
    return (Trial("misconception", each.id, each.contracts) for each in all_misconceptions())


def variants() -> Iterator[Trial]:
    """Every correct variant, contract by contract that it offers; ``impl`` itself is one.

    Raises:
        UsageError: if a file of one cannot be imported: it would be judged by nothing, and nobody would see it.
    """
    for path in (PACKAGE, *sorted(path for path in VARIANTS.iterdir() if path.is_dir())):
        offered = _offered(path)
        for contract in all_contracts():
            if contract.is_offered(offered):
                yield Trial("variant", path.name, (contract.name,))


@cache
def _offered(path: Path) -> set[str]:
    """The functions of a variant."""
    with loaded_from(path) as session:
        offered, broken = set(session.inventory.functions), session.inventory.broken
    if broken:
        told = joined(SENTENCES, dict.fromkeys(broken.values()))
        raise UsageError(say("the correct variant {name} cannot be judged: {problem}", name=path.name, problem=told))
    return offered


def contracts_judging(stem: str) -> tuple[str, ...]:
    """The contracts of a stem, or of those that use what it has."""
    return tuple(each.name for judge in JUDGED_BY.get(stem, (stem,)) for each in contracts_of(judge))


def session_of(trial: Trial) -> AbstractContextManager[LocalSession]:
    """The submission, as long as the context lasts."""
    if trial.kind == "variant":
        return loaded_from(PACKAGE if trial.name == PACKAGE.name else VARIANTS / trial.name)
    if trial.kind == "mutant":
        return loaded_from(PACKAGE, next(each for each in all_mutants() if each.id == trial.name))
    return _misconceived(trial.name)


@contextmanager
def loaded_from(path: Path, mutant: Mutant | None = None) -> Iterator[LocalSession]:
    """A folder imported anew, one module of it changed; the modules of this process are put back afterwards."""
    own = _taken_out(PACKAGE)
    finder = [_Changed(mutant)] if mutant else []
    sys.meta_path[:0] = finder
    try:
        with put_back():
            yield _imported() if mutant else LocalSession(*load(path, function_names()))
    finally:
        sys.meta_path[:] = [each for each in sys.meta_path if each not in finder]
        _taken_out(path)
        sys.modules.update(own)


def _taken_out(path: Path) -> dict[str, ModuleType]:
    """The modules of a folder, no longer among those that are imported."""
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    inside = f"{path}{os.sep}"  # as text: a process has thousands of modules
    names = [
        name
        for name, file in files.items()
        if (file and file.startswith(inside)) or name.partition(".")[0] == path.name
    ]
    return {name: sys.modules.pop(name) for name in names}


def conventions_of_impl(contract: Contract) -> tuple[str, ...]:
    """The conventions in which ``impl`` follows whatever is asked of it."""
    spoken = ("dropout_p", "dropout") if contract.name == "dropout" else ("l2",)
    return tuple(name for name in contract.dialects if name in spoken)


def asked(session: LocalSession, dialect: Dialect) -> LocalSession:
    """``impl`` asked to drop out by the conventions of a dialect, by options that the canonical API does not have."""
    forward = session.functions["dropout_forward"]
    options = {"p_is": dialect.dropout_p, "style": dialect.dropout}

    def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
        return forward(x, {**dropout_param, **options})

    return LocalSession({**session.functions, "dropout_forward": dropout_forward}, session.inventory)


@contextmanager
def repeatable(*key: object) -> Iterator[None]:
    """Generators that ask for no seed get one that follows from ``key``, so that every judgement repeats itself."""
    original, count = np.random.default_rng, itertools.count()

    def default_rng(seed: Any = None) -> np.random.Generator:
        return generator(*key, next(count)) if seed is None else original(seed)

    np.random.default_rng = default_rng
    try:
        yield
    finally:
        np.random.default_rng = original


@cache
def _inventory() -> Inventory:
    with loaded_from(PACKAGE) as session:
        return session.inventory


def _imported() -> LocalSession:
    """``impl`` as :func:`load` would have it, without reading every file again to see what it defines."""
    inventory = _inventory()
    sys.path.insert(0, str(PACKAGE.parent))
    try:
        package = import_module(PACKAGE.name)
    except Exception:  # noqa: BLE001 - a module that cannot be imported is told of by load
        return LocalSession(*load(PACKAGE, function_names()))
    return LocalSession({name: getattr(package, name) for name in function_names()}, inventory)


@contextmanager
def _misconceived(name: str) -> Iterator[LocalSession]:
    functions = next(each for each in all_misconceptions() if each.id == name).functions
    yield LocalSession(functions, Inventory(dict.fromkeys(functions, "misconception.py")))


class _Changed(MetaPathFinder):
    """Finds one module, the mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = ".".join((PACKAGE.name, *Path(mutant.file).with_suffix("").parts))

    def find_spec(self, fullname: str, _path: Any, _target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        file = str(PACKAGE / self.mutant.file)
        return spec_from_file_location(fullname, file, loader=_ChangedLoader(fullname, file, self.mutant))


class _ChangedLoader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, mutant: Mutant) -> None:
        super().__init__(fullname, path)
        self.mutant = mutant

    def get_code(self, _fullname: str) -> CodeType:
        code: CodeType = compile(self.mutant.tree(), self.path, "exec")
        return code
