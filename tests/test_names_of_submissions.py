"""A submission may be called as anything is, one of this project's packages too; each gets its own modules."""

import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import one_in
from test_subject import LAYERS, inventory_of, write

from gradproof.conformance.harness import donor
from gradproof.conformance.harness.importing import LentName, import_file, taken_out
from gradproof.conformance.harness.session import Session, in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import NAMES, named
from gradproof.conformance.spec.contracts import contract_named, function_names
from gradproof.conformance.spec.conventions import DEFAULT

WALLS = ("this process", "plain", *NAMES)


@contextmanager
def session_of(path: Path, wall: str) -> Iterator[Session]:
    """A submission behind a wall, or in this process, whose search path is as before in the end."""
    if wall != "this process":
        if reason := named(wall).missing():
            pytest.skip(f"{wall}: {reason}")
        with Sandbox(path, wall=named(wall)) as session:
            yield session
        return
    searched, others = list(sys.path), taken_out("impl")  # of tests before
    try:
        yield in_this_process(path)
    finally:
        sys.path[:] = searched
        for name in [n for n, m in sys.modules.items() if str(path) in str(getattr(m, "__file__", ""))]:
            del sys.modules[name]
        sys.modules.update(others)


OURS = ("gradproof", "impl")  # the one that is imported, and one of those that only lie about
IMPORTING = {
    "from .{name} import *": "def affine_relu_forward(x, w, b): return relu_forward(x)\n",
    "from {package}.{name} import *": "def affine_relu_forward(x, w, b): return relu_forward(x)\n",
    "import {package}.{name} as layers": "def affine_relu_forward(x, w, b): return layers.relu_forward(x)\n",
}
LATE = """
    def affine_relu_forward(x, w, b):
        import {package}.layers
        from {package}.other import first
        return first({package}.layers.relu_forward(x)[0] + 7), None

    def affine_relu_backward(dout, cache): return dout, dout, dout
"""


@pytest.mark.parametrize("package", OURS)
@pytest.mark.parametrize("statement", one_in(2, IMPORTING))
@pytest.mark.parametrize("opened_at", ["", "."])
def test_a_package_may_be_called_as_one_of_ours(tmp_path: Path, package: str, statement: str, opened_at: str) -> None:
    """Its files are found and find each other, though this project has packages of the same names."""
    line = statement.format(package=package, name="layers")
    write(tmp_path, {f"{package}/layers.py": LAYERS, f"{package}/layer_utils.py": f"{line}\n{IMPORTING[statement]}"})
    found = inventory_of(tmp_path / (opened_at or package))
    assert set(found.functions) == {"relu_forward", "relu_backward", "affine_relu_forward"}
    assert not found.problems


@pytest.mark.parametrize("package", OURS)
@pytest.mark.parametrize("name", WALLS)
def test_what_it_imports_when_it_is_called_is_its_own_too(
    tmp_path: Path, package: str, name: str, oracle: Oracle
) -> None:
    """Behind each wall that can stand here, behind none, and in the suite's own process."""
    write(
        tmp_path / "mine",
        {
            f"{package}/layers.py": LAYERS,
            f"{package}/other.py": "def first(x): return x\n",
            f"{package}/utils.py": textwrap.dedent(LATE).format(package=package),
        },
    )
    contract = contract_named("affine_relu")
    case = oracle.cases(contract, DEFAULT, None)[0]
    with session_of(tmp_path / "mine", name) as session:
        observed = session.run(contract, case)
    assert observed.error is None
    assert (observed.arrays["out"] == np.maximum(case.inputs["x"], 0) + 7).all()


def test_the_suite_has_its_name_back(tmp_path: Path) -> None:
    """In its own process, after a submission of the same name was loaded and called."""
    write(tmp_path, {"gradproof/layers.py": LAYERS, "gradproof/__init__.py": ""})
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "gradproof"}
    searched = list(sys.path)
    with LentName(tmp_path):
        module = import_file(tmp_path / "gradproof" / "layers.py", tmp_path, [])
        assert sys.modules["gradproof.layers"] is module
    sys.path[:] = searched
    assert "gradproof.layers" not in sys.modules
    assert {name: sys.modules.get(name) for name in before} == before


@pytest.mark.parametrize(
    "name", ["numpy.py", "json.py", "conformance.py", "gradproof.py", "my layers.py", "größe.py", "1.py"]
)
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    """Even one that shadows a module that the suite needs."""
    write(tmp_path, {name: LAYERS})
    assert set(inventory_of(tmp_path / name).functions) == {"relu_forward", "relu_backward"}


@pytest.mark.parametrize("place", [0, 1000])
@pytest.mark.parametrize("is_imported", [True, False])
def test_proven_layers_are_this_projects_whoever_else_has_an_impl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int, is_imported: bool
) -> None:
    """A stranger's package of that name, before or behind, imported or not, stays what it is and is not taken."""
    write(tmp_path, {"impl/__init__.py": "mine = True\n", "impl/affine.py": "def affine_forward(x, w, b): ...\n"})
    monkeypatch.setattr(sys, "path", [*sys.path[:place], str(tmp_path), *sys.path[place:]])
    for name in [name for name in sys.modules if name.partition(".")[0] == "impl"]:
        monkeypatch.delitem(sys.modules, name)
    stranger = importlib.import_module("impl") if is_imported else None
    found = donor.donor.__wrapped__()
    assert found.keys() >= function_names()
    codes = [function.__code__ for function in found.values() if inspect.isfunction(function)]
    assert codes
    assert all(Path(code.co_filename).is_relative_to(donor.PACKAGE) for code in codes)
    assert sys.modules.get("impl") is stranger
    sys.modules.pop("impl", None)


def test_proven_layers_are_this_projects_though_a_hook_knows_another_impl(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the hook of a stranger's editable install does, which is asked before any folder is searched."""

    class Hook:
        @staticmethod
        def find_spec(name: str, _path: object = None, _target: object = None) -> None:
            if name.partition(".")[0] == "impl":
                raise ImportError("the stranger's")

    monkeypatch.setattr(sys, "meta_path", [Hook, *sys.meta_path])
    assert donor.donor.__wrapped__().keys() >= function_names()
    assert sys.meta_path[0] is Hook


def test_two_folders_of_the_same_names_are_two_submissions(tmp_path: Path) -> None:
    """In one process too: what the second imports by a name that the first has is its own."""
    for name, factor in (("ann", 1), ("bob", 2)):
        folder = tmp_path / name / "course"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "steps.py").write_text(f"FACTOR = {factor}\n")
        (folder / "layers.py").write_text(
            "from course.steps import FACTOR\ndef relu_forward(x):\n    return FACTOR * x, x\n"
        )
    values = [
        in_this_process(tmp_path / name).functions["relu_forward"](1.0)[0] for name in ("ann", "bob", "ann", "bob")
    ]
    assert values == [1.0, 2.0, 1.0, 2.0]


def test_a_submission_called_gradproof_leaves_this_one_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever submission comes after it."""
    monkeypatch.setattr(sys, "path", [*sys.path])  # which the processes of later tests are given
    own = sys.modules["gradproof"]
    for name in ("gradproof", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "layers.py").write_text("def relu_forward(x):\n    return x, x\n")
        in_this_process(tmp_path / name)
    assert sys.modules["gradproof"] is own
