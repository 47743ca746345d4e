"""Handed-in notebooks: their definitions become a Python file, and nothing of them runs."""

import ast
import json
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import RELU, Command
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.conformance.grading.handin import DEFAULT, Bounds, IntakeProblem
from gradproof.conformance.grading.notebooks import Converted, convert


def notebook(*sources: str | list[str], kind: str = "code") -> bytes:
    """A notebook of format 4 with these cells."""
    cells = [{"cell_type": kind, "source": source, "outputs": [], "metadata": {}} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def converted(*cells: str) -> Converted:
    """A notebook with these cells as a Python file."""
    return convert(notebook(*map(textwrap.dedent, cells)), DEFAULT)


def defined(result: Converted) -> dict[str, Any]:
    """What running the Python file defines."""
    found: dict[str, Any] = {}
    exec(compile(result.source, "notebook.py", "exec"), found)
    return found


def problem(content: bytes, bounds: Bounds = DEFAULT) -> str:
    """What is said of a notebook that cannot be converted: one line."""
    with pytest.raises(IntakeProblem) as caught:
        convert(content, bounds)
    assert str(caught.value).isprintable()
    return str(caught.value)


def outcome(content: bytes) -> str:
    """What is said of a notebook, or an empty text and then what is made of it is Python; no other error."""
    try:
        ast.parse(convert(content, DEFAULT).source)
    except IntakeProblem as reason:
        return str(reason)
    return ""


SETTINGS = r"""
import numpy as np
from math import sqrt, \
    pi
EPS, SHAPE = 1e-5, [2 ** 3, -1]
NAMES: dict = {"a": (1, None)}
"""
WORK = '''
data = open("missing")
for step in range(10): train(data)
if __name__ == "__main__": train(data)
plt.rcParams["figure.figsize"] = (10, 8)
relu = lambda x: np.maximum(x, 0)

def f(x):  # a comment
    """Text.

      indented"""
    return sqrt(x) + EPS
@staticmethod
def g(x): return f(x)
print(f(4)); WIDTH = 3; train(data)
'''


def test_definitions_are_kept_and_what_runs_is_not() -> None:
    """Imports, functions, classes and constants stay, in order; calls, loops and plots go."""
    result = converted(SETTINGS, WORK, "class Net:\n    depth = f(1)")
    found = defined(result)
    assert found["f"](4) == 2 + 1e-5
    assert found["f"].__doc__.endswith("\n      indented")
    assert (found["SHAPE"], found["NAMES"], found["WIDTH"]) == ([8, -1], {"a": (1, None)}, 3)
    assert found["Net"].depth == found["g"](1) == 1 + 1e-5
    assert set(found) >= {"np", "sqrt", "pi", "relu"}
    assert not set(found) & {"data", "step", "plt"}
    assert "# a comment" in result.source


def test_a_library_that_is_absent_does_no_harm() -> None:
    """What plots is not there where hand-ins are judged."""
    cell = "import nowhere.pyplot as plt\nfrom nowhere import (a,\n  b)\nimport math; plt.show()\n"
    assert "math" in defined(converted(cell))


@pytest.mark.parametrize(
    "definition",
    [
        "class Net(nn.Module):\n    pass",
        "class Net:\n    size = nn.size",
        "class Net:\n    @nn.jit\n    def f(self): pass",
        "@nn.jit\ndef f(x): pass",
        "def f(x, device=nn.device): pass",
        "def f(x: nn.Tensor): pass",
        "def f(x) -> nn.Tensor: pass",
        "x: Tensor = 1",
    ],
)
def test_a_definition_that_needs_an_absent_library_does_no_harm(definition: str) -> None:
    """A notebook may go on with torch where its NumPy part ends."""
    found = defined(converted("from nowhere import nn", definition, RELU))
    assert "relu_forward" in found
    assert not {"Net", "f"} & set(found)


def test_a_guarded_definition_keeps_its_strings() -> None:
    """It is written anew, one level in."""
    found = defined(
        converted("class A(object):\n    text = '''a\n  é\\n'''\n    def f(self): return f'{self.text!r}'\n")
    )
    assert found["A"]().f() == repr("a\n  é\n")


def test_a_choice_of_imports_is_kept() -> None:
    """Try with nothing but definitions in it; one that runs something is not."""
    choice = "try:\n    import nowhere as m\nexcept ImportError:\n    import math as m"
    assert defined(converted(choice, "try:\n    run()\nfinally: pass"))["m"].__name__ == "math"


RECTIFIES = (
    "def relu_forward(x):\n    return relu(x), x\ndef relu_backward(dout, cache):\n    return dout * (cache > 0)"
)


@pytest.mark.parametrize(
    ("imports", "told"),
    [
        ("from helpers import relu", "helpers.relu is used, and helpers.py was not handed in"),
        ("from helpers import *", "helpers.relu is used, and helpers.py was not handed in"),
        ("from math import *\nfrom helpers import *", "helpers.relu is used, and helpers.py was not handed in"),
        ("from helpers import *\nfrom math import *", "helpers.relu is used, and helpers.py was not handed in"),
        ("from others import *\nfrom helpers import *", "helpers.relu is used, and helpers.py was not handed in"),
        ("from math import *\nfrom cmath import *", "name 'relu' is not defined"),
        ("import numpy as np", "name 'relu' is not defined"),
    ],
)
def test_what_a_notebook_imports_and_did_not_hand_in_is_told_as_missing(
    imports: str, told: str, tmp_path: Path, gradproof: Command
) -> None:
    """And as nothing that its author forgot to define: one module beside the notebook is the usual hand-out."""
    (tmp_path / "hw.ipynb").write_bytes(notebook(imports, RECTIFIES))
    code, report, _ = gradproof("check", tmp_path / "hw.ipynb", "--oracle", "golden", "--cases", "2", "--no-sandbox")
    assert code == 1
    assert told in report
    assert ("reads_an_undefined_name" in report) == told.startswith("name")


def test_what_a_module_that_is_there_gives_is_not_said_to_be_missing(tmp_path: Path, gradproof: Command) -> None:
    """Beside one of which nobody knows what it has."""
    (tmp_path / "hw.ipynb").write_bytes(
        notebook(
            "import numpy as np\nfrom operator import *\nfrom helpers import *",
            RECTIFIES.replace("relu(x), x", "mul(x, gt(x, 0)), x"),
        )
    )
    report = gradproof("check", tmp_path / "hw.ipynb", "--oracle", "golden", "--cases", "2", "--no-sandbox")[1]
    assert "is used, and" not in report


def test_imports_from_the_future_come_first() -> None:
    """In whichever cell they are; Python takes them nowhere else."""
    result = converted("import math", "from __future__ import annotations, print_function\ndef f(x: absent): pass")
    assert result.source.startswith("from __future__ import annotations, print_function\n")
    assert defined(result)["f"].__annotations__ == {"x": "absent"}


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "% matplotlib inline",
        "%%time",
        "!pip install 'x",
        "files = !ls",
        "?print",
        "print?",
        "np.sum??",
        "    %timeit f(1)",
        "%%writefile layers.py",
    ],
)
def test_what_only_ipython_reads_is_taken_out(magic: str) -> None:
    """Magics, commands and questions; the rest of the cell stays as it is."""
    body = magic if magic.startswith(" ") else "    pass"
    result = converted(f"{magic.lstrip()}\ndef f(x):\n{body}\n    y = (x\n      % 7)  # why?\n    return y\n")
    assert not result.notes
    assert defined(result)["f"](9) == 2


