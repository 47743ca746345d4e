"""gradproof beside the ways in which gradients are checked elsewhere, on the same faults: ``benchmarks/rivals.py``.

    OMP_NUM_THREADS=1 python benchmarks/rivals.py [--sample N] [--survivors]

Every mutant of a layer that is not proven equivalent and every misconception of one is judged by all, and so is every
correct version. All judges run in this process on the functions as they are, see the same cases in the same
order (those of the committed fixtures) and stop at their first complaint. What each is given:

gradproof   the recorded answers and all checks, as ``gradproof check --oracle golden`` has them. It exercises all cases
            before the first check. Only a required check fails a submission; "advisory too" counts the others' words.
notebooks   the rule of the cs231n notebooks: ``max |x - y| / max(1e-8, |x| + |y|)`` of each gradient against the
            numeric gradient of the submission's own forward, two calls for each element, h = 1e-5, of which the text
            is happy with 1e-7; and, as the notebooks print what is expected of a forward once, the recorded outputs
            and running statistics of the largest case of each kind, by the same measure up to 1e-6.
gradcheck   torch.autograd.gradcheck with its defaults, slow and fast, on a torch.autograd.Function around the
            submission's forward and backward. It is told nothing of what the forward should be.
assert_close  torch.testing.assert_close with its default tolerances, all outputs, running statistics and gradients
            against torch's in the dtype of the case, computed when they are asked for. NaN equals NaN, a loss may have
            any float type, and dropout's mask is taken from the submission.

gradproof, the forward of the notebooks and assert_close know the answers; the three that differentiate get the smooth
cases that have gradients, in float64, for which they are made. The cases are gradproof's own: each shape and value was
chosen to be telling, which is more than a hand-written test has. assert_close stands twice, with the hard cases
(overflow, means of 1,000 deviations, infinities, NaN) and without.

A judge that complains of everything kills everything. So a kill counts a second time only if it is in a case in which
the judge lets ``impl`` pass ("and clears the right code"), and a third time only if the judge had come there in no
more processor time than gradproof took for the same subject; who is done earlier goes on with more cases of the same
kind until that time is up. "Any rival" adds the times of the four and has what any of them kills.
"""

import argparse
import io
import statistics
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from time import process_time

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rival_rules import RIVALS, Question, Rival

from gradproof.conformance.checks.table import checks_of
from gradproof.conformance.checks.verdicts import Plan, gather
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle.oracle import Oracle, pick
from gradproof.conformance.power import measure
from gradproof.conformance.power.equivalents import equivalents
from gradproof.conformance.power.judging import failing
from gradproof.conformance.power.mutants import PACKAGE
from gradproof.conformance.power.score import PARTS
from gradproof.conformance.power.submissions import (
    Trial,
    asked,
    conventions_of_impl,
    loaded_from,
    repeatable,
    session_of,
)
from gradproof.conformance.spec.cases import Case, draw_case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contract_named, contracts_of
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

MORE_CASES = range(24, 96)
COLUMNS = ("killed", "and clears the right code", "and in our time", "false alarms", "time, wrong", "time, right")
HARD_CASES_LEFT_OUT = "assert_close, no hard cases"


@dataclass(frozen=True)
class Setting:
    """One contract of a trial under one dialect, the submission as it is asked there."""

    contract: Contract
    dialect: Dialect
    session: LocalSession


def settings_of(trial: Trial, session: LocalSession) -> list[Setting]:
    """The contracts of a trial; for a mutant the other conventions, too, that ``impl`` can be asked for."""
    contracts = [contract_named(name) for name in trial.contracts]
    found = [Setting(contract, DEFAULT, session) for contract in contracts]
    if trial.kind == "mutant":
        found += [
            Setting(contract, dialect, asked(session, dialect))
            for contract in contracts
            for dialect in DEFAULT.variants(conventions_of_impl(contract))
        ]
    return found


@dataclass
class Verdict:
    """What a judge says of a subject, in seconds of the processor.

    Args:
        seconds: until the first complaint, or until all cases are done.
        is_blamed: whether it complained.
        telling: when it complained in a case in which it lets the right code pass; None if it did not.
        telling_in_time: the same in the time that gradproof took, further cases included.
    """

    seconds: float = 0.0
    is_blamed: bool = False
    telling: float | None = None
    telling_in_time: bool = False


