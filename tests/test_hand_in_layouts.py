"""What right code may look like when it is handed in: names bound in other ways, packages left out, ends that fail."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import RELU, Judge

from gradproof import impl
from gradproof.conformance.checks.results import Status
from gradproof.conformance.cli.replay_script import script
from gradproof.conformance.engine.runner import Plan, gather
from gradproof.conformance.grading.code import with_code
from gradproof.conformance.grading.course.likeness import likeness
from gradproof.conformance.grading.folders import copy
from gradproof.conformance.grading.handin import DEFAULT, IntakeProblem, Room
from gradproof.conformance.harness import loader
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.harness.importing import put_back
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.harness.source.names import defined_names
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls.bubblewrap import Bubblewrap
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT as DIALECT

BLOCK = """
def affine_relu_forward(x, w, b):
    return relu_forward(x @ w + b)
"""
NAMES = {"relu_forward", "relu_backward"}
ALICE = {
    "cs231n/__init__.py": "",
    "cs231n/blocks.py": BLOCK,
    "layers.py": "def relu_forward(x):\n    from cs231n.blocks import affine_relu_forward as block\n    return block",
}
BOB = {"layers.py": RELU, "layer_utils.py": f"from cs231n.data_utils import *\n{BLOCK}"}


def handed_in(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def inventory_of(folder: Path) -> Inventory:
    """What a submission offers."""
    return in_this_process(folder).inventory


@pytest.mark.parametrize(
    "bound",
    [
        "relu_forward, relu_backward = made()",
        "relu_forward: Function = forward\nrelu_backward: Function = backward",
        "from mine import fwd as relu_forward, bwd as relu_backward",
        "with np.errstate():\n    def relu_forward(x): ...\n    relu_backward = 1",
        "for _ in (1,):\n    [relu_forward, *relu_backward] = made()",
    ],
)
def test_a_name_may_be_bound_in_any_way(tmp_path: Path, bound: str) -> None:
    """By a definition, an assignment of any kind, or an import under another name."""
    assert defined_names(handed_in(tmp_path, {"layers.py": bound}) / "layers.py") == (NAMES, None)


@pytest.mark.parametrize(
    "called", ["relu_forward.calls = 0", "out, cache = relu_forward(x)", "from mine import relu_forward"]
)
def test_a_name_that_is_used_is_not_bound(tmp_path: Path, called: str) -> None:
    """What keeps its name in an import is defined elsewhere."""
    assert not defined_names(handed_in(tmp_path, {"layers.py": called}) / "layers.py")[0] & NAMES


@pytest.mark.parametrize(
    ("where", "imports"),
    [
        ("layer_utils.py", "from cs231n.layers import *"),
        ("layer_utils.py", "from cs231n import layers\nfrom cs231n.layers import relu_forward"),
        ("layer_utils.py", "from ..layers import *"),
        ("classifiers/blocks.py", "from ..layers import *"),
        ("layer_utils.py", "from .layers import *"),
    ],
)
def test_packages_that_were_left_out_are_stood_in_for(tmp_path: Path, where: str, imports: str) -> None:
    """Files are collected one by one, and their imports name the packages of the course."""
    folder = handed_in(tmp_path / "alice-smith (2)", {"layers.py": RELU, where: f"{imports}\n{BLOCK}"})
    found = inventory_of(folder)
    assert ({*found.functions}, found.problems) == (NAMES | {"affine_relu_forward"}, ())


def test_a_file_of_a_package_may_import_its_neighbour_by_its_name_alone(tmp_path: Path) -> None:
    """It was run where it lies; the packages around it are there for others. What Python has is Python's."""
    files = {
        "hw/__init__.py": "",
        "hw/layers.py": RELU,
        "hw/layer_utils.py": f"from layers import *\nfrom random import random\n{BLOCK}",
        "hw/random.py": "",
    }
    found = inventory_of(handed_in(tmp_path, files))
    assert ({*found.functions}, found.problems) == (NAMES | {"affine_relu_forward"}, ())


def test_a_dot_in_a_files_name_leads_nowhere(tmp_path: Path, oracle: Oracle) -> None:
    """It is imported and replayed all the same, in a package and beside none."""
    package = {"hw/__init__.py": "", "hw/utils.py": "", "hw/blocks.v2.py": f"from .utils import *\n{BLOCK}"}
    session = in_this_process(handed_in(tmp_path, {"2layers.v2.py": RELU, **package}))
    assert {*session.inventory.functions} == NAMES | {"affine_relu_forward"}
    contract = contract_named("relu")
    record = gather(contract, session, oracle, Plan((contract,), cases=1)).records[0]
    assert f"run_path({str(tmp_path / '2layers.v2.py')!r})" in script(record, tmp_path, session.inventory)


