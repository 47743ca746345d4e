"""Every misconception, handed in as a submission, is named by the diagnosis."""

import pytest
from conftest import local_session

from gradproof.conformance.diagnosis import mistakes
from gradproof.conformance.diagnosis.misconceptions import Misconception, all_misconceptions
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import pick
from gradproof.conformance.spec.contracts import contract_named

pytestmark = pytest.mark.once

CASES = 12
CONVENTIONS = {  # mistakes that are right under another convention, which is told first
    "dropout:p_is_taken_for_the_drop_probability": "dialect:dropout_p=drop",
    "batchnorm:momentum_is_swapped": "dialect:momentum=update",
    "spatial_groupnorm:parameter_gradients_lose_their_axes": "dialect:groupnorm_scale=vector",
}


def named(misconception: Misconception) -> tuple[frozenset[str], frozenset[str]]:
    """The checks that a misconception fails as a submission, and what they are put down to."""
    oracle, plan = pick("golden", None, None), Plan((contract_named(misconception.contracts[0]),), cases=CASES)
    exam = gather(plan.contracts[0], local_session(misconception.functions), oracle, plan)
    bad = [result for result in judge(exam, oracle, plan) if result.status.is_bad]
    return frozenset(r.check for r in bad), frozenset(filter(None, (r.diagnosis for r in bad)))


@pytest.mark.parametrize("misconception", all_misconceptions(), ids=lambda each: each.id)
def test_a_misconception_that_is_caught_is_named(misconception: Misconception) -> None:
    """Handed in as a submission it is told as what it is, or as one of three at most."""
    bad, diagnoses = named(misconception)
    expected = CONVENTIONS.get(misconception.id, misconception.id)
    alternatives = [part.split("|") for each in diagnoses for part in each.split("+")]
    assert not bad or any(expected in names for names in alternatives)
    assert all(len(names) <= mistakes.MOST_NAMED for names in alternatives)
