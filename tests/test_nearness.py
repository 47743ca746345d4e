"""What a hand-in offers and nobody judges: nearly named functions, and those that no contract covers."""

from pathlib import Path

import pytest

from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named, function_names, with_nearest
from gradproof.conformance.spec.nearness import nearest


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("relu_foward", "relu_forward"),
        ("reluForward", "relu_forward"),
        ("ReLU_forward", "relu_forward"),
        ("relu_fwd", "relu_forward"),
        ("forward_relu", "relu_forward"),
        ("relu_forwrad", "relu_forward"),
        ("afine_forward", "affine_forward"),
        ("afine_foward", "affine_forward"),
        ("affine_lyn_relu_forward", "affine_ln_relu_forward"),
        ("softmaxloss", "softmax_loss"),
        ("batchnorm_backward_atl", "batchnorm_backward_alt"),
        ("conv_backward_naiv", "conv_backward_naive"),
        ("FullyConectedNet", "FullyConnectedNet"),
        ("r\u0435lu_forward", "relu_forward"),  # a letter of another alphabet
    ],
)
def test_a_slip_of_the_keyboard_is_seen_through(given: str, meant: str) -> None:
    """A letter lost, other capitals, another order of words."""
    assert nearest(given, function_names()) == meant


@pytest.mark.parametrize(
    "given",
    [
        *("celu_forward", "crelu_backward", "rrelu_forward", "relu6_forward", "mae_loss", "radam", "adamax", "l2_loss"),
        *("batchnorm_relu_backward", "linear_attention_forward", "sru_step_forward", "spatial_softmax_loss"),
        *("conv_forward_strides", "affine_forward2", "relu", "forward", "sgd_v2", "weightnorm_forward"),
    ],
)
def test_a_name_of_its_own_is_none(given: str) -> None:
    """However near it is to another: a silly question is worse than none."""
    assert nearest(given, function_names()) is None


def problems(folder: Path, **files: str) -> tuple[str, ...]:
    """What is told of a submission of these files."""
    for name, source in files.items():
        (folder / f"{name}.py").write_text(source)
    with Sandbox(folder) as session:
        return session.inventory.problems


def defining(*names: str) -> str:
    """A file that defines functions of these names."""
    return "".join(f"def {name}(*args): return args\n" for name in names)


AFFINE = ("affine_forward", "affine_backward")


def test_what_no_contract_covers_is_listed_in_one_line(tmp_path: Path) -> None:
    """Without a guess at what else it might be."""
    told = problems(
        tmp_path, layers=defining(*AFFINE, "celu_forward", "celu_backward", "_own", "mae_loss"), net="x = 1"
    )
    assert told == ("not judged, no contract covers them: celu_forward, celu_backward, mae_loss",)


def test_files_that_have_nothing_of_layers_are_not_listed(tmp_path: Path) -> None:
    """They read data and draw pictures; a file of other layers is listed all the same."""
    told = problems(
        tmp_path,
        layers=defining(*AFFINE),
        data_utils=defining("load_CIFAR10", "get_images"),
        sru_layers=defining("sru_step_forward", "sigmoid_of"),
    )
    assert told == ("not judged, no contract covers them: sru_step_forward, sigmoid_of",)


def test_what_is_written_in_a_framework_is_not_judged(tmp_path: Path) -> None:
    """As its name says: a course hands out twins of its layers so; alone it is judged as any file is."""
    told = problems(tmp_path, layers=defining(*AFFINE), layers_pytorch="import torch\n" + defining("relu_forward"))
    assert told == ("not judged, not written in NumPy: layers_pytorch.py",)
    with Sandbox(tmp_path / "layers_pytorch.py") as session:
        assert set(session.inventory.functions) == {"relu_forward"}


