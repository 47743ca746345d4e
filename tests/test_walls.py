"""The walls: what a submission finds inside one, and what it cannot do there.

Each test asks a submission that is inside to report on its surroundings, through the arrays that it returns. With CI
set, a machine without bubblewrap fails these tests instead of skipping them.
"""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import attack_range
import numpy as np
import pytest

from gradproof.conformance.cli import doctor
from gradproof.conformance.errors import UsageError
from gradproof.conformance.harness.session import transplanting
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import FORKED, NAMES, bubblewrap, named, pick, system, unprivileged
from gradproof.conformance.sandbox.walls.launching import Folder
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.limits import FILES, Limits

REASONS = {name: named(name).missing() for name in (*NAMES, *FORKED.values())}
LIMITS = Limits(case_seconds=5, submission_seconds=30, memory_mb=1024, disk_mb=8)


@pytest.fixture(params=(*NAMES, *FORKED.values()))
def wall(request: pytest.FixtureRequest) -> str:
    """Each wall that can stand here."""
    reason = REASONS[request.param]
    if reason and request.param in ("bubblewrap", FORKED["bubblewrap"]) and os.environ.get("CI"):
        pytest.fail(f"no wall in CI: {reason}")
    if reason:
        pytest.skip(f"{request.param}: {reason}")
    return str(request.param)


def told(tmp_path: Path, wall: str, body: str, limits: Limits = LIMITS) -> list[float]:
    """What the lines of ``body`` put into ``found``, run inside a call behind the wall."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    source = (
        f"import numpy as np\n\n\ndef relu_forward(x):\n    found = []\n{lines}\n    return np.array(found, float), x\n"
    )
    (tmp_path / "mine").mkdir(exist_ok=True)
    (tmp_path / "mine" / "layers.py").write_text(source)
    relu = contract_named("relu")
    with Sandbox(tmp_path / "mine", limits=limits, wall=named(wall)) as session:
        observed = session.run(relu, draw_case(relu, 0, 0))
    assert "out" in observed.arrays, observed.error
    return [float(value) for value in np.atleast_1d(observed.arrays["out"])]


def test_what_a_submission_brings_is_found_by_its_name(tmp_path: Path, wall: str) -> None:
    """As in the folder where its author runs it; and what it writes there stays behind the wall."""
    (tmp_path / "mine" / "data").mkdir(parents=True)
    for name in ("constants.txt", "data/more.txt"):
        (tmp_path / "mine" / name).write_text("7")
    body = """
with open("own.txt", "w") as file:
    file.write("7")
for name in ("constants.txt", "data/more.txt", "own.txt"):
    with open(name) as file:
        found.append(int(file.read()))
"""
    assert told(tmp_path, wall, body) == [7, 7, 7]
    assert not (tmp_path / "mine" / "own.txt").exists()


ABSENT = (
    "torch",
    "impl",
    "reference",
    "gradproof.impl",
    "gradproof.reference",
    "gradproof.conformance.oracle.oracle",
    "gradproof.conformance.oracle.published_values",
    "pydantic",
    "safetensors",
)
IMPORTS = """
import importlib, sys
sys.path[:0] = PATHS
for name in ABSENT:
    try:
        importlib.import_module(name)
        found.append(1)
    except Exception:
        found.append(0)
"""


def test_torch_and_the_answers_cannot_be_imported(tmp_path: Path, wall: str) -> None:
    """Not even with their folders on the path."""
    site = Path(np.__file__).parent.parent
    root = Path(__file__).resolve().parent.parent
    assert set(
        told(tmp_path, wall, IMPORTS.replace("PATHS", repr([str(site), str(root)])).replace("ABSENT", repr(ABSENT)))
    ) == {0}


LISTED = """
import os
for path in PATHS:
    try:
        os.listdir(path) if os.path.isdir(path) else open(path).read()
        found.append(1)
    except OSError:
        found.append(0)
