"""What ``gp.layer`` is to be told of a class, as far as its source says it."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gradproof.conformance.cli.scaffold import roles
from gradproof.conformance.diagnosis.search.operators import name_of
from gradproof.conformance.harness.source.objects import Method, ObjectClass
from gradproof.conformance.reports.languages.speaking import t

OPTIONS = {"leaky_relu": ("negative_slope",), "elu": ("alpha",)}  # that the constructor is given
TRAINED = {"affine": ("w", "b"), "batchnorm": ("gamma", "beta"), "layernorm": ("gamma", "beta")}
SIZES = {"affine": 2, "batchnorm": 1, "layernorm": 1}  # that the constructor is given
KEPT = {"batchnorm": ("running_mean", "running_var", "eps", "momentum"), "layernorm": ("eps",)}
RESULTS = ("output", "outputs", "out", "y", "a", "result")
MODES = ("training", "testing")
LABELS, OF_CLASSES = "y", "softmax_loss"


class Unwritten(Exception):
    """A class that no declaration can be drafted of; the words say why."""


def told_of(each: ObjectClass, contract: str) -> Mapping[str, str]:
    """The arguments of the declaration. Raises Unwritten for what none can be drafted of."""
    each = each.made_at_the_first_call() if _is_lazy(each, contract) else each
    lazy = {"lazy": "True"} if _is_lazy(each, contract) else {}
    return {**_given(each, contract), **lazy, **_called(each, contract), **_results(each), **_placed(each, contract)}


def _given(each: ObjectClass, contract: str) -> dict[str, str]:
    """What the constructor is given."""
    asked, given = _asked(each), _roles(each, contract)
    if contract in OPTIONS and not asked and each.made and each.made.options:
        given = list(OPTIONS[contract])
    unknown = [name for name, role in zip(asked, given, strict=False) if not role]
    sizes = SIZES.get(contract, 0)
    if _is_lazy(each, contract):
        return {"given": " ".join(role or "out" for role in given)} if given else {}
    if not unknown and set(TRAINED.get(contract, ())) <= {*given}:
        return {"given": " ".join(given)} if given else {}
    if len(unknown) != sizes:
        raise Unwritten(
            t("its constructor wants {names}", names=", ".join(asked))
            if unknown
            else t("its constructor is not given how many features there are")
        )
    names = iter(_sizes(unknown))
    told = [role or next(names) for role in given]
    return {"given": " ".join(told)} if told else {}


def _is_lazy(each: ObjectClass, contract: str) -> bool:
    """Whether it makes its parameters when the first batch tells how many features there are."""
    unknown = [name for name, role in zip(_asked(each), _roles(each, contract), strict=True) if not role]
    is_short = len(unknown) == SIZES.get(contract, 0) - 1 and all(roles.is_of(name, roles.OUTPUTS) for name in unknown)
    makes = [role for role in TRAINED.get(contract, ()) if any(roles.holds(place, role) for place in each.made_later)]
    return is_short and bool(makes)


def _sizes(names: Sequence[str]) -> list[str]:
    """``in out`` or ``out in``, or the one number of features."""
    if len(names) < 2:
        return ["features"] * len(names)
    first, second = names
    is_turned = roles.is_of(first, roles.OUTPUTS) and roles.is_of(second, roles.INPUTS)
    return ["out", "in"] if is_turned and not roles.is_of(first, roles.INPUTS) else ["in", "out"]


def _called(each: ObjectClass, contract: str) -> dict[str, str]:
    """What the methods are called, and what they are given."""
    is_loss = contract.endswith(roles.OF_LOSSES)
    told = {"methods": " ".join(each.called)} if each.called != ("forward", "backward") else {}
    _, *further = each.forward.parameters or ("",)
    given = ["x"]
    if is_loss:
        if len(further) != 1:
            raise Unwritten(t("its forward is not given the scores and the labels"))
        given.append(_labels(each.forward, further[0]) if contract == OF_CLASSES else LABELS)
        if contract == OF_CLASSES and not any(map(_is_softmax, ast.walk(each.forward.node))):
            raise Unwritten(t("its forward is given probabilities, not scores"))
    else:
        given += [_mode(name) for name in further]
        second = each.forward.options[:1] if not further else ()
        given += [mode for name in second if (mode := _mode(name, is_asked=False))]
    if given != ["x"]:
        told["forward"] = " ".join(given)
    wanted = each.backward.parameters
    rates = [name for name in (*wanted, *each.backward.options) if roles.RATES.fullmatch(name.lower())]
    if rates:
        raise Unwritten(t("its backward updates it, and is given {names}", names=", ".join(rates)))
    is_given_x = wanted == each.forward.parameters[:1]  # it is asked for the slope there, and knows of no gradient
    if len(wanted) > 1 or (wanted and (is_loss or is_given_x)):
        raise Unwritten(t("its backward is given {names}", names=", ".join(wanted)))
    if not wanted and not (is_loss or each.backward.options):
        told |= {"backward": "", "derivative": "True"}
    elif is_loss:
        told["backward"] = ""
    return told


def _mode(name: str, *, is_asked: bool = True) -> str:
    """The mode in which a forward is called, by the name of its argument."""
    found = next((mode for mode in MODES if roles.holds(name, mode)), "")
    if not found and is_asked:
        raise Unwritten(t("its forward is given {names}", names=name))
    return found


def _labels(forward: Method, name: str) -> str:
    """Labels as numbers, which an index is made of, or as rows of 0 and 1, which scores are multiplied by."""
    nodes = list(ast.walk(forward.node))
    names = {name, *(each for each, value in _assigned(nodes) if name_of(value) == name)}

    def is_labels(node: ast.AST) -> bool:
        return isinstance(node, ast.expr) and name_of(node) in names

    for node in nodes:
        if isinstance(node, ast.Subscript) and any(map(is_labels, ast.walk(node.slice))):
            return LABELS
    factors = [side for node in nodes for side in _factors(node)]
    if any(map(is_labels, factors)):
        return "one_hot"
    raise Unwritten(t("its forward does not say whether labels are numbers or rows"))


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign):
            yield from ((name_of(target), node.value) for target in node.targets)


def _factors(node: ast.AST) -> Iterator[ast.expr]:
    """What is multiplied, signs aside."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from (side.operand if isinstance(side, ast.UnaryOp) else side for side in (node.left, node.right))
    elif isinstance(node, ast.Call) and name_of(node.func) == "multiply":
        yield from node.args


