"""What gradproof says of all that there is to judge, as files: made on two commits, they show what a change changed.

    python benchmarks/verdicts.py run --gradproof BIN/gradproof --checkout DIR --out OUT [--more CASES]...
    python benchmarks/verdicts.py compare OUT1 OUT2

``run`` knows the command line and nothing else: it imports nothing of the project, so that one copy of it judges with
any commit. It writes a file for each command, with the exit code, standard output and standard error: ``check`` of
every example (golden oracle; without an assignment, under those that fit, with its adapter, under some conventions),
some of them answered by torch with other seeds, and of every file and folder of ``--more``; the ``replay`` of the first
case that each report gives; ``list``; wrong usage; ``grade`` of the examples and of the attacks behind the wall, with
every ``report`` of it; and the digests of the fixtures, those of the repository and those computed anew.

What must differ from run to run is taken out, and nothing else: seconds, the version of gradproof, and the paths of the
checkout, of the environment that gradproof is installed in and of temporary folders. Attacks that race with the judge's
clock keep their points and verdicts and lose their words (``RACING`` says which and why), and so do the numbers of
elements that dropout without a seed keeps: the submission draws those from the system's entropy. Cases that are never
twice the same (``UNSTEADY``) are compared and do not count.

``compare`` prints what differs, and ends with code 1 if anything does.
"""

import argparse
import ast
import difflib
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

GOLDEN = ("--oracle", "golden")
JSON = ("--format", "json")

# Conventions, the words of a submission that make them worth a try, and the contracts that they touch.
DIALECTS = (
    (("dropout_p=drop",), "dropout", "*dropout*"),
    (("dropout=vanilla",), "dropout", "*dropout*"),
    (("dropout_p=drop", "dropout=vanilla"), "dropout", "*dropout*"),
    (("l2=full",), "reg", "*net*"),
)

SPARED = ("dropout=vanilla",)  # of the shared cases

# The shipped assignments that fit an example, by its name in examples/submissions. The others are graded as a class.
LAYERS = ("cs231n-a2-layers", "week1-layers")
CONVNETS = ("cs231n-a2-convnets",)
FITTING = {
    "right": LAYERS,
    "right_flat.py": LAYERS,
    "convnets": CONVNETS,
    "s1": ("s1", "cs231n-a2-layers"),
    "s2.py": ("s2",),
    "s3": ("s3",),
    "s4.py": ("s4", "week1-layers"),
    "s5.py": ("s5",),
    "wrong_conv_pad_slice.py": CONVNETS,
    "wrong_max_pool_overlap.py": CONVNETS,
    "wrong_spatial_batchnorm_axes.py": CONVNETS,
    "wrong_net_penalty.py": ("s1",),
}

# Examples that torch answers, with other seeds: a name and options.
BY_TORCH = (
    ("right", "--only", "affine*", "--only", "svm*", "--only", "layernorm"),
    ("s3", "--assignment", "s3", "--only", "*net*"),
    ("wrong_batchnorm_eps_outside.py",),
    ("wrong_dropout_unscaled.py",),
)
SEEDED = ("--oracle", "torch", "--seed", "3", "--cases", "8")

# What is not right about a command line, or about what it is given.
MISUSED = (
    ("check", "examples/nowhere.py"),
    ("check", "examples/submissions/styles/dicts.py", *GOLDEN),
    ("check", "examples/submissions/right_flat.py", *GOLDEN, "--dialect", "dropout_p=neither"),
    ("check", "examples/submissions/right_flat.py", *GOLDEN, "--only", "nothing*"),
    ("check", "examples/submissions/right_flat.py", *GOLDEN, "--seed", "3"),
    ("check", "examples/submissions/right_flat.py", *GOLDEN, "--assignment", "afine"),
    ("check", "examples/submissions/right_flat.py", *GOLDEN, "--adapter", "examples/adapters/nowhere.py"),
    ("replay", "relu/0/99999", "examples/submissions/right_flat.py", *GOLDEN),
    ("replay", "rellu/0/1", "examples/submissions/right_flat.py", *GOLDEN),
    ("grade", "examples/nowhere", "--assignment", "week1-layers", "--out", "examples/nothing"),
    ("report", "examples/nowhere", "--format", "csv"),
)
LISTS = ("contracts", "checks", "dialects", "misconceptions", "assignments")
FORMATS = ("html", "gradescope", "prairielearn", "junit", "csv")
VIEWS = ("student", "instructor")

