"""Defaults that are others than the text's: what they are called, alone and beside another mistake."""

import numpy as np
import pytest
from conftest import Functions, Judge, bad_checks, hinted, one_in

from gradproof import impl
from gradproof.conformance.spec.contracts import optim_adaptive
from gradproof.conformance.spec.contracts.optim import DEFAULTS, settings_of
from gradproof.conformance.spec.conventions import Dialect

STATISTICS = ("running_mean", "running_var")
OTHERS = {"learning_rate": 0.02, "momentum": 0.8, "decay_rate": 0.9, "epsilon": 1e-2, "beta1": 0.8, "beta2": 0.9}
ADAPTIVE = [(rule, name) for rule, given in optim_adaptive.DEFAULTS.items() for name in given]
SETTINGS = [(rule, name) for rule in DEFAULTS for name in settings_of(rule)]


@pytest.mark.usefixtures("without_names")
@pytest.mark.parametrize(("rule", "name"), one_in(2, SETTINGS))
def test_the_default_that_is_another_is_said_and_no_other(
    rule: str, name: str, judge_impl: Judge, impl_functions: Functions
) -> None:
    """Of any two settings some case is told one and not the other; sgd has no two."""

    def other(w, dw, config=None):
        return impl_functions[rule](w, dw, {name: OTHERS[name], **(config or {})})

    results = judge_impl(rule, **{rule: other})
    assert bad_checks(results) == {"forward"}
    assert f"in all cases that leave {name} to its default and in no other" in results["forward"].message


@pytest.mark.usefixtures("without_names")
@pytest.mark.parametrize(("rule", "name"), one_in(3, ADAPTIVE))
def test_defaults_of_adaptive_rules_are_asked_for_where_they_are_declared(
    rule: str, name: str, judge_impl: Judge, impl_functions: Functions
) -> None:
    """Texts differ: nobody is told of another default who was not told which one is meant, nor of none."""
    torch_s = optim_adaptive.DEFAULTS[rule]

    def with_defaults(defaults):
        return lambda w, dw, config: impl_functions[rule](w, dw, {**defaults, **config})

    other = with_defaults({**torch_s, name: 3 * torch_s[name] if torch_s[name] < 0.3 else torch_s[name] / 2})
    asked = Dialect(adaptive_defaults="torch")
    assert bad_checks(judge_impl(rule, dialect=asked, **{rule: with_defaults(torch_s)})) == set()
    assert bad_checks(judge_impl(rule, dialect=asked, **{rule: other})) == {"forward"}
    assert bad_checks(judge_impl(rule, **{rule: other})) == set()


def test_a_decay_beside_which_a_root_has_no_value_is_solved_for(judge_impl: Judge) -> None:
    """The first step of w is by the root of 1 - decay_rate, which farther on has none; the cache is straight."""

    def rmsprop(w, dw, config=None):
        return impl.rmsprop(w, dw, {"decay_rate": 0.997, **(config or {})})

    assert "`decay_rate = config.setdefault('decay_rate', 0.99)` with 0.997" in hinted(
        judge_impl("rmsprop", rmsprop=rmsprop)
    )


@pytest.mark.release
def test_an_eps_is_named_beside_statistics_of_another_shape(judge_impl: Judge) -> None:
    """What a known mistake explains already, nobody looks for again."""

    def forward(x, gamma, beta, bn_param):
        kept = {name: np.ravel(bn_param[name]) for name in STATISTICS if name in bn_param}
        given = {"eps": 1e-3, **bn_param, **kept}
        out, cache = impl.batchnorm_forward(x, gamma, beta, given)
        bn_param |= {name: np.reshape(given[name], (1, -1)) for name in STATISTICS}
        return out, cache

    results = judge_impl("batchnorm", batchnorm_forward=forward)
    assert "with 0.001 in place of `1e-05`" in hinted({"forward": results["forward"]})
    assert "have the shape (1, D)" in hinted({"interface": results["interface"]})
