"""A number or limit that an edit leaves free is solved for, and told as far as it is known."""

import numpy as np
import pytest
from conftest import Judge, hinted

from gradproof import impl
from gradproof.conformance.diagnosis.search import solving


@pytest.mark.parametrize("small", [1e-6, 1e-10, 3e-9])
def test_a_number_is_solved_for(small: float, judge_impl: Judge) -> None:
    """Whatever is added under the logarithm, it is told."""

    def loss(x, y):
        rows = np.arange(len(x))
        p = np.exp(x - x.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        value = -np.log(p[rows, y] + small).mean()
        p[rows, y] -= 1
        return value, p / len(x)

    assert f"{small:g} added" in hinted(judge_impl("softmax_loss", softmax_loss=loss))


@pytest.mark.parametrize("least", [1e-7, 1e-15])
def test_a_limit_is_solved_for_where_only_extremes_show_it(least: float, judge_impl: Judge) -> None:
    """A way that gives infinity there shows what an edit of it leads to, and a logarithm is solved in its own size."""

    def loss(x, y):
        rows = np.arange(len(x))
        p = np.exp(x - x.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        value = -np.log(np.clip(p[rows, y], least, 1 - least)).mean()
        p[rows, y] -= 1
        return value, p / len(x)

    levels = judge_impl("softmax_loss", softmax_loss=loss)["stability"].ladder
    assert f"kept at {least:g} at least" in levels[-1]


@pytest.mark.release
@pytest.mark.parametrize("eps", [1e-3, 3e-8])
def test_another_eps_is_a_number_however_far_off_it_is(eps: float, judge_impl: Judge) -> None:
    """Which one it is hangs on the values, not on a list of numbers that others take."""

    def forward(x, gamma, beta, bn_param):
        own = {"eps": eps} | bn_param
        given = impl.batchnorm_forward(x, gamma, beta, own)
        bn_param |= {name: value for name, value in own.items() if name.startswith("running")}
        return given

    results = judge_impl("batchnorm", batchnorm_forward=forward)
    assert results["forward"].diagnosis == "batchnorm:edit:out:number"
    assert f"{eps:.6g} in place of `1e-05`" in results["forward"].hint


@pytest.mark.parametrize(
    ("solved", "meant"), [(1e-3 * (1 + 1e-12), 1e-3), (3e-8 * (1 + 9e-5), 3e-8), (0.00123, 0.00123)]
)
def test_a_solution_is_off_by_its_own_error(solved: float, meant: float) -> None:
    """A number of few digits that is near is tried, too: values that it moves more would contradict the solution."""
    assert solving.meant(solved) == meant


def test_a_number_of_the_module_is_solved_for(judge_impl: Judge) -> None:
    """Positions on the base of 1,000: the number is told, and not a factor of it."""

    def forward(x):
        t, d = x.shape[1:]
        angles = np.outer(np.arange(t), 1000.0 ** (-(np.arange(d) // 2 * 2) / d))
        table = np.where(np.arange(d) % 2, np.cos(angles), np.sin(angles))
        return x + table.astype(x.dtype), x.shape

    assert "with 1000 in place of" in hinted(judge_impl("positional_encoding", positional_encoding_forward=forward))


def test_what_an_edit_leaves_as_a_limit_has_it_is_not_taken_for_out_of_reach(judge_impl: Judge) -> None:
    """A norm that is moved a little changes nothing where no gradient is too long, and is the cause all the same."""

    def clipped(grads, max_norm):
        norm = sum(np.sqrt(np.sum(grad**2)) for grad in grads.values())
        return {name: grad * min(1.0, float(max_norm / norm)) for name, grad in grads.items()}

    assert "sum((np.sqrt(np.sum(grad ** 2))" in hinted(judge_impl("clip_grad_norm", clip_grad_norm=clipped))


def test_a_deviation_that_is_another_one_is_not_told(judge_impl: Judge) -> None:
    """Normal numbers times the variance are not told to have another variance that is wrong as well."""

    def drawn(fan_in, fan_out):
        return np.random.default_rng().standard_normal((fan_in, fan_out)) * 2 / fan_in

    assert "multiply by the variance" in hinted(judge_impl("he_normal", he_normal=drawn))


def test_two_numbers_in_the_places_of_one_are_named(judge_impl: Judge) -> None:
    """The backward goes on by the height and the width of a window, where it is to go on by the stride."""

    def backward(dout, cache):
        x, height, width = cache.x, cache.windows.kernel[0], cache.windows.kernel[1]
        dx = np.zeros_like(x)
        for n, c, i, j in np.ndindex(dout.shape):
            window = x[n, c, i * height : (i + 1) * height, j * width : (j + 1) * width]
            if window.size:
                k, m = np.unravel_index(np.argmax(window), window.shape)
                dx[n, c, i * height + k, j * width + m] += dout[n, c, i, j]
        return dx

    told = hinted(judge_impl("max_pool", max_pool_backward_naive=backward))
    assert "`top, left = (i * height, j * width)`" in told
