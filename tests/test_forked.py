"""Workers that are forked from one process behind the wall: nothing passes from one to the next, or to their parent.

What a submission cannot do behind any wall is in ``test_walls.py``, which tries these too; here is what only a common
parent could make possible.
"""

import os
import struct
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import attack_range
import numpy as np
import pytest

from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import forked, in_namespaces, kept, named
from gradproof.conformance.sandbox.walls.among_users import AmongUsers
from gradproof.conformance.sandbox.walls.forked import Forked, ForkedChild
from gradproof.conformance.sandbox.walls.in_namespaces import InNamespaces
from gradproof.conformance.sandbox.walls.launching import Order
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.limits import Limits

LIMITS = Limits(case_seconds=20, submission_seconds=60, memory_mb=1024, disk_mb=8)
RELU = contract_named("relu")
ALLOW_ALL = struct.pack("=HBBI", 6, 0, 0, 0x7FFF_0000)  # the filter that is none


@pytest.fixture(scope="module", params=[InNamespaces, AmongUsers])
def shared(request: pytest.FixtureRequest) -> Forked:
    """One wall of each kind, for the tests that leave its parent alive."""
    return standing(request.param)


def standing(kind: Callable[[], Forked] = InNamespaces) -> Forked:
    """A wall of this kind; bubblewrap's may not be skipped by continuous integration."""
    made = kind()
    if reason := made.missing():
        if os.environ.get("CI") and kind is InNamespaces:
            pytest.fail(f"no wall in CI: {reason}")
        pytest.skip(reason)
    return made


def told(wall: Forked, folder: Path, body: str, top: str = "") -> list[float]:
    """What the lines of ``body`` put into ``found``, run inside a call of a worker that was forked."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    folder.mkdir()
    (folder / "layers.py").write_text(
        f"import numpy as np\n{top}\n\n"
        f"def relu_forward(x):\n    found = []\n{lines}\n    return np.array(found, float), x\n"
    )
    with Sandbox(folder, limits=LIMITS, wall=wall) as session:
        observed = session.run(RELU, draw_case(RELU, 0, 0))
        is_one = is_forked(session)
    assert "out" in observed.arrays, observed.error
    assert is_one
    return [float(value) for value in np.atleast_1d(observed.arrays["out"])]


def is_forked(session: Sandbox) -> bool:
    """Whether its process was not started by a command."""
    return session._connection is not None and session._connection.launch.start is not None


LEAVES = """
import builtins, os, sys
np.left = builtins.left = sys.left = 1
np.maximum = None
os.environ["LEFT"] = "1"
open(os.environ["HOME"] + "/left", "w").write("1")
os.umask(0o777)
"""
LEFT = """
import builtins, os, sys
found += [hasattr(each, "left") for each in (np, builtins, sys)]
found += [np.maximum is None, "LEFT" in os.environ, bool(os.listdir(os.environ["HOME"])), os.umask(0o22) == 0o777]
found.append(os.listdir(os.path.dirname(os.path.dirname(__file__))) != ["folder2"])
found.append(os.path.isdir("/adapter") and bool(os.listdir("/adapter")))
"""


def test_what_one_changes_the_next_does_not_see(tmp_path: Path, shared: Forked) -> None:
    """Modules, environment, files and the file mode are as they were; of the first hand-in there is nothing."""
    told(shared, tmp_path / "folder1", LEAVES)
    assert set(told(shared, tmp_path / "folder2", LEFT)) == {0}


SEARCH = """
import ctypes, os, re
libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = ctypes.c_void_p
PAGE, (taken, given) = 4096, os.pipe()
def read(page):
    # A page as the kernel reads it, for a jump to what cannot be read would end this process.
    return os.read(taken, PAGE) if libc.write(given, ctypes.c_void_p(page), PAGE) == PAGE else None
def pages():
    for spot in (libc.sbrk(0), id(object()), id(np), id(pages)):
        for step in (PAGE, -PAGE):
            page = spot // PAGE * PAGE - (step < 0) * PAGE
            while (text := read(page)) is not None:
                yield text
                page += step