def _results(each: ObjectClass) -> dict[str, str]:
    """Where the results are, if they are not returned."""
    told = {}
    if not each.forward.results:
        left = [place for place in each.forward.left if place.lower() in RESULTS]
        if not left:
            raise Unwritten(t("its forward returns nothing, and leaves nothing that is called a result"))
        told["result"] = left[0]
    if not each.backward.results:
        left = [place for place in each.backward.left if roles.is_gradient(place, "x")]
        if not left:
            raise Unwritten(t("its backward returns nothing, and leaves nothing that is called a gradient"))
        told["dx"] = left[0]
    elif any(isinstance(value, ast.Tuple) for value in (*each.backward.results, *each.forward.results)):
        raise Unwritten(t("it returns several values at once"))
    return told


def _placed(each: ObjectClass, contract: str) -> dict[str, str]:
    """Where parameters, running statistics and gradients are, and how they are laid out."""
    given = _roles(each, contract)
    told = {}
    for role in TRAINED.get(contract, ()):
        place = _kept(each, role)
        if role not in given:
            if not place:
                raise Unwritten(t("it keeps nothing that is called {name}", name=role))
            told[role] = place + _layout(each, role, place)
        found = [*_gradients(each, role)]
        if not found:
            raise Unwritten(t("its backward leaves nothing that is called {name}", name=f"d{role}"))
        told[f"d{role}"] = found[0] + (_layout(each, role, place) if place and role not in given else "")
    for role in KEPT.get(contract, ()):
        place = _kept(each, role)
        if place:
            told[role] = place + _layout(each, role, place)
        elif role != "eps" and role not in given:
            raise Unwritten(t("it keeps nothing that is called {name}", name=role))
    asked = (*each.forward.parameters[1:], *each.forward.options)
    if contract == "batchnorm" and not any(roles.holds(name, mode) for name in asked for mode in MODES):
        flags = [(mode, place) for place in each.kept for mode in MODES if roles.holds(place, mode)]
        words = [("mode", place) for place in each.kept if _is_mode(each, place)]
        mode, place = next(iter((*flags, *words)), ("", ""))
        if not mode:
            raise Unwritten(t("nothing says whether it trains"))
        told[mode] = place
    return told


