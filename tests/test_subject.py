"""Finding a submission's functions: a file, flat files, a package, an adapter."""

import importlib
import inspect
import sys
import textwrap
from array import array as numbers
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import RELU, one_in

from gradproof.conformance.harness import donor
from gradproof.conformance.harness.absent.packages import Place, place_of
from gradproof.conformance.harness.importing import LentName, import_file, taken_out
from gradproof.conformance.harness.loader import Inventory, source_files
from gradproof.conformance.harness.session import Session, in_this_process
from gradproof.conformance.harness.source.names import defined_names
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import NAMES, named
from gradproof.conformance.spec import contracts
from gradproof.conformance.spec.contracts import contract_named, function_names
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.values import as_array, described


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))
    return folder


def inventory_of(path: Path, adapter: Path | None = None) -> Inventory:
    """What a child process finds there."""
    with Sandbox(path, adapter) as session:
        return session.inventory


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


LAYERS = RELU
BLOCKS = "def affine_relu_forward(x, w, b):\n    return relu_forward(x)\n"


@pytest.mark.parametrize(
    "statement",
    [
        "from .layers import *",
        "from cs231n.layers import *",
        "from cs231n import layers\nfrom cs231n.layers import relu_forward",
    ],
)
@pytest.mark.parametrize("init", [True, False])
@pytest.mark.parametrize("opened_at", ["cs231n", "."])
def test_a_cs231n_package_is_found(tmp_path: Path, statement: str, init: bool, opened_at: str) -> None:
    """With or without __init__.py, by relative or absolute imports, opened at the package or above it."""
    files = {"cs231n/layers.py": LAYERS, "cs231n/layer_utils.py": statement + "\n" + BLOCKS}
    write(tmp_path, files | ({"cs231n/__init__.py": ""} if init else {}))
    found = inventory_of(tmp_path / opened_at)
    assert set(found.functions) == {"relu_forward", "relu_backward", "affine_relu_forward"}
    assert not found.problems


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


def test_flat_files_import_each_other(tmp_path: Path) -> None:
    """As they do when the folder is the working directory."""
    write(tmp_path, {"layers.py": LAYERS, "layer_utils.py": "from layers import *\n" + BLOCKS})
    assert set(inventory_of(tmp_path).functions) == {"relu_forward", "relu_backward", "affine_relu_forward"}


def test_only_files_that_define_canonical_names_are_imported(tmp_path: Path) -> None:
    """A training script beside the layers does not run."""
    write(tmp_path, {"layers.py": LAYERS, "train.py": "raise SystemExit('training')"})
    assert not inventory_of(tmp_path).problems


def test_tests_and_hidden_folders_are_left_out(tmp_path: Path) -> None:
    """They often hold other people's functions."""
    write(tmp_path, {"layers.py": LAYERS, "test_layers.py": LAYERS, ".git/layers.py": LAYERS, "tests/x.py": LAYERS})
    assert [file.name for file in source_files(tmp_path)] == ["layers.py"]


def test_the_first_of_two_definitions_is_judged_and_the_second_mentioned(tmp_path: Path) -> None:
    """Shallow files first, then by name."""
    write(tmp_path, {"a.py": LAYERS, "b.py": LAYERS})
    found = inventory_of(tmp_path)
    assert found.functions["relu_forward"] == "a.py"
    assert "relu_forward is defined in a.py and in b.py; the one in a.py is judged" in found.problems


@pytest.mark.parametrize(
    "name", ["numpy.py", "json.py", "conformance.py", "gradproof.py", "my layers.py", "größe.py", "1.py"]
)
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    """Even one that shadows a module that the suite needs."""
    write(tmp_path, {name: LAYERS})
    assert set(inventory_of(tmp_path / name).functions) == {"relu_forward", "relu_backward"}


def test_an_adapter_defines_canonical_names_in_terms_of_the_submission(tmp_path: Path) -> None:
    """``import submission`` gives the file's module."""
    write(
        tmp_path,
        {
            "net.py": "class ReLU:\n    def forward(self, x):\n        self.x = x\n        return x * (x > 0)\n",
            "adapter.py": """
                import submission

                def relu_forward(x):
                    layer = submission.ReLU()
                    return layer.forward(x), layer

                def relu_backward(dout, layer):
                    return dout * (layer.x > 0)
            """,
        },
    )
    found = inventory_of(tmp_path / "net.py", tmp_path / "adapter.py")
    assert found.functions == {"relu_backward": "adapter.py", "relu_forward": "adapter.py"}


