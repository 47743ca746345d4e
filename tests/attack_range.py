"""A shooting range: things worth reaching outside of a submission, and eyes on whether they were reached."""

import ast
import ctypes
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import randbelow, token_hex
from typing import Any

from conftest import waited_for

ATTACKS = Path(__file__).resolve().parent / "attacks"
ROOT = ATTACKS.parent.parent
VARIABLE, SECRET = "GRADPROOF_SECRET", "the-master-key-of-the-class"
IPC_CREAT, IPC_RMID, OWNER_ONLY = 0o1000, 0, 0o600
PR_SET_CHILD_SUBREAPER = 36
LEAVE_SECONDS = 60.0  # that a process which was ended has at most to go, on a machine that does other things too


@dataclass(frozen=True)
class Attack:
    """A submission of the corpus, as its file describes it: read, and never imported here."""

    path: Path
    tries: str
    expected: Mapping[str, str]
    limits: Mapping[str, float] = field(default_factory=dict)


def attacks() -> dict[str, Attack]:
    """The corpus by name."""
    return {path.stem: _described(path) for path in sorted(ATTACKS.glob("*.py"))}


def _described(path: Path) -> Attack:
    tree = ast.parse(path.read_bytes())
    constants = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in ("EXPECTED", "LIMITS")
    }
    tries = (ast.get_docstring(tree) or "").partition("\n")[0]
    return Attack(path, tries, constants["EXPECTED"], constants.get("LIMITS", {}))


@dataclass(frozen=True)
class Range:
    """What was planted, and where a submission goes."""

    folder: Path
    targets: Mapping[str, Any]
    listeners: tuple[socket.socket, ...]
    witness: subprocess.Popen[bytes]

    def handed_in(self, source: bytes, name: str = "submission.py", **more: object) -> Path:
        """A submission's folder with a file of this source, and beside it what an attacker may know of the targets."""
        folder = self.folder / "class" / "mallory"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / name).write_bytes(source)
        (folder / "targets.json").write_text(json.dumps({**self.targets, **more}))
        return folder

    def touched(self) -> list[str]:
        """What was changed, reached or killed from outside."""
        found = [name for name, path in self._files().items() if not _is_whole(path, name)]
        if {path.name for path in (self.folder / "outside").iterdir()} != {"canary.txt", "results.jsonl", "socket"}:
            found.append("the folder beside the canary")
        if select.select(self.listeners, [], [], 0)[0]:
            found.append("a socket")
        if any(ctypes.CDLL(None).shmget(self.targets["left_key"] + n, 0, 0) >= 0 for n in range(8)):
            found.append("shared memory that was left")
        if self.witness.poll() is not None:
            found.append("the witness")
        return found

    def _files(self) -> dict[str, Path]:
        return {name: Path(self.targets[name]) for name in ("canary", "sibling", "journal", "shared_path")}


@contextmanager
def planted(folder: Path) -> Iterator[Range]:
    """Plant everything, in this process and beside it; all of it is gone afterwards."""
    outside, sibling = folder / "outside", folder / "class" / "alice" / "submission.py"
    for parent in (outside, sibling.parent):
        parent.mkdir(parents=True)
    mark, key = f"gradproof-{token_hex(8)}", randbelow(1 << 30) + 16
    shared = Path("/dev/shm", mark)
    files = {"canary": outside / "canary.txt", "journal": outside / "results.jsonl", "sibling": sibling}
    files["shared_path"] = shared
    secret = ctypes.create_string_buffer(VARIABLE.encode())
    with ExitStack() as stack:
        stack.callback(shared.unlink, missing_ok=True)
        for name, path in files.items():
            path.write_text(_content(name))
        listeners = [_listening(stack, *kind) for kind in _sockets(outside, mark)]
        stack.enter_context(_system_segment(key))
        command = [sys.executable, "-c", "import sys; sys.stdin.read()", mark]
        witness = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True))
        stack.callback(witness.kill)
        targets = {
            **{name: str(path) for name, path in files.items()},
            "class": str(folder / "class"),
            "home": str(Path.home()),
            "repository": str(ROOT),
            "entries": ["alice", "impl", *_private(Path.home())],
            "manifest": str(ROOT / "fixtures" / "manifest.json"),
            "solution": str(ROOT / "impl" / "affine.py"),
            "reference": str(ROOT / "reference" / "affine.py"),
            "passwords": "/etc/shadow",
            "packages": sysconfig.get_path("purelib"),
            "variable": VARIABLE,
            "judge": os.getpid(),
            "witness": witness.pid,
            "witness_mark": mark,
            "address": ctypes.addressof(secret),
            "tcp": listeners[0].getsockname()[1],
            "udp": listeners[1].getsockname()[1],
            "socket": str(outside / "socket"),
            "abstract": mark,
            "shared": shared.name,
            "shared_key": key,
            "left_key": key + 1,
        }
        yield Range(folder, targets, tuple(listeners), witness)


@contextmanager
def adopting() -> Iterator[None]:
    """Processes that lose their parent become children of this one, so that none is left behind unseen."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def descendants() -> set[int]:
    """The living processes that this one started, or that those started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
            if state not in "ZX":
                parents[int(stat.parent.name)] = int(parent)
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def left_behind(before: set[int]) -> set[int]:
    """The processes that are there and were not before, once those that were killed had time to go."""
    waited_for(lambda: not descendants() - before, LEAVE_SECONDS)
    return descendants() - before


def memory_peak(reset: bool = False) -> int:
    """The most memory that this process has had at once since the last reset, in MiB."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) >> 10


def _private(home: Path) -> list[str]:
    """What lies in a home folder and does not hold the interpreter."""
    return sorted(path.name for path in home.iterdir() if path not in Path(sys.base_prefix).parents)


def _content(name: str) -> str:
    return f"{name}: {SECRET}\n"


def _is_whole(path: Path, name: str) -> bool:
    return path.exists() and path.read_text() == _content(name) and path.stat().st_mtime > 1


def _sockets(outside: Path, mark: str) -> Iterator[tuple[int, int, object]]:
    yield socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)
    yield socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)
    yield socket.AF_UNIX, socket.SOCK_STREAM, "\0" + mark
    yield socket.AF_UNIX, socket.SOCK_STREAM, str(outside / "socket")


def _listening(stack: ExitStack, family: int, kind: int, address: Any) -> socket.socket:
    made = stack.enter_context(closing(socket.socket(family, kind)))
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made


@contextmanager
def _system_segment(key: int) -> Iterator[None]:
    libc = ctypes.CDLL(None)
    segment = libc.shmget(key, 4096, IPC_CREAT | OWNER_ONLY)
    try:
        yield
    finally:
        libc.shmctl(segment, IPC_RMID, None)
