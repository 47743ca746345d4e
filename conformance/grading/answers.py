"""The answers that a class shares: computed once a run, or read from a fixture set that is there."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from gradproof.conformance.engine.assignment import Assignment
from gradproof.conformance.errors import FixtureError, UsageError, install
from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet
from gradproof.conformance.oracle.oracle import DEFAULT_CASES
from gradproof.conformance.spec.contracts import contract_named, stem_of

FOLDER = "answers"


def shared(
    assignment: Assignment, given: Path | None, out: Path, tick: Callable[[str], None] = lambda _name: None
) -> FixtureSet:
    """The fixture set that the class is judged by: the one given, the committed one if it fits, or one made in ``out``.

    Raises:
        UsageError: if the one given has another seed or fewer cases than the assignment asks for, or none can be made.
    """
    if given is not None:
        fixtures = FixtureSet.open(given)
        if assignment.seed is not None and fixtures.seed != assignment.seed:
            raise UsageError(f"--fixtures {given} has seed {fixtures.seed}, the assignment asks for {assignment.seed}")
        if not _has_enough(fixtures, assignment):
            raise UsageError(f"--fixtures {given} has fewer cases than the {assignment.cases} that the assignment asks")
        return fixtures
    for folder in (COMMITTED, out / FOLDER):
        try:
            fixtures = FixtureSet.open(folder)
        except FixtureError:
            continue
        if fixtures.seed == (assignment.seed or 0) and _has_enough(fixtures, assignment):
            return fixtures
    if find_spec("torch") is None:
        raise UsageError(
            f"the recorded answers are of another seed than {assignment.seed or 0}, or too few; others are computed "
            f"with torch ({install('reference')}), or give a set with --fixtures DIR"
        )
    from gradproof.conformance.oracle import golden

    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    (out / FOLDER).chmod(0o700)
    return golden.regenerate(out / FOLDER, assignment.seed or 0, assignment.cases or DEFAULT_CASES, tick)


def _has_enough(fixtures: FixtureSet, assignment: Assignment) -> bool:
    """Whether a set has enough cases, and those of every contract that the assignment asks for, from outside too."""
    has_all = {stem_of(contract_named(name)) for name in assignment.contracts} <= set(fixtures.manifest["cases"])
    return has_all and int(fixtures.manifest["cases_per_contract"]) >= (assignment.cases or DEFAULT_CASES)
