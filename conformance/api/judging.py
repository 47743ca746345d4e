"""Judging from Python: a submission on disk, a module, or functions as they are."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console

from gradproof.conformance.checks.results import Result
from gradproof.conformance.checks.results import Run as Report
from gradproof.conformance.engine import runner
from gradproof.conformance.engine.assignment import Assignment, located, read
from gradproof.conformance.engine.selection import dialect_of, plan_of
from gradproof.conformance.errors import UsageError
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import LocalSession, Session
from gradproof.conformance.oracle.oracle import pick
from gradproof.conformance.reports import text
from gradproof.conformance.reports.languages.speaking import by_environment
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.asked.adapters import adapter_file
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named, function_names, visiting
from gradproof.conformance.spec.limits import DEFAULT as DEFAULT_LIMITS
from gradproof.conformance.spec.open_row.files import declared_in, known
from gradproof.conformance.spec.open_row.mistaken import Mistaken
from gradproof.conformance.spec.words.said import say

Functions = Mapping[str, Callable[..., Any]]
Subject = str | Path | ModuleType | Functions
Own = Contract | Mistaken | str | Path  # or a file of them
WIDTH = 110


@dataclass(frozen=True, repr=False)
class Run:
    """What judging a subject found.

    Args:
        report: every result, as ``gradproof check --format json`` writes it.
    """

    report: Report

    @property
    def passed(self) -> bool:
        """Whether every required check that could be made was passed, and at least one was."""
        return self.report.summary.is_clean and self.report.summary.passed > 0

    @cached_property
    def failures(self) -> tuple[Result, ...]:
        """The required checks that failed, raised or took too long."""
        return tuple(each for each in self.report.results if each.required and each.status.is_bad)

    @property
    def score(self) -> float:
        """The points that an assignment gives; 0 without one."""
        return self.report.summary.score

    @property
    def max_score(self) -> float:
        """The points that there are."""
        return self.report.summary.max_score

    def __repr__(self) -> str:
        file = io.StringIO()
        with by_environment():
            text.render(self.report, Console(file=file, highlight=False, width=WIDTH, force_jupyter=False))
        return file.getvalue().rstrip()

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        console = Console(
            file=io.StringIO(), record=True, highlight=False, width=WIDTH, force_terminal=True, force_jupyter=False
        )
        with by_environment():
            text.render(self.report, console)
        return console.export_html(inline_styles=True, code_format="<pre style='line-height:1.3'>{code}</pre>")


@visiting()
def check(
    subject: Subject,
    *,
    only: str | Sequence[str] = (),
    assignment: str | Path | None = None,
    dialect: Mapping[str, str] | None = None,
    oracle: str = "auto",
    fixtures: str | Path | None = None,
    seed: int | None = None,
    cases: int | None = None,
    contracts: Iterable[Own] = (),
    adapter: str | Path | None = None,
    progress: Callable[[str], None] = lambda _contract: None,
) -> Run:
    """Judge a subject as ``gradproof check`` does.

    Args:
        subject: a path (a .py file or a folder, judged in a process of its own), a module, or functions by name, which
            are called here.
        only: names of contracts, or patterns such as "batchnorm*".
        assignment: a TOML file, or the name of a shipped one.
        dialect: conventions, such as {"dropout_p": "drop"}.
        oracle: where the answers come from: "torch", "golden", or "auto", which is torch if it is installed.
        fixtures: the fixture set of the golden oracle.
        seed: what cases are drawn with (default: 0).
        cases: how many for each contract (default: 24).
        contracts: contracts and misconceptions of your own, or files of them; those that stand in a module or in a dict
            beside the functions are known as well. After the call they no longer are.
        adapter: a file that defines the canonical functions in terms of a submission at a path (default: the
            assignment's).
        progress: told each contract as it is done.

    Returns:
        the run; whether all is well is ``run.passed``.

    Raises:
        UsageError: for what cannot be judged or is not known, with what to do.
    """
    known((*contracts, *(each for found in declared_in(_names(subject)) for each in found)))
    task = read(located(str(assignment))) if assignment is not None else None
    pairs = [f"{name}={value}" for name, value in (dialect or {}).items()]
    if seed is None and task is not None:
        seed = task.seed
    source = pick(oracle, seed, str(fixtures) if fixtures is not None else None)
    patterns = (only,) if isinstance(only, str) else tuple(only)
    adapted = adapter_file(str(adapter), "adapter") if adapter is not None else task.adapter if task else None
    with _session(subject, task, adapted) as session:
        plan = plan_of(
            session.inventory,
            _named(subject),
            task,
            _replay(subject, adapted),
            only=patterns,
            dialect=dialect_of(task, pairs, session.inventory),
            cases=cases,
        )
        return Run(runner.run(_named(subject), session, source, plan, progress))


@visiting()
def assert_conforms(
    subject: Subject,
    contract: str | Contract,
    *,
    contracts: Iterable[Own] = (),
    **options: Any,
) -> None:
    """Assert that a subject fulfils a contract, in anybody's tests.

    Args:
        subject: as for :func:`check`.
        contract: its name, or what ``@gradproof.contract`` made.
        contracts, options: as for :func:`check`.

    Raises:
        AssertionError: with the whole report.
        UsageError: for what cannot be judged.
    """
    known((*contracts, *(() if isinstance(contract, str) else (contract,))))
    name = contract_named(contract if isinstance(contract, str) else contract.name).name
    run = check(subject, only=name, **options)
    if not run.passed:
        raise AssertionError(f"{name}: does not conform\n\n{run!r}")


def _session(subject: Subject, task: Assignment | None, adapter: Path | None) -> AbstractContextManager[Session]:
    if isinstance(subject, str | Path):
        path = Path(subject)
        if not path.exists():
            raise UsageError(say("{path} does not exist, expected a .py file or a folder", path=path))
        limits, compat = (task.to_limits(), task.to_compat()) if task else (DEFAULT_LIMITS, "")
        return Sandbox(path, adapter, limits, compat=compat)
    functions = _names(subject)
    offered = {name: each for name, each in functions.items() if name in function_names() and callable(each)}
    return nullcontext(LocalSession(offered, Inventory(dict.fromkeys(offered, _named(subject)))))


def _names(subject: Subject) -> Functions:
    """What a subject in this process defines; nothing for a path. Raises UsageError for what is no subject."""
    if isinstance(subject, str | Path):
        return {}
    functions = vars(subject) if isinstance(subject, ModuleType) else subject
    if not isinstance(functions, Mapping):
        raise UsageError(
            say(
                "a {name} cannot be judged, expected a path, a module, or a dict of functions by name",
                name=type(subject).__name__,
            )
        )
    return functions


def _named(subject: Subject) -> str:
    if isinstance(subject, str | Path):
        return str(subject)
    return subject.__name__ if isinstance(subject, ModuleType) else "these functions"


def _replay(subject: Subject, adapter: Path | None) -> Callable[[str], str]:
    """How a case is seen again: by the command where there is a path, else from Python."""
    if isinstance(subject, str | Path):
        from gradproof.conformance.sandbox.shell import replay_command, shown
        from gradproof.conformance.spec.open_row.files import options

        return replay_command(str(subject), *(["--adapter", shown(adapter)] if adapter else []), *options())
    return lambda case: f"gradproof.check(..., only={case.partition('/')[0]!r}), case {case}"
