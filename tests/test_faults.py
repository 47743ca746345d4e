"""A check is only trusted once it has caught a planted fault; each check has one that it alone catches."""

from collections.abc import Callable

import numpy as np
import pytest
from conftest import Functions, Judge, bad_checks, local_session
from faults import FAULTS, Fault

from gradproof import impl
from gradproof.conformance.checks.results import Status
from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.findings import Kind

pytestmark = pytest.mark.usefixtures("without_names")


@pytest.mark.parametrize("contract", sorted({fault.contract for fault in FAULTS}))
def test_impl_passes_every_check(judge_impl: Judge, contract: str) -> None:
    """The right implementation passes, so a failure below is the fault's."""
    assert {r.check: r.message for r in judge_impl(contract).values() if r.status != Status.PASSED} == {}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.contract}-{fault.check}-{fault.name}")
def test_fault_is_reported_by_its_check_alone(judge_impl: Judge, fault: Fault) -> None:
    """A planted fault fails its own check, says what is wrong, and is charged to no other."""
    results = judge_impl(fault.contract, **fault.replaced)
    assert bad_checks(results) == {fault.check}
    assert fault.says in results[fault.check].message


def test_what_is_drawn_next_to_a_kink_is_drawn_in_both_dtypes(judge_impl: Judge) -> None:
    """Else it is told that digits are lost in one of them."""
    fault = next(fault for fault in FAULTS if fault.name == "nearly_the_maximum_is_enough")
    result = judge_impl(fault.contract, **fault.replaced)["gradient"]
    cases = [draw_case(contract_named("max_pool"), 0, i) for i in range(24)]
    nearly = {case.dtype for case in cases if case.scenario == "ties" and case["x"].max() > 0.9}
    assert nearly == {"float64", "float32"}
    assert "digits are lost" not in f"{result.message} {result.hint}"


def test_memorised_answers_are_caught_by_finite_differences_alone(judge_impl: Judge, oracle: Oracle) -> None:
    """A forward that is right on the recorded cases and wrong elsewhere has slopes that its backward does not."""
    cases = oracle.cases(contract_named("tanh"), Plan(()).dialect, None)
    memorised = {case["x"].tobytes() for case in cases}

    def tanh_forward(x):
        out, cache = impl.tanh_forward(x)
        return (out if x.tobytes() in memorised else out * out), cache

    assert bad_checks(judge_impl("tanh", tanh_forward=tanh_forward)) == {"finite_difference"}


@pytest.mark.parametrize("kept_by", [("x",), ("w",), ("x", "w"), ("w", "b")], ids="".join)
def test_outputs_kept_by_some_of_the_inputs_are_told(judge_impl: Judge, kept_by: tuple[str, ...]) -> None:
    """The backward is right, and the forward is charged: another case may have the same x and other weights."""
    kept: dict[tuple[bytes, ...], object] = {}

    def affine_forward(x, w, b):
        given = {"x": x, "w": w, "b": b}
        out, cache = impl.affine_forward(x, w, b)
        return kept.setdefault(tuple(given[name].tobytes() for name in kept_by), out), cache

    results = judge_impl("affine", affine_forward=affine_forward)
    assert bad_checks(results) == {"finite_difference"}
    (told,) = results["finite_difference"].findings
    assert (told.kind, told.function) == (Kind.UNMOVED, "affine_forward")
    assert told["inputs"] not in kept_by


def test_what_a_backward_keeps_by_shapes_is_told(judge_impl: Judge) -> None:
    """Each case has other shapes than those before; in a training the next batch has the same."""
    masks: dict[tuple[int, ...], np.ndarray] = {}

    def relu_backward(dout, cache):
        return dout * masks.setdefault(cache.shape, cache > 0)

    results = judge_impl("relu", relu_backward=relu_backward)
    (told,) = results["finite_difference"].findings
    assert (told.kind, told.observation) == (Kind.STALE, "dx")
    assert results["gradient"].status == Status.PASSED


@pytest.mark.parametrize(
    ("contract", "held"), [("affine", "x"), ("affine", "w"), ("affine", "dout"), ("batchnorm", "x")]
)
def test_what_a_backward_keeps_by_one_of_its_inputs_is_told(
    judge_impl: Judge, impl_functions: Functions, contract: str, held: str
) -> None:
    """All cases are others in everything; in a training the same samples come again to other weights."""
    caches: dict[bytes, object] = {}
    gradients: dict[bytes, object] = {}

    def forward(x, w, *others):
        out, cache = impl_functions[f"{contract}_forward"](x, w, *others)
        given = {"x": x, "w": w}.get(held)
        return out, cache if given is None else caches.setdefault(given.tobytes(), cache)

    def backward(dout, cache):
        told = impl_functions[f"{contract}_backward"](dout, cache)
        return gradients.setdefault(dout.tobytes(), told) if held == "dout" else told

    replaced = {f"{contract}_forward": forward, f"{contract}_backward": backward}
    results = judge_impl(contract, **replaced)
    assert bad_checks(results) == {"finite_difference"}
    (told,) = results["finite_difference"].findings
    assert (told.kind, told["held"]) == (Kind.STALE, held)