# tests/test_attacks.py judges by these: four cases, three checks of a point each, and the limits.
ATTACKED = """
name = "attacked"
cases = 4
[contracts]
relu = { forward = 1, gradient = 1, finite_difference = 1 }
affine = { forward = 1, gradient = 1, finite_difference = 1 }
[limits]
"""
LIMITS = {
    "case_seconds": 10.0,
    "submission_seconds": 20.0,
    "memory_mb": 768,
    "disk_mb": 16,
    "processes": 32,
    "open_files": 64,
}
NOWHERE = "/nowhere/to/be/found"
NO_PROCESS = 4_194_305  # above any process id of Linux
TARGETS = {
    **dict.fromkeys(("canary", "journal", "sibling", "shared_path", "class", "home", "repository"), NOWHERE),
    **dict.fromkeys(("manifest", "solution", "reference", "packages", "socket"), NOWHERE),
    **dict.fromkeys(("judge", "witness"), NO_PROCESS),
    **dict.fromkeys(("tcp", "udp"), 9),
    "entries": ["alice", "impl"],
    "passwords": "/etc/shadow",
    "variable": "GRADPROOF_SECRET",
    "witness_mark": "gradproof-no-witness",
    "abstract": "gradproof-no-witness",
    "shared": "gradproof-no-witness",
    "address": 4096,
    "shared_key": 77_001,
    "left_key": 77_002,
    "frame": "BwAAAAAAAAAAAAAAeydldmVudA==",  # seven bytes of a header that is no JSON
}

# Attacks that race with a clock of a few seconds: of these the points and the verdicts are kept, and no words.
RACING = {
    "announcement_drip": "which of its two functions is under way when its 3 seconds are up",
    "patches_numpy": "whether its process can be started a second time within its 4 seconds",
    "slow_drip": "how many calls of 0.6 seconds fit into its 2 seconds",
}

# Shared cases that are not the same from run to run: judged, and put where ``compare`` shows them and does not count.
UNSTEADY = {"set_of_parents.py": "adds its gradients up in the order of a set, which is that of memory addresses"}
APART = "check/unsteady/"

TAKEN_OUT = (
    # Code that is given no seed draws from the system's entropy: how many it keeps is no word of gradproof's.
    (re.compile(r"\d+( of \d+ elements were kept )\([0-9.]+%\)"), r"<drawn>\1(<drawn>)"),
    (re.compile(r'("(?:seconds|execution_time)": )[0-9.]+'), r"\1<seconds>"),
    (re.compile(r"(oracle \w+, seed \d+, )[0-9.]+ s$", re.MULTILINE), r"\1<seconds> s"),
)
MOST_LINES, MOST_FILES = 14, 40
LONG = 300  # characters of a line


