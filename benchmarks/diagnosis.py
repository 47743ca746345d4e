"""Whether failures are called by their names: known bugs and what each must be told, frozen.

    python benchmarks/diagnosis.py [--only GLOB] [--seeds N] [--verbose]

``benchmarks/diagnosis/cases`` holds bugs as they were published or as students make them, each in our own words, and
for most of them the corrected twin: a file of its own (NAME_fixed.py), or the line that is marked ``# WRONG; right:``.
``told.toml`` says what each must be told. A bug is named truly if what is said has that, wrongly if a name is given
that has not; it is described if no name is given but the way in which the values are wrong. The intervals are Wilson's,
at 95 %.
"""

import argparse
import math
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from statistics import median
from typing import Any

from gradproof.conformance.checks.results import Result, Run
from gradproof.conformance.engine import attribution, runner
from gradproof.conformance.engine.selection import dialect_of, plan_of
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import pick

HERE = Path(__file__).resolve().parent / "diagnosis"
ADAPTERS = Path(__file__).resolve().parents[1] / "examples" / "adapters"
MARK = re.compile(r"\S.*# WRONG; right: (.*)")
OUTCOMES = ("named truly", "named wrongly", "described", "unnamed", "missed")
SHOWN = {
    "shown": "published bugs",
    "field": "inputs from the field",
    "blind": "blind for the version that met them",
    "blind-2": "blind, second lot",
    "blind-3": "blind, third lot",
    "blind-4": "blind, fourth lot",
    "blind-5": "blind, fifth lot",
    "blind-6": "blind, sixth lot",
    "blind-7": "blind, seventh lot",
    "blind-8": "blind, eighth lot",
    "blind-9": "blind, ninth lot",
    "blind-10": "blind, tenth lot",
    "blind-11": "blind, eleventh lot",
}


@dataclass(frozen=True)
class Told:
    """What came of one bug."""

    outcome: str
    words: str
    seconds: float  # that the search for a name took


def judged(path: Path, entry: Mapping[str, Any], seed: int | None) -> tuple[Run, float]:
    """The run of a submission, and how long its failures were looked into."""
    adapter = ADAPTERS / entry["adapter"] if "adapter" in entry else None
    for name in [n for n, m in sys.modules.items() if adapter and getattr(m, "__file__", None) == str(adapter)]:
        del sys.modules[name]
    session = in_this_process(path, adapter)
    conventions = dialect_of(None, entry.get("dialect", ()))
    plan = plan_of(session.inventory, path.name, None, str, dialect=conventions)
    spent, named = [0.0], attribution.by_mistake

    def timed(*arguments: Any) -> Any:
        start = time.process_time()
        try:
            return named(*arguments)
        finally:
            spent[0] += time.process_time() - start

    attribution.by_mistake = timed
    try:
        return runner.run(path.name, session, pick("auto" if seed is not None else "golden", seed, None), plan), spent[
            0
        ]
    finally:
        attribution.by_mistake = named


def told(entry: Mapping[str, Any], run: Run, seconds: float) -> Told:
    """What a bug was told, measured by what it must be."""
    bad = [r for r in run.results if r.status.is_bad and r.required] or [r for r in run.results if r.status.is_bad]
    words = " | ".join(f"{r.contract}.{r.check} [{r.diagnosis or ''}] {r.message} ## {r.hint}" for r in bad)
    if not bad:
        return Told("missed", "", seconds)
    names = [result for result in bad if result.diagnosis]
    if any(not _has(entry, _said(result)) for result in names):
        return Told("named wrongly", words, seconds)
    if names or any(_has(entry, result.message) for result in bad):
        return Told("named truly", words, seconds)
    return Told("described" if any(result.hint for result in bad) else "unnamed", words, seconds)


def _said(result: Result) -> str:
    return f"{result.diagnosis} {result.hint}"


def _has(entry: Mapping[str, Any], words: str) -> bool:
    return any(re.search(must, words, re.IGNORECASE) for must in entry["must"])


def twin_of(bug: Path, folder: Path) -> Path | None:
    """The corrected twin of a bug; None if it has none."""
    beside = bug.with_name(bug.name.replace("_bug.py", "_fixed.py"))
    if beside.exists():
        return beside
    text = bug.read_text(encoding="utf-8")
    if not MARK.search(text):
        return None
    right = folder / beside.name
    right.write_text(MARK.sub(r"\1", text), encoding="utf-8")
    return right


def interval(hits: int, count: int) -> str:
    """``31 of 65, 48 % (36 to 60)``."""
    if not count:
        return "none"
    z, share = 1.959964, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return f"{hits} of {count}, {share:.0%} ({max(middle - half, 0):.0%} to {min(middle + half, 1):.0%})"


def entries(only: str, kind: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The cases, in the order in which they came."""
    table = tomllib.loads((HERE / "told.toml").read_text(encoding="utf-8"))
    return ((name, entry) for name, entry in table.items() if fnmatchcase(name, only) and kind in (None, entry["kind"]))


def main() -> None:
    """Print what was told, kind by kind."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="*", help="cases whose name matches")
    parser.add_argument("--kind", choices=sorted(SHOWN), help="cases of that kind alone")
    parser.add_argument("--seeds", type=int, default=0, help="seeds beside the recorded one, answered by torch")
    parser.add_argument("--verbose", action="store_true", help="print what each was told")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    alarms: dict[str, list[bool]] = {}
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, entry in entries(options.only, options.kind):
            bug = HERE / "cases" / f"{name}_bug.py"
            twin = twin_of(bug, Path(folder))
            for seed in (None, *range(1, options.seeds + 1)):
                found = told(entry, *judged(bug, entry, seed))
                counts.setdefault(entry["kind"], Counter())[found.outcome] += 1
                seconds.append(found.seconds)
                if options.verbose or found.outcome in ("named wrongly", "missed"):
                    print(
                        f"{found.outcome:14}{name} {'' if seed is None else seed} {found.seconds:.2f}s: {found.words}"
                    )
                if twin is not None:
                    run, _ = judged(twin, entry, seed)
                    alarms.setdefault(entry["kind"], []).append(not run.summary.is_clean)
                    if not run.summary.is_clean:
                        print(f"false alarm   {name}: {[r.message for r in run.results if r.status.is_bad]}")
    for kind, count in counts.items():
        total = sum(count.values())
        print(f"\n{SHOWN[kind]}: {total}")
        print(f"  {'caught':15}{interval(total - count['missed'], total)}")
        for outcome in OUTCOMES[:-1]:
            print(f"  {outcome:15}{interval(count[outcome], total)}")
        print(f"  {'false alarms':15}{interval(sum(alarms.get(kind, ())), len(alarms.get(kind, ())))}")
    print(f"\nseconds of CPU for a diagnosis: median {median(seconds):.2f}, most {max(seconds):.2f}")


if __name__ == "__main__":
    main()
