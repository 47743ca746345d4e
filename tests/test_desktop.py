"""Any desktop: gradproof without the modules and calls that only POSIX has, in odd folders and on odd consoles."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import RELU, one_in

from gradproof.conformance.errors import UsageError
from gradproof.conformance.harness import wire
from gradproof.conformance.reports.files import file_names
from gradproof.conformance.sandbox import channel, walls
from gradproof.conformance.sandbox.shell import command_line
from gradproof.conformance.sandbox.walls import bubblewrap, unprivileged

pytestmark = pytest.mark.usefixtures("without_names")

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_POSIX = ROOT / "tests" / "without_posix.py"
WRONG = RELU.replace("> 0)", "< 0)")
UNUSUAL = "Übung 1, λ, 'quoted'"
QUICK = ("--oracle", "golden", "--only", "relu", "--cases", "6")
DRIVER = """
import sys
from pathlib import Path
import numpy as np
from gradproof.conformance.oracle.oracle import pick
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.limits import Limits
contract = contract_named("relu")
case = pick("golden", None, None).cases(contract, DEFAULT, 1)[0]
large = case.with_inputs({name: np.ones((300, 1000)) for name in ("x", "dout")})
for path in sys.argv[1:]:
    with Sandbox(Path(path), limits=Limits(case_seconds=2.0)) as session:
        first, second = session.run(contract, case), session.run(contract, large)
    print(first.error and sentence(first.error))
    print(second.error and sentence(second.error), second.arrays["out"].shape)
"""
FLOOD = """import os
    for fd in range(3, 20):
        try:
            os.write(fd, bytes(1 << 20))
            while True:
                os.write(fd, bytes(1 << 20))
        except OSError:
            pass"""
CONSOLES = [pytest.param("cp1252", "text"), pytest.param("cp1252", "json"), pytest.param("ascii", "text")]
ENDINGS = {  # what the backward pass does, and what is said of it
    "hangs": ("while True: pass", "relu_backward did not return within 2 s"),
    "dies": ("import os; os._exit(3)", "relu_backward ended the process with exit code 3"),
    "is_killed": ("import os; os.kill(os.getpid(), 9)", "relu_backward ended the process with exit code -9"),
    "stops": ("import os; os.kill(os.getpid(), 19)", "relu_backward did not return within 2 s"),
    "floods": (FLOOD, "relu_backward broke the connection: a malformed message"),
}


def python(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Python on these arguments; what it prints is read in the encoding that it is asked to print in."""
    encoding = environment.setdefault("PYTHONIOENCODING", "utf-8")
    words = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, **environment}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=False, encoding=encoding)