"""


def test_what_is_not_there_is_not_there_as_any_other_module(tmp_path: Path, wall: str) -> None:
    """An import of an installed package ends in ImportError, not in a complaint about rights."""
    body = "try:\n    import hypothesis\nexcept ImportError:\n    found.append(0)"
    assert told(tmp_path, wall, body) == [0]


def test_files_of_the_host_are_not_there(tmp_path: Path, wall: str) -> None:
    """The project, its fixtures and impl, other submissions, the password file."""
    (tmp_path / "other.py").write_text("SECRET = 1\n")
    root = Path(__file__).resolve().parent.parent
    paths = [
        root / "README.md",
        root / "fixtures",
        root / "impl" / "affine.py",
        tmp_path / "other.py",
        tmp_path,
        "/etc/passwd",
    ]
    assert set(told(tmp_path, wall, LISTED.replace("PATHS", repr(list(map(str, paths)))))) == {0}


def test_the_environment_is_bare(tmp_path: Path, wall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the host is seen."""
    monkeypatch.setenv("GRADPROOF_KEY", "a secret of sixteen letters")
    assert told(tmp_path, wall, "import os\nfound.append(sum('KEY' in name for name in os.environ))") == [0]


def test_there_is_no_network(tmp_path: Path, wall: str) -> None:
    """A server on this machine is not reached, and no name is looked up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        body = f"""
import socket
by_address = lambda: socket.create_connection(("127.0.0.1", {port}), 1)
by_name = lambda: socket.create_connection(("localhost", {port}), 1)
for attempt in (by_address, by_name):
    try:
        attempt()
        found.append(1)
    except OSError:
        found.append(0)
"""
        assert told(tmp_path, wall, body) == [0, 0]


PROCESSES = """
import os, subprocess, sys
by_subprocess = lambda: subprocess.run([sys.executable, "-c", ""])
by_spawn = lambda: os.posix_spawn(sys.executable, ["python", "-c", ""], {})
for attempt in (os.fork, by_subprocess, by_spawn):
    try:
        pid = attempt()
        found.append(1)
    except OSError:
        found.append(0)
"""


def test_no_process_can_be_started(tmp_path: Path, wall: str) -> None:
    """By fork, by a subprocess, by posix_spawn."""
    assert told(tmp_path, wall, PROCESSES) == [0, 0, 0]


THREADS = """
import threading
threading.stack_size(64 << 10)
end, started = threading.Event(), 0
try:
    while started < 500:
        threading.Thread(target=end.wait, daemon=True).start()
        started += 1
except Exception:
    pass
end.set()
found.append(started)
"""


def test_threads_are_bounded_as_processes_are(tmp_path: Path, wall: str) -> None:
    """Those of root too, for whom the kernel's limit of a user does not hold."""
    (started,) = told(tmp_path, wall, THREADS, replace(LIMITS, processes=24))
    assert 8 <= started <= 24


FILES_MADE = """
import os
place, made = os.environ["HOME"], 0
for make in (lambda path: os.symlink("nowhere", path), os.mkdir, lambda path: open(path, "w").close()):
    try:
        for n in range(5000):
            make(os.path.join(place, f"{made}"))
            made += 1
    except OSError:
        pass
found.append(made)
"""


def test_files_folders_and_links_are_bounded(tmp_path: Path, wall: str) -> None:
    """Each takes memory of the kernel, however small it is."""
    (made,) = told(tmp_path, wall, FILES_MADE)
    assert 100 < made <= FILES


SUM = """
import os, tempfile
place, written = tempfile.gettempdir(), 0
try:
    for n in range(40):
        with open(os.path.join(place, f"{n}"), "wb", 0) as file:
            written += file.write(bytes(1 << 20))
except OSError:
    pass
found.append(written >> 20)
"""


def test_what_is_written_is_bounded_in_sum(tmp_path: Path, wall: str) -> None:
    """Many files, each of which is small enough."""
    (written,) = told(tmp_path, wall, SUM)
    assert 1 < written <= LIMITS.disk_mb


SIGNALS = f"""
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
reached = lambda outcome: found.append(int(outcome == 0))
for pid in (-1, 0, 1, os.getppid(), {os.getpid()}):
    reached(libc.kill(pid, 0))
reached(libc.syscall(62 if os.uname().machine == "x86_64" else 129, -1, 0))
reached(libc.prctl(1, 0, 0, 0, 0))  # not to end with the suite
reached(min(0, libc.msgget(77, 0o1600)))
reached(min(0, libc.semget(77, 1, 0o1600)))
reached(min(0, libc.shmget(77, 4096, 0o1600)))
os.kill(os.getpid(), 0)
signal.raise_signal(signal.SIGCHLD)
"""


