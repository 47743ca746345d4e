"""A hand-in's way from its zip to the gradebook: how often it climbs back up through the rooms."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from conftest import RELU, Command
from hand_ins import zip_of

CONFORMANCE = Path(__file__).resolve().parent.parent / "conformance"
DOWNWARDS = (
    ("cli",),
    ("reports",),
    ("grading", "power"),
    ("engine",),
    ("diagnosis",),
    ("checks",),
    ("sandbox",),
    ("harness", "oracle"),
    ("spec",),
)
FLOOR = {room: floor for floor, rooms in enumerate(DOWNWARDS) for room in rooms}
MOST = 7  # room to room; it was 15 times before there were rooms
TASK = 'name = "t"\ncases = 2\n[contracts]\nrelu = { forward = 2, gradient = 3 }\n'


class Way:
    """The calls from a lower room to a higher one, and what is called of the runner from outside of its room.

    A return is no call. Between two rooms may stand what is in none: NumPy, the standard library, a submission.
    """

    def __init__(self, root: Path) -> None:
        self.climbs: set[tuple[str, str]] = set()
        self.runner: list[str] = []
        self._root = root
        self._rooms: dict[str, str] = {}

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """What ``sys.setprofile`` asks for."""
        room = self._room(frame) if event == "call" else ""
        if not room:
            return
        below = frame.f_back
        while below is not None and not self._room(below):
            below = below.f_back
        if below is None or self._room(below) == room:
            return
        caller, code = self._room(below), frame.f_code
        if FLOOR[room] < FLOOR[caller]:
            self.climbs.add((caller, room))
        if code.co_filename.endswith("engine/runner.py") and code.co_name != "<genexpr>":  # asked by who is given it
            self.runner.append(code.co_name)

    def _room(self, frame: FrameType) -> str:
        name = frame.f_code.co_filename
        if name not in self._rooms:
            path = Path(name).resolve()
            top = path.relative_to(self._root).parts[0] if path.is_relative_to(self._root) else ""
            self._rooms[name] = top if top in FLOOR else ""
        return self._rooms[name]


@contextmanager
def seen_by(way: Way) -> Iterator[None]:
    """Whatever this process does, in all threads that begin meanwhile."""
    before = sys.getprofile()
    threading.setprofile(way)
    sys.setprofile(way)
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(before)


def test_a_hand_in_climbs_at_most_half_as_often_as_before_and_passes_the_runner_once(
    gradproof: Command, tmp_path: Path
) -> None:
    """From its zip, which is wrong, to the table that a gradebook takes."""
    (tmp_path / "task.toml").write_text(TASK)
    (tmp_path / "class").mkdir()
    hand_in = zip_of([("layers.py", RELU.replace("> 0", "< 0").encode())])
    (tmp_path / "class" / "ada.zip").write_bytes(hand_in)
    arguments = ("--assignment", tmp_path / "task.toml", "--no-sandbox", "--public-cases", "--workers", 1)
    here = ("--executor", "concurrent.futures:ThreadPoolExecutor")
    way = Way(CONFORMANCE)
    with seen_by(way):
        graded = gradproof("grade", tmp_path / "class", "--out", tmp_path / "out", *arguments, *here)
        told = gradproof("report", tmp_path / "out", "--format", "csv")
    assert (graded[0], told[0]) == (0, 0), graded[2] + told[2]
    assert "ada" in told[1]
    assert way.runner == ["run"]
    assert 0 < len(way.climbs) <= MOST, way.climbs


def test_a_call_up_is_counted_and_a_return_is_not(tmp_path: Path) -> None:
    """Planted: a case calls a report, through the standard library; a report that calls a case climbs nothing."""
    spaces: dict[str, dict[str, object]] = {}
    for room, source in (
        ("reports", "def told(call=None):\n    return call and call(None)\n"),
        ("spec", "def drawn(call):\n    return list(map(call, [None]))\n"),
    ):
        exec(compile(source, str(tmp_path / room / "file.py"), "exec"), spaces.setdefault(room, {}))
    told, drawn = spaces["reports"]["told"], spaces["spec"]["drawn"]
    down, up = Way(tmp_path), Way(tmp_path)
    with seen_by(down):
        told(lambda _: drawn(lambda _: None))
    with seen_by(up):
        drawn(told)
    assert (down.climbs, up.climbs) == (set(), {("spec", "reports")})