def without_posix(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """``gradproof`` on a system that is not POSIX."""
    return python(WITHOUT_POSIX, "-m", "gradproof", *arguments)


def written(folder: Path, source: str, name: str = "mine.py") -> Path:
    """A submission of this source."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(source, encoding="utf-8")
    return path


def test_what_only_posix_has_is_absent(tmp_path: Path) -> None:
    """In the suite's process and in the child's, so that the tests below show what they say."""
    source = (
        "import os, select\n"
        "names = ['fork', 'killpg', 'getppid', 'set_blocking']\n"
        "assert not any(hasattr(os, name) for name in names) and not hasattr(select, 'poll')\n"
        "try: import resource\n"
        "except ImportError: print('absent')\n"
    )
    assert python(WITHOUT_POSIX, written(tmp_path, source)).stdout == "absent\n"
    loaded = without_posix("check", written(tmp_path, f"{source}else: raise OSError\n{RELU}"), *QUICK)
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr


def test_check_gives_the_same_report(tmp_path: Path) -> None:
    """Byte for byte, but for the seconds."""
    arguments = ("check", written(tmp_path, WRONG), *QUICK, "--format", "json")
    there, here = without_posix(*arguments), python("-m", "gradproof", *arguments)
    assert there.returncode == here.returncode == 1, there.stderr
    reports = [json.loads(done.stdout) for done in (there, here)]
    for report in reports:
        del report["summary"]["seconds"]
    assert reports[0] == reports[1]


def test_a_case_is_replayed(tmp_path: Path) -> None:
    """``replay`` writes the script, and the script shows the mistake."""
    path, script = written(tmp_path, WRONG), tmp_path / "replay.py"
    done = without_posix("replay", "relu/0/0", path, "--oracle", "golden", "--output", script)
    assert done.returncode == 0, done.stderr
    assert "units over the array" in python(WITHOUT_POSIX, script).stdout


def test_the_plugin_judges(tmp_path: Path) -> None:
    """``pytest --submission`` runs its tests and reports the one that fails."""
    path = written(tmp_path, WRONG)
    options = ("-p", "no:cacheprovider", "--submission-oracle", "golden", "--submission-cases", "6")
    done = python(
        WITHOUT_POSIX, "-m", "pytest", "--rootdir", tmp_path, "-c", os.devnull, "--submission", path, *options
    )
    assert "1 failed, 6 passed, 4 skipped" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("list", "contracts"), 0, "relu_forward"),
        (("doctor",), 0, "a submission loads and answers"),
        (("report", "nowhere", "--format", "csv"), 2, "nowhere"),
        pytest.param(("fixtures", "verify", "--out", "nowhere"), 2, "nowhere", marks=pytest.mark.needs_torch),
        (("train", "--help"), 0, "--net"),
        (
            ("grade", "tests", "--assignment", "s2", "--out", "{}/out", "--no-sandbox", "--public-cases"),
            2,
            "needs a POSIX system",
        ),
        (("check", "{}", "--wall", "auto"), 2, "no wall can stand on this machine"),
    ],
)
def test_a_command_starts(arguments: tuple[str, ...], code: int, words: str, tmp_path: Path) -> None:
    """Each verb does its work or says in one line why it cannot."""
    (tmp_path / "layers.py").touch()
    done = without_posix(*(argument.format(tmp_path) for argument in arguments))
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert words in (done.stdout if code == 0 else done.stderr)


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said of each ending, and of the case after it."""
    folder = tmp_path_factory.mktemp("endings")
    forward = RELU.partition("def relu_backward")[0]
    for kind, (body, _) in ENDINGS.items():
        written(folder, f"{forward}def relu_backward(dout, cache):\n    {body}\n", f"{kind}.py")
    done = python(WITHOUT_POSIX, written(folder, DRIVER, "driver.py"), *(folder / f"{kind}.py" for kind in ENDINGS))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    return {kind: lines[2 * i : 2 * i + 2] for i, kind in enumerate(ENDINGS)}


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[pytest.mark.posix] if kind in ("is_killed", "stops") else []) for kind in ENDINGS],
)
def test_an_end_of_the_child_is_seen(kind: str, endings: dict[str, list[str]]) -> None:
    """A hang, a death and a flood have their sentence, and the next child takes a case that no pipe holds at once."""
    first, second = endings[kind]
    assert first.startswith(ENDINGS[kind][1])
    assert second.endswith("(300, 1000)")


@pytest.mark.posix
def test_what_a_child_sends_unasked_fills_no_memory(tmp_path: Path) -> None:
    """A thread reads a few chunks ahead and no more, and ends when the connection is closed."""
    path = tmp_path / "flood"
    path.touch()
    os.truncate(path, 1 << 30)
    with path.open("rb", buffering=0) as flood, (tmp_path / "requests").open("wb", buffering=0) as requests:
        line = channel.Threaded(SimpleNamespace(stdin=requests, stdout=flood))
        watched = os.dup(flood.fileno())  # the same place in the file
        assert len(line.read(30.0)) == channel.READ_CHUNK
        while line._replies.qsize() < channel.CHUNKS_AHEAD:
            os.sched_yield()
        for _ in range(1000):
            os.sched_yield()
        ahead = os.lseek(watched, 0, os.SEEK_CUR) // channel.READ_CHUNK
        line.close()
        for thread in line.threads:
            thread.join(30.0)
        os.close(watched)
    assert ahead <= channel.CHUNKS_AHEAD + 2
    assert not any(thread.is_alive() for thread in line.threads)