@pytest.mark.parametrize("is_square", [lambda x, w: len(w) == w.shape[1], lambda x, w: len(x) == w.shape[1]])
def test_what_goes_by_sizes_that_are_the_same_is_told(judge_impl: Judge, is_square: Callable[..., bool]) -> None:
    """Right wherever they differ."""

    def affine_forward(x, w, b):
        return impl.affine_forward(x, w.T.copy() if is_square(x, w) and x.ndim == 2 and len(w) == w.shape[1] else w, b)

    assert bad_checks(judge_impl("affine", affine_forward=affine_forward)) == {"forward"}


def test_a_wrong_slope_of_a_layer_is_told_of_its_input(judge_impl: Judge) -> None:
    """A forward that leaves its bias out is not said to keep what it gave: the gradient is not right either."""

    def affine_forward(x, w, b):
        return impl.affine_forward(x, w, 0 * b)

    def affine_backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        return dx, dw, 2 * db

    told = judge_impl("affine", affine_forward=affine_forward, affine_backward=affine_backward)
    assert told["finite_difference"].findings[-1].kind == Kind.DIFFERENCE


def test_a_forward_that_jumps_between_the_cases_is_inconclusive(judge_impl: Judge, oracle: Oracle) -> None:
    """Where the differences never settle, the check says so instead of blaming a backward that is right."""
    cases = oracle.cases(contract_named("tanh"), Plan(()).dialect, None)
    memorised = {case["x"].tobytes() for case in cases}

    def tanh_forward(x):
        out, cache = impl.tanh_forward(x)
        return (out if x.tobytes() in memorised else np.sin(1e12 * x)), cache

    results = judge_impl("tanh", tanh_forward=tanh_forward)
    assert bad_checks(results) == set()
    assert results["finite_difference"].status == Status.INCONCLUSIVE


def test_every_check_has_a_fault_of_its_own() -> None:
    """No check goes untested: all but finite_difference, which has its own test, are in the table."""
    assert {fault.check for fault in FAULTS} | {"finite_difference"} == {check.name for check in CHECKS}


def test_an_option_left_at_its_default_sets_the_failing_cases_apart(judge_impl: Judge) -> None:
    """The message names what the wrong cases do not give."""

    def sgd(w, dw, config=None):
        return impl.sgd(w, dw, {"learning_rate": 1e-3, **(config or {})})

    message = judge_impl("sgd", sgd=sgd)["forward"].message
    assert message.endswith("in all cases that leave learning_rate to its default and in no other")


def test_a_wrong_forward_with_its_own_right_backward_is_told_so(judge_impl: Judge) -> None:
    """The report says that the backward is right for the wrong forward."""
    results = judge_impl(
        "tanh",
        tanh_forward=lambda x: tuple(3 * v if i == 0 else v for i, v in enumerate(impl.tanh_forward(x))),
        tanh_backward=lambda dout, cache: 3 * impl.tanh_backward(dout, cache),
    )
    assert results["gradient"].status == Status.SKIPPED
    assert results["finite_difference"].status == Status.PASSED
    assert "the backward is right for this forward" in results["forward"].hint


def test_a_wrong_forward_with_jumps_is_charged_once(judge_impl: Judge) -> None:
    """Its outputs and gradients are wrong; that the differences do not settle either is no further finding."""
    results = judge_impl(
        "tanh",
        tanh_forward=lambda x: (np.sin(1e12 * x), impl.tanh_forward(x)[1]),
        tanh_backward=lambda dout, cache: 2 * impl.tanh_backward(dout, cache),
    )
    assert results["finite_difference"].status == Status.SKIPPED
    assert "the differences do not settle" in results["finite_difference"].message


