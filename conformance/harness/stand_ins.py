"""What Python 2 had and a current one has not: names, methods, and modules that stand in for those that are absent.

Runs beside untrusted code. A module that is not there for judging can be imported and says so when it is used for a
result, wherever a submission is judged: behind a wall, where it is hidden, and on a machine that has it. Whoever asks
whether it is there, by an import in a ``try`` that expects it to fail, hears that it is not.
"""

import ast
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, reduce, wraps
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from numbers import Integral
from pathlib import Path
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, cast

from gradproof.conformance.harness.python2_syntax import parsed_as_old
from gradproof.conformance.spec.values import SUITE

if TYPE_CHECKING:
    from importlib.abc import Loader

NAMES: Mapping[str, object] = {
    "basestring": str,
    "long": int,
    "raw_input": input,
    "reduce": reduce,
    "unichr": chr,
    "unicode": str,
    "xrange": range,
}
METHODS: Mapping[str, Callable[[Any], Callable[..., object]]] = {
    "has_key": lambda owner: lambda key: key in owner,
    "iteritems": lambda owner: lambda: iter(owner.items()),
    "iterkeys": lambda owner: lambda: iter(owner.keys()),
    "itervalues": lambda owner: lambda: iter(owner.values()),
}
ABSENT = frozenset(
    (
        *("IPython", "PIL", "cupy", "cv2", "google", "h5py", "imageio", "ipywidgets", "jax", "keras", "matplotlib"),
        *("mpl_toolkits", "numba", "pandas", "requests", "scipy", "seaborn", "skimage", "sklearn", "tensorflow"),
        *("torch", "torchaudio", "torchsummary", "torchvision", "tqdm"),
    )
)
BUILT = "_cython"  # ends the names of what a hand-out has built from .pyx
CAUGHT = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))