def test_an_adapter_that_fails_says_so(tmp_path: Path) -> None:
    """Its own problem is not taken for the submission's."""
    write(tmp_path, {"net.py": LAYERS, "adapter.py": "import nowhere\ndef relu_forward(x): ..."})
    assert (
        "adapter adapter.py: cannot be imported"
        in inventory_of(tmp_path / "net.py", tmp_path / "adapter.py").problems[0]
    )


def test_names_are_read_without_running_the_file(tmp_path: Path) -> None:
    """Also those in a try or an if, and assigned ones."""
    path = (
        write(tmp_path, {"a.py": "import os\nos._exit(1)\ntry:\n    def f(): ...\nexcept E:\n    pass\ng = f\n"})
        / "a.py"
    )
    assert defined_names(path) == ({"f", "g"}, None)


def test_modules_are_named_as_their_imports_need(tmp_path: Path) -> None:
    """A file in a package has a dotted name below the package's parent."""
    write(tmp_path, {"cs231n/__init__.py": "", "cs231n/layers.py": LAYERS, "flat/layers.py": LAYERS})
    assert place_of(tmp_path / "cs231n/layers.py", tmp_path / "cs231n") == Place(tmp_path, "cs231n.layers")
    assert place_of(tmp_path / "flat/layers.py", tmp_path / "flat") == Place(tmp_path / "flat", "layers")


def test_every_canonical_function_is_offered_by_impl() -> None:
    """Impl is a submission like any other."""
    root = Path(__file__).resolve().parent.parent
    offered = inventory_of(root / "impl").functions
    assert {name for name in offered if name.isidentifier()} == function_names()
    assert {"FullyConnectedNet.loss", "FullyConnectedNet(dropout)", "TwoLayerNet.train"} <= set(offered)


def test_a_file_of_a_package_without_init_can_be_named_alone(tmp_path: Path) -> None:
    """Its absolute imports of the package still work."""
    write(tmp_path, {"cs231n/layers.py": "from cs231n.helpers import *\n" + LAYERS, "cs231n/helpers.py": ""})
    found = inventory_of(tmp_path / "cs231n/layers.py")
    assert (set(found.functions), found.problems) == ({"relu_forward", "relu_backward"}, ())


def test_a_folder_with_several_submissions_is_not_judged(tmp_path: Path) -> None:
    """The report says which there are, so that one can be named."""
    write(tmp_path, {"assignment1/cs231n/layers.py": LAYERS, "assignment2/cs231n/layers.py": LAYERS})
    found = inventory_of(tmp_path)
    assert not found.functions
    assert "several submissions, in assignment1/cs231n, assignment2/cs231n: name one of them" in found.problems[0]


def test_a_name_that_is_nearly_canonical_is_mentioned(tmp_path: Path) -> None:
    """It is not judged, and the report says so."""
    write(tmp_path, {"layers.py": LAYERS, "blocks.py": "def affine_lyn_relu_forward(x): ...\n"})
    assert (
        "affine_lyn_relu_forward is not judged; did you mean affine_ln_relu_forward?"
        in inventory_of(tmp_path).problems[0]
    )


def test_a_syntax_error_in_an_imported_file_names_that_file(tmp_path: Path) -> None:
    """Not the one that imports it."""
    write(tmp_path, {"layers.py": "from fast import *\n" + LAYERS, "fast.py": "print 'compile me'\n"})
    (problem,) = [p for p in inventory_of(tmp_path).problems if "layers.py" in p]
    assert "layers.py: cannot be imported: fast.py: syntax error in line 1" in problem
    assert "Python 2" in problem


def test_an_adapter_outlives_a_file_that_cannot_be_imported(tmp_path: Path, oracle: Oracle) -> None:
    """What that file defines says so when it is called; the rest is judged."""
    write(
        tmp_path,
        {
            "net/good.py": RELU.replace("relu_", "my_relu_"),
            "net/bad.py": "from nowhere import *\ndef my_affine(x, w, b): ...\n",
            "adapter.py": """
                from submission import my_relu_forward as relu_forward, my_relu_backward as relu_backward, my_affine
                def affine_forward(x, w, b): return my_affine(x, w, b)
                def affine_backward(dout, cache): ...
            """,
        },
    )
    with Sandbox(tmp_path / "net", tmp_path / "adapter.py") as session:
        errors = {}
        for name in ("relu", "affine"):
            contract = contract_named(name)
            errors[name] = session.run(contract, oracle.cases(contract, DEFAULT, None)[0]).error
    assert errors["relu"] is None
    assert errors["affine"] is not None
    assert "raised ImportError: bad.py: cannot be imported" in sentence(errors["affine"])


