"""A class as grading leaves it, made by hand: right, wrong, broken and hostile, and full of secrets."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from gradproof.conformance.checks.results import Result, Run, Status, Worst
from gradproof.conformance.grading.model import HEADER, RESULTS, SECRET, TIMINGS, Graded, Grading, Header, to_line
from gradproof.conformance.reports.feedback.formats import FORMATS
from gradproof.conformance.reports.junit import UNKNOWN_TIME
from gradproof.conformance.reports.views import View
from gradproof.conformance.spec.findings import Kind, found

BOTH = (View.STUDENT, View.INSTRUCTOR)
SECRETS = {
    "case": "batchnorm/987654321/31337",
    "setting": "drawn with 0.1919191919",
    "element": "dx[4242, 17]",
    "expected": "-0.2323232323",
    "got": "0.4545454545",
    "error": "5.67e+13 times the yardstick",
    "worst": "batchnorm/987654321/27182",
    "ratio": "8.88e+08",
    "diagnosis": "dialect:planted",
    "replay": "gradproof replay planted-command",
    "seed": "987654321",
    "source": "planted-source.zip",
    "digest": "d19e57",
    "dialect": "planted-convention",
    "version": "planted-version",
}
TELLING = (
    "found 0.6767676767 in batchnorm/987654321/31337/momentum=update, seed=8989, out is [3, 1, 2], seen 7654321 times"
)


def result(contract: str, check: str, status: Status = Status.PASSED, worth: float = 0.0, **others) -> Result:
    """A check, with its points if it passed."""
    points = worth if status == Status.PASSED else 0.0
    fields = {"required": True, "cases": 24, "points": points, "max_points": worth}
    message = others.pop("message", "")
    findings = (found(Kind.TOLD, reason=message),) if message else ()
    return Result(contract, check, status, **{**fields, "findings": findings, **others})


def telling(contract: str, check: str, worth: float) -> Result:
    """A failure that holds a secret wherever there is place for one."""
    words = {f"{name}_words": SECRETS[name] for name in ("expected", "got", "error")}
    told = found(Kind.TOLD, reason=f"out differs in 3 of 24 cases; {TELLING}", element=SECRETS["element"], **words)
    return result(
        contract,
        check,
        Status.FAILED,
        worth,
        findings=(told.on(SECRETS["case"], SECRETS["setting"]),),
        hint=f"look closely; {TELLING}",
        discreet_hint="look closely",
        worst=Worst(SECRETS["worst"], 8.88e8),
        diagnosis=SECRETS["diagnosis"],
        replay=SECRETS["replay"],
    )


def judged(*results: Result, notes: tuple[str, ...] = ()) -> Run:
    """A run with these results."""
    return Run(
        subject=SECRETS["source"],
        assignment="week 1",
        dialect={"momentum": SECRETS["dialect"]},
        oracle="golden",
        seed=int(SECRETS["seed"]),
        versions={"numpy": SECRETS["version"]},
        results=results,
        notes=notes,
        discreet_notes=notes,
        cases=24,
        seconds=1.0,
    )


def graded(name: str, *results: Result, notes: tuple[str, ...] = (), problem: str | None = None) -> Graded:
    """A submission with these results, or with a problem."""
    run = None if problem else judged(*results, notes=notes)
    score = sum(r.points for r in results)
    return Graded(name, SECRETS["source"], SECRETS["digest"], score, 10.0, problem, run)


def header(*hidden: str, cases: str = SECRET) -> Header:
    """What the class was judged by."""
    return Header("week 1", SECRETS["digest"], 10.0, "shared", "golden", int(SECRETS["seed"]), hidden, cases)


RIGHT = graded("ann", result("affine", "forward", worth=4.0), result("batchnorm", "gradient", worth=6.0))
WRONG = graded("bob", result("affine", "forward", worth=4.0), telling("batchnorm", "gradient", 6.0))
EVERY_STATUS = graded(
    "cy",
    result("affine", "forward", Status.PASSED, 4.0),
    result("affine", "gradient", Status.FAILED, 3.0, message="db is a mean"),
    result("relu", "forward", Status.ERRORED, 1.0, message="relu_forward raised ValueError"),
    result("relu", "gradient", Status.TIMED_OUT, 1.0, message="did not return"),
    result("relu", "purity", Status.SKIPPED, 1.0, message="gradient timed out, and one bug is charged once"),
    result("relu", "finite_difference", Status.INCONCLUSIVE, message="it did not settle"),
    result("relu", "dtype", Status.FAILED, required=False, message="out is float64"),
)
BROKEN = graded("dee", problem="layers.py: syntax error in line 7")
CLASS = Grading(header(), (RIGHT, WRONG, EVERY_STATUS, BROKEN), {"ann": 1.25, "bob": 2.0})
CONTROLS = "\x00\x01\x1b[31mred\x1b[0m\x07\x85\u202e\ud800\ufffe\u2028<script>alert(1)</script>&amp;]]>--><!--"
HOSTILE = graded(
    CONTROLS + "n" * 10_000,
    result(CONTROLS, CONTROLS, Status.FAILED, 1.0, message=CONTROLS + "m" * 100_000, hint=CONTROLS),
    notes=tuple(f"{CONTROLS}{i}" + "o" * 10_000 for i in range(1000)),
)


def rendered(
    style: str,
    view: View,
    *submissions: Graded,
    hidden: tuple[str, ...] = (),
    cases: str = SECRET,
    seconds: Mapping[str, float] | None = None,
) -> str:
    """One of the formats as text; the per-submission ones one after the other."""
    made = Grading(header(*hidden, cases=cases), submissions, seconds or {})
    chosen = FORMATS[style]
    if not chosen.is_each:
        return chosen.render(made, view, UNKNOWN_TIME)
    parts = [chosen.render(replace(made, submissions=(one,)), view, UNKNOWN_TIME) for one in submissions]
    is_json = chosen.suffix in (".json", ".sarif")
    return json.dumps([json.loads(part) for part in parts], ensure_ascii=False) if is_json else "".join(parts)


def written(folder: Path, grading: Grading) -> Path:
    """The folder of a grading."""
    folder.mkdir()
    (folder / HEADER).write_text(json.dumps(asdict(grading.header)))
    (folder / RESULTS).write_text("".join(map(to_line, grading.submissions)), encoding="utf-8")
    lines = (json.dumps({"submission": name, "seconds": value}) + "\n" for name, value in grading.seconds.items())
    (folder / TIMINGS).write_text("".join(lines))
    return folder