@pytest.mark.parametrize(
    "written",
    [
        "import torch.nn as nn\nclass TwoLayerNet(nn.Module): pass",
        "from keras.models import Model\nclass Base(Model): pass\nclass TwoLayerNet(Base): pass",
        "import tensorflow as tf\nclass TwoLayerNet(tf.keras.Model): pass",
    ],
)
def test_a_class_of_a_framework_is_no_second_submission(tmp_path: Path, written: str) -> None:
    """The network in NumPy lies in another folder, and is judged."""
    own = tmp_path / "cs231n"
    own.mkdir()
    (own / "net.py").write_text("import torch\nclass TwoLayerNet: pass\n")
    assert problems(tmp_path, Q6PyTorch=written) == ()
    with Sandbox(tmp_path) as session:
        assert session.inventory.functions["TwoLayerNet"] == "cs231n/net.py"


def test_a_class_of_a_framework_alone_is_told_not_to_be_judged(tmp_path: Path) -> None:
    """Nothing else defines its name."""
    told = problems(tmp_path, Q6="import torch\nclass TwoLayerNet(torch.nn.Module): pass\n")
    assert told == ("not judged, not written in NumPy: Q6.py",)


def test_a_framework_of_ones_own_is_none(tmp_path: Path) -> None:
    """Though it is called as one."""
    told = problems(tmp_path, torch="class Module: pass\n", net="import torch\nclass TwoLayerNet(torch.Module): pass\n")
    assert told == ()


def test_a_near_name_is_asked_for_only_where_the_other_is_missing(tmp_path: Path) -> None:
    """In the whole submission: what is judged in one file is not meant by another's."""
    told = problems(tmp_path, layers=defining(*AFFINE), utils=defining("afine_forward", "relu_foward"))
    assert told == (
        "utils.py: relu_foward is not judged; did you mean relu_forward?",
        "not judged, no contract covers them: afine_forward",
    )


NET = """
import numpy as np
class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=1, num_classes=2, reg=0.0, dtype=np.float64, normalization=None):
        self.params = {}
        self.reg = reg
        sizes = [input_dim, *hidden_dims, num_classes]
        for i, (n, m) in enumerate(zip(sizes, sizes[1:]), start=1):
            self.params[f"W{i}"] = np.ones((n, m)).astype(dtype)
            self.params[f"b{i}"] = np.zeros(m, dtype)
            if i < len(sizes) - 1 and normalization:
                self.params[f"gama{i}"], self.params[f"beta{i}"] = np.ones(m, dtype), np.zeros(m, dtype)
    def loss(self, X, y=None):
        return X @ self.params["W1"] if y is None else (0.0, {name: value for name, value in KEYS})
"""


def told_of_net(folder: Path, oracle: Oracle, contract: str, source: str) -> str:
    """What the interface of a network of this source is told."""
    (folder / "net.py").write_text(source)
    with Sandbox(folder / "net.py") as session:
        told = run("net.py", session, oracle, Plan((contract_named(contract),), cases=2))
    return next(result.message for result in told.results if result.status.is_bad)


def test_a_misspelt_key_of_params_is_asked_after(tmp_path: Path, oracle: Oracle) -> None:
    """``gama`` for ``gamma``."""
    told = told_of_net(tmp_path, oracle, "batchnorm_net", NET)
    assert "did you mean gamma1 by 'gama1'" in told
    assert "beta1 by" not in told


@pytest.mark.usefixtures("without_names")
def test_a_misspelt_key_of_grads_is_asked_after(tmp_path: Path, oracle: Oracle) -> None:
    """And a key that is like none is not."""
    keys = '[("w1", 0), ("b_1", 0), ("c2", 0)]'
    told = told_of_net(tmp_path, oracle, "fully_connected_net", NET.replace("KEYS", keys))
    assert "gave no gradient 'W1' in grads; expected one a parameter; did you mean it by 'w1'?" in told
    told = told_of_net(tmp_path, oracle, "fully_connected_net", NET.replace("KEYS", '[("other", 0)]'))
    assert "did you mean" not in told


def test_other_capitals_are_meant_before_other_letters() -> None:
    """Relu is relu, and not elu."""
    assert with_nearest("no", "Relu", ["elu", "relu"]).endswith("did you mean 'relu'?")