@dataclass(frozen=True)
class Bench:
    """The cases and the right code that all judges share."""

    oracle: Oracle
    right: LocalSession
    _cleared: dict[tuple[str, str], bool] = field(default_factory=dict)

    def ours(self, settings: Iterable[Setting], with_advisory: bool) -> Verdict:
        """gradproof, contract by contract, until a check complains."""
        verdict = Verdict()
        for setting in settings:
            started = process_time()
            verdict.is_blamed = self._is_blamed_by_ours(setting, with_advisory)
            verdict.seconds += process_time() - started
            if verdict.is_blamed:
                right = self._right(setting.dialect, setting.contract.name)
                if not self._is_blamed_by_ours(replace(setting, session=right), with_advisory):
                    verdict.telling, verdict.telling_in_time = verdict.seconds, True
                break
        return verdict

    def rival(self, rival: Rival, settings: list[Setting], budget: float) -> Verdict:
        """A rival, case by case."""
        verdict = Verdict()
        spent = 0.0
        for question, is_further in self._questions(rival, settings):
            if verdict.telling is not None or (is_further and (verdict.is_blamed or spent > budget)):
                break
            started = process_time()
            is_blamed = rival.blames(question)
            spent += process_time() - started
            if not is_further and not verdict.is_blamed:
                verdict.seconds, verdict.is_blamed = spent, is_blamed
            if is_blamed and self.clears(rival, question):
                verdict.telling_in_time = spent <= budget
                verdict.telling = None if is_further else spent
                if is_further:
                    break
        return verdict

    def clears(self, rival: Rival, question: Question) -> bool:
        """Whether the rival lets the right code pass in this case."""
        case = question.case
        key = (rival.name, case.id)
        if key not in self._cleared:
            functions = self._right(case.dialect, case.contract).functions
            self._cleared[key] = not rival.blames(replace(question, functions=functions))
        return self._cleared[key]

    def _right(self, dialect: Dialect, contract: str) -> LocalSession:
        return asked(self.right, dialect) if contract == "dropout" else self.right

    def _is_blamed_by_ours(self, setting: Setting, with_advisory: bool) -> bool:
        contract = setting.contract
        exam = gather(contract, setting.session, self.oracle, Plan((contract,), setting.dialect))
        heard = {check.name for check in checks_of(contract) if check.required or with_advisory}
        return any(name in heard - (set() if with_advisory else set(contract.advisory)) for name in failing(exam))

    def _questions(self, rival: Rival, settings: list[Setting]) -> Iterator[tuple[Question, bool]]:
        for is_further, cases_of in ((False, self._cases), (True, self._further)):
            for setting in settings:
                contract, functions = setting.contract, setting.session.functions
                for case in cases_of(contract, setting.dialect):
                    if rival.is_asked(contract, case):
                        printed = self._printed(contract, setting.dialect)
                        yield Question(contract, functions, case, self.oracle, printed), is_further

    def _cases(self, contract: Contract, dialect: Dialect) -> tuple[Case, ...]:
        return self.oracle.cases(contract, dialect, None)

    def _further(self, contract: Contract, dialect: Dialect) -> Iterator[Case]:
        return (further_case(contract.name, self.oracle.seed, index, dialect) for index in MORE_CASES)

    def _printed(self, contract: Contract, dialect: Dialect) -> frozenset[str]:
        largest: dict[str, Case] = {}
        for case in self._cases(contract, dialect):
            scenario = contract.scenario(case)
            if scenario is not None and scenario.smooth and case.dtype == "float64":
                largest[case.scenario] = max(largest.get(case.scenario, case), case, key=_size)
        return frozenset(case.id for case in largest.values())


def _size(case: Case) -> int:
    return sum(array.size for array in case.inputs.values())


@cache
def further_case(contract: str, seed: int, index: int, dialect: Dialect) -> Case:
    """A case beyond those that are recorded."""
    return draw_case(contract_named(contract), seed, index, dialect)