def test_an_adapter_may_be_called_like_the_submission(tmp_path: Path) -> None:
    """Each is imported once."""
    write(
        tmp_path,
        {
            "a/layers.py": "import numpy as np\nseen = np.__dict__.setdefault('seen', [])\nseen.append(1)\n",
            "b/layers.py": """
                import submission
                submission.seen, submission.seen
                if len(submission.seen) == 1:
                    def relu_forward(x): ...
                    def relu_backward(dout, cache): ...
            """,
        },
    )
    assert set(inventory_of(tmp_path / "a/layers.py", tmp_path / "b/layers.py").functions) == {
        "relu_forward",
        "relu_backward",
    }


def test_an_adapter_leaves_nothing_to_guess(tmp_path: Path) -> None:
    """Names that are nearly canonical are what it adapts."""
    write(tmp_path, {"net.py": "def relu_forwards(x): ...\ndef relu1_forward(x): ...\n", "adapter.py": "x = 1\n"})
    assert any("did you mean" in problem for problem in inventory_of(tmp_path / "net.py").problems)
    assert not inventory_of(tmp_path / "net.py", tmp_path / "adapter.py").problems


def test_a_class_is_no_function(tmp_path: Path) -> None:
    """``class adam`` is not called with a parameter and its gradient."""
    write(tmp_path, {"optim.py": "class adam:\n    def __init__(self, w, dw, config=None): ...\n"})
    found = inventory_of(tmp_path / "optim.py")
    assert not found.functions
    assert found.problems == ("adam in optim.py is a class, and a function is expected",)


def test_an_adapter_reaches_the_classes_of_a_folder(tmp_path: Path) -> None:
    """``submission.ReLU`` is found in whichever file defines it; no other file is imported."""
    write(
        tmp_path,
        {
            "net/layers.py": "class ReLU:\n    def forward(self, x):\n        return x * (x > 0)\n",
            "net/train.py": "raise SystemExit('training')\n",
            "adapter.py": "import submission\nR = submission.ReLU()\ndef relu_forward(x): return R.forward(x), x\n",
        },
    )
    found = inventory_of(tmp_path / "net", tmp_path / "adapter.py")
    assert (found.functions, found.problems) == ({"relu_forward": "adapter.py"}, ())


def test_a_function_defined_where_an_import_failed_is_found(tmp_path: Path) -> None:
    """In the except branch."""
    write(
        tmp_path,
        {"a.py": "try:\n    from fast import relu_forward\nexcept ImportError:\n    def relu_forward(x): ...\n"},
    )
    assert set(inventory_of(tmp_path).functions) == {"relu_forward"}


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


def test_contracts_are_found_without_an_import_once_all_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a wall that hides this project, a submission of its name is loaded by then."""
    contracts.all_contracts()
    monkeypatch.setattr(contracts, "import_module", lambda _name: pytest.fail("it is imported anew"))
    contracts._by_name.cache_clear()
    assert contract_named("relu").name == "relu"


def test_a_function_that_exec_made_is_found(tmp_path: Path) -> None:
    """It is the file's own, though no statement defines it; what the file imports is not."""
    made = "import math\nfrom math import sin as tanh_forward\nexec('def relu_forward(x):\\n    return x, x')\n"
    (tmp_path / "layers.py").write_text(made + "def relu_backward(dout, cache):\n    return dout\n")
    functions = in_this_process(tmp_path / "layers.py").inventory.functions
    assert {"relu_forward", "relu_backward"} <= functions.keys()


def test_memory_that_holds_numbers_is_an_array() -> None:
    """A view of an array's memory, and Python's own arrays; text is none."""
    held = as_array(memoryview(np.arange(4.0)))
    assert held is not None
    assert held.tolist() == [0, 1, 2, 3]
    assert as_array(numbers("d", [1.0])) is not None
    assert as_array(memoryview(b"text").cast("c")) is None


def test_what_says_that_it_is_an_array_is_none() -> None:
    """Its class is its own claim, and its values are what it computes when it is asked."""

    class Later:
        __class__ = property(lambda _self: np.ndarray)

        def __array__(self, *_arguments: object, **_options: object) -> np.ndarray:
            return np.ones(2)

    assert as_array(Later()) is None
    assert described(Later()).kind == "other"
