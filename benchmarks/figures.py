"""The figures that gradproof is judged by: ``python benchmarks/figures.py [alarms|stability|...]``.

Times are medians of runs taken in turn, and comparisons are ratios inside one run: machines are noisy.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from gradproof import impl
from gradproof.conformance.checks import gradcheck
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.oracle.oracle import TorchOracle
from gradproof.conformance.power.submissions import VARIANTS, loaded_from
from gradproof.conformance.spec.contracts import all_contracts, contract_named, function_names

ROOT = Path(__file__).resolve().parent.parent
CORRECT = [ROOT / "impl", *sorted(path for path in VARIANTS.iterdir() if path.is_dir())]
UNSTABLE = (
    "one_pass_variance",
    "maximum_is_not_subtracted",
    "one_maximum_for_all_rows",
    "logarithm_of_a_probability",
    "probability_is_clipped",
    "exponential_overflows",
)
Array = np.ndarray[Any, np.dtype[Any]]


def alarms(cases: int, only: Sequence[str] = ("*",), seeds: Sequence[int] = (1,)) -> None:
    """Correct variants on many cases: complaints, and the largest error in yardsticks.

    ``cases`` are drawn for each of ``seeds`` seeds, those of another one once these are forgotten.
    """
    sessions = list(map(loaded, CORRECT))
    total = complaints = 0
    print(f"false alarms: {cases} cases a contract, correct variants {', '.join(p.name for p in CORRECT)}")
    limits = f"(limits {yardstick.NORMWISE:g}, {yardstick.ELEMENTWISE:g})"
    print(f"{'contract':32}{'dtype':10}{'normwise':>10}{'elementwise':>13}   {limits}")
    for contract in [row for row in all_contracts() if any(fnmatch(row.name, each) for each in only)]:
        largest = {dtype: [0.0, 0.0] for dtype in ("float64", "float32")}
        able = [session for session in sessions if contract.is_offered(set(session.inventory.functions))]
        for oracle, session in ((each, hand) for each in map(TorchOracle, seeds) for hand in able):
            plan = Plan((contract,), cases=cases)
            exam = gather(contract, session, oracle, plan)
            for result in judge(exam, oracle, plan):
                if result.status.is_bad and result.required:
                    complaints += 1
                    print(
                        f"  ALARM {contract.name} seed {oracle.seed} {result.check}: {result.message} {result.evidence}"
                    )
            total += len(exam.records)
            for record in exam.records:
                if record.case.source:
                    continue
                worst = largest[record.case.dtype]
                for error in record.comparisons.values():
                    worst[:] = max(worst[0], error.normwise), max(worst[1], error.elementwise)
        for dtype, (normwise, elementwise) in largest.items():
            print(f"{contract.name:32}{dtype:10}{normwise:10.2f}{elementwise:13.1f}", flush=True)
    print(f"{total} cases x variants, {complaints} complaints")


def loaded(path: Path) -> LocalSession:
    """A folder's functions, whatever other folders call their files."""
    with loaded_from(path) as session:
        return session


def stability() -> None:
    """The unstable formulas: which check reports them, and how far beyond the yardstick they are."""
    sys.path.insert(0, str(ROOT / "tests"))
    from faults import FAULTS

    functions = {name: getattr(impl, name) for name in function_names()}
    oracle = TorchOracle()
    print("unstable formulas: the check that reports them, the ratio to what passes")
    for fault in FAULTS:
        if fault.name in UNSTABLE:
            contract = contract_named(fault.contract)
            session = LocalSession({**functions, **fault.replaced}, Inventory({}))
            plan = Plan((contract,))
            for result in judge(gather(contract, session, oracle, plan), oracle, plan):
                if result.status.is_bad:
                    ratio = result.worst.ratio if result.worst else None
                    print(f"  {fault.contract:24}{fault.name:30}{result.check:12}{ratio:10.3g}")


def element_by_element(f: Callable[[Array], Array], x: Array, df: Array, h: float = 1e-5) -> Array:
    """The numeric gradient of the course notes: two forward calls for each element of x."""
    gradient = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"], op_flags=[["readwrite"]])
    while not walk.finished:
        at = walk.multi_index
        old = x[at]
        x[at] = old + h
        above = f(x).copy()
        x[at] = old - h
        below = f(x).copy()
        x[at] = old
        gradient[at] = np.sum((above - below) * df) / (2 * h)
        walk.iternext()
    return gradient


