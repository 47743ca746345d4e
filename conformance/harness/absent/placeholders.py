"""What stands in for a module that is not there: anything can be imported from it, and says so when it is used."""

import sys
from collections.abc import Iterator
from dis import opname
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any, NoReturn

from gradproof.conformance.spec.values import SUITE

OURS = (__file__, str(Path(__file__).parents[1] / "stand_ins.py"))  # which frames of the search are in


def frames() -> list[FrameType]:
    """The frames that led here from the suite, innermost first: the submission's own, and those of importlib."""
    found, frame = [], sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename in OURS:
        frame = frame.f_back
    while frame.f_back is not None and not frame.f_code.co_filename.startswith(str(SUITE)):
        found.append(frame)
        frame = frame.f_back
    return found


def _is_at_import() -> bool:
    """Whether a module of the submission is being imported, so that there is no function to charge."""
    modules = (frame.f_globals for frame in frames() if frame.f_code.co_name == "<module>")
    return any(names.get("__name__") != "__main__" for names in modules)


class Absent(ModuleType):
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


def _call(used: _Placeholder, *arguments: object, **options: object) -> object:
    """What it decorates stays as it is, for ``numba.njit`` and its like change no result."""
    decorated = arguments[0] if len(arguments) == 1 and not options else None
    return decorated if isinstance(decorated, FunctionType | type) and _is_at_import() else _use(used)


def _parts(used: _Placeholder) -> Iterator[_Placeholder]:
    """As many as are asked for by ``figure, axes = ...``; none, for a loop."""
    frame = sys._getframe(1)
    if not _is_at_import():
        _raise(used)
    operation, count = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return iter([used] * count if opname[operation] == "UNPACK_SEQUENCE" else [])


def _ask(used: _Placeholder, *_arguments: object) -> bool:
    return False if _is_at_import() else _raise(used)


ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
for _answer, _operations in (
    (_call, ("call",)),
    (_parts, ("iter",)),
    (_use, ("enter", "getitem", "neg", *ARITHMETIC, *(f"r{name}" for name in ARITHMETIC))),
    (_ask, ("bool", "contains", "eq", "exit", "ge", "gt", "le", "lt", "ne")),
    (_raise, ("array", "float", "int", "len", "next", "setitem")),
):
    for _operation in _operations:
        setattr(_Placeholder, f"__{_operation}__", _answer)
