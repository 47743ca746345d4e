"""A run in outline: what was not started, and why what was not made was not made."""

from collections.abc import Iterator, Sequence

from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.spec.findings import Finding, Kind, Thing


def by_contract(run: Run) -> dict[str, tuple[Result, ...]]:
    """The results of each contract, in the order of the run."""
    names = dict.fromkeys(result.contract for result in run.results)
    return {name: tuple(result for result in run.results if result.contract == name) for name in names}


def not_started(run: Run) -> tuple[str, ...]:
    """The contracts of which nothing is there but stubs."""
    return tuple(name for name, results in by_contract(run).items() if _is_blank(results))


def waiting(run: Run) -> tuple[str, ...]:
    """The contracts that are wholly skipped for what was not started, or for another of these."""
    blank = set(not_started(run))
    causes = {
        name: {finding.contract for result in results for finding in result.findings}
        for name, results in by_contract(run).items()
        if not any(r.status.is_bad or r.status == Status.PASSED for r in results if r.required)
    }
    found: set[str] = set()
    while more := {name for name, those in causes.items() if those & (blank | found)} - found:
        found |= more
    return tuple(name for name in causes if name in found)


def reasons(results: Sequence[Result]) -> Iterator[tuple[str, str]]:
    """The required checks of a contract that were skipped, and why: those with one reason together."""
    told: dict[str, list[str]] = {}
    for result in results:
        if result.status == Status.SKIPPED and result.required:
            told.setdefault(result.message, []).append(result.check)
    yield from ((", ".join(checks), message) for message, checks in told.items())


def _is_blank(results: Sequence[Result]) -> bool:
    required = [result for result in results if result.required]
    first = next((result for result in required if result.status.is_bad), None)
    is_passed = any(result.status == Status.PASSED for result in required)
    return first is not None and not is_passed and bool(first.findings) and _is_stub(first.findings[0])


def _is_stub(finding: Finding) -> bool:
    """Whether a finding is that of a function which nobody has written yet."""
    if finding.exception is not None:
        return finding.exception.unfilled == "todo"
    got = finding.got
    return finding.kind in (Kind.UNFILLED, Kind.ONLY_ZEROS) or (isinstance(got, Thing) and got.kind == "nothing")