def test_a_failure_in_a_layer_is_not_charged_to_the_block_built_on_it(
    oracle: Oracle, impl_functions: Functions
) -> None:
    """One bug is charged once: affine's db fails affine and is only mentioned at affine_relu."""
    from gradproof.conformance.engine.runner import run

    def affine_backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        return dx, dw, 2 * db

    def affine_relu_backward(dout, cache):
        affine_cache, relu_cache = cache
        return affine_backward(impl.relu_backward(dout, relu_cache), affine_cache)

    functions = {**impl_functions, "affine_backward": affine_backward, "affine_relu_backward": affine_relu_backward}
    plan = Plan(tuple(contract_named(name) for name in ("affine", "affine_relu")))
    results = {(r.contract, r.check): r for r in run("local", local_session(functions), oracle, plan).results}
    assert results["affine", "gradient"].status == Status.FAILED
    assert results["affine_relu", "gradient"].status == Status.SKIPPED
    assert "gradient of affine failed" in results["affine_relu", "gradient"].message


@pytest.mark.needs_torch
@pytest.mark.parametrize(("p", "named"), [("drop", "dropout_p=drop"), ("keep", None)])
def test_another_dialect_is_named(impl_functions: Functions, p: str, named: str | None) -> None:
    """A submission that is right under another convention is told which."""
    from gradproof.conformance.oracle.oracle import TorchOracle

    def dropout_forward(x, dropout_param):
        return impl.dropout_forward(x, {**dropout_param, "p_is": p})

    functions = {**impl_functions, "dropout_forward": dropout_forward}
    plan = Plan((contract_named("dropout"),))
    torch_oracle = TorchOracle()
    results = judge(gather(plan.contracts[0], local_session(functions), torch_oracle, plan), torch_oracle, plan)
    diagnoses = {r.diagnosis for r in results if r.status.is_bad}
    assert diagnoses == ({f"dialect:{named}"} if named else set())


def test_a_bug_in_test_mode_is_said_to_be_there_and_the_gradients_are_still_judged(judge_impl: Judge) -> None:
    """The forward is wrong on some cases, the message says on which; on the others the gradients are checked."""
    (fault,) = [fault for fault in FAULTS if fault.name == "test_mode_ignores_beta"]
    results = judge_impl("batchnorm", **fault.replaced)
    assert "with mode=test" in results["forward"].message
    assert results["gradient"].status == Status.PASSED
    assert "the backward is right for this forward" not in results["forward"].hint


def test_a_shape_complaint_does_not_hide_a_bug_of_what_builds_on_it(oracle: Oracle, impl_functions: Functions) -> None:
    """(1, D) running statistics in batchnorm explain nothing about a doubled dx in batchnorm_backward_alt."""
    from gradproof.conformance.engine.runner import run

    (fault,) = [fault for fault in FAULTS if fault.name == "statistics_keep_a_row_axis"]

    def batchnorm_backward_alt(dout, cache):
        dx, dgamma, dbeta = impl.batchnorm_backward_alt(dout, cache)
        return 2 * dx, dgamma, dbeta

    functions = {**impl_functions, **fault.replaced, "batchnorm_backward_alt": batchnorm_backward_alt}
    plan = Plan(tuple(contract_named(name) for name in ("batchnorm", "batchnorm_alt")))
    results = {(r.contract, r.check): r for r in run("local", local_session(functions), oracle, plan).results}
    assert results["batchnorm", "interface"].status == Status.FAILED
    assert results["batchnorm_alt", "gradient"].status == Status.FAILED


def test_a_right_backward_is_not_charged_for_a_wrong_forward(judge_impl: Judge, impl_functions: Functions) -> None:
    """It matches the reference: that its own forward has another slope is the forward's fault."""
    results = judge_impl("affine", affine_forward=lambda x, w, b: impl.affine_forward(2 * x, w, b))
    results_of_right_backward = judge_impl(
        "affine", affine_forward=lambda x, w, b: (2 * impl.affine_forward(x, w, b)[0], (x, w, b))
    )
    assert bad_checks(results_of_right_backward) == {"forward"}
    assert "while the gradients are those of the reference" in results_of_right_backward["finite_difference"].message
    assert bad_checks(results) == {"forward"}


def test_a_backward_that_is_wrong_by_either_measure_is_told_and_not_charged_beside_a_wrong_forward(
    judge_impl: Judge,
) -> None:
    """It is neither the reference's nor the derivative of its own forward: the report says so, one check is charged."""
    results = judge_impl(
        "tanh",
        tanh_forward=lambda x: (3 * np.tanh(x), impl.tanh_forward(x)[1]),
        tanh_backward=lambda dout, cache: 7 * impl.tanh_backward(dout, cache),
    )
    assert bad_checks(results) == {"forward"}
    assert "dx is not the derivative of the submission's own out" in results["finite_difference"].message


