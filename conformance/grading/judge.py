"""One submission of a class, from what was handed in to its result. Whatever happens on the way is its own."""

import pickle
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from gradproof.conformance.engine.assignment import Assignment
from gradproof.conformance.engine.places import function_of, of_problem, places_of
from gradproof.conformance.engine.runner import run
from gradproof.conformance.engine.selection import plan_of
from gradproof.conformance.errors import PASSING, SubmissionUnusable, UsageError, told, words_of
from gradproof.conformance.grading.course.likeness import likeness
from gradproof.conformance.grading.intake import HandIn, IntakeProblem, Opened, digest, prepared
from gradproof.conformance.grading.model import Graded, Outcome
from gradproof.conformance.grading.returned.sessions import Remembering
from gradproof.conformance.grading.returned.tape import Tape, packed
from gradproof.conformance.grading.seeds import own_seed
from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet
from gradproof.conformance.oracle.oracle import GoldenOracle, Oracle, TorchOracle
from gradproof.conformance.sandbox import walls
from gradproof.conformance.sandbox.folders import private_folder
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.shell import replay_command, shown
from gradproof.conformance.spec.contracts import contract_named, visiting
from gradproof.conformance.spec.open_row.files import found as found_outside
from gradproof.conformance.spec.open_row.files import options
from gradproof.conformance.spec.words.said import say

MACHINE_FAILED = "the machine failed: {problem}"
WE_FAILED = "gradproof itself failed, please report this: {problem}"
KILLED = "the process that judged it was killed, as by a lack of memory: {problem}"
UNFIT = (
    "it cannot be judged where it was sent: {problem}; 'gradproof doctor' looks at a machine, with --executor at "
    "workers"
)
MESSAGES = (MACHINE_FAILED, WE_FAILED, KILLED, UNFIT)


@dataclass(frozen=True)
class Task:
    """What is the same for the whole class. It travels to the processes that judge."""

    assignment: Assignment
    answers: Path | None  # the fixture set that all share; None where each submission has cases of its own
    wall: str
    adapter: Path | None = None
    key: str = ""
    contracts: tuple[Path, ...] = ()  # files of contracts from outside
    told: tuple[str, ...] | None = None  # of replay commands, where these files are somewhere else here


Timed = tuple[Graded, float]  # and the seconds that it took


@visiting()
def judge(task: Task, hand_in: HandIn) -> Timed:
    """The result of a submission and the seconds that it took. Nothing that happens on the way is raised."""
    started = time.perf_counter()
    fingerprint = ""
    try:
        found_outside(task.contracts)
        fingerprint = digest(hand_in)
        with private_folder() as scratch:
            made = prepared(hand_in, scratch)
            try:
                graded = _of_files(task, hand_in, fingerprint, made)
            except SubmissionUnusable as reason:
                graded = _unusable(task, hand_in, fingerprint, reason, made.path)
        pickle.loads(pickle.dumps(graded))  # else this process would be told to have been killed
    except IntakeProblem as reason:
        graded = _unusable(task, hand_in, fingerprint, reason)
    except Exception as error:  # noqa: BLE001 - what fails on our side must not take the class down
        graded, _ = unmade(task, hand_in, error, fingerprint)
    return graded, time.perf_counter() - started


def _of_files(task: Task, hand_in: HandIn, fingerprint: str, made: Opened) -> Graded:
    """The result of what was unpacked. Raises SubmissionUnusable if there is nothing in it to judge."""
    tape = Tape(notes=made.notes, setting=setting_of(task), wall=task.wall, likeness=likeness(made.path))
    tape.given = str(hand_in.given or hand_in.path)
    with Remembering(tape, partial(session_of, task, made.path)) as session:
        offered = session.inventory
        tape.places = places_of(made.path, offered.functions, offered.broken)
        graded = of_session(task, hand_in.name, hand_in.path.name, fingerprint, session)
    return replace(graded, returned=packed(tape))


def _unusable(task: Task, hand_in: HandIn, fingerprint: str, reason: Exception, path: Path | None = None) -> Graded:
    """The result of what cannot be judged as it was handed in; where it is read from tells which line is at fault."""
    why, most = words_of(reason), task.assignment.max_score
    places = of_problem(why, path) if path else {}
    return Graded(hand_in.name, hand_in.path.name, fingerprint, 0.0, most, why, places=places)


def unmade(task: Task, hand_in: HandIn, error: BaseException, fingerprint: str = "") -> Timed:
    """The outcome of a submission that nothing was found out about, because our own side failed."""
    kind = MACHINE_FAILED if isinstance(error, PASSING) else WE_FAILED
    kind = KILLED if isinstance(error, BrokenExecutor) else UNFIT if isinstance(error, UsageError) else kind
    why = say(kind, problem=words_of(error) if kind == UNFIT else told(error))
    points = task.assignment.max_score
    return Graded(hand_in.name, hand_in.path.name, fingerprint, 0.0, 0.0, why, None, Outcome.BROKEN, points), 0.0


def of_session(task: Task, name: str, source: str, fingerprint: str, session: Remembering) -> Graded:
    """The result of a submission that answers, or whose answers are kept."""
    assignment, tape = task.assignment, session.tape
    plan = plan_of(session.inventory, "", assignment, _replay(task, tape))
    made = run(name, session, _oracle(task, name, fingerprint), plan)
    bad = {result.contract for result in made.results if result.status.is_bad}
    functions = {function.name for contract in bad for function in contract_named(contract).functions}
    summary = made.summary
    return Graded(
        submission=name,
        source=source,
        digest=fingerprint,
        score=summary.score,
        max_score=assignment.max_score - summary.unjudged,
        run=replace(made, notes=(*tape.notes, *made.notes)),
        status=Outcome.BROKEN if summary.broken else Outcome.JUDGED,
        unjudged=summary.unjudged,
        places={name: place for name, place in tape.places.items() if function_of(name) in functions},
        likeness=tape.likeness,
    )


def session_of(task: Task, path: Path) -> Sandbox:
    """The submission behind its wall."""
    assignment = task.assignment
    return Sandbox(path, task.adapter, assignment.to_limits(), walls.kept(task.wall), assignment.to_compat())


def setting_of(task: Task) -> str:
    """All by which the same hand-in gives something else on the same cases."""
    files = (*([task.adapter] if task.adapter else []), *task.contracts)
    told = [task.assignment.to_compat(), *(sha256(file.read_bytes()).hexdigest() for file in files)]
    return " ".join(told)


def _replay(task: Task, tape: Tape) -> Callable[[str], str]:
    """As the class is graded: from a copy, behind a wall, by the same answers."""
    where = ["--no-sandbox"] if tape.wall == "plain" else ["--wall", "auto"]
    return replay_command(tape.given, *where, *(told_of(task) if task.told is None else task.told))


def told_of(task: Task) -> tuple[str, ...]:
    """What a replay command says of a class, but for the wall."""
    old = task.assignment.to_compat()
    adapter = ["--adapter", shown(task.adapter)] if task.adapter else []
    answers = ["--fixtures", shown(task.answers)] if task.answers else ["--oracle", "torch"]
    if task.answers == COMMITTED:
        answers = ["--oracle", "golden"]
    return (*adapter, *([f"--{old}"] if old else []), *answers, *options())


def _oracle(task: Task, name: str, digest: str) -> Oracle:
    return _shared(task.answers) if task.answers else TorchOracle(own_seed(task.key, name, digest))


@cache
def _shared(answers: Path) -> Oracle:
    """Read once in each process."""
    return GoldenOracle(FixtureSet.open(answers))
