"""Whose fault it is that our own code failed: asked again of proven code, which tells a fault of ours from a trick."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from gradproof.conformance.errors import Broken, SubmissionUnusable
from gradproof.conformance.harness.session import Again, Session, transplanting
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.findings import Finding, Kind
from gradproof.conformance.spec.words.said import say

CLAIMS = (Kind.HARNESS, Kind.DIED)  # ways to end that may be ours


def confirmed(
    claim: Finding,
    contract: Contract,
    again: Again,
    transplanted: tuple[str, ...] = (),
    *,
    start: Callable[[], Session],
) -> Finding:
    """What ended a request, as it counts.

    What a submission's process says of our own code is no proof: it could have written that, or caused it. It is ours
    if the same request ends as badly beside proven code, in a process that is started for it, once the submission's has
    ended. If not, the submission is charged. Where no proven code offers the contract, nothing is shown, and it is
    charged too.

    Args:
        claim: what the submission's process says, or how it ended.
        contract: what was exercised.
        again: asks the same of another session.
        transplanted: functions that proven ones stood in for.
        start: starts a session on proven code.

    Raises:
        Broken: if not even proven code can be loaded here.
    """
    if claim.kind not in CLAIMS:
        return claim
    with closing(start()) as control:
        try:
            is_offered = contract.is_offered(set(control.inventory.functions))
        except SubmissionUnusable as error:
            raise Broken(say("proven code cannot be run here: {reason}", reason=error)) from None
        if is_offered:
            with transplanting(control, transplanted):
                shown = again(control)
            if shown is not None and shown.kind in CLAIMS:
                return replace(shown, kind=Kind.HARNESS, function=claim.function)
    return replace(claim, kind=Kind.UPSET).having(tried=is_offered) if claim.kind == Kind.HARNESS else claim