"""
FOUND = """
word = re.compile(b"[b]lue-heron-of-alice-7[7]")
found += [any(map(word.search, pages())), sum(1 for _ in pages()) > 500]
"""


def test_the_memory_holds_nothing_of_the_one_before(tmp_path: Path, shared: Forked) -> None:
    """A word of the first is found by itself, and by nobody who comes after it."""
    word = "blue-heron-of-alice-77"
    assert told(shared, tmp_path / word, f"kept = {word!r}.encode()\n{FOUND}", SEARCH) == [1, 1]
    assert told(shared, tmp_path / "bob", FOUND, SEARCH) == [0, 1]


DESCRIPTORS = """
import os, stat
for number in range(1024):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    found.append(not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)))
"""


def test_no_descriptor_of_the_parent_is_left(tmp_path: Path, shared: Forked) -> None:
    """Two pipes and the null device: no socket to the suite, no file in memory, such as the filter of the next."""
    told_of = told(shared, tmp_path / "mine", DESCRIPTORS)
    assert set(told_of) == {0}
    assert len(told_of) <= 7


PARENT = """
import ctypes, os
libc, parent = ctypes.CDLL(None, use_errno=True), os.getppid()
found += [libc.ptrace(request, parent, None, None) != -1 for request in (16, 0x4206)]
iov = (ctypes.c_void_p * 2)(id(np), 8)
found += [call(parent, iov, 1, iov, 1, 0) != -1 for call in (libc.process_vm_readv, libc.process_vm_writev)]
for number in (parent, 0, 1, 3, 4, -1):
    try:
        os.kill(number, 9)
        found.append(1)
    except OSError:
        found.append(0)
for name in ("mem", "environ", "maps", "fd"):
    try:
        os.listdir(f"/proc/{parent}/{name}") if name == "fd" else open(f"/proc/{parent}/{name}").read()
        found.append(1)
    except OSError:
        found.append(0)
"""


def test_the_parent_is_out_of_reach(tmp_path: Path, shared: Forked) -> None:
    """It cannot be signalled, traced, read or written to."""
    assert set(told(shared, tmp_path / "mine", PARENT)) == {0}


def test_draws_differ_from_one_to_the_next(tmp_path: Path, shared: Forked) -> None:
    """On import, before anything is seeded: a common parent must not mean common draws."""
    top = "import random\ndrawn = [np.random.rand(), np.random.default_rng().random(), random.random()]"
    one, other = (told(shared, tmp_path / name, "found += drawn", top) for name in ("one", "other"))
    assert not set(one) & set(other)


WITHOUT_A_FILTER = """
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
try:
    os.kill(1, 9)
    os.kill(1, 19)
except OSError:
    pass
found.append(len([number for number in range(2, 400) if number != os.getpid() and exists(number)]))
"""
EXISTS = """
def exists(number):
    try:
        os.kill(number, 0)
        return True
    except OSError:
        return False
import os
"""


def no_filter(resources: ExitStack) -> tuple[int, int]:
    """Planted: filters that allow all."""
    file = resources.enter_context(os.fdopen(os.memfd_create("all"), "w+b"))
    file.write(ALLOW_ALL)
    file.flush()
    return file.fileno(), file.fileno()


def test_namespaces_hold_where_the_filter_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it started is all that it sees, and ends with it.

    It counts three processes, and the thread that waits for the suite's end.
    """
    monkeypatch.setattr(forked.seccomp, "programs", no_filter)
    wall = standing()
    assert told(wall, tmp_path / "before", "found.append(0)") == [0]
    with attack_range.adopting():
        before = attack_range.descendants()
        assert told(wall, tmp_path / "mine", WITHOUT_A_FILTER, EXISTS) == [4]
        assert attack_range.left_behind(before) == set()
    assert told(wall, tmp_path / "after", "found.append(0)") == [0]
    assert wall._starts == 1


ANOTHER = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
found.append(len(set(os.getresuid() + os.getresgid())) == 1 and os.getuid() not in (0, OTHER) and not os.getgroups())
found.append(libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(39, 0, 0, 0, 0) == 1)  # no new privileges, ever
iov = (ctypes.c_void_p * 2)(id(np), 8)
for number in (os.getppid(), SUITE, SIBLING):
    for attempt in (lambda: os.kill(number, 9), lambda: os.kill(number, 19), lambda: os.listdir(f"/proc/{number}/fd")):
        try:
            attempt()
            found.append(0)
        except OSError:
            found.append(1)
    found += [libc.ptrace(request, number, None, None) == -1 for request in (16, 0x4206)]
    found.append(libc.process_vm_readv(number, iov, 1, iov, 1, 0) == -1)