def test_a_cell_that_is_no_python_is_left_out_with_a_note() -> None:
    """The others are kept."""
    result = converted(RELU, "def broken(:\n", "%%bash\nfor x in *; do ls; done")
    assert "relu_forward" in defined(result)
    assert [note.split(" cannot")[0] for note in result.notes] == ["code cell 2", "code cell 3"]


def test_what_a_library_makes_of_constants_is_one() -> None:
    """Functions use it; what reads a file is none, and what fails here harms nothing."""
    work = (
        "import numpy as np\nfrom functools import partial\nEPS = np.finfo(float).eps\nrng = np.random.default_rng(0)\n"
    )
    further = "clip = partial(np.clip, a_min=0.0, a_max=None)\nOLD = np.no_such_name\nDATA = np.load('x.npz')\n"
    result = converted(work + further, "def f(x):\n    return clip(x) + EPS + rng.random() + DATA\n")
    assert [note.split(":")[0] for note in result.notes] == ["DATA"]
    space: dict[str, Any] = {}
    exec(result.source, space)
    assert space["clip"](-1.0) == 0.0
    assert "OLD" not in space


def test_what_functions_miss_is_noted() -> None:
    """A name that is set by a call is left out; locals of that name, and what is set elsewhere, are not missed."""
    work = "import numpy as np\nrng = seeded(0)\nx = f()\nK = f()\nK = 2\n"
    result = converted(work, "def f(x):\n    return rng, x, K\n")
    assert [note.split(":")[0] for note in result.notes] == ["rng"]


