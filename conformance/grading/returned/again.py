"""A graded submission judged again by what is kept of it: its code is run only for what it was never asked."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradproof.conformance.errors import SubmissionUnusable, words_of
from gradproof.conformance.grading.intake import HandIn, IntakeProblem, digest, prepared
from gradproof.conformance.grading.judge import Task, judge, of_session, session_of, setting_of
from gradproof.conformance.grading.model import Graded, Outcome
from gradproof.conformance.grading.returned.sessions import NeedsRun, Remembering
from gradproof.conformance.grading.returned.store import tape_of
from gradproof.conformance.grading.returned.tape import packed
from gradproof.conformance.harness.session import Session
from gradproof.conformance.sandbox.folders import private_folder
from gradproof.conformance.spec.contracts import visiting
from gradproof.conformance.spec.open_row.files import found as found_outside
from gradproof.conformance.spec.words.said import say

NOTHING_KEPT = "nothing is kept of it: --hand-ins names the folder in which it is"
LOADED_OTHERWISE = "its code is loaded in another way now: --hand-ins names the folder in which it is"
NEEDS = "{reason}: --hand-ins names the folder in which it is"
MESSAGES = (NOTHING_KEPT, LOADED_OTHERWISE, NEEDS)


@dataclass(frozen=True)
class Again:
    """What became of it.

    Args:
        graded: the new result; None where it could not be had.
        why_not: the reason for that.
        ran: for which contracts the code was run, and on how many requests; all of it stands under the empty name.
    """

    graded: Graded | None
    why_not: str = ""
    ran: dict[str, int] = field(default_factory=dict)


@visiting()
def judged_again(
    task: Task, out: Path, entry: dict[str, object] | None, before: Graded, hand_in: HandIn | None
) -> Again:
    """A submission by another assignment or by other answers.

    Args:
        task: what it is judged by now.
        out: the folder of its grading.
        entry: its line in the index of what came back.
        before: its result until now.
        hand_in: the submission itself, where it is there to be run.
    """
    found_outside(task.contracts)
    if before.is_unmade:
        return Again(None, say("it is broken: 'gradproof grade --resume' judges it"))
    if hand_in is not None and digest(hand_in) != before.digest:
        return Again(None, say("it was handed in anew: 'gradproof grade --again' judges it"))
    if before.run is None:
        return Again(replace(before, max_score=task.assignment.max_score))
    tape = tape_of(out, entry, before.digest)
    if tape is None or tape.setting != setting_of(task):
        if hand_in is None:
            return Again(None, say(NOTHING_KEPT if tape is None else LOADED_OTHERWISE))
        made, _ = judge(task, hand_in)
        return Again(made, ran={"": 1})
    with ExitStack() as running:
        start = _starting(task, hand_in, running) if hand_in else None
        session = running.enter_context(Remembering(tape, start))
        try:
            made = of_session(task, before.submission, before.source, before.digest, session)
        except NeedsRun as needs:
            return Again(None, say(NEEDS, reason=words_of(needs)))
        except (IntakeProblem, SubmissionUnusable) as reason:
            worth = task.assignment.max_score
            made = Graded(before.submission, before.source, before.digest, 0.0, worth, words_of(reason))
        return Again(_as_before(made, session, before), ran=dict(session.asked_anew))


def _as_before(made: Graded, session: Remembering, before: Graded) -> Graded:
    """The result, with a new tape where something was added to it."""
    if made.status == Outcome.BROKEN and not before.is_broken:
        return made
    return replace(made, returned=packed(session.tape)) if session.asked_anew else made


def _starting(task: Task, hand_in: HandIn, running: ExitStack) -> Callable[[], Session]:
    def start() -> Session:
        scratch = running.enter_context(private_folder())
        return session_of(task, prepared(hand_in, scratch).path)

    return start