def subjects(oracle: Oracle, sample: int | None) -> tuple[list[Trial], list[Trial]]:
    """The wrong submissions (a sample: the same wherever it is drawn), and the correct ones."""
    names = [contract.name for stem in PARTS["layers"] for contract in contracts_of(stem)]
    todo = measure.trials(measure.Scope(tuple(names)), oracle)
    own = [replace(each, contracts=tuple(name for name in each.contracts if name in names)) for each in todo]
    wrong = [each for each in own if each.kind != "variant" and each.name not in equivalents()]
    wrong.sort(key=lambda each: sha256(each.name.encode()).digest())
    return wrong[:sample], [each for each in own if each.kind == "variant"]


@contextmanager
def quiet() -> Iterator[None]:
    """What submissions and torch say on the way is not shown."""
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        yield


def judged(trial: Trial, bench: Bench) -> dict[str, Verdict]:
    """The verdict of each judge on one subject."""
    with session_of(trial) as session, quiet():
        settings = settings_of(trial, session)
        found = {}
        for name, with_advisory in (("gradproof", False), ("gradproof, advisory too", True)):
            with repeatable(trial.name, name):
                found[name] = bench.ours(settings, with_advisory)
        for rival in RIVALS:
            with repeatable(trial.name, rival.name):
                found[rival.name] = bench.rival(rival, settings, found["gradproof"].seconds)
    return found


def together(verdicts: Mapping[str, Verdict]) -> Verdict:
    """All rivals as one judge."""
    found = [verdicts[rival.name] for rival in RIVALS if rival.name != HARD_CASES_LEFT_OUT]
    telling = [each.telling for each in found if each.telling is not None]
    return Verdict(
        sum(each.seconds for each in found),
        any(each.is_blamed for each in found),
        min(telling, default=None),
        any(each.telling_in_time for each in found),
    )


def table(wrong: list[dict[str, Verdict]], right: list[dict[str, Verdict]]) -> Table:
    """One judge a row; times as multiples of gradproof's, in the mean."""
    made = Table(box=None, pad_edge=False)
    made.add_column("judge", no_wrap=True)
    for column in (
        "killed",
        "and clears the right code",
        "and in our time",
        "false alarms",
        "time, wrong",
        "time, right",
    ):
        made.add_column(column, justify="right")
    units = [statistics.fmean(each["gradproof"].seconds for each in some) for some in (wrong, right)]
    for name in wrong[0]:
        of_wrong, of_right = [each[name] for each in wrong], [each[name] for each in right]
        counts = (
            sum(each.is_blamed for each in of_wrong),
            sum(each.telling is not None for each in of_wrong),
            sum(each.telling_in_time for each in of_wrong),
        )
        alarms = sum(each.is_blamed for each in of_right)
        times = [
            f"{mean / unit:.2f} ({1e3 * mean:.0f} ms)"
            for mean, unit in zip(
                (statistics.fmean(each.seconds for each in some) for some in (of_wrong, of_right)), units, strict=True
            )
        ]
        shares = (f"{count} ({count / len(wrong):.1%})" for count in counts)
        made.add_row(name, *shares, f"{alarms} of {len(right)}", *times)
    return made


def main() -> None:
    """Judge, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, help="how many of the wrong submissions (default: all)")
    parser.add_argument("--survivors", action="store_true", help="name what each judge lets pass")
    arguments = parser.parse_args()
    oracle = pick("golden", None, None)
    wrong, right = subjects(oracle, arguments.sample)
    console = Console(width=160)
    with loaded_from(PACKAGE) as session:
        bench = Bench(oracle, session)
    for trial in right[:1]:
        judged(trial, bench)  # what is imported and read once is nobody's time
    of_right = [judged(trial, bench) for trial in track(right, "correct", transient=True)]
    of_wrong = [judged(trial, bench) for trial in track(wrong, "wrong", transient=True)]
    for verdicts in (*of_right, *of_wrong):
        verdicts["any rival"] = together(verdicts)
    console.print(f"{len(wrong)} wrong subjects, {len(right)} correct ones (a version by one contract)")
    console.print(table(of_wrong, of_right))
    if arguments.survivors:
        for name in of_wrong[0]:
            passed = [trial.name for trial, each in zip(wrong, of_wrong, strict=True) if each[name].telling is None]
            blamed = [
                f"{t.name} {t.contracts[0]}" for t, each in zip(right, of_right, strict=True) if each[name].is_blamed
            ]
            console.print(f"{name} lets pass:", *passed, f"{name} blames:", *blamed, sep="\n  ", markup=False)


if __name__ == "__main__":
    main()
