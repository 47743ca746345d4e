"""A failure is put down to the misconception that gives the same wrong values, and to no other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Command, Functions, bad_checks, local_session
from net_faults import CLASSIFIER
from net_judged import write_copy

from gradproof import impl
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.verdicts import results_of
from gradproof.conformance.diagnosis import mistakes
from gradproof.conformance.diagnosis.explain import by_convention, by_mistake
from gradproof.conformance.diagnosis.formulas import made_of
from gradproof.conformance.diagnosis.misconceptions import Misconception, all_misconceptions
from gradproof.conformance.diagnosis.search import looking
from gradproof.conformance.engine.runner import Plan, gather, judge, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named

CASES = 12

Judged = Callable[..., dict[str, Result]]
Mistakes = Callable[..., None]


@pytest.fixture
def judged(oracle: Oracle, impl_functions: Functions) -> Judged:
    """Judge impl by one contract, some of its functions replaced."""

    def results(contract: str, advisory: tuple[str, ...] = (), **replaced: Callable[..., Any]) -> dict[str, Result]:
        plan = Plan((contract_named(contract),), required=dict.fromkeys(advisory, False))
        exam = gather(plan.contracts[0], local_session({**impl_functions, **replaced}), oracle, plan)
        return {result.check: result for result in judge(exam, oracle, plan)}

    return results


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Mistakes:
    """Make these the only misconceptions there are: ``known(mean=wrong_affine_backward)``."""

    def only(contract: str = "affine", **functions: dict[str, Callable[..., Any]]) -> None:
        made = tuple(
            Misconception(name, (contract,), f"You do {name}.", f"Look at {name}.", lambda own=own: own)
            for name, own in functions.items()
        )
        monkeypatch.setattr(mistakes, "misconceptions_of", lambda _contract: made)
        monkeypatch.setattr(looking, "matches", lambda *_: [])
        monkeypatch.setattr(made_of, "candidates", lambda *_: [])

    return only


def affine_backward(**changes: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """The right gradients, some of them changed: ``affine_backward(db=lambda db: 2 * db)``."""

    def backward(dout, cache):
        named = dict(zip(("dx", "dw", "db"), impl.affine_backward(dout, cache), strict=True))
        return tuple(changes[name](value) if name in changes else value for name, value in named.items())

    return {"affine_backward": backward}


def doubled(value: np.ndarray) -> np.ndarray:
    return 2 * value


def tripled(value: np.ndarray) -> np.ndarray:
    return 3 * value


# what a student writes


def test_the_same_mistake_in_other_words_is_named(judged: Judged) -> None:
    """A variance over N - 1, written as students write it, with the backward that belongs to it."""

    def batchnorm_forward(x, gamma, beta, bn_param):
        if bn_param["mode"] == "test":
            return impl.batchnorm_forward(x, gamma, beta, bn_param)
        mean, variance = x.sum(axis=0) / len(x), ((x - x.mean(axis=0)) ** 2).sum(axis=0) / (len(x) - 1)
        kept = bn_param.get("momentum", 0.9)
        for name, batch in (("running_mean", mean), ("running_var", variance)):
            bn_param[name] = kept * bn_param.get(name, np.zeros_like(mean)) + (1 - kept) * batch
        x_hat = (x - mean) / np.sqrt(variance + bn_param.get("eps", 1e-5))
        return gamma * x_hat + beta, (x_hat, gamma, variance + bn_param.get("eps", 1e-5))

    def batchnorm_backward(dout, cache):
        x_hat, gamma, variance = cache
        dx_hat = dout * gamma
        dx = (dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).sum(axis=0) / (len(dout) - 1)) / variance**0.5
        return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)

    results = judged("batchnorm", batchnorm_forward=batchnorm_forward, batchnorm_backward=batchnorm_backward)
    assert bad_checks(results) == {"forward"}
    assert results["forward"].diagnosis == "batchnorm:variance_by_n_minus_1"
    assert "You divide the variance by N - 1" in results["forward"].hint


DROPOUT = """
import numpy as np
def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, (dropout_param, None)
    mask = np.random.rand(*x.shape) < dropout_param["p"]
    return x * mask, (dropout_param, mask)
def dropout_backward(dout, cache):
    return dout if cache[1] is None else dout * cache[1]
