"""Partial credit: gradient by gradient, and for what is built on a layer that is wrong, as much as that layer earns."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np
import pytest
from conftest import Functions, local_session

from gradproof import impl
from gradproof.conformance.checks import serialized as documents
from gradproof.conformance.checks.points import with_share_below
from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.reports import text
from gradproof.conformance.reports.console import console
from gradproof.conformance.spec.contracts import contract_named

pytestmark = pytest.mark.usefixtures("without_names")

Points = dict[str, dict[str, float]]
Grade = Callable[..., Run]
LAYERS: Points = {
    "affine": {"forward": 2, "gradient": 3},
    "relu": {"forward": 1, "gradient": 1},
    "affine_relu": {"forward": 1, "gradient": 4},
}


@pytest.fixture
def grade(oracle: Oracle, impl_functions: Functions) -> Grade:
    """Judge impl for points, some of its functions replaced."""

    def graded(points: Points, **replaced: Callable[..., Any]) -> Run:
        plan = Plan(tuple(map(contract_named, points)), points=points, strict=True)
        return run("local", local_session({**impl_functions, **replaced}), oracle, plan)

    return graded


def earned(report: Run, contract: str, check: str) -> tuple[Status, float, float]:
    """Status, points and most points of a check."""
    (result,) = [r for r in report.results if (r.contract, r.check) == (contract, check)]
    return result.status, result.points, result.max_points


def affine_backward(dout, cache):
    """The bias gradient is wrong in a way that has no name."""
    dx, dw, db = impl.affine_backward(dout, cache)
    return dx, dw, db + 2 + np.cos(3 * db)


def affine_relu_forward(x, w, b):
    """The block on affine and relu of the same submission."""
    hidden, affine_cache = impl.affine_forward(x, w, b)
    out, relu_cache = impl.relu_forward(hidden)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache):
    """Through the wrong affine_backward."""
    return affine_backward(impl.relu_backward(dout, cache[1]), cache[0])


ON_A_WRONG_LAYER: Functions = {
    "affine_backward": affine_backward,
    "affine_relu_forward": affine_relu_forward,
    "affine_relu_backward": affine_relu_backward,
}


def unfilled(*_arguments):
    """As the handout has it."""
    return None, None


def relu_forward(_x):
    """As the handout has it."""
    return None, None


def relu_backward(_dout, _cache):
    """As the handout has it."""


def block_forward(x, w, b):
    """The block on the relu and the affine of this submission; it needs a number where an unfilled relu gives None."""
    hidden, affine_cache = impl.affine_forward(x, w, b)
    out, relu_cache = relu_forward(hidden)
    return out + 0, (affine_cache, relu_cache)


def block_backward(dout, cache):
    """Through the relu and the affine of this submission."""
    return affine_backward(relu_backward(dout, cache[1]), cache[0])


UNFILLED_RELU: Functions = {"relu_forward": relu_forward, "relu_backward": relu_backward}
ON_AN_UNFILLED_RELU: Functions = {
    **UNFILLED_RELU,
    "affine_relu_forward": block_forward,
    "affine_relu_backward": lambda dout, cache: impl.affine_backward(relu_backward(dout, cache[1]), cache[0]),
}


@pytest.mark.parametrize(("wrong", "points"), [((2,), 2), ((0, 2), 1), ((0, 1, 2), 0), ((), 3)])
def test_each_right_gradient_earns_its_part(grade: Grade, wrong: tuple[int, ...], points: float) -> None:
    """Affine has three of them."""

    def backward(dout, cache):
        return tuple(2 * g if i in wrong else g for i, g in enumerate(impl.affine_backward(dout, cache)))

    report = grade({"affine": {"gradient": 3}}, affine_backward=backward)
    assert earned(report, "affine", "gradient") == (Status.FAILED if wrong else Status.PASSED, points, 3)


def test_a_gradient_that_is_wrong_in_some_cases_earns_the_share_of_the_others(grade: Grade) -> None:
    """One that is right for two samples and wrong for more has its part for those cases."""

    def backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        return dx, dw, db if len(dout) < 3 else 2 * db

    status, points, _ = earned(grade({"affine": {"gradient": 3}}, affine_backward=backward), "affine", "gradient")
    assert status == Status.FAILED
    assert 2 < points < 3


def test_what_raises_in_some_cases_earns_the_share_of_the_others(grade: Grade) -> None:
    """All three gradients are lost in a batch of one, and db everywhere."""

    def backward(dout, cache):
        if len(dout) == 1:
            raise ValueError
        return affine_backward(dout, cache)

    status, points, _ = earned(grade({"affine": {"gradient": 3}}, affine_backward=backward), "affine", "gradient")
    assert status == Status.FAILED
    assert 1 < points < 2


def test_less_than_a_fifth_is_nothing(grade: Grade) -> None:
    """A backward that is right for a batch of one alone has guessed."""

    def forward(x, w, b):
        out, cache = impl.affine_forward(x, w, b)
        return out if x.shape == (1, 2) else 2 * out, cache

    assert earned(grade({"affine": {"forward": 3}}, affine_forward=forward), "affine", "forward")[1] == 0


def test_a_gradient_that_is_skipped_earns_what_is_right_of_it(grade: Grade) -> None:
    """Beside a wrong forward it is not charged; two of its three values are right."""

    def forward(x, w, b):
        out, cache = impl.affine_forward(x, w, b)
        return 2 * out, cache

    report = grade(LAYERS, affine_forward=forward, affine_backward=affine_backward)
    assert earned(report, "affine", "gradient") == (Status.SKIPPED, 2, 3)


def test_a_backward_that_is_right_for_a_wrong_forward_earns_its_points(grade: Grade) -> None:
    """The forward is charged, and nothing else."""

    def forward(x, gamma, beta, ln_param):
        return impl.layernorm_forward(x, gamma, beta, {"eps": 1e-2, **ln_param})

    report = grade({"layernorm": {"forward": 4, "gradient": 6}}, layernorm_forward=forward)
    assert earned(report, "layernorm", "gradient") == (Status.SKIPPED, 6, 6)
    assert 0 < earned(report, "layernorm", "forward")[1] < 4


def test_zeros_for_a_forward_that_uses_nothing_earn_nothing(grade: Grade) -> None:
    """They are the derivative of an output that is beta whatever comes in, and still nobody computed them."""
    checks = {"forward": 4, "gradient": 6, "finite_difference": 3}
    report = grade(
        {"layernorm": checks},
        layernorm_forward=lambda x, gamma, beta, ln_param: (beta + np.zeros_like(x), (x, gamma)),
        layernorm_backward=lambda dout, cache: (*map(np.zeros_like, cache), dout.sum(axis=0)),
    )
    assert earned(report, "layernorm", "finite_difference") == (Status.PASSED, pytest.approx(1), 3)
    assert earned(report, "layernorm", "gradient")[1] < 4


def test_an_upstream_gradient_that_is_handed_on_is_nobodys_derivative(grade: Grade) -> None:
    """It is that of an activation that returns its input: what is right of it is earned, and no more."""
    report = grade(
        {"relu": {"forward": 4, "gradient": 10, "finite_difference": 3}},
        relu_forward=lambda x: (x * 1, None),
        relu_backward=lambda dout, cache: dout * 1,
    )
    assert earned(report, "relu", "finite_difference")[1] == 0
    assert earned(report, "relu", "gradient")[1] < 5


def test_a_backward_that_is_wrong_where_the_forward_is_right_is_charged(grade: Grade) -> None:
    """That the forward is wrong elsewhere is no excuse."""

    def forward(x, gamma, beta, ln_param):
        return impl.layernorm_forward(x, gamma, beta, {"eps": 1e-2, **ln_param})

    def backward(dout, cache):
        dx, dgamma, dbeta = impl.layernorm_backward(dout, cache)
        return dx, dgamma, 2 * dbeta

    report = grade({"layernorm": {"gradient": 6}}, layernorm_forward=forward, layernorm_backward=backward)
    assert earned(report, "layernorm", "gradient")[0] == Status.FAILED


def test_where_nothing_is_right_nothing_is_earned(grade: Grade) -> None:
    """Purity is no merit of a relu that computes something else."""
    report = grade(
        {"relu": {"interface": 1, "forward": 1, "gradient": 1, "purity": 1, "finite_difference": 1}},
        relu_forward=lambda x: (2 * np.maximum(x, 0), x),
        relu_backward=lambda dout, cache: 2 * dout * (cache > 0),
    )
    assert report.summary.score == 0


@pytest.mark.parametrize("stub", [unfilled, lambda *_arguments: None, lambda *_arguments: 1 / 0])
def test_a_stub_earns_nothing(grade: Grade, stub: Callable[..., Any]) -> None:
    """Nothing passes on nothing: interface, determinism, purity and dtype neither."""
    points = dict.fromkeys(["interface", "determinism", "forward", "gradient", "purity", "dtype"], 1.0)
    assert grade({"affine": points}, affine_forward=stub, affine_backward=stub).summary.score == 0


def test_a_backward_that_gives_none_does_not_pass_for_pure(grade: Grade) -> None:
    """Its forward is right and has its points."""
    points = {"affine": {"forward": 2.0, "determinism": 1, "purity": 1, "dtype": 1}}
    assert grade(points, affine_backward=lambda *_arguments: None).summary.score == 2


@pytest.mark.parametrize(("wrong", "status", "points"), [(1, Status.SKIPPED, 2), (2, Status.FAILED, 1)])
def test_a_gradient_that_is_not_there_is_not_right(grade: Grade, wrong: int, status: Status, points: float) -> None:
    """Db is None, so that the check is not passed, and the others have their part; if dw is wrong as well, dx alone."""

    def backward(dout, cache):
        dx, dw, _ = impl.affine_backward(dout, cache)
        return dx, wrong * dw, None

    report = grade({"affine": {"interface": 1, "gradient": 3}}, affine_backward=backward)
    assert earned(report, "affine", "interface")[:2] == (Status.FAILED, 0)
    assert earned(report, "affine", "gradient")[:2] == (status, points)


def test_what_is_right_beside_a_gradient_of_another_shape_earns_its_part(grade: Grade) -> None:
    """The slice to minus 0: dw and db are right in every case, dx where there is padding alone."""

    def backward(dout, cache):
        dx, dw, db = impl.conv_backward_naive(dout, cache)
        return (dx if cache.windows.pad[0] else dx[:, :, 0:-0, 0:-0]), dw, db

    report = grade({"conv": {"interface": 1, "gradient": 3}}, conv_backward_naive=backward)
    status, points, _ = earned(report, "conv", "interface")
    assert status == Status.FAILED
    assert 0 < points < 1
    status, points, _ = earned(report, "conv", "gradient")
    assert status == Status.SKIPPED
    assert 2 < points < 3


def test_zeros_earn_nothing_for_a_gradient_that_is_0_anyway(grade: Grade) -> None:
    """The bias before a batch normalization has none; it counts only beside another that is right."""

    def zeros(dout, cache):
        return tuple(np.zeros_like(g) for g in impl.affine_bn_relu_backward(dout, cache))

    def bias_and_shift(dout, cache):
        *others, dbeta = impl.affine_bn_relu_backward(dout, cache)
        return *(np.zeros_like(g) for g in others), dbeta

    points = {"affine_bn_relu": {"gradient": 5.0}}
    block = ("affine_bn_relu", "gradient")
    assert earned(grade(points, affine_bn_relu_backward=zeros), *block) == (Status.FAILED, 0, 5)
    assert earned(grade(points, affine_bn_relu_backward=bias_and_shift), *block)[1] == 2


def test_a_network_earns_a_part_for_each_of_its_gradients(oracle: Oracle, impl_functions: Functions) -> None:
    """Case by case: one of six in a network of three layers, whatever the deepest of all has."""

    class Net(impl_functions["FullyConnectedNet"]):  # type: ignore[misc]
        def loss(self, *arguments, **options):
            given = super().loss(*arguments, **options)
            if isinstance(given, tuple):
                given[1]["b1"] = 2 * given[1]["b1"]
            return given

    plan = Plan((contract_named("fully_connected_net"),), points={"fully_connected_net": {"gradient": 8.0}})
    offered = {"FullyConnectedNet": Net, "FullyConnectedNet.loss": Net.loss}
    report = run("local", local_session({**impl_functions, **offered}), oracle, plan)
    status, points, _ = earned(report, "fully_connected_net", "gradient")
    assert status == Status.FAILED
    assert 8 * 3 / 4 < points < 8 * 7 / 8


def test_what_is_built_on_a_wrong_layer_earns_the_share_of_that_layer(grade: Grade) -> None:
    """Affine has 4 of its 5 points, so the excused gradient of the block has 4 fifths of its own."""
    report = grade(LAYERS, **ON_A_WRONG_LAYER)
    assert earned(report, "affine", "gradient") == (Status.FAILED, 2, 3)
    assert earned(report, "affine_relu", "gradient") == (Status.SKIPPED, pytest.approx(0.8 * 4), 4)
    assert earned(report, "affine_relu", "forward") == (Status.PASSED, 1, 1)


def test_a_layer_that_is_not_asked_for_excuses_nothing(grade: Grade) -> None:
    """The assignment has the block alone, which is judged as it is."""
    report = grade({"affine_relu": {"forward": 1, "gradient": 6}}, **ON_A_WRONG_LAYER)
    assert earned(report, "affine_relu", "gradient") == (Status.FAILED, 4, 6)


def test_a_layer_that_loses_nothing_excuses_nothing(grade: Grade) -> None:
    """It is asked for, and what is wrong with it is worth no points."""
    report = grade({"affine": {"forward": 1}, "affine_relu": {"gradient": 6}}, **ON_A_WRONG_LAYER)
    assert earned(report, "affine_relu", "gradient") == (Status.FAILED, 4, 6)


def test_an_unfilled_layer_earns_nothing_above(grade: Grade) -> None:
    """Neither in the excused check nor in those that could not be made for it, although affine below is right."""
    report = grade(LAYERS, **ON_AN_UNFILLED_RELU)
    assert earned(report, "affine_relu", "forward") == (Status.SKIPPED, 0, 1)
    assert earned(report, "affine_relu", "gradient") == (Status.SKIPPED, 0, 4)
    assert (report.summary.score, report.summary.max_score) == (5, 12)


def test_of_two_layers_that_excuse_the_one_that_earned_less_counts(grade: Grade) -> None:
    """Affine has one wrong gradient and relu is unfilled: the block is charged to relu."""
    report = grade(
        LAYERS,
        **UNFILLED_RELU,
        affine_backward=affine_backward,
        affine_relu_forward=block_forward,
        affine_relu_backward=block_backward,
    )
    (forward,) = [r for r in report.results if (r.contract, r.check) == ("affine_relu", "forward")]
    assert (forward.points, "interface of relu failed" in forward.message) == (0, True)


def test_what_was_skipped_for_an_excused_check_earns_as_much() -> None:
    """Unless the contract has a failure of its own, which may have been the reason."""

    def result(check: str, status: Status) -> Result:
        return Result("block", check, status, required=True, cases=1, max_points=4)

    results = [result("forward", Status.SKIPPED), result("gradient", Status.SKIPPED), result("purity", Status.PASSED)]
    assert [r.points for r in with_share_below(results, {"forward": 0.5})] == [2, 2, 0]
    results[2] = result("purity", Status.FAILED)
    assert [r.points for r in with_share_below(results, {"forward": 0.5})] == [2, 0, 0]


@pytest.mark.parametrize(
    ("replaced", "score"),
    [
        ({}, 12),
        (ON_A_WRONG_LAYER, 11 - 0.8),
        (ON_AN_UNFILLED_RELU, 5),
        ({"affine_relu_backward": unfilled}, 8),
    ],
    ids=["right", "wrong_layer", "unfilled_layer", "unfilled_block"],
)
def test_the_whole_class_has_the_same_total(grade: Grade, replaced: Functions, score: float) -> None:
    """Whatever is wrong; and the reports say the same score."""
    report = grade(LAYERS, **replaced)
    printed = StringIO()
    text.render(report, console(printed))
    document = json.loads(documents.render(report))
    assert (report.summary.score, report.summary.max_score) == (pytest.approx(score), 12)
    assert f"{report.summary.score:g} of 12 points" in printed.getvalue()
    assert document["summary"]["score"] == sum(r["points"] for r in document["results"])
    assert document["summary"]["max_score"] == sum(r["max_points"] for r in document["results"])
