"""Two edits that only together give one value: what they change adds up, or multiplies, to what is wrong."""

import numpy as np
import pytest
from conftest import Judge, hinted

from gradproof import impl
from gradproof.conformance.diagnosis.search.pairs import _adding_up, _differences


def test_two_slips_in_two_terms_are_both_told(judge_impl: Judge) -> None:
    """Each alone explains nothing: what both give is said to take both."""

    def backward(dout, cache):
        x, t = cache
        inner = (2 / np.pi) ** 0.5 * (1 + 3 * 0.044715 * x**2)
        return dout * (0.5 * (1 - t) + 0.5 * x * (1 + t**2) * inner)

    def forward(x):
        t = np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))
        return 0.5 * x * (1 + t), (x, t)

    results = judge_impl("gelu", gelu_forward=forward, gelu_backward=backward)
    words = hinted(results)
    assert words.startswith("It takes both of these to give your values: (1) Your dx is")
    assert "with - in place of + in `1 + t`" in words
    assert "with + in place of - in `1 - t ** 2`" in words
    assert all("It takes both" in level for level in results["gradient"].ladder[1::2])


def test_a_factor_and_a_sign_are_both_told(judge_impl: Judge) -> None:
    """What multiplies need not add up."""

    def loss(p, y):
        right, _ = impl.bce_loss(p, y)
        return right, -y / p - (1 - y) / (1 - p)

    words = hinted(judge_impl("bce_loss", bce_loss=loss))
    assert words.startswith("It takes both of these")
    assert "without `/ p.size`" in words


def test_what_is_wrong_in_a_way_that_nothing_adds_up_to_has_no_name(judge_impl: Judge) -> None:
    """A third slip beside two."""

    def backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        return dx, dw, np.cos(db) + db**3

    assert not hinted(judge_impl("affine", affine_backward=backward))


@pytest.mark.parametrize("is_of_factors", [False, True])
def test_which_two_rows_add_up_is_found_among_many(is_of_factors: bool) -> None:
    """As terms, and as factors of what is given, whatever their signs."""
    rng = np.random.default_rng(3)
    given, changed = rng.uniform(1, 2, 9), rng.uniform(1, 2, (50, 9))
    changed[20] *= -1
    wanted = changed[7] * changed[20] / given if is_of_factors else changed[7] + changed[20] - given
    every = _differences(np.array([*changed, wanted]), given)[is_of_factors]
    assert list(_adding_up(every[:-1], every[-1])) == [(7, 20)]