"""


def test_the_mask_is_the_submissions_own(tmp_path: Path, oracle: Oracle) -> None:
    """Dropout that is not scaled is named whatever it keeps, in a process that does not know the seed."""
    path = tmp_path / "layers.py"
    path.write_text(DROPOUT)
    plan = Plan((contract_named("dropout"),))
    with Sandbox(path) as session:
        results = run("dropout", session, oracle, plan).results
    diagnoses = {result.check: result.diagnosis for result in results if result.status.is_bad and result.required}
    assert diagnoses["dropout_scaling"] == "dropout:kept_values_are_not_scaled"


def test_a_network_is_compared_with_proven_layers_too(tmp_path: Path, oracle: Oracle) -> None:
    """Its own mistake is named beside that of a layer, which is charged to the layer."""
    mean = ("affine.py", "reshape(x.shape), dw, db", "reshape(x.shape), dw, db / len(dout)")
    penalty = (CLASSIFIER, "loss += self.dtype.type(self._penalty * reg)", "loss += 0 * self.dtype.type(reg)")
    path = write_copy(tmp_path, (mean, penalty))
    plan = Plan((contract_named("affine"), contract_named("fully_connected_net")), cases=CASES)
    with Sandbox(path) as session:
        results = run("net", session, oracle, plan).results
    diagnoses = {(r.contract, r.check): r.diagnosis for r in results if r.status.is_bad}
    assert diagnoses["affine", "gradient"] == "affine:bias_gradient_is_a_mean"
    assert diagnoses["fully_connected_net", "forward"] == "fully_connected_net:penalty_in_the_gradient_only"


# which one, and how many


def test_what_explains_nothing_is_not_named(judged: Judged, known: Mistakes) -> None:
    """Another wrong value of the same observation is another mistake; how the values are wrong is said instead."""
    known(triple=affine_backward(db=tripled))
    result = judged("affine", **affine_backward(db=doubled))["gradient"]
    assert result.diagnosis is None
    assert result.hint == "db is 2 times what it should be"


def test_a_mistake_that_shows_elsewhere_too_is_not_named(judged: Judged, known: Mistakes) -> None:
    """It is wrong where the submission is right."""
    known(both=affine_backward(db=doubled, dw=doubled))
    assert judged("affine", **affine_backward(db=doubled))["gradient"].diagnosis is None


def test_a_mistake_that_explains_all_of_one_value_is_told_of_that_value(judged: Judged, known: Mistakes) -> None:
    """What else is wrong there is another mistake: nobody knows which, and that is said."""
    known(double=affine_backward(db=doubled))
    result = judged("affine", **affine_backward(db=doubled, dw=np.sin))["gradient"]
    assert result.diagnosis == "affine:double"
    assert result.hint.endswith("What is wrong with dw this does not explain.")


def test_two_mistakes_in_different_values_are_both_named(judged: Judged, known: Mistakes) -> None:
    """Neither explains all, together they do; one that does would be preferred."""
    known(first=affine_backward(db=doubled), second=affine_backward(dw=tripled))
    result = judged("affine", **affine_backward(db=doubled, dw=tripled))["gradient"]
    assert result.diagnosis == "affine:first+affine:second"
    assert result.hint == "(1) You do first. Look at first. (2) You do second. Look at second."


def test_a_share_that_chance_does_not_explain_is_another_mistake(judged: Judged, known: Mistakes) -> None:
    """A mask that keeps nothing is not one that is turned round, though the complaint has the same words."""

    def keeping(share: Callable[[float], float]) -> dict[str, Callable[..., Any]]:
        def dropout_forward(x, dropout_param):
            p = dropout_param["p"]
            changed = dropout_param | {"p": share(p)} if dropout_param["mode"] == "train" and p < 1 else dropout_param
            out, cache = impl.dropout_forward(x, changed)
            return np.asarray(out * (share(p) / p) if changed is not dropout_param else out, x.dtype), cache

        return {"dropout_forward": dropout_forward}

    known("dropout", turned_round=keeping(lambda p: 1 - p))
    assert judged("dropout", **keeping(lambda p: 1 - p))["dropout_scaling"].diagnosis == "dropout:turned_round"
    assert judged("dropout", **keeping(lambda p: p / 8))["dropout_scaling"].diagnosis is None


def test_one_mistake_is_preferred_to_two(judged: Judged, known: Mistakes) -> None:
    """The fewest that explain all."""
    parts = {"first": affine_backward(db=doubled), "second": affine_backward(dw=doubled)}
    known(**parts, whole=affine_backward(db=doubled, dw=doubled))
    result = judged("affine", **affine_backward(db=doubled, dw=doubled))["gradient"]
    assert result.diagnosis == "affine:whole"


def test_two_mistakes_in_different_checks_are_named_where_they_show(judged: Judged, known: Mistakes) -> None:
    """Each check has its own."""

    def affine_forward(x, w, b):
        return impl.affine_forward(x, w, 2 * b)

    def writes(dout, cache):
        gradients = impl.affine_backward(dout, cache)
        dout *= 2
        return gradients

    known(bias={"affine_forward": affine_forward}, writing={"affine_backward": writes})
    results = judged("affine", affine_forward=affine_forward, affine_backward=writes)
    diagnoses = {name: results[name].diagnosis for name in bad_checks(results)}
    assert diagnoses == {"forward": "affine:bias", "purity": "affine:writing"}


def test_mistakes_that_the_cases_do_not_separate_are_told_as_one_of_them(judged: Judged, known: Mistakes) -> None:
    """At most three."""
    known(**{name: affine_backward(db=doubled) for name in ("one", "two", "three", "four")})
    result = judged("affine", **affine_backward(db=doubled))["gradient"]
    assert result.diagnosis == "affine:one|affine:two|affine:three"
    assert result.hint.startswith("One of these: You do one. Look at one. Or: You do two.")


def test_the_one_that_agrees_in_what_is_not_charged_is_sharper(judged: Judged, known: Mistakes) -> None:
    """A gradient that is wrong because the forward is, is not charged; it tells two mistakes of the forward apart."""
    half = {"tanh_forward": lambda x: (0.5 * np.tanh(x), impl.tanh_forward(x)[1])}
    own = {**half, "tanh_backward": lambda dout, cache: 0.5 * impl.tanh_backward(dout, cache)}
    known("tanh", forward_alone=half, both=own)
    assert judged("tanh", **own)["forward"].diagnosis == "tanh:both"
    assert judged("tanh", **half)["forward"].diagnosis == "tanh:forward_alone"


# what is no value


def test_a_complaint_is_explained_by_the_same_complaint(judged: Judged, known: Mistakes) -> None:
    """Who writes into an argument is named by a mistake that writes into the same one."""

    def writes_into(place: int) -> dict[str, Callable[..., Any]]:
        def backward(dout, cache):
            gradients = impl.affine_backward(dout, cache)
            (dout, cache[1])[place][...] = 0
            return gradients

        return {"affine_backward": backward}

    known(dout=writes_into(0), weights=writes_into(1))
    assert judged("affine", **writes_into(0))["purity"].diagnosis == "affine:dout"
    assert judged("affine", **writes_into(1))["purity"].diagnosis == "affine:weights"


def test_a_shape_is_explained_by_the_same_shape(judged: Judged, known: Mistakes) -> None:
    """A row is told from a column, though for a single number they are the same."""
    row, column = (affine_backward(db=lambda db, at=at: np.expand_dims(db, at)) for at in (0, 1))
    known(row=row, column=column)
    assert judged("affine", **row)["interface"].diagnosis == "affine:row"
    assert judged("affine", **column)["interface"].diagnosis == "affine:column"


def test_an_error_is_explained_by_the_same_error(judged: Judged, known: Mistakes) -> None:
    """By its type and the function that raised it, not by what it says."""

    def raising(error: Exception) -> dict[str, Callable[..., Any]]:
        def backward(_dout, _cache):
            raise error

        return {"relu_backward": backward}

    known("relu", undefined=raising(NameError("name 'scores' is not defined")))
    assert judged("relu", **raising(NameError("name 'x' is not defined")))["gradient"].diagnosis == "relu:undefined"
    assert judged("relu", **raising(KeyError("x")))["gradient"].diagnosis is None


def test_an_advisory_complaint_is_named_beside_a_required_one(judged: Judged, known: Mistakes) -> None:
    """They are explained each for itself."""

    def widened(dout, cache):
        return tuple(gradient.astype(np.float64) for gradient in impl.affine_backward(dout, cache))

    def both(dout, cache):
        dx, dw, db = widened(dout, cache)
        return dx, dw, 2 * db

    known(double=affine_backward(db=doubled), widening={"affine_backward": widened})
    results = judged("affine", affine_backward=both)
    diagnoses = {name: results[name].diagnosis for name in bad_checks(results)}
    assert diagnoses == {"gradient": "affine:double", "dtype": "affine:widening"}


def test_what_costs_nothing_here_and_passed_speaks_against_a_name_too(judged: Judged) -> None:
    """An unknown mode taken for training is no one-pass variance, though the known mistakes are made of such a text."""

    def batchnorm_forward(x, gamma, beta, bn_param):
        mode = bn_param["mode"]
        bn_param["mode"] = "test" if mode == "test" else "train"
        result = impl.batchnorm_forward(x, gamma, beta, bn_param)
        bn_param["mode"] = mode
        return result

    results = judged("batchnorm", advisory=("stability",), batchnorm_forward=batchnorm_forward)
    assert (results["unusual_input"].status, results["unusual_input"].diagnosis) == (Status.FAILED, None)


# order, cost, and what is left alone


def test_a_convention_is_tried_before_a_misconception(judged: Judged, known: Mistakes) -> None:
    """What is right under another convention is no mistake."""

    def batchnorm_forward(x, gamma, beta, bn_param):
        kept = bn_param.get("momentum", 0.9)
        param = bn_param | {"momentum": 1 - kept}
        result = impl.batchnorm_forward(x, gamma, beta, param)
        bn_param.update({name: param[name] for name in ("running_mean", "running_var") if name in param})
        return result

    known("batchnorm", swapped={"batchnorm_forward": batchnorm_forward})
    results = judged("batchnorm", batchnorm_forward=batchnorm_forward)
    assert results["running_statistics"].diagnosis == "dialect:momentum=update"


def test_nothing_is_tried_where_nothing_fails(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    """The diagnosis of right code costs nothing."""
    monkeypatch.setattr(mistakes, "of", lambda *_: pytest.fail("a diagnosis was asked for"))
    assert bad_checks(judged("affine")) == set()


def test_a_misconception_runs_once_for_all_submissions(judged: Judged, known: Mistakes) -> None:
    """What it gives on a case does not depend on who is judged."""
    calls = []

    def counted(dout, cache):
        calls.append(dout)
        return affine_backward(db=doubled)["affine_backward"](dout, cache)

    known(counted={"affine_backward": counted})
    assert judged("affine", **affine_backward(db=doubled))["gradient"].diagnosis == "affine:counted"
    before = len(calls)
    assert judged("affine", **affine_backward(db=doubled))["gradient"].diagnosis == "affine:counted"
    assert len(calls) == before > 0


def test_a_result_says_what_it_said_before(oracle: Oracle, impl_functions: Functions) -> None:
    """Status, message, evidence and points are not touched."""
    plan = Plan((contract_named("affine"),))
    session = local_session({**impl_functions, **affine_backward(db=lambda db: db / 7)})
    exam = gather(plan.contracts[0], session, oracle, plan)
    before = results_of(exam, plan)
    after = by_mistake(by_convention(before, exam, oracle, plan), exam)
    kept = ("contract", "check", "status", "required", "message", "evidence", "worst", "replay", "points")
    assert [[getattr(r, name) for name in kept] for r in before] == [[getattr(r, n) for n in kept] for r in after]
    assert [r.hint for r in before] != [r.hint for r in after]


def test_the_global_generator_is_left_as_it_was(judged: Judged) -> None:
    """Whatever the misconceptions draw."""
    before = np.random.get_state()[1].tolist()
    assert judged("dropout", dropout_backward=lambda dout, _cache: dout)["gradient"].status == Status.FAILED
    assert np.random.get_state()[1].tolist() == before


# how it is told


def test_the_report_names_the_misconception(gradproof: Command, tmp_path: Path) -> None:
    """The id and what is wrong in the text; the id in the JSON."""
    path = tmp_path / "layers.py"
    path.write_text("import numpy as np\ndef sigmoid_forward(x):\n    out = 1 / (1 + np.exp(-x))\n    return out, x\n")
    path.write_text(path.read_text() + "def sigmoid_backward(dout, x):\n    return dout * x * (1 - x)\n")
    _, text, _ = gradproof("check", path, "--oracle", "golden", "--only", "sigmoid")
    _, plain, _ = gradproof("check", path, "--oracle", "golden", "--only", "sigmoid", "--format", "json")
    (name,) = {each.id for each in all_misconceptions() if f'"diagnosis": "{each.id}"' in plain}
    (says,) = [each.says for each in all_misconceptions() if each.id == name]
    assert f"diagnosis  {name}" in text
    assert says.partition(";")[0] in text


def test_the_misconceptions_are_listed(gradproof: Command) -> None:
    """Each with what it says."""
    code, text, _ = gradproof("list", "misconceptions")
    assert code == 0
    assert "batchnorm:variance_by_n_minus_1" in text
    assert "You divide the variance by N - 1" in text
