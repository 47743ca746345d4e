"""An assignment for each generation of a course's hand-outs: which fits, what it asks, and what it lets be."""

from pathlib import Path

import pytest
from conftest import Command

from gradproof.conformance.engine import generations
from gradproof.conformance.engine.assignment import located, read, shipped
from gradproof.conformance.engine.generations import GENERATIONS
from gradproof.conformance.engine.selection import dialect_of
from gradproof.conformance.errors import UsageError
from gradproof.conformance.harness.loader import Inventory, load
from gradproof.conformance.spec.conventions import DEFAULT

FULL = "FullyConnectedNet"
NETS = (FULL, "ThreeLayerConvNet", "conv_forward_naive")
LAYERS = ("affine_forward", "svm_loss")
FIRST = ("TwoLayerNet", "TwoLayerNet.train", "TwoLayerNet.predict")
SEQUENCES = ("rnn_step_forward", "lstm_step_forward", "word_embedding_forward")
LOOKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # what is offered, and what of it was handed out
    "cs231n-2016-a2": ((*NETS, *LAYERS, f"{FULL}(use_batchnorm)", f"{FULL}(dropout)"), ("svm_loss",)),
    "cs231n-2018-a2": ((*NETS, *LAYERS, f"{FULL}(normalization)", f"{FULL}(dropout)"), ("svm_loss",)),
    "cs231n-2021-a2": ((*NETS, "affine_forward", f"{FULL}(dropout_keep_ratio)", "sgd"), ("sgd",)),
    "cs231n-2025-a1": ((FULL, *LAYERS, f"{FULL}(dropout_keep_ratio)", "TwoLayerNet"), ()),
    "cs231n-2021-a1": ((*LAYERS, "TwoLayerNet", "TwoLayerNet(weight_scale)"), ()),
    "cs231n-2016-a1": (FIRST, ("svm_loss_naive(half)",)),
    "cs231n-2017-a1": (FIRST, ("svm_loss_naive(full)",)),
    "cs231n-2016-a3": ((*SEQUENCES, "affine_forward", "sgd"), ("affine_forward",)),
}


def noted(offered: tuple[str, ...], given: tuple[str, ...]) -> list[str]:
    """The notes on a submission that offers these functions."""
    return list(generations.notes(Inventory(dict.fromkeys(offered, "layers.py"), handed_out=given)))


@pytest.mark.parametrize("name", LOOKS)
def test_a_handout_is_known_by_what_it_offers(name: str) -> None:
    """And the assignment of its years is named."""
    note, *others = noted(*LOOKS[name])
    assert note.startswith("this looks like the 20")
    assert note.endswith(f" hand-out of cs231n: --assignment {name}")
    told = "it is judged by what that hand-out says, where --dialect says nothing else: "
    assert [other for other in others if not other.startswith(told)] == []


@pytest.mark.parametrize("name", LOOKS)
def test_a_handout_is_judged_by_its_own_conventions(name: str) -> None:
    """As its assignment says, without being asked for; what is asked for goes before, and so does an assignment."""
    offered, given = LOOKS[name]
    inventory = Inventory(dict.fromkeys(offered, "layers.py"), handed_out=given)
    assert dialect_of(None, (), inventory) == read(shipped()[name]).to_dialect()
    usual = ["dropout_p=keep", "l2=half", "classifier_l2=full"]
    assert dialect_of(None, usual, inventory) == DEFAULT
    assert dialect_of(read(shipped()["cs231n-2021-a2"]), (), inventory) == DEFAULT


PENALTY = """
def svm_loss_naive(W, X, y, reg):
    loss = 0.0
    loss += {penalty} * np.sum(W * W)
    return loss, W
class TwoLayerNet:
    def loss(self, X, y=None, reg=0.0): ...
    def train(self, X, y): ...
    def predict(self, X): ...
"""


