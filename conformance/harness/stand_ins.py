"""What Python 2 had and a current one has not: names, methods, and modules that stand in for those that are absent.

Runs beside untrusted code. What stands in for a module that is not there for judging says so when it is used.
"""

import sys
from collections.abc import Callable, Mapping
from functools import reduce
from importlib import import_module
from importlib.machinery import ModuleSpec
from numbers import Integral
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, cast

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
ABSENT = ("IPython", "PIL", "cv2", "h5py", "imageio", "matplotlib", "scipy", "scipy.misc", "tqdm")


class StandIns:
    """Finds, after everybody else did not, the modules of Python 2's time and those that are not there for judging."""

    def find_spec(self, fullname: str, *_path_and_target: object) -> ModuleSpec | None:
        """What importlib asks for: a module that is known here, or below one that is not there for judging."""
        is_below = isinstance(sys.modules.get(fullname.rpartition(".")[0]), _Absent)
        is_known = is_below or fullname in ABSENT or fullname in CONTENTS
        return ModuleSpec(fullname, cast("Loader", self), is_package=True) if is_known else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module, or one whose every name says that it is not there."""
        is_old = spec.name.partition(".")[0] not in ABSENT
        return ModuleType(spec.name) if is_old else _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Fill it with what it has."""
        module.__dict__.update(CONTENTS.get(module.__name__, dict)())


class _Absent(ModuleType):
    """A module that is not there: anything can be imported from it, and says so when it is used."""

    def __getattr__(self, name: str) -> Any:
        return _placeholder(self.__name__, name)


class _Placeholder:
    """Something of a module that is not there. Whatever is done with it raises ImportError."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> Any:
        return _placeholder(self.__name__, name)


def _placeholder(owner: str, name: str) -> _Placeholder:
    if name.startswith("__"):
        raise AttributeError(f"{owner} has no attribute {name!r}")
    return _Placeholder(f"{owner}.{name}")


def _raise(used: _Placeholder, *_arguments: object, **_options: object) -> NoReturn:
    module = used.__name__.partition(".")[0]
    raise ImportError(f"{used.__name__} is used, and {module} is not there where submissions are judged", name=module)


ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
for _operation in (
    *("array", "bool", "call", "contains", "enter", "eq", "float", "ge", "getitem", "gt", "int", "iter", "le", "len"),
    *("lt", "mro_entries", "ne", "neg", "next", "setitem", *ARITHMETIC, *(f"r{name}" for name in ARITHMETIC)),
):
    setattr(_Placeholder, f"__{_operation}__", _raise)


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
OLD_MODULES = tuple(name for name in CONTENTS if "." not in name and name not in ABSENT)
