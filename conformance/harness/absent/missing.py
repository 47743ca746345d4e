"""Modules that nobody handed in: an import of one succeeds, and whoever uses it for a result hears what is missing.

Runs beside untrusted code. It is told which file imports which module, so that the report can say what is missing.
"""

import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec
from itertools import islice
from pathlib import Path
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from gradproof.conformance.harness.absent.guards import is_guarded, is_of_all
from gradproof.conformance.harness.absent.led import frames, importer, is_import, is_inside, is_of_a_list
from gradproof.conformance.harness.absent.placeholders import Absent, Missing
from gradproof.conformance.spec.nearness import nearest
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

if TYPE_CHECKING:
    from importlib.abc import Loader

OF_PYTHON = sys.stdlib_module_names | {"asynchat", "asyncore", "distutils", "imp", "smtpd"}  # of one or the other
MOST_TOLD = 20
_MADE: set[str] = set()  # those that may be in sys.modules: to look through all of it after each call takes longer
EXPECTED = ("ImportError", "ModuleNotFoundError")


class NotHandedIn:
    """Finds what nobody else does, for the submission's own files; to be asked last.

    Whoever imports it in a ``try`` that expects it to fail, or imports all of it, hears that it is not there.

    Args:
        submission: the file or folder that is judged.
        given: to which it adds the modules that it stands in for.
    """

    def __init__(self, submission: Path, given: set[str]) -> None:
        self._submission = submission
        self._folder = submission if submission.is_dir() else submission.parent
        self._given = given
        self._asked: dict[tuple[str, str], Missing] = {}  # by file and module

    def find_spec(self, fullname: str, path: Any = None, _target: object = None) -> ModuleSpec | None:
        """What importlib asks for; None if it is to fail as ever."""
        led = frames()
        asking = importer(led) if is_import(led) else None
        if asking is None or not self._is_own(asking.f_code.co_filename):
            return None
        if any(is_guarded(frame, *EXPECTED) for frame in led):
            return None
        found = self._elsewhere(fullname)
        return found if found or is_of_all(asking) else self._stood_in(fullname, path, led, asking)

    def _stood_in(self, fullname: str, path: Any, led: list[FrameType], asking: FrameType) -> ModuleSpec | None:
        package, _, own = fullname.rpartition(".")
        parent = sys.modules.get(package)
        if isinstance(parent, Missing):
            home = vars(parent)["__wanted__"]
        elif package:
            home = next((self._shown(place) for place in path or () if is_inside(place, self._folder)), None)
            if home is None or (is_of_a_list(led) and _is_begun(parent)):
                return None
        else:
            home = ""
        module = self._made(fullname, home, own, vars(parent) if parent and is_of_a_list(led) else ())
        self._given.add(fullname.partition(".")[0])
        if isinstance(module, Missing):
            file = asking.f_code.co_filename
            self._asked.pop((file, package), None)
            self._asked[file, fullname] = module
        return ModuleSpec(fullname, cast("Loader", _Loader(module)), is_package=True)

    def _elsewhere(self, name: str) -> ModuleSpec | None:
        """The one file of that name in another folder of the submission, which its owner may have had on the path."""
        folders = [str((self._folder / place).parent) for stem, place in self._files() if stem == name]
        specs = (finder.find_spec(name, folders) for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, specs), None) if len(folders) == 1 else None
        self._given.update({name} if spec else ())
        return spec

    def notes(self) -> Iterator[str]:
        """Which file imports what is missing, a sentence each."""
        for (file, _), module in islice(self._asked.items(), MOST_TOLD):
            told = vars(module)
            words = sent.MISSES_NEAR if told["__near__"] else sent.MISSES
            yield say(words, file=self._shown(file), wanted=f"{told['__wanted__']}.py", near=told["__near__"])

    def _made(self, name: str, home: str, own: str, others: Iterable[str]) -> ModuleType:
        if name in OF_PYTHON:
            return Absent(name)
        wanted = "/".join(filter(None, (home, own)))
        there = {**dict.fromkeys((*others, "numpy"), ""), **dict(self._files())}
        meant = nearest(own, there) or ""
        near = there.get(meant) or meant
        why = f"{wanted}.py was not handed in, nor is such a package installed"
        _MADE.add(name)
        module = Missing(name, wanted, f"{why}; did you mean {near}?" if near else why)
        vars(module).update(__near__=near)
        return module

    def _files(self) -> Iterator[tuple[str, str]]:
        """The files of the submission, each with what it is imported by."""
        files = self._submission.rglob("*.py") if self._submission.is_dir() else ()
        return ((file.stem, self._shown(str(file))) for file in files if is_inside(file, self._folder))

    def _is_own(self, file: str) -> bool:
        """Whether a file is the submission's, and not an adapter beside it."""
        path = Path(file).absolute()
        return path == self._submission or is_inside(path, self._submission)

    def _shown(self, place: str) -> str:
        """A file or folder, as its owner knows it."""
        shown = Path(place).relative_to(self._folder).as_posix()
        return "" if shown == "." else shown


class _Loader:
    """Gives what was made."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def create_module(self, _spec: ModuleSpec) -> ModuleType:
        """The module."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do."""


def forget() -> None:
    """No longer have those in ``sys.modules``: another file may be beside one of that name."""
    for name in _MADE:
        if isinstance(sys.modules.get(name), Missing):
            del sys.modules[name]
    _MADE.clear()


def _is_begun(module: ModuleType | None) -> bool:
    """Whether a package is being imported: what it lacks now, it may have later."""
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))
