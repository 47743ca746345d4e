"""Finding a submission's functions: a file, flat files, a package; what is left out, and what is mentioned."""

import textwrap
from array import array as numbers
from pathlib import Path

import numpy as np
import pytest
from conftest import RELU

from gradproof.conformance.harness.absent.packages import Place, place_of
from gradproof.conformance.harness.loader import Inventory, source_files
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.harness.source.names import defined_names
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec import contracts
from gradproof.conformance.spec.contracts import contract_named, function_names
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


def test_a_class_is_no_function(tmp_path: Path) -> None:
    """``class adam`` is not called with a parameter and its gradient."""
    write(tmp_path, {"optim.py": "class adam:\n    def __init__(self, w, dw, config=None): ...\n"})
    found = inventory_of(tmp_path / "optim.py")
    assert not found.functions
    assert found.problems == ("adam in optim.py is a class, and a function is expected",)


def test_a_function_defined_where_an_import_failed_is_found(tmp_path: Path) -> None:
    """In the except branch."""
    write(
        tmp_path,
        {"a.py": "try:\n    from fast import relu_forward\nexcept ImportError:\n    def relu_forward(x): ...\n"},
    )
    assert set(inventory_of(tmp_path).functions) == {"relu_forward"}


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


WHEN_ASKED = """
MADE = {{"relu_forward": lambda x: (x, x), "relu_backward": lambda dout, cache: dout}}


def __getattr__(name):
    {answer}
"""


def test_what_a_module_makes_when_it_is_asked_is_found(tmp_path: Path) -> None:
    """By names that it mentions: nobody asks it for all others."""
    answer = "if name not in MADE:\n        raise AttributeError(name)\n    return MADE[name]"
    write(tmp_path, {"layers.py": WHEN_ASKED.format(answer=answer)})
    assert set(in_this_process(tmp_path / "layers.py").inventory.functions) == {"relu_forward", "relu_backward"}


@pytest.mark.parametrize(
    "puts",
    [
        "globals()[name] = vars(Layers)[name]",
        "globals().update({name: vars(Layers)[name]})",
        "exec(f'{name} = Layers.{name}')",
    ],
)
def test_what_a_file_puts_among_its_names_as_it_runs_is_found(tmp_path: Path, puts: str) -> None:
    """Where it has a function of that name; a script that does so with others is not even run."""
    backward = "    def relu_backward(dout, cache):\n        return dout\n"
    methods = f"class Layers:\n    def relu_forward(x):\n        return x, x\n{backward}"
    script = f"x = 'relu_forward'\n{puts.replace('Layers', 'Other')}\nraise SystemExit(1)\n"
    loop = f"for name in ('relu_forward', 'relu_backward'):\n    {puts}\n"
    write(tmp_path, {"layers.py": methods + loop, "script.py": script})
    inventory = in_this_process(tmp_path).inventory
    assert set(inventory.functions) == {"relu_forward", "relu_backward"}
    assert not inventory.problems


@pytest.mark.parametrize("answer", ["raise KeyError(name)", "raise SystemExit(name)"])
def test_a_module_that_raises_when_it_is_asked_has_no_such_name(tmp_path: Path, answer: str) -> None:
    """It is the submission's own doing, and no fault of ours; so is what a class or a callable says of itself."""
    odd = "class Odd(type):\n    def __dir__(cls):\n        1 / 0\n\n\nclass Solver(metaclass=Odd):\n    pass\n"
    called = (
        "class Called:\n    __class__ = property(lambda self: 1 / 0)\n    def __call__(self, x):\n        return x, x\n"
        "tanh_forward = Called()\n"
    )
    write(tmp_path, {"layers.py": f"{WHEN_ASKED.format(answer=answer)}\n\n{odd}\n\n{called}"})
    found = in_this_process(tmp_path / "layers.py").inventory
    assert {"Solver", "tanh_forward"} <= set(found.functions)
    assert "relu_forward" not in found.functions