def test_wrong_statistics_are_not_charged_beside_the_variance_they_come_from(judge_impl: Judge) -> None:
    """A variance over N - 1 is wrong in the output and in the running variance: one bug."""

    def batchnorm_forward(x, gamma, beta, bn_param):
        if bn_param["mode"] == "test":
            return impl.batchnorm_forward(x, gamma, beta, bn_param)
        mean, unbiased = x.mean(axis=0), x.var(axis=0, ddof=1)
        running = {"running_mean": mean, "running_var": unbiased}
        for name, batch in running.items():
            kept = bn_param.get("momentum", 0.9)
            bn_param[name] = kept * bn_param.get(name, np.zeros_like(mean)) + (1 - kept) * batch
        param = {"mode": "test", "running_mean": mean, "running_var": unbiased, "eps": bn_param.get("eps", 1e-5)}
        return impl.batchnorm_forward(x, gamma, beta, param)

    results = judge_impl("batchnorm", batchnorm_forward=batchnorm_forward)
    assert bad_checks(results) == {"forward"}


@pytest.mark.parametrize("dialect", ["outside", "inside"])
def test_adams_other_epsilon_is_a_dialect(oracle: Oracle, impl_functions: Functions, dialect: str) -> None:
    """Epsilon before the correction is right under adam_eps=inside, and named so under the default."""

    def adam(w, dw, config):
        _, config = impl.adam(w, dw, config)
        correction = (1 - config["beta2"] ** config["t"]) ** 0.5 / (1 - config["beta1"] ** config["t"])
        return w - config["learning_rate"] * correction * config["m"] / (
            np.sqrt(config["v"]) + config["epsilon"]
        ), config

    plan = Plan((contract_named("adam"),), dialect=Dialect(adam_eps=dialect))
    session = local_session({**impl_functions, "adam": adam})
    results = {r.check: r for r in judge(gather(plan.contracts[0], session, oracle, plan), oracle, plan)}
    assert bad_checks(results) == (set() if dialect == "inside" else {"forward"})
    assert results["forward"].diagnosis == (None if dialect == "inside" else "dialect:adam_eps=inside")


def test_statistics_updated_in_place_are_fine(judge_impl: Judge) -> None:
    """The dictionary's own arrays may be written to: the call in between has others."""

    def batchnorm_forward(x, gamma, beta, bn_param):
        kept = {name: bn_param.get(name, np.zeros_like(gamma)) for name in ("running_mean", "running_var")}
        result = impl.batchnorm_forward(x, gamma, beta, bn_param)
        for name, array in kept.items():
            array[...] = bn_param[name]
            bn_param[name] = array
        return result

    assert bad_checks(judge_impl("batchnorm", batchnorm_forward=batchnorm_forward)) == set()


def test_a_dropout_in_place_is_impure_and_nothing_else(judge_impl: Judge) -> None:
    """Its rates are judged on inputs that earlier calls did not touch."""

    def dropout_forward(x, dropout_param):
        out, cache = impl.dropout_forward(x, dropout_param)
        x[...] = out
        return x, cache

    assert bad_checks(judge_impl("dropout", dropout_forward=dropout_forward)) == {"purity"}


def test_dropping_at_keep_probability_one_is_wrong(judge_impl: Judge) -> None:
    """Nothing may be dropped there, so the mask is not the submission's choice."""

    def dropout_forward(x, dropout_param):
        out, cache = impl.dropout_forward(x, dropout_param)
        drops_all = dropout_param["p"] == 1 and dropout_param["mode"] == "train"
        return (np.zeros_like(x), (cache[0], np.zeros(x.shape, bool))) if drops_all else (out, cache)

    assert bad_checks(judge_impl("dropout", dropout_forward=dropout_forward)) == {"dropout_scaling"}


def test_two_backwards_with_bugs_of_their_own_are_both_charged(oracle: Oracle, impl_functions: Functions) -> None:
    """batchnorm_backward_alt borrows the forward; a wrong batchnorm_backward is no excuse for it."""
    from gradproof.conformance.engine.runner import run

    def scaled(function, factor):
        return lambda dout, cache: tuple(factor * gradient for gradient in function(dout, cache))

    wrong = {
        name: scaled(impl_functions[name], k) for k, name in ((2, "batchnorm_backward"), (3, "batchnorm_backward_alt"))
    }
    plan = Plan(tuple(contract_named(name) for name in ("batchnorm", "batchnorm_alt")))
    results = run("local", local_session({**impl_functions, **wrong}), oracle, plan).results
    failed = {(result.contract, result.check) for result in results if result.status == Status.FAILED}
    assert failed == {("batchnorm", "gradient"), ("batchnorm_alt", "gradient")}