@dataclass(frozen=True)
class Place:
    """What judges and what is judged: the executable, the checkout, where the output goes, and what is taken out."""

    gradproof: Path
    checkout: Path
    out: Path
    temporary: Path
    version: str = ""

    def plain(self, text: str) -> str:
        """A text without what must differ."""
        places = {
            str(self.temporary): "<temporary>",
            str(self.checkout): "<checkout>",
            str(self.gradproof.parent.parent): "<environment>",
        }
        for path in sorted(places, key=len, reverse=True):  # one may lie in another
            text = re.sub(rf"{re.escape(path)}(?![\w-])", places[path], text)
        for pattern, replacement in TAKEN_OUT:
            text = pattern.sub(replacement, text)
        if self.version:
            text = re.sub(rf'(gradproof(?:, version |": "| )){re.escape(self.version)}\b', r"\1<version>", text)
        return text

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Gradproof in the checkout, alone with its cores and as wide as everywhere."""
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        fixed = {"COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8", "TMPDIR": str(self.temporary)}
        return subprocess.run(
            [self.gradproof, *arguments],
            cwd=self.checkout,
            env={**os.environ, **threads, **fixed},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )

    def keep(self, name: str, text: str) -> None:
        """Write a text without what must differ."""
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.plain(text), encoding="utf-8")

    def record(self, name: str, *arguments: str) -> str:
        """Run a command, keep all that it says, and give its standard output."""
        done = self.call(*arguments)
        command = shlex.join(("gradproof", *arguments))
        parts = (f"{command}\nexit code {done.returncode}\n", done.stdout, done.stderr)
        self.keep(f"{name}.txt", "---- standard output\n".join(parts[:2]) + "---- standard error\n" + parts[2])
        return done.stdout


@dataclass(frozen=True)
class Check:
    """A ``gradproof check`` with its report as JSON; if asked for, the same as text, and a replay of what failed."""

    name: str
    path: str
    options: tuple[str, ...] = GOLDEN
    text: bool = False
    replay: bool = False

    def run(self, place: Place) -> None:
        """Write the files."""
        report = place.record(f"check/{self.name}", "check", self.path, *self.options, *JSON)
        if self.text:
            place.record(f"check/{self.name}.text", "check", self.path, *self.options)
        if self.replay and (command := _first_replay(report)):
            place.record(f"check/{self.name}.replay", *command)


@dataclass(frozen=True)
class Other:
    """Any other command."""

    name: str
    arguments: tuple[str, ...]

    def run(self, place: Place) -> None:
        """Write the file."""
        place.record(self.name, *self.arguments)


@dataclass(frozen=True)
class Grade:
    """A ``gradproof grade`` of a class behind the wall, what it leaves behind, and its reports."""

    name: str
    assignment: str  # a file in the checkout, or the text of one
    members: tuple[Path, ...]
    reports: bool = False
    racing: bool = False

    def run(self, place: Place) -> None:
        """Write the files."""
        folder = place.temporary / self.name.replace("/", "_")
        handed_in, results = folder / "class", folder / "results"
        handed_in.mkdir(parents=True)
        for member in self.members:
            _hand_in(member, handed_in)
        assignment = self.assignment
        if "\n" in assignment:
            (folder / "assignment.toml").write_text(assignment)
            assignment = str(folder / "assignment.toml")
        asked = ("--assignment", assignment, "--out", str(results), "--wall", "auto", "--workers", "2")
        asked = ("grade", str(handed_in), *asked, "--public-cases")  # the same cases whenever it is run
        if self.racing:
            place.call(*asked)
        else:
            place.record(f"{self.name}/grade", *asked)
        if not results.is_dir():  # it says why; without a wall, for one
            place.keep(f"{self.name}/nothing.txt", "no results\n")
            return
        if not self.racing:
            place.keep(f"{self.name}/grading.json", (results / "grading.json").read_text())
        for line in (results / "results.jsonl").read_text().splitlines():
            fields = json.loads(line)
            fields.pop("findings", None)  # kept beside the run, which has them in words: a commit may have none
            told = f"{json.dumps(_outcome(fields) if self.racing else fields)}\n"
            place.keep(f"{self.name}/results/{fields['submission']}.json", told)
        if self.reports:
            self._report(place, results)

    def _report(self, place: Place, results: Path) -> None:
        """Every report, of results that took a second each and were written at the epoch."""
        timings = results / "timings.jsonl"
        timings.write_text(re.sub(r'("seconds": )[0-9.]+', r"\g<1>1.0", timings.read_text()))
        lines = (results / "results.jsonl").read_text().splitlines(keepends=True)
        (results / "results.jsonl").write_text("".join(sorted(lines)))
        os.utime(results / "results.jsonl", (0, 0))
        for view in VIEWS:
            for form in FORMATS:
                made = results / f"{form}_{view}"
                name = f"{self.name}/{form}_{view}"
                place.record(
                    f"{name}.call", "report", str(results), "--format", form, "--view", view, "--output", str(made)
                )
                for path in [made] if made.is_file() else sorted(made.rglob("*")):
                    if path.is_file():
                        place.keep(f"{name}/{path.relative_to(made) if path != made else 'report'}", path.read_text())


@dataclass(frozen=True)
class Fixtures:
    """The digests of the repository's fixtures, and of a set computed anew."""

    name: str = "fixtures"

    def run(self, place: Place) -> None:
        """Write the files."""
        made = place.temporary / "fixtures"
        place.keep("fixtures/committed.txt", _digests(place.checkout / "fixtures"))
        place.record("fixtures/regenerate", "fixtures", "regenerate", "--out", str(made))
        place.keep("fixtures/regenerated.txt", _digests(made))


