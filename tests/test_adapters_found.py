"""An adapter and what it names: found beside the submission, whatever either is called."""

from pathlib import Path

from conftest import RELU
from test_subject import LAYERS, inventory_of, write

from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.english import sentence


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


COLUMNS = """
    def relu(Z): return Z * (Z > 0), Z
    def relu_backward(dA, cache): return dA * (cache > 0)
"""


def test_a_function_of_another_style_is_no_half_of_a_contract(tmp_path: Path) -> None:
    """``relu_backward`` belongs to ``relu`` there: its adapter is told, and no ``relu_forward`` is missed."""
    write(tmp_path, {"utils.py": COLUMNS})
    found = inventory_of(tmp_path)
    assert found.functions == {}
    assert [each for each in found.problems if each.endswith("add --adapter column_batch to the command")]


def test_a_backward_belongs_to_the_forward_of_its_name(tmp_path: Path) -> None:
    """Whatever its arguments are called, and whatever else is there."""
    write(tmp_path, {"layers.py": COLUMNS + "    def relu_forward(x): return x * (x > 0), x\n"})
    assert {*inventory_of(tmp_path).functions} == {"relu_forward", "relu_backward"}
