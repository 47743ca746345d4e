"""The words of a report: what is not started, why what is skipped was skipped, how large an error is."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from gradproof.conformance.checks import messages
from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.diagnosis import explain
from gradproof.conformance.engine.places import places_of
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.reports import text
from gradproof.conformance.reports.console import console
from gradproof.conformance.reports.overview import outline
from gradproof.conformance.spec import english
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.findings import Kind, Thing, found

Judged = Callable[..., Run]

HAND_OUT = """
import numpy as np


def affine_forward(x, w, b):
    out = None
    # TODO: Implement the affine forward pass.
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = None, None, None
    return dx, dw, db


def relu_forward(x):
    raise NotImplementedError


def relu_backward(dout, cache):
    raise NotImplementedError


def affine_relu_forward(x, w, b):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    return out, (fc_cache, relu_cache)


def affine_relu_backward(dout, cache):
    fc_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), fc_cache)


def tanh_forward(x):
    return np.tanh(x), np.tanh(x)


def tanh_backward(dout, cache):
    return dout * (1 - cache)
"""


@pytest.fixture
def judge(oracle: Oracle, tmp_path: Path) -> Judged:
    """Judge a source by contracts, by all that it offers if none are named."""

    def judged(source: str, *names: str) -> Run:
        path = tmp_path / "layers.py"
        path.write_text(source)
        session = in_this_process(path)
        offered = set(session.inventory.functions)
        rows = tuple(map(contract_named, names)) or tuple(c for c in all_contracts() if c.is_offered(offered))
        return run("layers.py", session, oracle, Plan(rows))

    return judged


def printed(report: Run, is_verbose: bool = False) -> str:
    """The report as text."""
    to = StringIO()
    text.render(report, console(to), is_verbose)
    return to.getvalue()


def test_an_untouched_hand_out_is_told_in_a_line(judge: Judged) -> None:
    """What is not started, and what builds on it; nothing else of these."""
    report = judge(HAND_OUT)
    assert set(outline.not_started(report)) == {"affine", "relu"}
    lines = printed(report).splitlines()
    assert "not started: relu, affine" in lines
    assert "not judged, since they build on what is not started: affine_relu" in lines
    assert not any(line.startswith(("affine:", "relu:", "affine_relu:")) for line in lines)
    assert any(line.startswith("tanh: gradient failed") for line in lines)


def test_what_builds_on_what_builds_on_it_is_told_there_too() -> None:
    """A network above a network above a stub, whatever order they stand in."""

    def skipped(contract: str, below: str) -> Result:
        cause = found(Kind.EXCUSED, check="forward", contract=below)
        return Result(contract, "forward", Status.SKIPPED, True, 1, (cause,))

    stub = Result("affine", "forward", Status.FAILED, True, 1, (found(Kind.IS, got=Thing("nothing", "None")),))
    chain = (skipped("training", "shallow_net"), skipped("shallow_net", "affine"), skipped("conv_relu", "conv"))
    report = Run("s", None, {}, "golden", 0, {}, (*chain, stub), (), 1, 0.0)
    assert outline.waiting(report) == ("training", "shallow_net")


ZEROS = """
import numpy as np


def softmax_loss(x, y):
    loss = 0.0
    dx = np.zeros_like(x)
    pass
    return loss, dx