def test_nobody_else_is_signalled_and_nothing_is_shared(tmp_path: Path, wall: str) -> None:
    """Not every process of the same user, nor messages, semaphores and memory of others; itself it may signal."""
    assert set(told(tmp_path, wall, SIGNALS)) == {0}


LIMITS_OF_OTHERS = """
import os, resource
for pid in (1, os.getppid(), 2):
    try:
        resource.prlimit(pid, resource.RLIMIT_CPU)
        found.append(pid != os.getpid())
    except (OSError, ValueError):
        found.append(0)
found.append(resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE) != resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_the_limits_of_no_other_process_are_a_submissions(tmp_path: Path, wall: str) -> None:
    """Neither to set nor to see: a process that may use one second ends after it."""
    assert set(told(tmp_path, wall, LIMITS_OF_OTHERS)) == {0}


SLEEPER = """
import os, threading
os._exit = lambda code: None
def relu_forward(x):
    return x, x
def relu_backward(dout, cache):
    while True:
        threading.Event().wait(0.1)
"""
GRADER = """
import sys
from pathlib import Path
from gradproof.conformance.sandbox.connection import Connection
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import named
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
receive = Connection.receive
def telling(self):
    message = receive(self)
    if message.header.get("event") == "calling":
        print(flush=True)
    return message
Connection.receive = telling
with Sandbox(Path(sys.argv[1]), wall=named(sys.argv[2])) as session:
    session.run(contract_named("relu"), draw_case(contract_named("relu"), 0, 0))
"""


def test_no_worker_outlives_a_grader_that_is_killed(tmp_path: Path, wall: str) -> None:
    """The kernel ends it: what the submission does to the functions of its own process does not matter."""
    (tmp_path / "mine.py").write_text(SLEEPER)
    with attack_range.adopting():
        before = attack_range.descendants()
        command = [sys.executable, "-c", GRADER, str(tmp_path / "mine.py"), wall]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as grader:
            assert grader.stdout.readline() == b"\n"
            grader.kill()
        assert attack_range.left_behind(before) == set()


@pytest.mark.parametrize("name", ["unprivileged", FORKED["unprivileged"]])
def test_where_the_folder_is_no_file_system_of_its_own_the_suite_watches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As for a root that may mount nothing: who writes on is stopped, and charged by name."""
    if REASONS["unprivileged"]:
        pytest.skip(f"unprivileged: {REASONS['unprivileged']}")
    made = partial(replace, is_there=True)  # there is none whose bounds could be set, so setting them fails
    monkeypatch.setattr(unprivileged, "Folder", lambda *given, is_there: made(Folder(*given, is_there=is_there)))
    (tmp_path / "mine.py").write_text(
        "import tempfile\n\n\ndef relu_forward(x):\n    kept = []\n    while True:\n"
        "        kept.append(tempfile.TemporaryFile())\n        kept[-1].write(bytes(1 << 18))\n"
        "        kept[-1].flush()\n"
    )
    relu = contract_named("relu")
    with Sandbox(tmp_path / "mine.py", limits=LIMITS, wall=named(name)) as session:
        assert session.run(relu, draw_case(relu, 0, 0)).error is not None
    (tmp_path / "mine.py").write_text(
        "import tempfile, os\n\n\ndef relu_forward(x):\n    n = 0\n    while True:\n        n += 1\n"
        "        with open(os.path.join(tempfile.gettempdir(), str(n)), 'wb') as file:\n"
        "            file.write(bytes(1 << 20))\n"
    )
    with Sandbox(tmp_path / "mine.py", limits=LIMITS, wall=named(name)) as session:
        error = session.run(relu, draw_case(relu, 0, 0)).error
    assert sentence(error) == "relu_forward wrote more than 8 MiB or 1,000 files, and was stopped"