def test_a_package_that_nobody_handed_in_is_missed_as_ever(tmp_path: Path) -> None:
    """A stand-in has what was handed in, and no more."""
    assert "No module named 'cs231n'" in inventory_of(handed_in(tmp_path, BOB)).problems[0]


def test_what_another_submission_of_the_process_has_is_missed_too(tmp_path: Path) -> None:
    """Neither its modules nor its folders are looked into for the next one."""
    assert inventory_of(handed_in(tmp_path / "alice", {"cs231n/layers.py": RELU, "cs231n/__init__.py": ""})).functions
    assert "No module named 'cs231n'" in inventory_of(handed_in(tmp_path / "bob", BOB)).problems[0]


def test_what_is_loaded_while_a_submission_is_judged_leaves_it_what_is_its_own(tmp_path: Path) -> None:
    """Proven layers stand in for its own: its folders are searched as before, and no longer for the next one."""
    in_this_process(handed_in(tmp_path / "alice", ALICE))
    donor.__wrapped__()
    assert "No module named 'cs231n'" in inventory_of(handed_in(tmp_path / "bob", BOB)).problems[0]


def test_what_is_put_back_is_not_a_name_that_this_project_lent(tmp_path: Path) -> None:
    """A submission had a package of its name, and has it no longer."""
    own = sys.modules["gradproof"]
    in_this_process(handed_in(tmp_path, {"gradproof/layers.py": RELU, "gradproof/__init__.py": ""}))
    with put_back():
        pass
    assert sys.modules.get("gradproof") is own


def test_what_a_submission_imports_in_a_call_is_not_the_next_ones(tmp_path: Path, oracle: Oracle) -> None:
    """It is imported long after the files were."""
    alice, relu = in_this_process(handed_in(tmp_path / "alice", ALICE)), contract_named("relu")
    alice.run(relu, oracle.cases(relu, DIALECT, 1)[0])
    assert "cs231n.blocks" in sys.modules
    assert "No module named 'cs231n'" in inventory_of(handed_in(tmp_path / "bob", BOB)).problems[0]


def test_a_replay_stands_in_for_the_packages_too(tmp_path: Path, oracle: Oracle) -> None:
    """Its script imports what the submission imports."""
    folder = handed_in(tmp_path, {"layers.py": RELU, "blocks.py": f"from cs231n.layers import *\n{BLOCK}"})
    session, contract = in_this_process(folder), contract_named("relu")
    record = gather(contract, session, oracle, Plan((contract,), cases=1)).records[0]
    text = script(record, folder, session.inventory)
    assert f'sys.modules["cs231n"].__path__ = [{str(folder)!r}]' in text


@pytest.mark.parametrize("end", ["open('cifar10.npz')", "input()", "from nowhere import *", "raise SystemExit(2)"])
def test_what_is_defined_before_a_file_ends_for_want_of_something_is_judged(tmp_path: Path, end: str) -> None:
    """Data, a terminal and arguments are where it was written, and not here."""
    found = inventory_of(handed_in(tmp_path, {"layers.py": f"{RELU}\n{end}\ndef relu_leaky_forward(x): ...\n"}))
    assert {*found.functions} == NAMES
    assert found.problems[0].endswith("what it defines before that is judged")


def test_a_package_that_ends_for_want_of_something_keeps_its_files(tmp_path: Path) -> None:
    """Its ``__init__.py`` imports what nobody handed in, which is told once."""
    files = {
        "hw/__init__.py": "from .data_utils import *",
        "hw/layers.py": f"from . import base\n{RELU}",
        "hw/base.py": "",
    }
    found = inventory_of(handed_in(tmp_path, files))
    (problem,) = found.problems
    assert {*found.functions} == NAMES
    assert problem.startswith(
        "hw/__init__.py: cannot be imported: ModuleNotFoundError: No module named 'hw.data_utils'"
    )


@pytest.mark.posix
def test_a_pipe_among_the_files_holds_nobody_up(tmp_path: Path) -> None:
    """Whoever reads from it waits for ever; it is told, and the rest is judged."""
    folder = handed_in(tmp_path, {"layers.py": RELU})
    os.mkfifo(folder / "data.py")
    found = inventory_of(folder)
    assert {*found.functions} == NAMES
    assert found.problems == ("data.py: cannot be read (OSError: it is no ordinary file)",)
    assert likeness(folder) == ""


def test_of_a_huge_file_no_more_is_read_than_is_needed_to_say_so(tmp_path: Path) -> None:
    """It takes no disk and would take 8 GiB of memory."""
    folder = handed_in(tmp_path, {"layers.py": RELU})
    with (folder / "big.py").open("wb") as file:
        file.truncate(8 << 30)
    found = inventory_of(folder)
    assert {*found.functions} == NAMES
    assert found.problems == ("big.py: larger than 2,000,000 bytes, not read",)