def test_both_formats_are_read() -> None:
    """Nbformat 3 has worksheets and calls the source input; a source is a text or a list of lines."""
    lines = RELU.splitlines(keepends=True)
    cells = [{"cell_type": "code", "input": lines, "language": "python"}, {"cell_type": "heading"}]
    old = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells[1:]}, {"cells": cells[:1]}]}).encode()
    for content in (old, b"\xef\xbb\xbf" + notebook(lines), notebook(RELU.replace("\n", "\r"))):
        assert "relu_forward" in defined(convert(content, DEFAULT))


def test_text_beside_ascii_survives() -> None:
    """Also where statements share a line."""
    found = defined(converted("s = 'é😀'; run(); t = '''a\nü'''; print(s)\n"))
    assert (found["s"], found["t"]) == ("é😀", "a\nü")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cut off"),
        (notebook(RELU)[:-20], "cut off"),
        (b"<html>", "cut off"),
        ('{"cells": "é"}'.encode("latin-1"), "UTF-8"),
        (notebook(RELU).decode().encode("utf-16"), "UTF-8"),
        (b"[" * 100_000, "no notebook"),
        (b"1" * 5_000, "no notebook"),
        (b"[]", "no cells"),
        (b"{}", "no cells"),
        (b'{"worksheets": 1}', "no cells"),
        (b'{"worksheets": [1]}', "no cells"),
        (b'{"cells": null}', "no cells"),
        (b'{"cells": [1]}', "no object"),
        (b'{"cells": [{"cell_type": "code", "source": 1}]}', "no text"),
        (b'{"cells": [{"cell_type": "code", "source": [1]}]}', "no text"),
        (b'{"cells": []}', "without code cells"),
        (notebook(RELU, kind="markdown"), "without code cells"),
        (notebook(" \n"), "without code cells"),
        (notebook("train()", "print(1)"), "defines nothing"),
        (notebook("def f(:"), "defines nothing; code cell 1 cannot be read"),
    ],
)
def test_what_is_no_notebook_is_a_problem(content: bytes, said: str) -> None:
    """It is cut off, other text, or holds no code."""
    assert said in problem(content)


def test_too_much_code_is_a_problem() -> None:
    """To parse it would take memory."""
    assert "more than 9 characters" in problem(notebook("x = 1", "y = 22"), Bounds(code=9))


def test_many_names_of_many_modules_make_no_endless_file() -> None:
    """Each name may be of each module that is imported whole."""
    modules = "\n".join(f"from m{k} import *" for k in range(1000))
    names = ", ".join(f"n{k}" for k in range(2000))
    made = converted(modules, f"def f():\n    return {names}")
    assert "from m999 import n1999" in made.source
    assert len(made.source) < 5_000_000


@pytest.mark.parametrize(
    "cell",
    [
        "(" * 50_000,
        "x = " + "1+" * 50_000 + "1",
        "x = " + "-" * 50_000 + "1",
        "a" + ".b" * 50_000,
        "x = '\ud800'",
        "x = '\0'",
        "x = " + "9" * 10_000,
        " " * 100_000 + "!",
        "%" * 100_000,
        "a." * 50_000 + "?",
        "x=1;" * 20_000,
        "\n" * 100_000 + "!",
    ],
    ids=lambda cell: ascii(cell[:6].strip()),
)
def test_code_that_is_hard_to_parse_does_no_harm(cell: str) -> None:
    """The parser gives up, or is done in bearable time; the other cells are kept."""
    started = time.process_time()
    assert "relu_forward" in defined(convert(notebook(cell, RELU), DEFAULT))
    assert time.process_time() - started < 10


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cells", "worksheets", "cell_type", "source", "input"]), inner, max_size=4)
    ),
    max_leaves=12,
)
code_cells = st.fixed_dictionaries(
    {"cell_type": st.just("code"), "source": st.text(max_size=20) | st.lists(st.text(max_size=9), max_size=3)}
)


@settings(max_examples=200, deadline=None)
@given(document=json_values | st.fixed_dictionaries({"cells": st.lists(code_cells | json_values, max_size=3)}))
def test_any_document_is_converted_or_a_problem(document: Any) -> None:
    """No other error; what is made is Python."""
    assert outcome(json.dumps(document).encode()).isprintable()


STATEMENTS = ["def f(x):", "    return x", "x = 1", "import math", "%magic", "!ls", "if x:", "from . import *"]
tokens = st.sampled_from([*STATEMENTS, "é", "'''", "(", ")", "@f", ";", "\n", "\n", "\f", "\t", "\\\n"])


@settings(max_examples=300, deadline=None)
@given(cells=st.lists(st.lists(tokens, max_size=12).map("".join), min_size=1, max_size=3))
def test_any_cells_make_a_python_file(cells: list[str]) -> None:
    """However statements share lines: what is kept parses."""
    assert outcome(notebook(*cells)).isprintable()