def test_where_the_bounds_of_files_cannot_be_set_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where bubblewrap may give no rights: reading goes on."""
    if REASONS["bubblewrap"]:
        pytest.skip(f"bubblewrap: {REASONS['bubblewrap']}")
    monkeypatch.setattr(bubblewrap, "RIGHT_TO_MOUNT", ())
    assert told(tmp_path, "bubblewrap", FILES_MADE) == [0]
    assert told(tmp_path, "bubblewrap", "import os\nfound.append(len(open(os.__file__).read()) > 0)") == [1]


def test_threads_can_be_started(tmp_path: Path, wall: str) -> None:
    """They are harmless, and libraries use them."""
    body = "import threading\nt = threading.Thread(target=found.append, args=(1,))\nt.start()\nt.join()"
    assert told(tmp_path, wall, body) == [1]


def test_the_suite_and_its_other_processes_cannot_be_signalled(tmp_path: Path, wall: str) -> None:
    """The suite's process lives on."""
    body = f"""
import os
try:
    os.kill({os.getpid()}, 15)
    found.append(1)
except OSError:
    found.append(0)
"""
    assert told(tmp_path, wall, body) == [0]


def test_memory_is_bounded(tmp_path: Path, wall: str) -> None:
    """More than the limit is a MemoryError."""
    body = "try:\n    found.append(np.ones(1 << 28).sum())\nexcept MemoryError:\n    found.append(0)"
    assert told(tmp_path, wall, body) == [0]


WRITES = """
import os, tempfile
places = ["/tmp", "/", "/usr/lib", "/dev", "/dev/shm", "/submission", os.path.dirname(__file__), tempfile.gettempdir()]
for place in places:
    try:
        with open(os.path.join(place, "mine"), "wb") as file:
            file.write(b"x" * (9 << 20))
        found.append(1)
    except OSError:
        found.append(0)
"""


def test_nowhere_can_more_than_the_limit_be_written(tmp_path: Path, wall: str) -> None:
    """Not to the private folder, and nowhere else at all."""
    assert set(told(tmp_path, wall, WRITES)) == {0}


def test_a_little_can_be_written_to_the_private_folder(tmp_path: Path, wall: str) -> None:
    """As a submission that logs does; the host sees nothing of it."""
    body = "import tempfile\nfile = tempfile.NamedTemporaryFile('w+', prefix='seen-')\nfound.append(file.write('abc'))"
    assert told(tmp_path, wall, body) == [3]
    assert not list(Path("/tmp").glob("seen-*"))


def test_proven_layers_are_there_only_where_they_are_asked_for(tmp_path: Path, wall: str) -> None:
    """And then the layers alone: no network of impl, with which a wrong one could pass."""
    (tmp_path / "mine.py").write_text(
        "import sys, importlib\nimport numpy as np\nsys.path.insert(0, sys.path[-1])\n\n\n"  # the worker's own folder
        "def relu_forward(x):\n    found = []\n"
        "    for name in ('gradproof.impl.affine', 'gradproof.impl.networks', 'gradproof.impl.solver'):\n"
        "        try:\n            importlib.import_module(name)\n            found.append(1.0)\n"
        "        except Exception:\n            found.append(0.0)\n"
        "    return np.array(found), x\n\n\ndef relu_backward(dout, cache):\n    return dout\n"
    )
    relu = contract_named("relu")
    case = draw_case(relu, 0, 0)
    with Sandbox(tmp_path / "mine.py", limits=LIMITS, wall=named(wall)) as session:
        before = session.run(relu, case).arrays["out"]
        with transplanting(session, ("relu_backward",)):
            beside = session.run(relu, case).arrays["out"]
        after = session.run(relu, case).arrays["out"]
    assert [list(before), list(beside), list(after)] == [[0, 0, 0], [1, 0, 0], [0, 0, 0]]


BORROWER = """
import gc, types
import numpy as np


def found(name):
    try:
        from gradproof.impl import recurrent
    except ImportError:
        return 0.0
    here = [each for each in gc.get_objects() if isinstance(each, types.FunctionType) and each.__name__ == name]
    return float(hasattr(recurrent, name) or any(each.__module__ != __name__ for each in here))


def rnn_forward(x, h0, Wx, Wh, b):
    return np.array([found("rnn_step_forward"), found("rnn_forward"), found("rnn_backward")]), None


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.array([found("rnn_step_forward"), found("rnn_forward"), found("rnn_backward")]), None
"""