"""


def test_zeros_for_everything_are_not_started(judge: Judged) -> None:
    """As a hand-out leaves its losses; no name is given to them, and no check of how they behave is passed."""
    report = judge(ZEROS)
    assert outline.not_started(report) == ("softmax_loss",)
    assert not any(result.diagnosis or result.hint for result in report.results)
    assert {result.status for result in report.results if result.check != "interface"} == {Status.SKIPPED}
    (interface,) = [result for result in report.results if result.check == "interface"]
    assert interface.message.startswith("softmax_loss gives 0 for everything, in all cases; it looks unfilled")


@pytest.mark.usefixtures("without_names")
@pytest.mark.parametrize("change", ["dx[0, 0] = 1e-300", "loss = -np.log(len(x))", "dx = np.full_like(x, np.nan)"])
def test_a_single_value_beside_zeros_is_an_answer(judge: Judged, change: str) -> None:
    """It is judged as one."""
    report = judge(ZEROS.replace("pass", change))
    assert outline.not_started(report) == ()
    assert "forward" in {result.check for result in report.results if result.status == Status.FAILED}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "def softmax_loss(x, y):\n    logs = x - np.log(np.exp(x - x.max()).sum(axis=1, keepdims=True)) - x.max()\n"
            "    return -logs[np.arange(len(y)), y].mean(), np.zeros_like(x)\n",
            "dx is 0 in all cases, as a hand-out leaves it; it looks unfilled",
        ),
        (
            "def affine_forward(x, w, b):\n    return x.reshape(len(x), -1) @ w + b, (x, w, b)\n\n\n"
            "def affine_backward(dout, cache):\n    return tuple(map(np.zeros_like, cache))\n",
            "dx, dw, db are 0 in all cases, as a hand-out leaves them; they look unfilled",
        ),
    ],
)
def test_gradients_that_nobody_has_begun_have_no_name(judge: Judged, source: str, told: str) -> None:
    """Beside a loss or an output that is there: what is 0 everywhere is no sum of what is right."""
    report = judge(f"import numpy as np\n\n\n{source}")
    (gradient,) = [result for result in report.results if result.check == "gradient"]
    assert (gradient.diagnosis, gradient.hint) == (None, told)


def test_what_is_half_done_is_not_called_not_started(judge: Judged) -> None:
    """A right forward beside a stub of its backward."""
    source = "def relu_forward(x):\n    return x * (x > 0), x\n\n\ndef relu_backward(dout, cache):\n    pass\n"
    report = judge(source)
    assert outline.not_started(report) == ()
    assert "dx is None; it looks unfilled" in printed(report)


@pytest.mark.parametrize("body", ['raise ValueError("TODO")', "out = None\n    raise Exception", "raise Exception"])
def test_what_raises_before_it_computes_is_not_started_and_has_no_name(judge: Judged, body: str) -> None:
    """Whatever it raises: it is no mistake that raises the same."""
    stub = "def {name}({arguments}):\n    {body}\n\n\n"
    parts = {"affine_forward": "x, w, b", "affine_backward": "dout, cache"}
    report = judge("".join(stub.format(name=n, arguments=a, body=body) for n, a in parts.items()))
    assert outline.not_started(report) == ("affine",)
    assert {result.diagnosis for result in report.results} == {None}


def test_what_checks_its_arguments_first_is_started(judge: Judged) -> None:
    """A raise under a condition is none of a stub."""
    source = HAND_OUT.replace("raise NotImplementedError", 'if x.ndim:\n        raise ValueError("bad")')
    assert "relu" not in outline.not_started(judge(source, "relu"))


def test_an_exception_alone_names_no_mistake(judge: Judged) -> None:
    """A mistake that raises in other cases than the submission does is not it, though the type is the same."""
    source = """
def affine_forward(x, w, b):
    if len(x) > 2:
        raise ValueError("not that many")
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)
"""
    report = judge(source, "affine")
    assert [r.status for r in report.results if r.check == "forward"] == [Status.ERRORED]
    assert {result.diagnosis for result in report.results} == {None}


@pytest.mark.parametrize("name", ["affine", "two_layer_net"])
def test_a_name_without_a_value_is_named_in_every_contract(judge: Judged, name: str) -> None:
    """In a layer and in a network alike."""
    source = """
class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        import numpy as np
        self.params = {"W1": np.zeros((input_size, hidden_size)), "b1": np.zeros(hidden_size),
                       "W2": np.zeros((hidden_size, output_size)), "b2": np.zeros(output_size)}

    def loss(self, X, y=None, reg=0.0):
        return dscores


def affine_forward(x, w, b):
    return x @ weights + b, None


def affine_backward(dout, cache):
    return dout