tries = (lambda: os.setuid(0), lambda: os.setgid(OTHER), lambda: open(THEIRS).read(), lambda: os.listdir("/tmp"))
for attempt in tries:
    try:
        attempt()
        found.append(0)
    except OSError:
        found.append(1)
"""


def test_another_user_is_that_where_the_filter_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its parent nor the suite, nor a worker at its side, can be signalled, traced or read."""
    monkeypatch.setattr(forked.seccomp, "programs", no_filter)
    wall = standing(AmongUsers)
    (tmp_path / "beside.py").write_text("def relu_forward(x):\n    return x, x\n")
    with Sandbox(tmp_path / "beside.py", limits=LIMITS, wall=wall) as beside:
        assert beside.run(RELU, draw_case(RELU, 0, 0)).arrays
        assert beside._connection is not None
        sibling = beside._connection._process
        assert isinstance(sibling, ForkedChild)
        theirs = beside._connection.launch.submission
        user = Path(f"/proc/{sibling.number}/status").read_text().partition("\nUid:")[2].split()[0]
        values = {"OTHER": user, "SUITE": os.getpid(), "SIBLING": sibling.number, "THEIRS": repr(theirs)}
        body = ANOTHER
        for name, value in values.items():
            body = body.replace(name, str(value))
        assert set(told(wall, tmp_path / "mine", body)) == {1}
        assert beside.run(RELU, draw_case(RELU, 0, 0)).arrays


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """A submission."""
    (tmp_path / "layers.py").write_text("def relu_forward(x):\n    return x * (x > 0), x\n")
    return tmp_path


def answers(path: Path, wall: Forked) -> bool:
    """Whether the submission's worker was forked, once it has answered."""
    with Sandbox(path, limits=LIMITS, wall=wall) as session:
        assert "out" in session.run(RELU, draw_case(RELU, 0, 0)).arrays
        return is_forked(session)


@pytest.mark.parametrize("kind", [InNamespaces, AmongUsers])
def test_a_parent_that_ended_is_replaced(right: Path, kind: type[InNamespaces | AmongUsers]) -> None:
    """The submission on its way has a process of its own meanwhile; after a few ends, all have."""
    wall, forked_ones = standing(kind), []
    for _ in range(forked.MOST_STARTS):
        forked_ones += [answers(right, wall)]
        _, _, (process, suite, _), _ = wall._end.peek()
        process.kill()
        assert suite.recv(1) == b""  # it has ended
        forked_ones += [answers(right, wall)]
    assert forked_ones == [True, False] * forked.MOST_STARTS
    assert not answers(right, wall)


def test_what_cannot_be_packed_has_a_process_of_its_own(right: Path) -> None:
    """Such as a link to somewhere else."""
    (right / "data").symlink_to("/etc/passwd")
    assert not answers(right, standing())


def test_much_data_is_not_kept_in_memory(right: Path) -> None:
    """More than a submission has a use for is bound to its place instead."""
    with (right / "data").open("wb") as file:
        file.truncate(in_namespaces.MOST_PACKED + 1)
    with ExitStack() as resources, pytest.raises(OSError, match="32 MiB"):
        in_namespaces.packed(Order(right, None, LIMITS), resources)


def test_the_end_of_a_process_is_told_as_behind_the_other_wall(tmp_path: Path, shared: Forked) -> None:
    """By its signal."""
    (tmp_path / "layers.py").write_text("import os\n\n\ndef relu_forward(x):\n    os.abort()\n")
    errors = []
    for wall in (shared, named(shared.name)):
        with Sandbox(tmp_path, limits=LIMITS, wall=wall) as session:
            errors.append(session.run(RELU, draw_case(RELU, 0, 0)).error)
    assert errors[0] is not None
    assert errors[0] == errors[1]


def test_one_wall_is_kept_in_a_process(shared: Forked) -> None:
    """Of a class, and only where there is a wall."""
    assert isinstance(kept(shared.name), type(shared))
    assert kept(shared.name) is kept(shared.name)
    assert not isinstance(kept("plain"), Forked)
