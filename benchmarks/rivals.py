"""gradproof beside the ways in which gradients are checked elsewhere, on the same faults: ``benchmarks/rivals.py``.

    OMP_NUM_THREADS=1 python benchmarks/rivals.py [--sample N] [--survivors]

Every mutant of a layer that is not proven equivalent and every misconception of one is judged five times, and so is
every correct version. All judges run in this process on the functions as they are, see the same cases in the same
order (those of the committed fixtures) and stop at their first complaint. What each is given:

gradproof   the recorded answers and all required checks, as ``gradproof check --oracle golden`` has them. It exercises
            all cases before the first check.
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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from hashlib import sha256
from time import process_time
from typing import Any

import numpy as np
import torch
from figures import element_by_element
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch.autograd import gradcheck

from conformance.calls import generators_put_back, seed
from conformance.cases import Array, Case, draw_case
from conformance.checks import checks_of
from conformance.contract import Contract
from conformance.contracts import contract_named, contracts_of
from conformance.contracts.normalization import STATISTICS
from conformance.dialect import DEFAULT, Dialect
from conformance.judging import Plan, gather
from conformance.oracle import Oracle, pick
from conformance.power import measure
from conformance.power.equivalents import equivalents
from conformance.power.judging import failing
from conformance.power.mutants import PACKAGE
from conformance.power.score import PARTS
from conformance.power.submissions import Trial, asked, conventions_of_impl, loaded_from, repeatable, session_of
from conformance.session import LocalSession, fresh
from conformance.yardstick import in_float64

STEP = 1e-5
HAPPY_GRADIENT, HAPPY_FORWARD = 1e-7, 1e-6
MORE_CASES = range(24, 96)
Functions = Mapping[str, Callable[..., Any]]


class Plain:
    """The functions of a submission called as they are."""

    def __init__(self, functions: Functions, contract: Contract) -> None:
        self.functions = functions
        self.contract = contract

    def call(self, name: str, *arguments: object) -> tuple[Any, ...]:
        """The values that are returned, as many as there should be."""
        values = self.functions[name](*arguments)
        expected = len(self.contract.function(name).returns)
        if expected > 1 and len(values) != expected:
            raise ValueError(f"{name} returned {len(values)} values, expected {expected}")
        return tuple(values) if expected > 1 else (values,)


@dataclass(frozen=True)
class Question:
    """A case for one submission, as every rival is asked it."""

    contract: Contract
    functions: Functions
    case: Case
    oracle: Oracle
    printed: frozenset[str] = frozenset()  # the cases whose outputs the notebooks print

    @cached_property
    def leaves(self) -> Mapping[str, Array]:
        """What is differentiated by, contiguous and in float64."""
        inputs = in_float64(self.case).inputs
        return {name: np.array(inputs[name], order="C") for name in self.contract.gradients.values()}

    def forward(self, values: Mapping[str, Array]) -> tuple[Array, Callable[[Array], tuple[Any, ...]]]:
        """The objective at other inputs, and the backward from there: an upstream gradient to gradients."""
        subject = Plain(self.functions, self.contract)
        known: dict[str, Any] = {**in_float64(self.case).namespace(), **values}
        if "bn_param" in known:
            known["bn_param"].update({name: known[name].copy() for name in STATISTICS if name in known})
        ahead = [function for function in self.contract.functions if "dout" not in function.takes]
        behind = self.contract.functions[len(ahead) :]
        for function in ahead:
            returned = subject.call(function.name, *(known[name] for name in function.takes))
            known.update(zip(function.returns, returned, strict=True))

        def backward(upstream: Array) -> tuple[Any, ...]:
            if behind:
                return subject.call(behind[0].name, upstream, known["cache"])
            scale = upstream / self.contract.upstream(self.case)
            return tuple(known[name] * scale for name in self.contract.gradients)

        return np.asarray(known[self.contract.objective]), backward

    def observations(self) -> dict[str, Array]:
        """What the exercise of the contract gives."""
        subject: Any = Plain(self.functions, self.contract)
        return {name: np.asarray(value) for name, value in self.contract.run(subject, fresh(self.case))}


def is_gradient_case(contract: Contract, case: Case) -> bool:
    """Whether there is something to differentiate."""
    scenario = contract.scenario(case)
    has_upstream = "dout" in case.inputs or not any("dout" in f.takes for f in contract.functions)
    return bool(contract.gradients) and (scenario is None or scenario.smooth) and has_upstream


def is_ordinary(contract: Contract, case: Case) -> bool:
    """Whether a case is none of the hard ones."""
    scenario = contract.scenario(case)
    return scenario is None or scenario.check is None


def rel_error(x: Array, y: Array) -> float:
    """The measure of the notebooks."""
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def notebooks_complain(question: Question) -> bool:
    """The rule of the notebooks."""
    contract, case = question.contract, question.case
    if case.id in question.printed and _is_printed_otherwise(question):
        return True
    if not is_gradient_case(contract, case):
        return False
    leaves = question.leaves
    _, backward = question.forward(leaves)
    upstream = np.asarray(contract.upstream(in_float64(case)), np.float64)
    for claimed, name in zip(backward(upstream), contract.gradients.values(), strict=True):
        numeric = element_by_element(
            lambda value, name=name: question.forward({**leaves, name: value})[0], leaves[name], upstream, STEP
        )
        if not rel_error(numeric, claimed) <= HAPPY_GRADIENT:
            return True
    return False


def _is_printed_otherwise(question: Question) -> bool:
    contract, case = question.contract, question.case
    observed = question.observations()
    expected = contract.align(case, observed, question.oracle.answer(case).values)
    outputs = [name for name in expected if name not in contract.gradients]
    return not all(rel_error(expected[name], observed[name]) <= HAPPY_FORWARD for name in outputs)


class Wrapped(torch.autograd.Function):
    """A submission's forward and backward as torch has them."""

    @staticmethod
    def forward(context: Any, question: Question, *leaves: torch.Tensor) -> torch.Tensor:
        """The objective."""
        values = {name: leaf.detach().numpy() for name, leaf in zip(question.leaves, leaves, strict=True)}
        out, context.backward_of_submission = question.forward(values)
        return torch.from_numpy(np.array(out))

    @staticmethod
    def backward(context: Any, upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """The gradients."""
        gradients = context.backward_of_submission(upstream.numpy())
        return None, *(torch.from_numpy(np.array(gradient)) for gradient in gradients)


def gradcheck_complains(question: Question, fast: bool) -> bool:
    """torch.autograd.gradcheck with its defaults."""
    if not is_gradient_case(question.contract, question.case):
        return False
    leaves = tuple(torch.tensor(value, requires_grad=True) for value in question.leaves.values())
    return not gradcheck(lambda *values: Wrapped.apply(question, *values), leaves, fast_mode=fast)


def assert_close_complains(question: Question) -> bool:
    """torch.testing.assert_close with its default tolerances. It raises where it complains."""
    contract, case = question.contract, question.case
    observed = question.observations()
    expected = contract.align(case, observed, contract.reference(case))
    for name, value in expected.items():
        got = observed[name] if value.ndim else observed[name].astype(value.dtype)
        torch.testing.assert_close(torch.tensor(got), torch.tensor(value), equal_nan=True)
    return False


@dataclass(frozen=True)
class Rival:
    """A judge of one case after the other."""

    name: str
    complains: Callable[[Question], bool]
    is_asked: Callable[[Contract, Case], bool] = lambda _contract, _case: True

    def blames(self, question: Question) -> bool:
        """Whether it complains. Whatever is raised on the way is a complaint."""
        case = question.case
        with generators_put_back(), np.errstate(all="ignore"):
            seed(case.seed, case.index)
            try:
                return self.complains(question)
            except Exception:  # noqa: BLE001 - of the submission, or that it is wrong
                return True


RIVALS = (
    Rival("notebooks", notebooks_complain),
    Rival("gradcheck, slow", lambda question: gradcheck_complains(question, fast=False), is_gradient_case),
    Rival("gradcheck, fast", lambda question: gradcheck_complains(question, fast=True), is_gradient_case),
    Rival("assert_close", assert_close_complains),
    Rival("assert_close, no hard cases", assert_close_complains, is_ordinary),
)


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

    def ours(self, settings: Iterable[Setting]) -> Verdict:
        """gradproof, contract by contract, until a required check complains."""
        started = process_time()
        is_blamed = any(self._is_blamed_by_ours(setting) for setting in settings)
        seconds = process_time() - started
        return Verdict(seconds, is_blamed, seconds if is_blamed else None, is_blamed)

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
            right = asked(self.right, case.dialect) if case.contract == "dropout" else self.right
            self._cleared[key] = not rival.blames(replace(question, functions=right.functions))
        return self._cleared[key]

    def _is_blamed_by_ours(self, setting: Setting) -> bool:
        contract = setting.contract
        exam = gather(contract, setting.session, self.oracle, Plan((contract,), setting.dialect))
        required = {check.name for check in checks_of(contract) if check.required} - set(contract.advisory)
        return any(name in required for name in failing(exam))

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
    with session_of(trial) as session, quiet(), repeatable(trial.name):
        settings = settings_of(trial, session)
        ours = bench.ours(settings)
        return {"gradproof": ours} | {each.name: bench.rival(each, settings, ours.seconds) for each in RIVALS}


def together(verdicts: Mapping[str, Verdict]) -> Verdict:
    """All rivals as one judge."""
    found = [verdicts[rival.name] for rival in RIVALS if rival.name != "assert_close, no hard cases"]
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
    for column in ("killed", "and clears the right code", "and in our time", "false alarms", "time, wrong", "time, right"):
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
            blamed = [f"{t.name} {t.contracts[0]}" for t, each in zip(right, of_right, strict=True) if each[name].is_blamed]
            console.print(f"{name} lets pass:", *passed, f"{name} blames:", *blamed, sep="\n  ", markup=False)


if __name__ == "__main__":
    main()