def test_what_is_built_on_a_proven_layer_is_not_there_beside_it(tmp_path: Path, wall: str) -> None:
    """Whoever has not written it would find it, by import or in memory; what stands in for it above is there."""
    (tmp_path / "mine.py").write_text(BORROWER)
    rnn, step = contract_named("rnn"), contract_named("rnn_step")
    with Sandbox(tmp_path / "mine.py", limits=LIMITS, wall=named(wall)) as session:
        with transplanting(session, ("rnn_forward",)):
            above = session.run(step, draw_case(step, 0, 0)).arrays["next_h"]
        with transplanting(session, ("rnn_step_backward",)):
            beside = session.run(rnn, draw_case(rnn, 0, 0)).arrays["h"]
        native = session.run(rnn, draw_case(rnn, 0, 0)).arrays["h"]
    assert [list(above), list(beside), list(native)] == [[1, 1, 0], [1, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("name", ["rnn", "conv_bn_relu", "multi_head_attention", "spatial_groupnorm", "dropout"])
def test_proven_functions_are_whole_without_the_rest_of_their_modules(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that they are made of, and nothing that is made of them."""
    wanted = {function.name for function in contract_named(name).functions}
    package = f"proven_{name}"
    (tmp_path / package).mkdir()
    for place, content in system.donor_files(tuple(sorted(wanted))):
        (tmp_path / package / place.name).write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path)
    modules = [import_module(f"{package}.{file.stem}") for file in sorted((tmp_path / package).glob("*.py"))]
    given = {each for module in modules for each in vars(module)}
    assert given.issuperset(wanted)
    built = {function.name for row in all_contracts() if name in row.builds_on for function in row.functions}
    assert not given & (built - wanted)


def test_the_time_of_a_submission_is_bounded_as_a_whole(tmp_path: Path, wall: str) -> None:
    """Many calls, each of them in time, end when its seconds are up."""
    (tmp_path / "slow.py").write_text(
        "import time\n\ncalls = []\n\n\ndef relu_forward(x):\n    time.sleep(0.3 if calls else 0)\n"
        "    calls.append(1)\n    return x, x\n\n\n"
        "def relu_backward(dout, cache):\n    return dout\n"
    )
    relu = contract_named("relu")
    with Sandbox(tmp_path / "slow.py", limits=Limits(submission_seconds=60.0), wall=named(wall)) as session:
        errors = [session.run(relu, draw_case(relu, 0, 0)).error]
        session._clock.seconds_left = 0.8  # however long this machine took to start it
        errors += [session.run(relu, draw_case(relu, 0, i)).error for i in range(1, 8)]
    assert errors[0] is None
    assert errors[-1] is not None
    assert errors[-1].kind == "timed_out"
    assert "60 s are up" in sentence(errors[-1])


@pytest.mark.parametrize("name", NAMES)
def test_a_wall_without_its_filter_is_a_missing_wall(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with Debian's bubblewrap where pyseccomp is not installed: it is not picked, and doctor says why."""
    wall, module = named(name), import_module(f"gradproof.conformance.sandbox.walls.{name}")
    if REASONS[name]:
        pytest.skip(f"{name}: {REASONS[name]}")
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    monkeypatch.setattr(module, "_missing", module._missing.__wrapped__)
    with pytest.raises(UsageError, match=r"no filter of system calls.*libseccomp2.*pip install.*sandbox"):
        pick(name)
    told = next(line for line in doctor._walls() if line.topic == f"wall {name}")
    assert not told.works
    assert told.words == wall.missing()


def test_a_wall_that_cannot_stand_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is judged without one unless that is asked for."""
    from gradproof.conformance.sandbox.walls import bubblewrap, unprivileged

    monkeypatch.setattr(bubblewrap, "_program", lambda: None)
    monkeypatch.setattr(bubblewrap, "_missing", bubblewrap._missing.__wrapped__)
    monkeypatch.setattr(unprivileged, "_missing", lambda: "it takes root to become another user")
    with pytest.raises(UsageError, match=r"no wall can stand.*no bubblewrap.*pip install.*--no-sandbox"):
        pick("auto")
    with pytest.raises(UsageError, match=r"--wall bubblewrap: no bubblewrap.*pip install \"gradproof\[sandbox\]\""):
        pick("bubblewrap")