def test_the_child_ends_when_its_requests_do(tmp_path: Path) -> None:
    """Where no process learns of its parent's end: even in the middle of a loop that reads no request."""
    worker = ROOT / "conformance" / "harness" / "worker.py"
    path = written(tmp_path, "while True: pass\ndef relu_forward(x): ...\n")
    load = {"op": "load", "path": str(path), "adapter": None, "names": ["relu_forward"], "compat": False}
    command = [sys.executable, "-I", str(WITHOUT_POSIX), "--child", str(worker), str(ROOT), "{}"]
    request = wire.encode({**load, "request": "1"})
    done = subprocess.run(command, input=request, stdout=subprocess.DEVNULL, timeout=60, check=False)
    assert done.returncode == 1


def test_walls_stand_on_linux_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the sentence says so, whichever wall is asked for."""
    monkeypatch.setattr(sys, "platform", "darwin")
    bubblewrap._missing.cache_clear()
    unprivileged._missing.cache_clear()
    try:
        for name in ("auto", *walls.NAMES):
            with pytest.raises(UsageError, match="walls stand on Linux only, and this is darwin"):
                walls.pick(name)
    finally:
        bubblewrap._missing.cache_clear()
        unprivileged._missing.cache_clear()


@pytest.mark.parametrize(("encoding", "style"), one_in(3, CONSOLES))
def test_a_console_that_lacks_a_character_gets_its_number(encoding: str, style: str, tmp_path: Path) -> None:
    """A file, a folder and an error beyond ASCII: the report is whole, and JSON is UTF-8 whatever the console is."""
    source = (
        RELU.partition("def relu_backward")[0] + "def relu_backward(dout, cache):\n    raise ValueError('λ→\U0001f600')"
    )
    path = written(tmp_path / UNUSUAL, source, "größe λ.py")
    arguments = ("-m", "gradproof", "check", path, *QUICK, "--format", style)
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False), done.stderr
    if style == "json":
        assert "λ→\U0001f600" in json.dumps(json.loads(done.stdout.decode("utf-8")), ensure_ascii=False)
    else:
        assert r"\u03bb\u2192\U0001f600" in done.stdout.decode(encoding)


@pytest.mark.parametrize("arguments", [("--help",), ("list", "misconceptions"), ("list", "dialects")])
def test_help_and_lists_are_printed_in_ascii(arguments: tuple[str, ...]) -> None:
    """The poorest console there is."""
    done = python("-m", "gradproof", *arguments, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.posix
def test_an_unusual_path_is_replayed_as_the_report_says(tmp_path: Path) -> None:
    """Blanks, quotes and letters beyond ASCII: the printed command can be pasted into a shell."""
    path = written(tmp_path / UNUSUAL, WRONG, "größe λ.py")
    report = python("-m", "gradproof", "check", path, *QUICK, "--format", "json")
    (failed,) = (r for r in json.loads(report.stdout)["results"] if r["status"] == "failed")
    program, *words = shlex.split(failed["replay"])
    assert program == "gradproof"
    script = python("-m", "gradproof", *words)
    assert "units over the array" in python(written(tmp_path, script.stdout, "replay.py")).stdout


def test_a_command_is_quoted_as_windows_reads_it() -> None:
    """Backslashes stay single, a blank takes double quotes."""
    words = ("gradproof", "replay", "relu/0/0", r"C:\My Files\mine.py")
    assert command_line(words, is_windows=True) == r'gradproof replay relu/0/0 "C:\My Files\mine.py"'
    assert shlex.split(command_line(words, is_windows=False)) == list(words)


@pytest.mark.parametrize(("name", "is_kept"), [("con", False), ("NUL.v2", False), ("conrad", True), ("com10", True)])
def test_a_report_is_no_device_of_windows(name: str, is_kept: bool) -> None:
    """A submission may be called like a device; the file of its report is not."""
    assert (file_names([name])[name] == name) == is_kept


def test_no_file_is_read_in_the_encoding_of_the_place(tmp_path: Path) -> None:
    """Python warns of each file that is opened without an encoding; none of them is ours."""
    path = written(tmp_path, WRONG)
    for arguments in (("check", path, *QUICK), ("replay", "relu/0/0", path, "--oracle", "golden")):
        done = python("-X", "warn_default_encoding", "-m", "gradproof", *arguments)
        ours = [line for line in done.stderr.splitlines() if "EncodingWarning" in line and str(ROOT) in line]
        assert not ours
