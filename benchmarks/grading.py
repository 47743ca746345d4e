"""Grading a class: submissions a second, what one costs, two workers against one, memory, hostile neighbours, a kill.

    python benchmarks/grading.py [rate|phases|cost|memory|hostile|kill|regrade]... [--class N] [--workers N...]

The class is made of a right layers file, each copy with another comment, as honest submissions are. ``rate`` and
``phases`` take a class of which two in five are wrong, too; ``phases`` tells what the processor works for a submission,
by what it is for. ``cost`` compares
what the processor works for a submission with what nobody can save: Python with NumPy started, the submission imported,
and its own calls made, all in a process of its own. There is no wall then: of what is killed behind one, the system
does not tell what it worked.
"""

import argparse
import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "examples" / "submissions" / "right_flat.py"
WRONG = [file for word in ("batchnorm", "dropout") for file in sorted(SOURCE.parent.glob(f"wrong_{word}*.py"))]
ASSIGNMENT = "week1-layers"
MIB = 1 << 20


def make_class(folder: Path, count: int, has_wrong: bool = False) -> Path:
    """As many submissions: all right, or two in five wrong."""
    folder.mkdir()
    for i in range(count):
        text = source_of(i if has_wrong else -1).read_text(encoding="utf-8")
        (folder / f"student{i:04d}.py").write_text(f"{text}\n# {i}\n", encoding="utf-8")
    return folder