def test_of_two_modules_of_one_name_a_file_finds_that_beside_it(tmp_path: Path) -> None:
    """As it does where its author runs it, in its own folder."""
    files = {
        "one/layers.py": "def affine_forward(x, w, b): ...",
        "one/more.py": "from layers import affine_forward as own\ndef affine_backward(dout, cache): ...",
        "two/layers.py": RELU,
        "two/blocks.py": f"from layers import relu_forward\n{BLOCK}",
    }
    found = inventory_of(handed_in(tmp_path, files))
    assert ({*found.functions}, found.problems) == (
        {*NAMES, "affine_forward", "affine_backward", "affine_relu_forward"},
        (),
    )


def test_what_an_adapter_meets_is_not_told_of_the_next_submission(tmp_path: Path) -> None:
    """Its import of a package that ends early comes when the adapter asks, after the files were loaded."""
    package = {"hw/__init__.py": "from .data_utils import *", "hw/mine.py": "def f(x): return x"}
    adapter = tmp_path / "adapter.py"
    adapter.write_text("import submission\nrelu_forward = submission.f", encoding="utf-8")
    first = in_this_process(handed_in(tmp_path / "first", package), adapter)
    second = inventory_of(handed_in(tmp_path / "second", {"layers.py": RELU}))
    assert ({*first.inventory.functions}, second.problems) == ({"relu_forward"}, ())


def test_a_circle_of_imports_is_entered_where_it_can_be(tmp_path: Path) -> None:
    """It is right by the way that its author takes, whatever the order of names."""
    blocks = f"from layers import relu_forward\n{BLOCK}"
    files = {"layers.py": f"{RELU}\nfrom blocks import affine_relu_forward as own\n", "blocks.py": blocks}
    found = inventory_of(handed_in(tmp_path, files))
    assert ({*found.functions}, found.problems) == (NAMES | {"affine_relu_forward"}, ())


def test_a_circle_that_has_no_way_in_ends(tmp_path: Path) -> None:
    """As an error of the import, told of both."""
    files = {"a.py": f"from b import relu_backward\n{RELU}", "b.py": f"from a import relu_forward\n{RELU}"}
    assert len(inventory_of(handed_in(tmp_path, files)).problems) == len(files)


def test_a_file_that_is_wrong_at_its_end_is_not_judged(tmp_path: Path) -> None:
    """That is no want of anything."""
    found = inventory_of(handed_in(tmp_path, {"layers.py": f"{RELU}\nrelu_forwrd\n"}))
    assert (found.functions, {*found.broken}) == ({}, NAMES)


@pytest.mark.parametrize(
    "line",
    [
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "try:\n    get_ipython()\n    raise ValueError\nexcept NameError: pass",
        "import matplotlib.pyplot as plt\nfigure, (left, right) = plt.subplots(2)\nfor axis in figure.axes: pass",
        "from numba import njit, prange\nmore = njit(parallel=True)(relu_forward)\nassert list(prange(2)) == [0, 1]",
    ],
)
def test_what_a_notebook_leaves_in_a_file_harms_nothing(tmp_path: Path, line: str) -> None:
    """Magics, pictures and decorators are no results."""
    found = inventory_of(handed_in(tmp_path, {"layers.py": f"{RELU}\n{line}\n"}))
    assert ({*found.functions}, found.problems) == (NAMES, ())


def test_what_is_decorated_by_something_absent_stays_a_function(tmp_path: Path) -> None:
    """Without it, it gives the same results."""
    text = "from numba import njit\n@njit\ndef half(x): return x / 2\n" + RELU.replace(
        "np.maximum(x", "np.maximum(half(x) * 2"
    )
    session = in_this_process(handed_in(tmp_path, {"layers.py": text}))
    assert session.functions["relu_forward"](np.array([-1.0, 3.0]))[0].tolist() == [0.0, 3.0]


def test_a_file_in_another_encoding_is_told_so(tmp_path: Path) -> None:
    """As an editor saves it that says Unicode and means UTF-16."""
    (tmp_path / "layers.py").write_text(RELU, encoding="utf-16")
    assert inventory_of(tmp_path).problems[0].endswith("save it as text in UTF-8")


def test_a_file_that_is_called_as_a_test_is_named_where_something_is_missing(tmp_path: Path) -> None:
    """It is not read, and nothing that was handed in may vanish."""
    assert inventory_of(handed_in(tmp_path, {"test_layers.py": RELU})).problems == (
        "not judged, called as tests are: test_layers.py",
    )


