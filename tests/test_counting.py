"""What purity tells and charges nobody with: numeric differentiation, and writing that is undone."""

from cProfile import Profile

import numpy as np
from conftest import Functions, local_session

from gradproof.conformance.checks.results import Run
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named


def judged(oracle: Oracle, name: str, functions: Functions) -> Run:
    """The report on the functions of one contract."""
    return run("local", local_session(functions), oracle, Plan((contract_named(name),), cases=12))


def affine(x, w, b):
    """What forward and backward share."""
    return x.reshape(x.shape[0], -1) @ w + b


def by_complex_steps(dout, cache):
    """The gradient of each number by a step along the imaginary axis."""
    given = [each.astype(complex) for each in cache]
    grads = [np.zeros(each.shape, dout.dtype) for each in given]
    for grad, each in zip(grads, given, strict=True):
        for i in np.ndindex(*each.shape):
            each[i] += 1e-20j
            grad[i] = (dout * affine(*given)).sum().imag / 1e-20
            each[i] -= 1e-20j
    return tuple(grads)


def test_a_backward_that_runs_the_forward_for_each_number_is_told(oracle: Oracle) -> None:
    """It costs nothing: the values are right."""
    functions = {"affine_forward": lambda x, w, b: (affine(x, w, b), (x, w, b)), "affine_backward": by_complex_steps}
    report = judged(oracle, "affine", functions)
    assert report.summary.is_clean
    assert [note for note in report.notes if "that is numeric differentiation" in note]


def test_calls_are_counted_while_the_suite_itself_is_profiled(oracle: Oracle) -> None:
    """By cProfile, which is told of the calls that come after as well."""
    functions = {"affine_forward": lambda x, w, b: (affine(x, w, b), (x, w, b)), "affine_backward": by_complex_steps}
    with Profile() as profile:
        report = judged(oracle, "affine", functions)
        ending()
    assert report.summary.is_clean
    assert [note for note in report.notes if "that is numeric differentiation" in note]
    assert any(getattr(entry.code, "co_name", "") == ending.__name__ for entry in profile.getstats())


def ending() -> None:
    """What is called last."""


def softmax_of(row):
    """A step that forward and backward share, row by row."""
    e = np.exp(row - row.max())
    return e / e.sum()


def test_a_step_that_both_take_row_by_row_is_no_forward(oracle: Oracle) -> None:
    """Nor is the one forward that a backward may do again."""

    def forward(x):
        return np.array([softmax_of(row) for row in x]), x

    def backward(dout, cache):
        y, _ = forward(cache)
        rows = [softmax_of(row) for row in cache for _ in range(2)][::2]
        return np.array([p * (d - d @ p) for p, d in zip(rows, dout, strict=True)]) + 0 * y

    report = judged(oracle, "softmax", {"softmax_forward": forward, "softmax_backward": backward})
    assert not [note for note in report.notes if "numeric differentiation" in note]


def test_writing_to_an_argument_and_putting_it_back_is_told(oracle: Oracle, impl_functions: Functions) -> None:
    """It costs nothing: nobody who looks before and after sees it. What writes nowhere has no such note."""

    def forward(x):
        kept = x.copy()
        x[x < 0] = 0
        out = x.copy()
        x[...] = kept
        return out, x

    reports = [judged(oracle, "relu", {**impl_functions, **own}) for own in ({"relu_forward": forward}, {})]
    assert all(report.summary.is_clean for report in reports)
    assert [any("puts back" in note for note in report.notes) for report in reports] == [True, False]