def source_of(student: int) -> Path:
    """What a student of a class hands in of which two in five are wrong."""
    return WRONG[student // 5 % len(WRONG)] if student % 5 < 2 and student >= 0 else SOURCE


def command(folder: Path, out: Path, workers: int, *more: str, assignment: str = ASSIGNMENT) -> list[str]:
    """``gradproof grade``."""
    asked = ("grade", folder, "--assignment", assignment, "--out", out, "--workers", workers, "--public-cases", *more)
    return [sys.executable, "-m", "conformance", *map(str, asked)]


def seconds_of(arguments: list[str]) -> float:
    """How long a command takes."""
    started = time.perf_counter()
    subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - started


def worked(action: Callable[[], object]) -> float:
    """How long the processor works meanwhile, for this process and for those that end."""
    before = sum(used())
    action()
    return sum(used()) - before


def rate(count: int, numbers: Sequence[int]) -> None:
    """Submissions a second over start-up, by so many workers: of an honest class, and where two in five err."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = make_class(folder / "few", 2)
        starts = {workers: seconds_of(command(few, folder / f"few{workers}", workers)) for workers in numbers}
        for title, has_wrong in (("honest", False), ("mixed", True)):
            many, speeds = make_class(folder / title, count, has_wrong), {}
            for workers, start in starts.items():
                whole = seconds_of(command(many, folder / f"{title}{workers}", workers))
                speeds[workers] = (count - 2) / (whole - start)
                told = f"{count} in {whole:.1f} s, {speeds[workers]:.2f} a second over start-up"
                print(f"{title}, {workers} worker(s): {told}", flush=True)
            if {1, 2} <= speeds.keys():
                print(f"two workers against one: {speeds[2] / speeds[1]:.2f} times", flush=True)


def phases(count: int) -> None:
    """What is worked for a submission, by what it is for: by the suite, which has judged one before, and beside it."""
    from gradproof.conformance.engine import attribution
    from gradproof.conformance.engine.assignment import located, read
    from gradproof.conformance.grading import intake, judge
    from gradproof.conformance.oracle.fixture_set import COMMITTED
    from gradproof.conformance.sandbox.process import Sandbox

    spent: Counter[str] = Counter()

    def timed(action: Callable[..., Any], phase: str) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            suite, beside = used()
            result = action(*given)
            spent[phase] += used()[0] - suite
            spent[f"{phase}, beside"] += used()[1] - beside
            return result

        return run

    def started(path: Path) -> None:
        with Sandbox(path) as session:
            _ = session.inventory

    attribution.by_mistake = timed(attribution.by_mistake, "naming")
    judge.packed = timed(judge.packed, "keeping")
    task = judge.Task(read(located(ASSIGNMENT)), COMMITTED, "plain")
    with tempfile.TemporaryDirectory() as name:
        for title, has_wrong in (("honest", False), ("mixed", True)):
            hand_ins = list(intake.find(make_class(Path(name, title), count, has_wrong)))
            judge.judge(task, hand_ins[-1])
            spent.clear()
            for hand_in in hand_ins:
                timed(judge.judge, "judging")(task, hand_in)
                timed(started, "start")(hand_in.path)
            each = Counter({phase: 1e3 * seconds / count for phase, seconds in spent.items()})
            own = each["judging"] - each["naming"] - each["keeping"]
            start, calls = each["start, beside"], each["judging, beside"] - each["start, beside"]
            told = f"its process {start:.0f} to start and {calls:.0f} at work"
            ours = f"judging {own:.0f}, naming {each['naming']:.0f}, keeping {each['keeping']:.0f}"
            whole = each["judging"] + each["judging, beside"]
            print(f"{title}: {whole:.0f} ms of CPU a submission: {told}; {ours}", flush=True)


def used() -> tuple[float, float]:
    """The seconds that the processor has worked for this process, and for those that have ended."""
    suite, beside = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return suite.ru_utime + suite.ru_stime, beside.ru_utime + beside.ru_stime


NOTHING_SAVED = """
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from gradproof.conformance.spec.contracts import contract_named, function_names
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.harness.loader import load
import pickle
session = LocalSession(*load(Path({path!r}), function_names()), is_alone=True)
for name, case in pickle.load(open({cases!r}, "rb")):
    session.run(contract_named(name), case)
"""


def cost(rounds: int) -> None:
    """What is worked for one submission against Python, NumPy and its own calls, in turn."""
    import pickle

    from grading_cost import cost_of

    from gradproof.conformance.engine.assignment import located, read
    from gradproof.conformance.grading import intake
    from gradproof.conformance.grading.judge import Task, judge
    from gradproof.conformance.oracle.fixture_set import COMMITTED
    from gradproof.conformance.oracle.oracle import FixtureSet, GoldenOracle
    from gradproof.conformance.sandbox import walls
    from gradproof.conformance.spec.contracts import contract_named

    assignment = read(located(ASSIGNMENT))
    oracle = GoldenOracle(FixtureSet.open(COMMITTED))
    with tempfile.TemporaryDirectory() as name:
        (only,) = intake.find(make_class(Path(name, "class"), 1))
        cases = [
            (contract, case)
            for contract in assignment.contracts
            for case in oracle.cases(contract_named(contract), assignment.to_dialect(), assignment.cases)
        ]
        path = Path(name, "cases.pickle")
        path.write_bytes(pickle.dumps(cases))
        code = NOTHING_SAVED.format(root=str(ROOT), path=str(only.path), cases=str(path))
        least = [sys.executable, "-c", code]
        kinds = ("plain", *walls.NAMES, *walls.FORKED.values())
        tasks = {kind: Task(assignment, COMMITTED, kind) for kind in kinds if walls.named(kind).missing() is None}
        for task in tasks.values():
            judge(task, only)
        kept, alone, rows = walls.kept, [], {kind: [] for kind in tasks}
        for _ in range(rounds):
            alone.append(worked(lambda: seconds_of(least)))
            for kind, task in tasks.items():
                walls.kept = kept if kind in walls.FORKED.values() else walls.named  # a process of its own each time
                rows[kind].append(cost_of(lambda task=task: judge(task, only)))
    print(f"Python, NumPy and its own calls {statistics.median(alone) * 1e3:.0f} ms of CPU; one submission:")
    for kind, costs in rows.items():
        parts = [statistics.median(getattr(each, part) for each in costs) for part in ("started", "calling", "judging")]
        ratio = statistics.median(each.whole / other for each, other in zip(costs, alone, strict=True))
        start, calls, ours = (f"{part * 1e3:.0f} ms" for part in parts)
        print(f"  {kind}: its process starts in {start} and works {calls}, judging takes {ours}: {ratio:.2f} times")


def memory(count: int) -> None:
    """The largest process of a class, small and large."""
    with tempfile.TemporaryDirectory() as name:
        for size in (count // 10, count):
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            seconds_of(command(make_class(Path(name, f"c{size}"), size), Path(name, f"o{size}"), 2))
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            print(f"a class of {size}: largest process {most / 1024:.0f} MiB (before: {before / 1024:.0f})")


SMALL = """
name = "two layers"
[contracts]
affine = { forward = 1, gradient = 2 }
relu = { forward = 1, gradient = 1, purity = 1 }
[limits]
case_seconds = 1
submission_seconds = 5
memory_mb = 512
"""


def hostile(count: int) -> None:
    """The honest lines of a class of which one in ten attacks, against those of the honest alone."""
    attacks = sorted((ROOT / "tests" / "attacks").glob("*.py"))
    random.shuffle(attacks)
    with tempfile.TemporaryDirectory() as name:
        folder, assignment = Path(name), Path(name, "small.toml")
        assignment.write_text(SMALL, encoding="utf-8")
        seconds, lines = [], []
        for title, number in (("honest", 0), ("mixed", count // 10)):
            people = make_class(folder / title, count - count // 10)
            for i in range(number):
                attack = attacks[i % len(attacks)]
                (people / f"attack{i:03d}_{attack.stem}.py").write_bytes(attack.read_bytes())
            out = folder / f"{title}_out"
            seconds.append(seconds_of(command(people, out, 2, assignment=str(assignment))))
            lines.append({line for line in (out / "results.jsonl").read_bytes().splitlines() if b'"student' in line})
            found = len((out / "results.jsonl").read_bytes().splitlines())
            print(f"{title}: {found} results in {seconds[-1]:.0f} s")
    same = len(lines[0] & lines[1])
    print(f"{same} of {count - count // 10} honest lines are the same to the byte beside {count // 10} attacks")


def kill(count: int) -> None:
    """Kill -9 at a random moment, then --resume: every result, each once."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = make_class(Path(name, "class"), count), Path(name, "out")
        process = subprocess.Popen(command(folder, out, 2), cwd=ROOT, stdout=subprocess.DEVNULL)
        time.sleep(random.uniform(2, max(3, count / 20)))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        found = (
            (out / "results.jsonl").read_text(encoding="utf-8").splitlines() if (out / "results.jsonl").exists() else []
        )
        seconds_of(command(folder, out, 2, *(["--resume"] if out.exists() else [])))
        names = [
            json.loads(line)["submission"] for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
        ]
    print(f"killed after {len(found)} of {count}; after --resume {len(names)} results of {len(set(names))} submissions")


def regrade(count: int) -> None:
    """A class of which two in five are wrong, judged again by other points: seconds, and how much is kept for that.

    One of each is graded; the others are lines of the ledger that say the same of other students.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "class").mkdir()
        for source in (SOURCE, *WRONG):
            (folder / "class" / source.name).write_bytes(source.read_bytes())
        seconds_of(command(folder / "class", folder / "out", 2))
        students = {f"student{i:04d}": source_of(i).stem for i in range(count)}
        for file in (folder / "out").glob("*.jsonl"):
            told = {line["submission"]: line for line in map(json.loads, file.read_text("utf-8").splitlines())}
            lines = (json.dumps({**told[same], "submission": student}) for student, same in students.items())
            file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        new = folder / "new.toml"
        text = (ROOT / "examples" / "assignments" / f"{ASSIGNMENT}.toml").read_text(encoding="utf-8")
        new.write_text(text.replace("forward = 2", "forward = 3"), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        again = [sys.executable, "-m", "conformance", "regrade", folder / "out", "--assignment", new, "--workers", "2"]
        seconds = seconds_of(list(map(str, again)))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        kept = sum(file.stat().st_size for file in (folder / "out" / "returned").rglob("*") if file.is_file())
    print(f"{count} judged again in {seconds:.1f} s by two workers ({cpu:.1f} s of CPU), {kept / 1e6:.1f} MB kept")


def main() -> None:
    """Measure what is asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=["rate", "phases", "cost", "memory", "hostile", "kill", "regrade"])
    parser.add_argument("--class", dest="count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="of rate")
    arguments = parser.parse_args()
    sections = {
        "cost": lambda: cost(arguments.rounds),
        "rate": lambda: rate(arguments.count, arguments.workers),
        "phases": lambda: phases(arguments.count),
        "memory": lambda: memory(arguments.count),
        "hostile": lambda: hostile(arguments.count),
        "kill": lambda: kill(arguments.count),
        "regrade": lambda: regrade(arguments.count),
    }
    for name in arguments.what or sections:
        sections[name]()


if __name__ == "__main__":
    main()
