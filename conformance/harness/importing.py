"""Importing a file of a submission, under the name and from the folders that its own imports need.

Runs beside untrusted code. A submission may ship files and folders of any name, those of this project's own packages
included: by the time it is imported, this project has stepped aside.
"""

import importlib.util
import sys
import traceback
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from gradproof.conformance.harness import compat as shim
from gradproof.conformance.harness.absent import notebook
from gradproof.conformance.harness.absent.missing import forget
from gradproof.conformance.harness.absent.packages import Folders, Place, ended_early, is_other, of_package, place_of
from gradproof.conformance.harness.caller import told_of
from gradproof.conformance.harness.stand_ins import ABSENT, StandIns, asking
from gradproof.conformance.spec import english
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

NAME = "gradproof"
NAMES = (NAME, "impl", "reference", "conformance", "fixtures")
WANTING = (OSError, EOFError, ImportError, SystemExit)  # what a file asks for at its end may be wanting here alone


class ImportFailed(Exception):
    """A file of the submission cannot be imported; the text says which and why.

    What it had ``begun`` to define counts where it ended for want of something: a file of data, somebody at a terminal,
    the arguments of a command.
    """

    def __init__(self, told: str, begun: ModuleType) -> None:
        super().__init__(told)
        self.begun = begun


def taken_out(*packages: str) -> dict[str, ModuleType]:
    """Packages and all modules of them, no longer among those that are imported."""
    tops = frozenset(packages)
    names = [name for name in sys.modules if name.partition(".")[0] in tops]
    return {name: sys.modules.pop(name) for name in names}


class LentName:
    """The name gradproof is a submission's, in a process where this project goes on working; to be entered repeatedly.

    So are the names of modules that are not there for judging, whether or not they are here.

    Args:
        submission: the file or folder.
    """

    def __init__(self, submission: Path) -> None:
        self.stand_ins = StandIns(submission)
        self._submission = submission
        self._finders = (_Theirs(submission), self.stand_ins)  # before others
        self._theirs: dict[str, ModuleType] = {}
        self._own: dict[str, ModuleType] = {}
        self._before: set[str] = set()
        self._notebook: Any = None
        self._look = importlib.util.find_spec

    def __enter__(self) -> None:
        self._before = set(sys.modules)
        self._own, self._notebook = taken_out(NAME, *ABSENT), notebook.stand_in()
        sys.modules.update(self._theirs)
        sys.meta_path[:] = [*self._finders, *sys.meta_path, self.stand_ins.last]
        self._look = importlib.util.find_spec
        importlib.util.find_spec = asking(self._look)

    def __exit__(self, *_: object) -> None:
        for finder in (*self._finders, self.stand_ins.last):
            sys.meta_path.remove(finder)
        importlib.util.find_spec = self._look
        forget()
        self._theirs = taken_out(NAME, *ABSENT)
        sys.modules.update(self._own)
        _remember(self._submission, self._before)
        notebook.put_back(self._notebook)


def step_aside(root: str, submission: Path) -> None:
    """Leave a submission the names of this project, and its own folders the first places to search, for good.

    Nothing of this project is found before anything else from then on. To be called once all of it that is needed is
    imported: what its functions import later is the submission's, or another copy.

    Args:
        root: the folder that holds the package gradproof, with NumPy beside it behind a wall.
        submission: the file or folder that is to be imported next.
    """
    taken_out(NAME)
    own = {str(path) for path in (submission, *submission.parents[:2])}
    sys.path[:] = [entry for entry in sys.path if entry not in own | {root}]
    if root not in own:
        sys.path.append(root)
    sys.meta_path.insert(0, _Theirs(submission, root))


class _Theirs:
    """Finds the packages of a submission that are called as this project's are.

    Without this, one that has no ``__init__.py`` would be passed over for one that has, wherever that lies.
    """

    def __init__(self, submission: Path, root: str | None = None) -> None:
        self._folder = submission if submission.is_dir() else submission.parent
        self._root = root  # behind a wall a folder of that name, which is no package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is not None or fullname not in NAMES:
            return None
        folders = [e for e in sys.path if Path(e).is_relative_to(self._folder) or Path(e) == self._folder.parent]
        spec = PathFinder.find_spec(fullname, folders, target)
        if spec and self._root in (spec.submodule_search_locations or ()):
            return None
        if spec and spec.origin:
            spec.loader = shim.loader(fullname, Path(spec.origin)) or spec.loader
        return spec


def import_file(
    file: Path, root: Path, ended: list[str], tried: frozenset[Path] = frozenset(), folders: Folders | None = None
) -> ModuleType:
    """Import a file of the submission at ``root``; ``tried`` are those that are tried before it in a circle of imports.

    To ``ended`` is added what is told of packages. Raises ImportFailed, which says why it cannot be imported.
    """
    place = place_of(file, root, folders)
    searched(place.search_path(root), root)
    return _imported(file, place, root, ended, tried)


_OF_SUBMISSIONS: dict[str, tuple[Path, ModuleType]] = {}  # by name: from which one, and the module
_SEARCHED: dict[str, Path] = {}  # by folder that was not looked into before: for which submission


def _forget_others(root: Path, folder: Path) -> None:
    """Take out folders and modules of others: what this one imports by the same name is its own, or in ``folder``."""
    for searched_in in [place for place, of in _SEARCHED.items() if of != root]:
        if searched_in in sys.path:
            sys.path.remove(searched_in)
        del _SEARCHED[searched_in]
    for name, (of, module) in list(_OF_SUBMISSIONS.items()):
        if of == root and not is_other(name, module, folder):
            continue
        if sys.modules.get(name) is module:  # and not this project's own of that name, which is back
            del sys.modules[name]
        del _OF_SUBMISSIONS[name]