Job = Check | Other | Grade | Fixtures


def jobs(checkout: Path, more: Iterable[Path]) -> Iterator[Job]:
    """All that is done, what takes longest first."""
    yield Fixtures()
    yield from grades(checkout)
    examples = checkout / "examples" / "submissions"
    for name, *options in BY_TORCH:
        asked = (*SEEDED, *options)
        yield Check(f"torch/{name}", f"examples/submissions/{name}", asked, replay=name.startswith("wrong"))
    for path in items(examples):
        if path.name != "styles":
            yield from checks(f"examples/{path.name}", path, checkout, assignments_of(path.name))
    for path in items(examples / "styles"):
        yield Check(f"styles/{path.name}", str(path.relative_to(checkout)))
    for adapter, command in adapter_commands(checkout).items():
        yield Check(f"adapters/{adapter}", command[0], (*GOLDEN, *command[1:]), text=True)
    one = "examples/submissions/styles/updates_one_sample.py"
    adapter = ("--adapter", "examples/adapters/update_in_backward.py")
    yield Check("adapters/one_sample", one, (*GOLDEN, *adapter), text=True, replay=True)
    for path in ("right_flat.py", "wrong_unfilled.py"):
        for option in (("--no-sandbox",), ("--wall", "auto"), ("--compat",)):
            name = option[-1].strip("-")
            yield Check(f"{name}/{path}", f"examples/submissions/{path}", (*GOLDEN, *option))
    for folder in more:
        for path in items(folder):
            yield from cases(folder.name, path, folder, checkout)
    for what in LISTS:
        yield Other(f"list/{what}", ("list", what))
    for number, arguments in enumerate(MISUSED):
        yield Other(f"misused/{number:02d}_{arguments[0]}", arguments)


def checks(name: str, path: Path, checkout: Path, assignments: Iterable[str]) -> Iterator[Check]:
    """An example: by itself, under each assignment, under each convention that touches it."""
    given = str(path.relative_to(checkout))
    yield Check(f"{name}/alone", given, text=True, replay=True)
    for assignment in assignments:
        yield Check(f"{name}/{assignment}", given, (*GOLDEN, "--assignment", assignment), text=True)
    for dialect, options in dialects_of(path):
        yield Check(f"{name}/{dialect}", given, (*GOLDEN, *options))


def cases(name: str, path: Path, folder: Path, checkout: Path) -> Iterator[Check]:
    """A shared case: by itself; with the options of the folder's index, or else under what touches it."""
    label = f"{'unsteady/' if path.name in UNSTEADY else ''}{name}/{path.relative_to(folder)}"
    options = _indexed(folder, checkout).get(path.stem.removesuffix("_bug").removesuffix("_fixed"))
    dialects = {} if options is not None else dict(dialects_of(path))
    yield Check(f"{label}/alone", str(path), replay=not dialects)
    if options:
        yield Check(f"{label}/indexed", str(path), (*GOLDEN, *options), replay=True)
    for dialect, declared in dialects.items():
        if dialect not in SPARED:
            yield Check(f"{label}/{dialect}", str(path), (*GOLDEN, *declared))


def grades(checkout: Path) -> Iterator[Grade]:
    """The attacks that have limits of their own; the others beside the examples; the examples by other assignments."""
    examples = [path for path in items(checkout / "examples" / "submissions") if path.name != "styles"]
    styles = items(checkout / "examples" / "submissions" / "styles")
    attacks: dict[tuple[tuple[str, float], ...], list[Path]] = {}
    for path in sorted((checkout / "tests" / "attacks").glob("*.py")):
        attacks.setdefault(tuple(_limits_of(path).items()), []).append(path)
    everything = (*examples, *styles, *attacks.pop(()))
    yield Grade("grade/examples_and_attacks", attacked({}), everything, reports=True)
    for limits, paths in attacks.items():
        label = ",".join(f"{name}={value:g}" for name, value in limits)
        for racing in (False, True):
            members = tuple(path for path in paths if (path.stem in RACING) == racing)
            name = f"grade/{'racing' if racing else 'attacks'}_{label}"
            if members:
                yield Grade(name, attacked(dict(limits)), members, racing=racing)
    yield Grade("grade/gradescope", "examples/gradescope/assignment.toml", tuple(examples), reports=True)


