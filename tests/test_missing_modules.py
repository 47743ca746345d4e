"""Modules that nobody handed in: what does not use them is judged, and the report says what is missing."""

import time
from pathlib import Path

import pytest
from conftest import RELU
from test_hand_in_layouts import handed_in

from gradproof.conformance.checks.results import Status
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.english import sentence

GELU = "def gelu_forward(x): ...\ndef gelu_backward(dout, cache): ...\n"
FOUND = {"relu_forward", "relu_backward"}
MISSING = "layers.py imports {}, which was not handed in, nor is such a package installed here; what uses it fails"


def inventory_of(folder: Path, files: dict[str, str]) -> Inventory:
    """What a folder offers that has these files."""
    return in_this_process(handed_in(folder, files)).inventory


@pytest.mark.parametrize(
    "line", ["from " + "." * 300 + " import x", f"from {'q' * 300} import x", f"import {'.'.join('q' * 99)}"]
)
def test_an_import_that_no_file_can_have_is_the_submissions_own_fault(tmp_path: Path, line: str) -> None:
    """Our own code goes on, and the other files are judged."""
    offered = inventory_of(tmp_path, {"layers.py": RELU, "lib/__init__.py": "", "lib/gelu.py": f"{GELU}{line}\n"})
    assert FOUND.issubset(offered.functions)


def test_a_line_that_never_imports_is_read_once(tmp_path: Path) -> None:
    """However often it says from."""
    started = time.process_time()
    files = {"layers.py": f"{RELU}\ntext = '{'from' * 40_000}'\n", "others.py": f"# {'import' * 40_000}"}
    assert FOUND.issubset(inventory_of(tmp_path, files).functions)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("import mylab", MISSING.format("mylab.py")),
        ("import mylab.sub as m", MISSING.format("mylab/sub.py")),
        ("from mylab import one, two", MISSING.format("mylab.py")),
        ("from .mylab import one", MISSING.format("mylab.py")),
        ("import importlib\nm = importlib.import_module('mylab')", MISSING.format("mylab.py")),
        ("import mylab\nSIZE = mylab.size() * 2\nif mylab.SLOW:\n    SIZE = 0", MISSING.format("mylab.py")),
        ("import helper", MISSING.format("helper.py") + "; did you mean helpers.py?"),
        ("from .helper import one", MISSING.format("helper.py") + "; did you mean helpers.py?"),
        ("from lib import helpes", MISSING.format("lib/helpes.py") + "; did you mean helpers.py?"),
        ("from lib import tool", MISSING.format("lib/tool.py") + "; did you mean tools?"),
        ("import numpi as np", MISSING.format("numpi.py") + "; did you mean numpy?"),
    ],
)
def test_a_file_that_imports_what_nobody_handed_in_keeps_its_functions(tmp_path: Path, line: str, told: str) -> None:
    """However it is imported; and what was probably meant is told."""
    there = {"helpers.py": "one = 1", "lib/__init__.py": "def tools(): pass"}
    offered = inventory_of(tmp_path, {"layers.py": f"{line}\n{RELU}", **there})
    assert (set(offered.functions), offered.problems) == (FOUND, (told,))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"layers.py": f"from mylab import *\n{RELU}"}, "No module named 'mylab'"),
        ({"layers.py": f"import mylab\n{RELU}", "mylab.py": "1 / 0"}, "ZeroDivisionError"),
        ({"layers.py": f"import mylab\n{RELU}", "mylab.py": "from hislab import *"}, "No module named 'hislab'"),
        ({"layers.py": f"from mylab import one\n{RELU}", "mylab.py": "two = 2"}, "cannot import name 'one'"),
        ({"layers.py": f"exec('import mylab')\n{RELU}"}, "No module named 'mylab'"),
    ],
)
def test_what_fails_otherwise_fails_as_ever(tmp_path: Path, files: dict[str, str], told: str) -> None:
    """A module that is there, all the names of one that is not, and an import that no file of theirs makes."""
    offered = inventory_of(tmp_path, files)
    assert (offered.functions, offered.absent) == ({}, ())
    assert told in offered.problems[0]


