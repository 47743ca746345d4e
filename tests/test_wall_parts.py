"""The parts of walls that need none: users who are nobody else, folders that do not stay, cgroups, filters."""

import fcntl
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from gradproof.conformance.sandbox import folders
from gradproof.conformance.sandbox.walls import Order, cgroup, system, users
from gradproof.conformance.sandbox.walls.plain import Plain
from gradproof.conformance.spec.limits import DEFAULT

pytestmark = pytest.mark.posix


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of the system's for locks, and a system without other users."""
    monkeypatch.setattr(users, "RUN", tmp_path)
    monkeypatch.setattr(users, "_with_processes", lambda: ())
    monkeypatch.setattr(users, "_has_a_name", lambda _number: False)
    return tmp_path


def test_no_user_is_lent_twice_at_a_time(run: Path) -> None:
    """And one that was given back is lent again."""
    with ExitStack() as first, ExitStack() as second:
        assert [users.lent(first), users.lent(second)] == [users.FIRST, users.FIRST + 1]
    with ExitStack() as third:
        assert users.lent(third) == users.FIRST


def test_a_user_with_a_name_or_a_process_is_not_lent(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gave it out."""
    monkeypatch.setattr(users, "_with_processes", lambda: (users.FIRST,))
    monkeypatch.setattr(users, "_has_a_name", lambda number: number == users.FIRST + 1)
    with ExitStack() as resources:
        assert users.lent(resources) == users.FIRST + 2


def test_where_no_user_is_free_none_is_lent(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is our side that fails then, not a submission."""
    monkeypatch.setattr(users, "LAST", users.FIRST - 1)
    with ExitStack() as resources, pytest.raises(OSError, match="is free"):
        users.lent(resources)


def test_a_folder_that_only_its_owner_may_go_through_is_named(tmp_path: Path) -> None:
    """A Python that was installed in root's home is out of another user's reach; one in /usr is not."""
    tmp_path.chmod(0o700)
    closed = system.shut([tmp_path / "python"])
    assert closed is not None
    assert tmp_path.is_relative_to(closed)
    assert system.shut([Path("/usr/lib")]) is None


@pytest.mark.parametrize("is_link", [True, False])
def test_locks_that_others_may_touch_are_refused(run: Path, is_link: bool) -> None:
    """A link, or a folder that somebody else may write to, is no place for them."""
    place = run / users.LOCKS
    if is_link:
        (run / "theirs").mkdir(mode=0o700)
        place.symlink_to(run / "theirs")
    else:
        place.mkdir()
        place.chmod(0o777)
    with ExitStack() as resources, pytest.raises(PermissionError):
        users.lent(resources)


def test_the_users_of_processes_are_seen() -> None:
    """This process's own among them."""
    assert os.geteuid() in set(users._with_processes())


def test_the_range_is_nobodys() -> None:
    """People have up to 60000, systemd's home folders up to 60513, its containers to 60577, its services from 61184."""
    assert 60_577 < users.FIRST < users.LAST < 61_184


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where folders are made."""
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    folders._sweep.cache_clear()
    return tmp_path


def test_a_private_folder_is_for_this_user_and_goes_at_the_end(place: Path) -> None:
    """With what was written to it."""
    with folders.private_folder() as folder:
        assert folder.parent.stat().st_mode & 0o077 == 0
        (folder / "answer").write_text("42")
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next(place: Path) -> None:
    """What another one holds stays, and so does what has no lock: it is not ours."""
    for name in ("left", "held", "others"):
        (place / f"gradproof-{name}" / "inside").mkdir(parents=True)
    for name in ("left", "held"):
        (place / f"gradproof-{name}" / "lock").touch()
    with (place / "gradproof-held" / "lock").open("rb+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with folders.private_folder():
            pass
        assert {path.name for path in place.iterdir()} == {"gradproof-held", "gradproof-others"}


@pytest.mark.parametrize(("most", "files", "is_more"), [(1 << 20, 10, False), (100_000, 10, True), (1 << 20, 4, True)])
def test_what_a_folder_holds_is_counted(tmp_path: Path, most: int, files: int, is_more: bool) -> None:
    """Bytes and names in all folders below it; a link is a name, whatever it leads to."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "large").write_bytes(os.urandom(200_000))
    (tmp_path / "a" / "link").symlink_to("/usr")
    (tmp_path / "small").write_bytes(b"1")
    assert folders.holds_more(tmp_path, most, files) is is_more


def test_a_cgroup_stands_before_the_command_and_goes_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the limit of processes in it."""
    monkeypatch.setattr(cgroup, "is_exempt", lambda: True)
    monkeypatch.setattr(cgroup, "home", lambda: tmp_path)
    with ExitStack() as resources:
        *_, procs = cgroup.bounded(66, resources)
        group = Path(procs).parent
        assert (group / "pids.max").read_text() == "66"
        (group / "pids.max").unlink()  # as the kernel does with what a cgroup holds
    assert list(tmp_path.iterdir()) == []


def test_a_cgroup_that_a_killed_process_left_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of one that lives stays."""
    monkeypatch.setattr(cgroup, "is_exempt", lambda: True)
    monkeypatch.setattr(cgroup, "home", lambda: tmp_path)
    (tmp_path / "gradproof-999999999-ab").mkdir()
    (tmp_path / f"gradproof-{os.getpid()}-ab").mkdir()
    with ExitStack() as resources:
        cgroup.bounded(66, resources)
        assert not (tmp_path / "gradproof-999999999-ab").exists()
        assert (tmp_path / f"gradproof-{os.getpid()}-ab").exists()


def test_root_whose_threads_nothing_bounds_has_no_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's limit of a user does not hold for it."""
    monkeypatch.setattr(cgroup, "is_exempt", lambda: True)
    monkeypatch.setattr(cgroup, "home", lambda: None)
    assert "threads of root cannot be bounded" in (cgroup.missing() or "")
    monkeypatch.setattr(cgroup, "is_exempt", lambda: False)
    assert cgroup.missing() is None


def test_the_system_calls_that_are_there_are_those_that_are_listed() -> None:
    """None of the families that reach others: processes, the network, messages, semaphores, mounts, keys, tracing."""
    from gradproof.conformance.sandbox.walls.seccomp import ALLOWED

    families = ("fork", "exec", "sock", "connect", "msg", "sem", "shm", "mq_", "mount", "key", "ptrace", "process_vm")
    assert [name for name in ALLOWED if any(family in name for family in families)] == []
    assert len(ALLOWED) == len(set(ALLOWED))


@pytest.mark.usefixtures("cold")
def test_a_process_that_has_begun_for_a_submission_is_its_own_and_ends_where_nobody_takes_it(tmp_path: Path) -> None:
    """So ``check`` lets one import what it needs before it knows what to ask. Who asks again has another."""
    mine, other = (Order(tmp_path / name, None, DEFAULT) for name in ("mine.py", "other.py"))
    wall, none = Plain(), ExitStack()
    with wall.beginning(mine.submission):
        assert wall.launch(other, none).start is None
        taken = wall.launch(mine, none).start
        assert taken is not None
        assert wall.launch(mine, none).start is None
    child = taken(())
    assert child.ended(0) is None
    child.end()
    child.stdin.close()
    child.stdout.close()
    with wall.beginning(mine.submission):
        left = vars(wall)["_ahead"][1]
    assert left.ended(0) is not None


HELD = """
import resource, sys
from gradproof.conformance.harness.worker import _hold_to
from gradproof.conformance.spec.limits import DEFAULT
_hold_to(vars(DEFAULT))
print(*resource.getrlimit(resource.RLIMIT_CPU))
"""


def test_the_kernel_says_that_the_time_is_up_before_it_kills() -> None:
    """Both at once would be a kill without a reason."""
    told = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True).stdout
    said, killed = map(int, told.split())
    assert said < killed
