"""What the course hands out is recognised, and where it fails that is a note and nobody's failure."""

import ast
import shutil
from pathlib import Path

import pytest
from conftest import Command

from gradproof.conformance.engine.handed_out import handed_out
from gradproof.conformance.harness import loader
from gradproof.conformance.harness.handout import digest
from gradproof.conformance.harness.handout import handed_out as recognised
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.source.names import defined_names
from gradproof.conformance.spec.contracts import contract_named

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "submissions" / "convnets"
NETWORK = "from cs231n.fast_layers import *\n"
FAST = """
import numpy as np
{extension}
def conv_forward_fast(x, w, b, conv_param):
    return np.zeros(1), None
def conv_backward_fast(dout, cache):
    return col2im_cython(dout)
def max_pool_forward_fast(x, pool_param):
    return im2col(x), None
max_pool_backward_fast = conv_backward_fast
def conv_forward_strides(x): ...
"""
GUARDED = "try:\n    from cs231n.im2col_cython import col2im_cython\nexcept ImportError:\n    print('build it')\n"
PLAIN = "from .im2col_cython import col2im_cython\n"


def folder(path: Path, extension: str = GUARDED, layers: tuple[str, str] = ("", "")) -> Path:
    """A right submission in a hand-out's folder, ``layers`` of its layers.py replaced, and the course's fast layers."""
    shutil.copytree(EXAMPLE, path)
    (path / "cs231n" / "fast_layers.py").write_text(FAST.format(extension=extension))
    file = path / "cs231n" / "layers.py"
    source = file.read_text(encoding="utf-8")
    assert layers[0] in source
    file.write_text(source.replace(*layers), encoding="utf-8")
    return path


ONLY = ("--only", "conv*", "--only", "max_pool*", "--oracle", "golden", "--cases", "6")


@pytest.mark.parametrize("extension", [GUARDED, PLAIN])
def test_right_code_in_a_handout_folder_passes(tmp_path: Path, gradproof: Command, extension: str) -> None:
    """Though the course's fast layers fail: they want what it builds from Cython, and are in nobody's charge."""
    code, out, _ = gradproof("check", folder(tmp_path / "mine", extension), *ONLY)
    assert code == 0
    told = "note: handed out by the course, and so not judged here: conv_fast (interface failed), max_pool_fast ("
    assert told in out
    assert "conv_forward_strides" not in out  # nor is it listed as what no contract covers


@pytest.mark.usefixtures("without_names")
def test_a_students_own_mistake_there_still_fails(tmp_path: Path, gradproof: Command) -> None:
    """Planted: what is beside the course's code is not excused by it."""
    wrong = ("def conv_backward_naive(dout, cache):\n", "def conv_backward_naive(dout, cache):\n    dout = dout * 2\n")
    code, out, _ = gradproof("check", folder(tmp_path / "mine", layers=wrong), *ONLY)
    assert code == 1
    assert "conv: gradient failed" in out


@pytest.mark.usefixtures("without_names")
def test_fast_layers_of_ones_own_are_judged(tmp_path: Path, gradproof: Command) -> None:
    """Nothing there says that they are the course's."""
    code, out, _ = gradproof("check", folder(tmp_path / "mine", extension=""), *ONLY)
    assert code == 1
    assert "conv_fast: interface failed" in out


@pytest.mark.usefixtures("without_names")
def test_what_is_asked_for_by_name_is_judged(tmp_path: Path, gradproof: Command) -> None:
    """Whosever it is."""
    given = ("--only", "conv_fast", "--oracle", "golden", "--cases", "6")
    code, out, _ = gradproof("check", folder(tmp_path / "mine"), *given)
    assert code == 1
    assert "conv_fast: interface failed" in out


TEXT = 'def relu_forward(x):\n    """Ours."""\n    out = np.maximum(0, x)  # not below 0\n    return out, x\n'


@pytest.mark.parametrize(
    "same",
    [
        TEXT.replace('    """Ours."""\n', ""),
        TEXT.replace("  # not below 0", "").replace("0, x", "0,x"),
        TEXT.replace("\n", "\r\n").replace("    ", "\t"),
    ],
)
def test_a_text_is_known_whatever_its_comments_and_layout(same: str) -> None:
    """They are what a student or an editor changes."""
    assert digest(same) == digest(TEXT)


def test_a_text_with_one_other_word_is_another() -> None:
    """It is the student's, and charged."""
    assert digest(TEXT.replace("0, x", "1, x")) != digest(TEXT)


def test_our_own_examples_are_nobodys_handout() -> None:
    """A file without an extension's import has no fast layers that are the course's."""
    file = EXAMPLE / "cs231n" / "layers.py"
    names = frozenset(defined_names(file)[0])
    assert not list(recognised(file.read_bytes(), ast.parse(file.read_bytes()), names))


def test_points_are_not_won_by_claiming_to_be_a_handout() -> None:
    """Under an assignment, only the fast layers may be the course's: a submission's process says what it likes."""
    names = ("affine_forward", "affine_backward", "conv_forward_fast", "conv_backward_fast")
    inventory = Inventory(dict.fromkeys(names, "layers.py"), handed_out=names)
    contracts = [contract_named("affine"), contract_named("conv_fast")]
    assert handed_out(inventory, contracts, is_assigned=False) == {"affine", "conv_fast"}
    assert handed_out(inventory, contracts, is_assigned=True) == {"conv_fast"}