def test_of_too_many_files_it_is_told_that_only_some_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after them is not found, whatever is in it."""
    monkeypatch.setattr(loader, "MAX_FILES", 2)
    files = {"a.py": "", "b.py": "", "layers.py": RELU}
    told = "3 Python files: the first 2 are looked at, the outermost first; hand in what is yours"
    assert inventory_of(handed_in(tmp_path, files)).problems == (told,)


def test_a_letter_of_another_alphabet_is_told(tmp_path: Path) -> None:
    """It cannot be seen."""
    found = inventory_of(handed_in(tmp_path, {"layers.py": RELU.replace("relu_forward", "r\u0435lu_forward")}))
    assert "did you mean relu_forward? It has '\u0435' (U+0435), of another alphabet" in found.problems[0]


def test_a_callable_that_lies_about_its_signature_is_called_all_the_same(tmp_path: Path) -> None:
    """It is its values that count."""
    lies = "class F:\n    __signature__ = property(lambda self: 1 / 0)\n    __call__ = lambda self, x: (x, x)\n"
    found = inventory_of(handed_in(tmp_path, {"layers.py": f"{RELU}\n{lies}relu_forward = F()\n"}))
    assert {*found.functions} == NAMES


def test_a_folder_of_links_says_why_it_holds_nothing(tmp_path: Path) -> None:
    """What leads out of it is not followed."""
    (tmp_path / "layers.py").write_text(RELU, encoding="utf-8")
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "layers.py").symlink_to(tmp_path / "layers.py")
    with pytest.raises(IntakeProblem, match="a link that leads out of the folder, and was left out"):
        copy(tmp_path / "bob", Room(tmp_path / "copy", DEFAULT), DEFAULT)


def opened(folder: Path, files: dict[str, str]) -> tuple[Path, tuple[str, ...]]:
    """Where the code of a hand-in is, and what is noted of it."""
    room = Room(folder / "room", DEFAULT)
    notes = copy(handed_in(folder / "dan", files), room, DEFAULT)
    found = with_code(room.folder, notes, DEFAULT)
    return found.path, found.notes


def test_a_suffix_in_capitals_is_one(tmp_path: Path) -> None:
    """Some systems make no difference. What an open office document leaves behind is none of it."""
    path, notes = opened(tmp_path, {"LAYERS.PY": RELU, "~$essay.docx": ""})
    assert ([file.name for file in path.iterdir()], notes) == (["LAYERS.py"], ())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("layers.py.txt", "layers.py.txt is a text by its name: call it layers.py"),
        ("test_layers.py", "called as tests"),
    ],
)
def test_code_that_its_name_hides_is_told(tmp_path: Path, name: str, told: str) -> None:
    """A system that hides suffixes hides this one."""
    with pytest.raises(IntakeProblem, match=told):
        opened(tmp_path, {name: RELU})


def filled_in(**options: object) -> Callable[..., Any]:
    """Batch normalization that writes into its options."""

    def batchnorm_forward(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
        for name, value in options.items():
            bn_param.setdefault(name, value)
        return impl.batchnorm_forward(x, gamma, beta, bn_param)

    return batchnorm_forward


def test_an_option_that_was_left_to_its_default_may_be_filled_in(judge_impl: Judge) -> None:
    """No call is changed by it; another key in the caller's dictionary is a surprise (a planted fault)."""
    results = judge_impl("batchnorm", batchnorm_forward=filled_in(eps=1e-5))
    assert {result.status for result in results.values()} == {Status.PASSED}


def test_the_language_behind_a_wall_is_there(tmp_path: Path) -> None:
    """A submission that takes the machine's own ends nowhere, and its files are read as UTF-8."""
    wall = Bubblewrap()
    if reason := wall.missing():
        pytest.skip(reason)
    text = f"import locale\nlocale.setlocale(locale.LC_ALL, '')\nassert 'é' in open(__file__).read()\n{RELU}"
    with Sandbox(handed_in(tmp_path, {"layers.py": text}), wall=wall) as session:
        assert ({*session.inventory.functions}, session.inventory.problems) == (NAMES, ())


def test_a_package_whose_init_ends_early_is_told_and_its_files_are_judged(tmp_path: Path) -> None:
    """What it was to import from them, they do not have."""
    files = {"cs/__init__.py": "from .layers import missing\n", "cs/layers.py": RELU}
    offered = in_this_process(handed_in(tmp_path, files)).inventory
    assert {"relu_forward", "relu_backward"} <= offered.functions.keys()
    (problem,) = offered.problems
    assert problem.startswith("cs/__init__.py: cannot be imported: ImportError: cannot import name 'missing' from")
    assert problem.endswith("what it defines before that is judged")