class StandIns:
    """Finds what is not there for judging, before everybody else, and what Python 2's time had.

    Args:
        submission: the file or folder that is judged; what lies in it is found as ever.
    """

    def __init__(self, submission: Path) -> None:
        self._folder = (submission if submission.is_dir() else submission.parent).absolute()
        self.given: set[str] = set()  # the absent ones that were imported

    def find_spec(self, fullname: str, path: Any = None, _target: object = None) -> ModuleSpec | None:
        """What importlib asks for. Raises ModuleNotFoundError where an absent one is asked for in case it is there."""
        parent, _, name = fullname.rpartition(".")
        top = fullname.partition(".")[0]
        is_absent = top in ABSENT or isinstance(sys.modules.get(parent), _Absent) or name.endswith(BUILT)
        if not is_absent and fullname not in CONTENTS:
            return None
        found = PathFinder.find_spec(fullname, path)
        if found is not None and (not is_absent or self._is_own(found)):
            return None
        frames = _frames()
        if not _is_import(frames) or any(map(_is_guarded, frames)):
            if found is None:
                return None
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        self.given.update({top} if is_absent else ())
        return ModuleSpec(fullname, cast("Loader", self), is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module, or one whose every name says that it is not there."""
        top, name = spec.name.partition(".")[0], spec.name.rpartition(".")[2]
        return _Absent(spec.name) if top in ABSENT or name.endswith(BUILT) else ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Fill it with what it has."""
        module.__dict__.update(CONTENTS.get(module.__name__, dict)())

    def _is_own(self, spec: ModuleSpec) -> bool:
        places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
        installed = ("site-packages", "dist-packages")
        return any(Path(p).is_relative_to(self._folder) and not {*installed} & {*Path(p).parts} for p in places)


def install(submission: Path) -> StandIns:
    """From now on, absent modules are stood in for in this process. For one that has imported none of them itself."""
    finder = StandIns(submission)
    sys.meta_path.insert(0, finder)
    look = importlib.util.find_spec

    @wraps(look)
    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        try:
            return look(name, package)
        except ModuleNotFoundError as error:
            if name.partition(".")[0] in ABSENT and error.name == name:
                return None
            raise

    importlib.util.find_spec = find_spec
    return finder


def _frames() -> list[FrameType]:
    """The frames that led here from the suite, innermost first: the submission's own, and those of importlib."""
    frames, frame = [], sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    while frame.f_back is not None and not frame.f_code.co_filename.startswith(str(SUITE)):
        frames.append(frame)
        frame = frame.f_back
    return frames


def _is_import(frames: Sequence[FrameType]) -> bool:
    """Whether something is imported, and not only looked for."""
    for frame in frames:
        if not frame.f_code.co_filename.startswith("<frozen"):
            return False
        if frame.f_code.co_name == "_find_and_load":
            return True
    return False


def _is_at_import() -> bool:
    """Whether a module of the submission is being imported, so that there is no function to charge."""
    modules = (frame.f_globals for frame in _frames() if frame.f_code.co_name == "<module>")
    return any(names.get("__name__") != "__main__" for names in modules)


def _is_guarded(frame: FrameType) -> bool:
    """Whether an ImportError would be caught at the line where a frame is."""
    return any(frame.f_lineno in lines for lines in _guarded_lines(frame.f_code.co_filename))


@cache
def _guarded_lines(file: str) -> tuple[range, ...]:
    try:
        tree = parsed_as_old(Path(file).read_bytes(), file)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(_guarded(tree))


def _guarded(tree: ast.AST) -> Iterator[range]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            is_guard = any(_catches(handler.type) for handler in node.handlers)
        else:
            is_guard = isinstance(node, ast.With) and any(_suppresses(item.context_expr) for item in node.items)
        if is_guard and isinstance(node, ast.Try | ast.With):
            first, last = node.body[0], node.body[-1]
            yield range(first.lineno, (last.end_lineno or last.lineno) + 1)


def _suppresses(manager: ast.expr) -> bool:
    return "suppress" in ast.dump(manager) and _catches(manager)


def _catches(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in CAUGHT for node in ast.walk(caught))


class _Absent(ModuleType):
    """A module that is not there: anything can be imported from it, and says so when it is used."""

    def __getattr__(self, name: str) -> Any:
        return _placeholder(self.__name__, name)


class _Placeholder:
    """Something of a module that is not there. Used for a result it raises ImportError.

    While a file is imported it is called and decorates all the same, so that what does not need it is there.
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> Any:
        return _placeholder(self.__name__, name)

    def __instancecheck__(self, _instance: object) -> bool:
        return False

    def __mro_entries__(self, _bases: tuple[object, ...]) -> tuple[type, ...]:
        if not _is_at_import():
            _raise(self)
        return (type(self.__name__, (), {"__new__": lambda *_arguments, **_options: _raise(self)}),)


def _placeholder(owner: str, name: str) -> _Placeholder | str:
    if name == "__version__":
        return "0"
    if name.startswith("__"):
        raise AttributeError(f"{owner} has no attribute {name!r}")
    return _Placeholder(f"{owner}.{name}")


def _raise(used: _Placeholder, *_arguments: object, **_options: object) -> NoReturn:
    module = used.__name__.partition(".")[0]
    raise ImportError(f"{used.__name__} is used, and {module} is not there where submissions are judged", name=module)


def _use(used: _Placeholder, *_arguments: object, **_options: object) -> _Placeholder:
    return used if _is_at_import() else _raise(used)


def _ask(used: _Placeholder, *_arguments: object) -> bool:
    return False if _is_at_import() else _raise(used)


ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
for _answer, _operations in (
    (_use, ("call", "enter", "getitem", "neg", *ARITHMETIC, *(f"r{name}" for name in ARITHMETIC))),
    (_ask, ("bool", "contains", "eq", "exit", "ge", "gt", "le", "lt", "ne")),
    (_raise, ("array", "float", "int", "iter", "len", "next", "setitem")),
):
    for _operation in _operations:
        setattr(_Placeholder, f"__{_operation}__", _answer)


class _Bar:
    """``tqdm``: what it is given, one after the other, and methods that do nothing."""

    def __init__(self, iterable: Any = (), *_arguments: object, **_options: object) -> None:
        self._iterable = iterable

    def __iter__(self) -> Any:
        return iter(self._iterable)

    def __getattr__(self, name: str) -> Any:
        return _nothing


def _nothing(*_arguments: object, **_options: object) -> None:
    """Do nothing."""


def _old_div(first: Any, second: Any) -> Any:
    both = isinstance(first, Integral) and isinstance(second, Integral)
    return first // second if both else first / second


def _public(module: str) -> dict[str, object]:
    return {name: value for name, value in vars(import_module(module)).items() if not name.startswith("__")}


def _as_lists() -> dict[str, object]:
    makers: dict[str, Callable[..., Any]] = {"filter": filter, "map": map, "range": range, "zip": zip}
    return {name: lambda *arguments, make=make: list(make(*arguments)) for name, make in makers.items()}


def _functions() -> dict[str, object]:
    return {name: lambda owner, method=method: method(owner)() for name, method in METHODS.items() if name[0] == "i"}


def _bars() -> dict[str, object]:
    return {"tqdm": _Bar, "tqdm_notebook": _Bar, "trange": lambda *bounds, **_options: _Bar(range(*bounds))}


CONTENTS: Mapping[str, Callable[[], Mapping[str, object]]] = {
    "__builtin__": lambda: {**_public("builtins"), **NAMES},
    "cPickle": lambda: _public("pickle"),
    "future": dict,
    "future.builtins": lambda: _public("builtins"),
    "future.standard_library": lambda: {"install_aliases": _nothing},
    "future.utils": _functions,
    "past": dict,
    "past.builtins": lambda: {**_public("builtins"), **NAMES, **_as_lists()},
    "past.utils": lambda: {"old_div": _old_div},
    "six": lambda: {"PY2": False, "PY3": True, **_functions(), "moves": import_module("six.moves")},
    "six.moves": lambda: {**_public("builtins"), **NAMES, "cPickle": import_module("pickle")},
    "six.moves.cPickle": lambda: _public("pickle"),
    "matplotlib": lambda: {"rcParams": {}, "use": _nothing},
    "matplotlib.pyplot": lambda: {"rcParams": {}, "ion": _nothing},
    "tqdm": _bars,
    "tqdm.auto": _bars,
    "tqdm.notebook": _bars,
}