def test_a_network_on_the_courses_layers_is_judged_with_proven_ones(tmp_path: Path, gradproof: Command) -> None:
    """Also under an assignment that does not ask for them: what does not work here is not the student's."""
    path = folder(tmp_path / "mine")
    blocks = path / "cs231n" / "layer_utils.py"
    fast = blocks.read_text(encoding="utf-8").replace("_naive", "_fast")
    blocks.write_text("from .fast_layers import *\n" + fast, encoding="utf-8")
    given = ("--assignment", "cs231n-a2-convnets", "--only", "three_layer*", "--oracle", "golden", "--cases", "6")
    code, out, err = gradproof("check", path, *given)
    assert (code, err) == (0, "")
    assert "18 of 18 points" in out


def test_what_only_a_third_assignment_brings_is_a_duty_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer in the text of a later hand-out is the student's, unless the folder is that hand-out."""
    monkeypatch.setattr(loader, "handed_out", lambda _source, _tree, names: names & {"relu_forward", "svm_loss"})
    source = TEXT + "def svm_loss(x, y): ...\n"
    (tmp_path / "layers.py").write_text(source)
    names = frozenset(("relu_forward", "svm_loss", "rnn_step_forward"))
    assert loader.load(tmp_path / "layers.py", names)[1].handed_out == ("svm_loss",)
    (tmp_path / "third.py").write_text(source + "def rnn_step_forward(x): ...\n")
    assert loader.load(tmp_path / "third.py", names)[1].handed_out == ("relu_forward", "svm_loss")


HELPER = """
from right_flat import *

def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param, normalization):
    return x, None
def affine_bn_relu_backward(dout, cache):
    return dout
"""


@pytest.mark.parametrize(("more", "code"), [((), 0), (("--only", "affine_bn_relu"), 1)])
def test_a_helper_of_ones_own_is_no_shorthand_of_the_course(
    tmp_path: Path, gradproof: Command, more: tuple[str, ...], code: int
) -> None:
    """It has the name and takes something else: told in a note, unless it is asked for."""
    shutil.copy(EXAMPLE.parent / "right_flat.py", tmp_path)
    (tmp_path / "net.py").write_text(HELPER)
    done, out, _ = gradproof("check", tmp_path, "--oracle", "golden", "--cases", "6", *more)
    assert done == code
    assert ("note: not judged: affine_bn_relu_forward(x, w, b, gamma, beta, bn_param, normalization) takes" in out) is (
        not more
    )


OTHERS = {
    "leaky_relu_forward(x)": (
        "def leaky_relu_forward(x): return x, x\ndef leaky_relu_backward(dout, cache): return dout\n"
    ),
    "tanh_backward(grad_output, a), whose forward is not there": "def tanh_backward(grad_output, a): return a\n",
    "xavier_normal gives an object of the class Tensor": (
        "class Tensor: ...\ndef xavier_normal(fan_in, fan_out, seed=None): return Tensor()\n"
    ),
}


@pytest.mark.parametrize("told", OTHERS)
def test_what_only_shares_a_name_is_not_judged_unless_it_is_asked_for(
    told: str, tmp_path: Path, gradproof: Command
) -> None:
    """No course asks for it as it is meant here; beside nothing else there is nothing to judge."""
    path = tmp_path / "mine.py"
    path.write_text(OTHERS[told])
    given = ("check", path, "--oracle", "golden", "--cases", "6", "--no-sandbox")
    code, _, err = gradproof(*given)
    assert (code, f"not judged: {told}" in err) == (2, True), err
    assert gradproof(*given, "--only", "*")[0] == 1


def test_what_a_course_asks_for_is_judged_whatever_it_takes(tmp_path: Path, gradproof: Command) -> None:
    """A relu that takes weights is none; nor is a backward without a forward that takes a cache another text's."""
    path = tmp_path / "mine.py"
    for text in (
        "def relu_forward(x, w): return x, x\ndef relu_backward(dout, cache): return dout\n",
        "def tanh_backward(dout, cache): return dout\n",
    ):
        path.write_text(text)
        assert gradproof("check", path, "--oracle", "golden", "--cases", "6", "--no-sandbox")[0] == 1


def test_an_adapter_for_another_class_does_not_accuse_it(tmp_path: Path, gradproof: Command) -> None:
    """Its call cannot be made: a note; an assignment that names it asks for a class that takes the call."""
    (tmp_path / "mine.py").write_text("class Linear:\n    def __init__(self, size): ...\n")
    (tmp_path / "adapter.py").write_text(
        "import numpy as np\nimport submission\n"
        "def affine_forward(x, w, b): return submission.Linear(*w.shape).forward(x), None\n"
        "def affine_backward(dout, cache): ...\ndef relu_forward(x): return np.maximum(x, 0), x\n"
        "def relu_backward(dout, x): return np.where(x > 0, dout, 0)\n"
    )
    given = ("check", tmp_path / "mine.py", "--adapter", tmp_path / "adapter.py", "--oracle", "golden", "--cases", "6")
    code, out, _ = gradproof(*given, "--no-sandbox")
    assert "note: not judged: affine, which the adapter does not fit: Linear.__init__() takes 2 positional" in out
    assert code == 0
    (tmp_path / "task.toml").write_text('name = "one"\n[contracts]\naffine = { forward = 1 }\n')
    code, out, _ = gradproof(*given, "--assignment", tmp_path / "task.toml", "--no-sandbox")
    assert (code, "affine: interface failed" in out) == (1, True)