"""
    report = judge(source, name)
    (forward,) = [result for result in report.results if result.check == "forward"]
    assert forward.diagnosis == f"{name}:reads_an_undefined_name"
    assert re.search(r"the name '\w+' that nothing has given a value", forward.hint)


def test_the_line_of_an_exception_is_the_submissions_own(judge: Judged) -> None:
    """Not that of NumPy, in which it was raised."""
    source = HAND_OUT.replace("return np.tanh(x), np.tanh(x)", "return np.tensordot(x, np.ones((77, 3)), 1), x")
    (forward,) = [r for r in judge(source, "tanh").results if r.check == "forward"]
    line = source[: source.index("np.tensordot")].count("\n") + 1
    assert f"(layers.py, line {line})" in forward.message


def test_all_that_is_skipped_says_why(judge: Judged) -> None:
    """A line for the checks that have one reason."""
    out = printed(judge(HAND_OUT, "tanh"))
    assert "tanh: finite_difference skipped: gradient failed, and one bug is charged once" in out


def test_table_and_summary_count_alike(judge: Judged) -> None:
    """The checks that count: what is advisory is in neither."""
    lines = printed(judge(HAND_OUT, "tanh")).splitlines()
    (row,) = [line for line in lines if line.startswith("tanh  ")]
    passed = row.split()[1]
    assert lines[-1].startswith(f"{passed} checks passed")


@pytest.mark.parametrize(
    ("expected", "got", "error", "words"),
    [
        (2.0, 1.0, (3.2e9, 1.0), "off by 1, 50% of the value; rounding explains at most 1e-08"),
        (0.5, 3.0, (3.2e9, 1.0), "off by 2.5, 5 times the value; rounding explains at most 2e-08"),
        (0.0, 1.0, (0.0, 1e12), "off by 1 where 0 is right; rounding explains at most 1e-09"),
        (1.0, float("inf"), (float("inf"), 1.0), "infinite: one of the two values is not finite"),
    ],
)
def test_an_error_is_told_beside_the_value_and_beside_rounding(
    expected: float, got: float, error: tuple[float, float], words: str
) -> None:
    """The yardstick's units stand apart, for whoever asks for them."""
    facts = {"names": ("out",), "wrong": 1, "compared": 1, "shared": None, "element": "out[0]"}
    finding = found(Kind.VALUES, observation="out", expected=expected, got=got, error=error, **facts).on("a/0/0", "x")
    told = messages.evidence(finding)
    assert told is not None
    assert told.error.startswith(words)
    assert "yardstick" not in told.error


def test_the_yardstick_is_told_to_who_asks_for_it(judge: Judged) -> None:
    """``--verbose``."""
    report = judge(HAND_OUT, "tanh")
    assert "times the yardstick" not in printed(report)
    assert "times the yardstick" in printed(report, is_verbose=True)


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("running_mean_2", "running_mean_2 is running_mean after the second training step"),
        ("loss_5", "loss_5 is the loss of the fifth training step"),
        ("last_W1", "last_W1 is W1 after the last training step"),
        ("test_out", "test_out is out in test mode, after training"),
    ],
)
def test_names_of_observations_are_explained(name: str, meaning: str) -> None:
    """Those that do not say it themselves."""
    finding = found(Kind.VALUES, observation=name, names=(name,), wrong=1, compared=2, shared=None)
    assert english.sentence(finding).endswith(meaning)


def test_the_hint_that_names_the_mistake_stands_first() -> None:
    """What narrows it down follows."""
    assert explain._joined("pad is 0", "You forget eps.", "layernorm:eps") == "You forget eps. (pad is 0)"
    assert explain._joined("pad is 0", "dx is too large", None) == "pad is 0; dx is too large"


def test_a_complaint_tells_where_the_function_stands(judge: Judged, tmp_path: Path) -> None:
    """Its file and line, for layers and for the methods of classes."""
    report = judge(HAND_OUT, "tanh")
    files = {"tanh_forward": "layers.py", "tanh_backward": "layers.py", "Net.loss": "nets.py", "gone": "layers.py"}
    (tmp_path / "nets.py").write_text("class Net:\n    def loss(self):\n        pass\n")
    places = places_of(tmp_path, files)
    line = HAND_OUT[: HAND_OUT.index("return", HAND_OUT.index("def tanh_backward"))].count("\n") + 1
    assert str(places["Net.loss"]) == "nets.py, line 2"
    assert "gone" not in places
    to = StringIO()
    text.render(report, console(to), places=places)
    assert f"where      dx of tanh_backward in layers.py, line {line}" in to.getvalue()


@pytest.mark.parametrize(("name", "told"), [("x.shape[0]", True), ("w.shape[1]", False)])
def test_an_axis_of_one_that_all_failing_cases_have_is_told(judge: Judged, name: str, told: bool) -> None:
    """What raises where there is one sample alone says so; a size that others have too says nothing."""
    source = HAND_OUT[: HAND_OUT.index("def affine")] + (
        "def affine_forward(x, w, b):\n"
        "    rows, width = np.squeeze(x.reshape(len(x), -1) @ np.ones((x[0].size, 7))).shape\n"
        "    return x.reshape(len(x), -1) @ w + b, (x, w, b)\n"
    )
    report = judge(source, "affine")
    (message,) = [r.message for r in report.results if r.check == "forward"]
    assert (f", in all cases with {name}=1 and in no other" in message) == told
