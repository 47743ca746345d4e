"""In which order edits are tried, and what is no name though it fits."""

from typing import Any

import numpy as np
import pytest
from conftest import Judge, hinted

from gradproof import impl
from gradproof.conformance.diagnosis.search.comparing import Agreement, is_nothing_but
from gradproof.conformance.diagnosis.search.looking import rounds


def test_edits_that_may_explain_all_come_first_as_far_as_a_level() -> None:
    """Beyond it the plain ones that explain a part come before the farfetched ones that may explain all."""
    assert list(rounds([0, 1, 3], 1)) == [(0, True), (1, True), (0, False), (1, False), (3, True), (3, False)]


@pytest.mark.parametrize(("values", "is_it"), [((0.8, 0.8), True), ((0.8, 0.6), False), ((), False)])
def test_a_number_that_is_the_wrong_value_itself_explains_nothing(values: tuple[float, ...], is_it: bool) -> None:
    """It is taken from there, and fits whatever it is put in the place of."""
    records: Any = [Recorded(i, np.array(each)) for i, each in enumerate(values)]
    agreements = {i: Agreement(frozenset({"best"}), 0, 1) for i in range(len(values))}
    assert is_nothing_but(0.8, agreements, records) is is_it


class Recorded:
    """A case in which one value came back."""

    def __init__(self, index: int, value: Any) -> None:
        self.case = self
        self.observed = self
        self.index, self.arrays = index, {"best": value}


def test_a_mistake_of_two_values_is_named_by_the_step_that_leads_to_both(judge_impl: Judge) -> None:
    """The root of the variance that is kept: the running one and what test mode makes of it."""

    def forward(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
        before = bn_param.get("running_var", np.zeros_like(gamma))
        out, cache = impl.batchnorm_forward(x, gamma, beta, bn_param)
        if bn_param["mode"] == "train":
            share = bn_param.get("momentum", 0.9)
            bn_param["running_var"] = (share * before + (1 - share) * np.var(x, axis=0) ** 2).astype(x.dtype)
        return out, cache

    words = hinted(judge_impl("batchnorm", batchnorm_forward=forward))
    assert "Your running_var, test_out" in words
