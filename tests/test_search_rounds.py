"""In which order edits are tried, and what is no name though it fits."""

from typing import Any

import numpy as np
import pytest

from gradproof.conformance.diagnosis.search.comparing import Agreement, is_nothing_but
from gradproof.conformance.diagnosis.search.looking import rounds


def test_edits_that_may_explain_all_come_first_as_far_as_a_level() -> None:
    """In a network, of which cases differ in their layers, within each level alone."""
    near = [(0, "all"), (1, "all"), (0, "any"), (1, "any"), (2, "all"), (2, "any")]
    part = [(0, "some"), (1, "some"), (2, "some")]
    far = [(3, "all"), (3, "any"), (3, "some")]
    assert list(rounds([0, 1, 2, 3], is_network=False)) == [*near, *part, *far]
    assert list(rounds([1, 3], is_network=True)) == [(1, "all"), (1, "any"), (1, "some"), *far]


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