def _remember(root: Path, before: Set[str]) -> None:
    """Of the modules that were not there ``before``, which are this submission's, so that no other gets them."""
    new = (each for each in sys.modules.keys() - before if _lies_in(each, root))
    _OF_SUBMISSIONS.update({each: (root, sys.modules[each]) for each in new})


@contextmanager
def put_back() -> Iterator[None]:
    """What is imported until the end leaves no trace: folders and modules of the submission before are there again."""
    path, folders, modules = list(sys.path), dict(_SEARCHED), dict(_OF_SUBMISSIONS)
    there = {name: module for name, (_, module) in modules.items() if sys.modules.get(name) is module}
    try:
        yield
    finally:
        for name, (_, module) in _OF_SUBMISSIONS.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
        sys.modules.update(there)
        sys.path[:] = path
        _SEARCHED.clear()
        _SEARCHED.update(folders)
        _OF_SUBMISSIONS.clear()
        _OF_SUBMISSIONS.update(modules)


def _lies_in(name: str, root: Path) -> bool:
    """Whether a module is a submission's own file, or a folder of it, and not a package that is installed there."""
    module = sys.modules[name]
    place = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    folder = root if root.is_dir() else root.parent
    return place is not None and Path(place).is_relative_to(folder) and "site-packages" not in Path(place).parts


def import_adapter(file: Path, submission: Path) -> ModuleType:
    """Import an adapter, which may be called as what it adapts is: that is found, and not the adapter.

    Raises ImportFailed, which says why it cannot be imported.
    """
    searched([submission, submission.parent] if submission.is_dir() else [submission.parent], submission)
    return _imported(file, Place(file.parent, f"adapter_{file.stem}"), submission, [])


def searched(folders: Sequence[Path], root: Path) -> None:
    """Let the imports of the submission at ``root`` look into these folders before any other, first ones first."""
    for folder in map(str, reversed(folders)):
        if folder not in sys.path or folder in _SEARCHED:
            _SEARCHED[folder] = root
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)


def _imported(
    file: Path, place: Place, root: Path, ended: list[str], tried: frozenset[Path] = frozenset()
) -> ModuleType:
    _forget_others(root, place.folder)
    before, begun = set(sys.modules), ModuleType(file.stem)
    try:
        place.stood_in()
        return of_package(file, place) or _execute(file, place.name)
    except KeyboardInterrupt:
        raise
    except SystemExit as error:
        begun = _begun(file, error)
        words = say(sent.EXITED, file=file.name, code=repr(error.code))
    except SyntaxError as error:
        reason = say(sent.OF_FILE, file=Path(error.filename or file).name, problem=syntax_message(error))
        words = say(sent.IMPORT_FAILED, file=file.name, reason=reason)
    except BaseException as error:  # noqa: BLE001 - whatever a submission raises is its result
        if _has_another_way(file, error, root, ended, tried):
            return _imported(file, place, root, ended, tried | {file})
        begun = _begun(file, error)
        words = say(sent.IMPORT_FAILED, file=file.name, reason=english.exception(told_of(error)))
    finally:
        forget()
        _remember(root, before)
    raise ImportFailed(words, begun)


def _has_another_way(file: Path, error: BaseException, root: Path, ended: list[str], tried: frozenset[Path]) -> bool:
    """Whether a file may be imported now that failed for the ``__init__.py`` of its package, or in a circle of imports.

    What a package had begun to define when it ended for want of something is the package then. In a circle the other
    file comes first.
    """
    led = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == "<module>"]
    if not isinstance(error, WANTING) or not led:
        return False
    last, name = Path(led[-1].f_code.co_filename), str(led[-1].f_globals.get("__name__"))
    if last == file or not last.is_relative_to(root):
        return False
    if last.name == "__init__.py" and name not in sys.modules:
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(led[-1].f_globals)
        ended.append(ended_early(last.relative_to(root).as_posix(), english.exception(told_of(error))))
        return True
    is_circle = isinstance(error, ImportError) and str(error.name).rpartition(".")[2] == file.stem
    if not is_circle or file in tried:
        return False
    with suppress(ImportFailed):
        import_file(last, root, ended, tried | {file})
    return True


def _begun(file: Path, error: BaseException) -> ModuleType:
    """What a file had defined when it ended; nothing, if that is not for want of something."""
    module = ModuleType(file.stem)
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_name == "<module>")
    for frame in frames if isinstance(error, WANTING) else ():
        if frame.f_code.co_filename == str(file):
            vars(module).update(frame.f_globals)
    return module


def _execute(file: Path, name: str) -> ModuleType:
    alias = name
    while (imported := sys.modules.get(alias)) is not None or alias in sys.stdlib_module_names:
        if getattr(imported, "__file__", None) == str(file):
            return cast("ModuleType", imported)
        alias = f"submission_{alias}"
    spec = importlib.util.spec_from_file_location(alias, file, loader=shim.loader(alias, file))
    if spec is None or spec.loader is None:
        raise ImportError(f"{file.name} is not a Python source file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[alias] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[alias]
        raise
    return module


def syntax_message(error: SyntaxError) -> str:
    """The line and what is wrong with it, and what to do where it is old, or no text as Python reads it."""
    if error.lineno is None:
        return say(sent.NOT_TEXT, message=error.msg)
    told = say(sent.SYNTAX, line=error.lineno, message=error.msg)
    return joined(SENTENCES, (told, shim.syntax_hint(error)))