@pytest.mark.parametrize(
    ("penalty", "told"), [("0.5 * reg", "classifier_l2=half"), ("reg", "l2=full"), ("reg * 1", "")]
)
def test_the_penalty_that_is_handed_out_tells_the_years_apart(tmp_path: Path, penalty: str, told: str) -> None:
    """In the first lines of ``svm_loss_naive``; who has others is judged by the usual conventions."""
    (tmp_path / "linear_svm.py").write_text(PENALTY.format(penalty=penalty))
    _, inventory = load(tmp_path, frozenset({"svm_loss_naive", "TwoLayerNet"}))
    assert dialect_of(None, (), inventory).tag(("l2", "classifier_l2")) == told


def test_every_generation_has_an_assignment_and_a_look() -> None:
    """What is named can be asked for."""
    assert {each.assignment for each in GENERATIONS} == set(LOOKS) <= set(shipped())


def test_what_holds_nothing_of_a_handout_looks_like_none() -> None:
    """A library of one's own with such classes, and a file of layers."""
    assert noted((*NETS, f"{FULL}(normalization)", f"{FULL}(dropout)"), ()) == []
    assert noted(LAYERS, ()) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("cs231n-2019-a2", "cs231n-2018-a2"),
        ("cs231n-2020-a1", "cs231n-2017-a1"),
        ("cs231n-2025-a2", "cs231n-2021-a2"),
        ("cs231n-2021-a3", "cs231n-2016-a3"),
        ("CS231n-2024-a2", "cs231n-2021-a2"),
        ("cs231n-2026-a1", "cs231n-2025-a1"),
        ("cs231n-2016-a2", "cs231n-2016-a2"),
        ("cs231n-a3", "cs231n-2016-a3"),
    ],
)
def test_any_year_can_be_asked_for(asked: str, found: str) -> None:
    """Its assignment is that of the last change before it."""
    assert located(asked).stem == found


def test_a_year_before_the_first_is_unknown() -> None:
    """The nearest name is offered."""
    with pytest.raises(UsageError, match="no shipped assignment of that name"):
        located("cs231n-2015-a2")


@pytest.mark.parametrize("name", [name for name in shipped() if name.startswith("cs231n-20")])
def test_an_assignment_says_which_years_it_fits(name: str) -> None:
    """Its own among them; what p means changed in 2018, and the two-layer network's penalty in 2017 and 2021."""
    task = read(shipped()[name])
    year = int(name.split("-")[1])
    assert year in task.years
    dialect = task.to_dialect()
    if name.endswith("a2"):
        assert dialect.dropout_p == ("drop" if year < 2018 else "keep")
        assert ("softmax_loss" in task.contracts) == (year >= 2021)
    elif name.endswith("a1"):
        assert dialect.l2 == ("full" if 2017 <= year < 2021 else "half")


ASSIGNMENT = """
name = "one"
optional = ["relu"]
[contracts]
affine = { forward = 1 }
relu = {}
"""
AFFINE = """
def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)
def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(0)
"""
WRONG = "def relu_forward(x):\n    return x, x\ndef relu_backward(dout, cache):\n    return dout\n"


@pytest.mark.parametrize(("more", "code"), [("", 0), (WRONG, 1)])
def test_an_optional_contract_need_not_be_there(tmp_path: Path, gradproof: Command, more: str, code: int) -> None:
    """Where it is there, it is judged."""
    (tmp_path / "mine.py").write_text(AFFINE + more)
    (tmp_path / "task.toml").write_text(ASSIGNMENT)
    given = ("--assignment", tmp_path / "task.toml", "--oracle", "golden", "--cases", "6")
    done, out, _ = gradproof("check", tmp_path / "mine.py", *given)
    assert done == code
    assert "1 of 1 points" in out
    assert ("relu: forward failed" in out) == bool(more)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (('["relu"]', '["rellu"]'), "no contract of this assignment is called 'rellu'; did you mean 'relu'?"),
        (("relu = {}", "relu = { forward = 2 }"), "relu is worth points, and nobody loses any for what is optional"),
    ],
)
def test_what_is_optional_is_listed_and_worth_nothing(tmp_path: Path, wrong: tuple[str, str], told: str) -> None:
    """Else whoever leaves it out would have more of fewer points."""
    path = tmp_path / "task.toml"
    path.write_text(ASSIGNMENT.replace(*wrong))
    with pytest.raises(UsageError) as caught:
        read(path)
    assert told in str(caught.value)