@pytest.mark.parametrize("error", ["ImportError", "ModuleNotFoundError", "Exception"])
def test_who_expects_it_to_be_missing_hears_that_it_is(tmp_path: Path, error: str) -> None:
    """An import in a try goes its own way, and nothing is told of it."""
    asking = f"try:\n    import mylab\nexcept {error}:\n    mylab = None\nif mylab:\n    raise ValueError('there')\n"
    offered = inventory_of(tmp_path, {"layers.py": asking + RELU})
    assert (set(offered.functions), offered.problems, offered.absent) == (FOUND, (), ())


def test_another_file_may_have_it(tmp_path: Path) -> None:
    """What one file misses, for there are several, lies beside the next: that is found, and not what stood in."""
    offered = inventory_of(
        tmp_path,
        {
            "a.py": f"from mylab import one\n{RELU}",
            "b/layers.py": "from mylab import it\naffine_forward = it\n",
            "b/mylab.py": "def it(x, w, b):\n    return x @ w + b, x\n",
            "c/mylab.py": "",
        },
    )
    assert offered.functions["affine_forward"] == "b/layers.py"
    assert [problem.partition(",")[0] for problem in offered.problems] == ["a.py imports mylab.py"]


def test_it_may_lie_in_another_folder(tmp_path: Path) -> None:
    """Which its owner had on the path: the one file of its name is taken, be it all of it."""
    files = {"a/common.py": "it = 1\n", "b/layers.py": f"from common import *\nfrom common import it\n{RELU}"}
    offered = inventory_of(tmp_path / "one", files)
    assert (set(offered.functions), offered.problems) == (FOUND, ())
    offered = inventory_of(tmp_path / "two", {**files, "c/common.py": ""})
    assert "No module named 'common'" in offered.problems[0]


def test_who_imports_all_that_is_judged_hears_what_was_to_be_handed_in(tmp_path: Path) -> None:
    """Nothing that it defines is judged."""
    (problem,) = inventory_of(tmp_path, {"main.py": "from net.layers import relu_forward, relu_backward"}).problems
    told = (
        "main.py defines nothing that is judged and imports relu_forward, relu_backward; was net/layers.py handed in?"
    )
    assert problem == told


def test_what_stands_in_is_no_result(tmp_path: Path, oracle: Oracle) -> None:
    """Given back as it is, it is used."""
    source = RELU.replace("return dout * (cache > 0)", "return mylab.dx")
    session = in_this_process(handed_in(tmp_path, {"layers.py": f"import mylab\n{source}"}))
    relu = contract_named("relu")
    error = session.run(relu, oracle.cases(relu, DEFAULT, 1)[0]).error
    assert error is not None
    assert sentence(error).startswith("relu_backward raised ImportError: mylab.dx is used, and mylab.py was not")


def test_the_next_submission_of_the_process_misses_nothing(tmp_path: Path) -> None:
    """It has a file of the name that another one missed."""
    inventory_of(tmp_path / "alice", {"layers.py": f"import mylab\n{RELU}"})
    bob = {"layers.py": f"from mylab import *\n{RELU}", "mylab.py": ""}
    assert inventory_of(tmp_path / "bob", bob).problems == ()


def test_what_a_missing_decorator_makes_of_a_function_nobody_knows(tmp_path: Path, oracle: Oracle) -> None:
    """The function is not judged as if it were not decorated: it is the file that is missing, and not a mistake."""
    decorated = RELU.replace("def relu_backward", "@mylab.by_rows\ndef relu_backward")
    session = in_this_process(handed_in(tmp_path, {"layers.py": f"import mylab\n{decorated}"}))
    results = {r.check: r for r in run("layers.py", session, oracle, Plan((contract_named("relu"),), cases=2)).results}
    told = "relu_backward raised ImportError: mylab.by_rows is used, and mylab.py was not handed in"
    assert results["gradient"].message.startswith(told)
    assert results["forward"].status == Status.PASSED