def _asked(each: ObjectClass) -> tuple[str, ...]:
    """The arguments that the constructor must be given."""
    return each.made.parameters if each.made else ()


def _roles(each: ObjectClass, contract: str) -> list[str]:
    """What each of them is of the layer; nothing where its name does not say."""
    known = (*TRAINED.get(contract, ()), *KEPT.get(contract, ()), *OPTIONS.get(contract, ()))
    return [next((role for role in known if roles.holds(name, role)), "") for name in _asked(each)]


def _kept(each: ObjectClass, role: str) -> str:
    """The place of a parameter; of one in a list, by what is put there. What says whether there is one is none."""
    named = [place for place, value in each.kept.items() if roles.holds(place, role) and not _is_flag(each, value)]
    listed = [
        place
        for place, value in each.kept.items()
        if place.rpartition(".")[2].isdigit() and isinstance(value, ast.Name) and roles.holds(value.id, role)
    ]
    return next(iter((*named, *listed)), "")


def _is_flag(each: ObjectClass, value: ast.expr) -> bool:
    """Whether a value is true or false: written so, or an argument of the constructor that is so by default."""
    said = each.made.usual.get(value.id) if each.made and isinstance(value, ast.Name) else value
    return isinstance(said, ast.Constant) and isinstance(said.value, bool)


def _is_mode(each: ObjectClass, place: str) -> bool:
    """Whether a place holds the mode as a word, which is "train" at first and "test" otherwise."""
    asked = (node for node in ast.walk(each.forward.node) if isinstance(node, ast.Compare))
    words = {part.value for node in asked for part in ast.walk(node) if isinstance(part, ast.Constant)}
    first = each.kept[place]
    return isinstance(first, ast.Constant) and first.value == "train" and words <= {"train", "test"}


def _gradients(each: ObjectClass, role: str) -> Iterator[str]:
    """The places of a gradient, that in which the backward leaves it first; of one in a list, by what is put there."""
    for place, value in each.backward.left.items():
        is_listed = place.rpartition(".")[2].isdigit() and roles.is_gradient(name_of(value), role)
        if is_listed or roles.is_gradient(place, role):
            yield place
    yield from (place for place in each.kept if roles.is_gradient(place, role))


def _layout(each: ObjectClass, role: str, place: str) -> str:
    """How an array is laid out, by the shape that it is made in."""
    shape = _shape(each.kept[place])
    if role == "w":
        if _is_lazy(each, "affine"):
            return ".T" if len(shape) == 2 and roles.is_of(name_of(shape[0]), roles.OUTPUTS) else ""
        sizes = _sizes(_asked(each)) if len(_asked(each)) == 2 else ["in", "out"]
        named = dict(zip(_asked(each), sizes, strict=False))
        first = next((part for part in map(name_of, shape) if part), "")
        kind = named.get(first) or ("out" if roles.is_of(first, roles.OUTPUTS) else "in")
        return ".T" if len(shape) == 2 and kind == "out" else ""
    if len(shape) != 2:
        return ""
    return "[None]" if _is_one(shape[0]) else "[:, None]" if _is_one(shape[1]) else ""


def _shape(value: ast.expr) -> Sequence[ast.expr]:
    """The shape that an array is made in: of the first call that is given one."""
    for node in ast.walk(value):
        if not isinstance(node, ast.Call):
            continue
        called = name_of(node.func)
        given = [*(word.value for word in node.keywords if word.arg in ("size", "shape")), *node.args]
        tuples = [each.elts for each in given if isinstance(each, ast.Tuple)]
        if tuples:
            return tuples[0]
        if called in ("randn", "rand"):
            return node.args
        if called in ("zeros", "ones", "empty", "full", "normal", "uniform", "standard_normal", "random"):
            return given[:1]
    return ()


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


def _is_softmax(node: ast.AST) -> bool:
    """Whether something is the exponential or a softmax, by its name."""
    name = name_of(node).lower() if isinstance(node, ast.expr) else ""
    return "softmax" in name or name in ("exp", "logsumexp")