class DeepNet:
    """S3's deep net, affine - relu - affine - relu - affine - relu - affine - softmax, 15-20-30-20-10."""

    sizes = (15, 20, 30, 20, 10)

    def __init__(self, samples: int) -> None:
        rng = np.random.default_rng(0)
        self.params = {f"w{i}": rng.standard_normal(self.sizes[i : i + 2]) for i in range(4)}
        self.params |= {f"b{i}": rng.standard_normal(self.sizes[i + 1]) for i in range(4)}
        self.y = rng.integers(10, size=samples)
        self.inputs = [rng.standard_normal((samples, self.sizes[0]))]
        self.upstreams = [rng.standard_normal((samples, size)) for size in self.sizes[1:]]
        for i in range(3):
            self.inputs.append(impl.affine_relu_forward(self.inputs[i], self.params[f"w{i}"], self.params[f"b{i}"])[0])

    def loss(self) -> Array:
        """The forward alone."""
        out = self.inputs[0]
        for i in range(3):
            out, _ = impl.affine_relu_forward(out, self.params[f"w{i}"], self.params[f"b{i}"])
        return np.asarray(
            impl.softmax_loss(impl.affine_forward(out, self.params["w3"], self.params["b3"])[0], self.y)[0]
        )

    def check_by_elements_of_the_net(self) -> None:
        """As the texts do it: the loss of the whole net, twice for each parameter."""
        for value in self.params.values():
            element_by_element(lambda _v: self.loss(), value, np.ones(()))

    def check_by_elements_of_each_layer(self) -> None:
        """Each affine layer's output, twice for each element of its input, weight and bias."""
        for i, dout in enumerate(self.upstreams):
            t = {"x": self.inputs[i], "w": self.params[f"w{i}"], "b": self.params[f"b{i}"]}
            for name, value in t.items():
                element_by_element(lambda v, t=t, name=name: impl.affine_forward(**{**t, name: v})[0], value, dout)

    def check_by_directions(self, error: float = 0.0) -> list[bool]:
        """Ours, layer by layer; ``error`` is a relative error planted in dw."""
        verdicts = []
        for i, dout in enumerate(self.upstreams):
            t = {"x": self.inputs[i], "w": self.params[f"w{i}"], "b": self.params[f"b{i}"]}
            dx, dw, db = impl.affine_backward(dout, impl.affine_forward(**t)[1])
            claimed = {"x": dx, "w": dw * (1 + error), "b": db}
            along = gradcheck.directions("layer", t)
            stacks = gradcheck.points(t, along, gradcheck.FIRST_RUNG)
            outputs = np.stack([impl.affine_forward(*values)[0] for values in zip(*stacks.values(), strict=True)])
            found = gradcheck.slopes(outputs, dout, t, along, claimed, gradcheck.FIRST_RUNG)
            verdicts.append(all(slope.is_proven for slope in found))
        return verdicts


def differences() -> None:
    """Gradient checking of the affine layers of S3's deep net, with a batch of 2 and of 50, each way in turn."""
    print("gradient check of the deep net's affine layers (15-20-30-20-10), directional against element by element")
    for samples in (2, 50):
        net = DeepNet(samples)
        ways = (net.check_by_elements_of_the_net, net.check_by_elements_of_each_layer)
        for words, way in zip(("loss of the net", "output of the layer"), ways, strict=True):
            ratios = [timed(way) / timed(net.check_by_directions) for _ in range(7)]
            spread = f"{statistics.median(ratios):.0f} times faster (from {min(ratios):.0f} to {max(ratios):.0f})"
            print(f"  batch of {samples:2}, elements by the {words:20}{spread}")
        seen = ", ".join(f"{error:g} {not any(net.check_by_directions(error))}" for error in (1e-3, 1e-6, 1e-8))
        print(f"    right gradients agree: {all(net.check_by_directions())}; relative error of dw seen: {seen}")
    print("  (the notebooks accept relative errors of about 1e-7 to 1e-6 element by element)")


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def command_line(runs: int) -> None:
    """Whole commands, process start included."""
    gradproof = [sys.executable, "-m", "conformance"]
    right = str(ROOT / "examples" / "submissions" / "right")
    commands = {
        "gradproof --help": [*gradproof, "--help"],
        "check right --oracle golden": [*gradproof, "check", right, "--oracle", "golden"],
        "check right --oracle torch": [*gradproof, "check", right, "--oracle", "torch"],
        "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
            seconds[name].append(time.perf_counter() - started)
    print(f"whole commands, median of {runs} runs in turn")
    for name, values in seconds.items():
        print(f"  {name:32}{statistics.median(values):6.2f} s   ({min(values):.2f} to {max(values):.2f})")


def suite() -> None:
    """The conformance suite under pytest -n auto."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "conformance", "-p", "no:cacheprovider"]
    started = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT)
    elapsed = time.perf_counter() - started
    oracle = TorchOracle()
    cases = sum(len(oracle.cases(contract, count=300)) for contract in all_contracts())
    print(f"pytest -n auto conformance: {cases} cases in {elapsed:.1f} s: {done.stdout.strip().splitlines()[-1]}")


def main() -> None:
    """Print the sections asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    sections = {
        "alarms": lambda: alarms(
            arguments.cases,
            arguments.only or ("*",),
            range(arguments.first_seed, arguments.first_seed + arguments.seeds),
        ),
        "stability": stability,
        "gradcheck": differences,
        "time": lambda: command_line(arguments.runs),
        "suite": suite,
    }
    parser.add_argument("sections", nargs="*", choices=[*sections, []], help="what to measure (default: everything)")
    parser.add_argument("--cases", type=int, default=1250, help="cases a contract and variant for the false alarms")
    parser.add_argument("--seeds", type=int, default=1, help="for how many seeds, each that many cases")
    parser.add_argument("--first-seed", type=int, default=1, help="the first of these seeds")
    parser.add_argument("--only", action="append", metavar="GLOB", help="contracts whose false alarms are counted")
    parser.add_argument("--runs", type=int, default=7, help="runs of each command")
    arguments = parser.parse_args()
    for name in arguments.sections or sections:
        sections[name]()
        print()


if __name__ == "__main__":
    main()