def attacked(limits: Mapping[str, float]) -> str:
    """The assignment that attacks are judged by, with limits of their own."""
    return ATTACKED + "".join(f"{name} = {value}\n" for name, value in {**LIMITS, **limits}.items())


def items(folder: Path) -> list[Path]:
    """The submissions of a folder: files of Python, and folders that hold some."""
    if not any(folder.iterdir()):
        raise SystemExit(f"verdicts: {folder} is empty")
    found = [path for path in sorted(folder.iterdir()) if path.suffix == ".py" or path.is_dir()]
    return [path for path in found if not path.name.startswith((".", "__"))]


def assignments_of(name: str) -> tuple[str, ...]:
    """The shipped assignments that fit an example."""
    return FITTING.get(name, ())


def dialects_of(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The conventions, apart from the default ones, that a submission's text has to do with: a name and options."""
    text = "".join(file.read_text() for file in ([path] if path.is_file() else sorted(path.rglob("*.py"))))
    for conventions, word, contracts in DIALECTS:
        if re.search(rf"(?:\b|_){word}(?:\b|_)", text):
            declared = (part for convention in conventions for part in ("--dialect", convention))
            yield ",".join(conventions), (*declared, "--only", contracts)


def adapter_commands(checkout: Path) -> dict[str, list[str]]:
    """The arguments of ``gradproof check`` by adapter, as the adapters' README gives them."""
    text = (checkout / "examples" / "adapters" / "README.md").read_text()
    return {row[0]: shlex.split(row[1]) for row in re.findall(r"\[(\w+)\.py\].*`gradproof check ([^`]*)`", text)}


def _indexed(folder: Path, checkout: Path) -> dict[str, tuple[str, ...]]:
    """The options of each case by name, of a folder that has a table of them, ``index.tsv``."""
    if not (folder / "index.tsv").exists():
        return {}
    rows = [line.split("\t") for line in (folder / "index.tsv").read_text().splitlines()[1:]]
    adapters = {path.name: str(path.relative_to(checkout)) for path in (checkout / "examples/adapters").glob("*.py")}
    return {row[0]: tuple(adapters.get(word, word) for word in row[2].split() if word != "-") for row in rows}


def _limits_of(attack: Path) -> dict[str, float]:
    """The constant LIMITS of an attack, which is read and never imported."""
    for node in ast.parse(attack.read_bytes()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "LIMITS":
            limits: dict[str, float] = ast.literal_eval(node.value)
            return limits
    return {}


def _hand_in(member: Path, folder: Path) -> None:
    """Copy a submission into a class; an attack gets a folder of its own, with the targets that it asks for."""
    if member.parent.name == "attacks":
        mallory = folder / f"attack_{member.stem}"
        mallory.mkdir()
        shutil.copy(member, mallory / "submission.py")
        (mallory / "targets.json").write_text(json.dumps(TARGETS))
    elif member.is_dir():
        shutil.copytree(member, folder / member.name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(member, folder)


def _outcome(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What tests/test_attacks.py asserts of an attack: the points, and whether anything is held against a contract."""
    results = fields["run"]["results"] if fields["run"] else []
    bad = {r["contract"] for r in results if r["required"] and r["status"] in ("failed", "errored", "timed_out")}
    return {"submission": fields["submission"], "score": fields["score"], "bad": sorted(bad)}


def _first_replay(report: str) -> list[str]:
    """The arguments of the first command that a report gives to replay a case."""
    try:
        results = json.loads(report)["results"]
    except (ValueError, KeyError):
        return []
    commands = [result["replay"] for result in results if result["replay"]]
    return shlex.split(commands[0])[1:] if commands else []


def _digests(folder: Path) -> str:
    """The sha256 of every file of a fixture set."""
    files = sorted(path for path in folder.glob("*") if path.suffix in (".safetensors", ".gz", ".json"))
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def run(place: Place, more: Iterable[Path], workers: int, only: Iterable[str]) -> None:
    """Do every job, and say how far it is."""
    todo = [job for job in jobs(place.checkout, more) if not only or any(part in job.name for part in only)]
    names = [job.name for job in todo]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SystemExit(f"verdicts: two jobs write the same files: {', '.join(twice)}")
    started = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(job.run, place): job for job in todo}
        for number, future in enumerate(as_completed(futures), 1):
            future.result()
            print(f"[{number}/{len(todo)}] {time.monotonic() - started:4.0f} s {futures[future].name}", flush=True)
    print(f"{sum(path.is_file() for path in place.out.rglob('*'))} files in {place.out}")


def compare(one: Path, other: Path) -> int:
    """Print how two runs differ; gives how many files do."""
    files = [{str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} for root in (one, other)]
    if not all(files):
        raise SystemExit(f"verdicts: {one if not files[0] else other} holds no run")
    missing = sorted(files[0] ^ files[1])
    for name in missing:
        print(f"only in {one if name in files[0] else other}: {name}")
    common = sorted(files[0] & files[1])
    different = [name for name in common if (one / name).read_bytes() != (other / name).read_bytes()]
    for name in different[:MOST_FILES]:
        print(f"differs: {name}")
        texts = [_lines((root / name).read_text(encoding="utf-8")) for root in (one, other)]
        lines = list(difflib.unified_diff(*texts, lineterm="", n=0))[2:]
        print("\n".join(f"  {line[:LONG]}" for line in lines[:MOST_LINES]))
        if len(lines) > MOST_LINES:
            print(f"  ... {len(lines) - MOST_LINES} lines more")
    for name in different[MOST_FILES:]:
        print(f"differs: {name}")
    counted = [name for name in (*different, *missing) if not name.startswith(APART)]
    print(f"{len(common) - len(different)} files identical, {len(different)} differ, {len(missing)} in one run only")
    if len(counted) < len(different) + len(missing):
        print(f"of these {len(different) + len(missing) - len(counted)} are unsteady by themselves and do not count")
    return len(counted)


def _lines(text: str) -> list[str]:
    """The lines of a text; a long one of JSON, as results.jsonl has them, is taken apart where its fields begin."""
    parts = (re.split(r'(?<=, )(?=")', line) if len(line) > LONG else [line] for line in text.splitlines())
    return [part for line in parts for part in line]


def _executable(text: str) -> Path:
    path = Path(os.path.abspath(text))  # noqa: PTH100 - a link in bin/ is not to be resolved
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text} is no file")
    return path


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text).resolve()


def main() -> None:
    """Run or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run", help="judge everything and write what is said")
    runs.add_argument("--gradproof", type=_executable, required=True, help="the executable that judges")
    runs.add_argument("--checkout", type=_folder, required=True, help="the repository whose examples are judged")
    runs.add_argument("--out", type=Path, required=True, help="a folder that is not there yet, or is empty")
    runs.add_argument("--more", type=_folder, action="append", default=[], help="a folder of further submissions")
    runs.add_argument("--workers", type=int, default=2)
    runs.add_argument("--only", action="append", default=[], help="only jobs with this text in their name")
    compares = commands.add_parser("compare", help="say how two runs differ")
    compares.add_argument("one", type=_folder)
    compares.add_argument("other", type=_folder)
    arguments = parser.parse_args()
    if arguments.command == "compare":
        sys.exit(1 if compare(arguments.one, arguments.other) else 0)
    out = arguments.out.resolve()
    if out.exists() and any(out.iterdir()):
        parser.error(f"--out {out} is not empty")
    with tempfile.TemporaryDirectory(prefix="verdicts_") as temporary:
        place = Place(arguments.gradproof, arguments.checkout, out, Path(temporary).resolve())
        version = place.call("--version").stdout.split()[-1:]
        if not version:
            parser.error(f"--gradproof {arguments.gradproof} does not run")
        run(replace(place, version=version[0]), arguments.more, arguments.workers, arguments.only)


if __name__ == "__main__":
    main()
