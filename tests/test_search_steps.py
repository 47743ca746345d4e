"""Edits that do a step to another value, go on where the last call ended, or look another entry up."""

import ast

import numpy as np
import pytest
from conftest import others

from gradproof.conformance.diagnosis.search.edits import edits_of
from gradproof.conformance.diagnosis.search.kinds import how_told
from gradproof.conformance.diagnosis.search.reach import moved
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.statements import throughout
from gradproof.conformance.diagnosis.search.widening import (
    forms,
    keys,
    labels,
    layouts,
    numbers,
    options,
    parentheses,
    places,
    shares,
    steps,
)

STATE = {1: (2, 3)}
SCOPE = Scope(
    arrays=dict.fromkeys(("h", "c", "dW", "scores", "x"), STATE) | {"w": {1: (2, 3, 3, 3)}},
    scalars={"f": True},
    tables={"params": {"gamma_a": (3,), "gamma_f": (3,), "beta_a": (3,), "beta_f": (3,), "W": (3, 4)}},
    given={"self"},
)


def changed(text: str, at: int) -> set[str]:
    """What the statements become by each change at one of them."""
    body = ast.parse(text).body
    made = steps.of(body[at], body[:at], body[at + 1 :], SCOPE)
    return {"\n".join(map(ast.unparse, each)) for _, each, _, _ in made}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("scores = scores / root\np = softmax(scores)\nout = p @ v", "p = softmax(scores)\np = p / root\nout = p @ v"),
        ("scores *= root\nout = scores @ v", "out = scores @ v\nout *= root"),
        ("u, kept = norm(h, g)\ny = h + f(u)", "u = h\ny = h + f(u)\ny, kept = norm(y, g)"),
        ("x = np.maximum(h, 0)\nout = pool(x)", "x = h\nout = pool(x)\nout = np.maximum(out, 0)"),
    ],
)
def test_what_is_done_to_one_value_is_done_to_a_later_one(text: str, other: str) -> None:
    """A scale after softmax, a norm after the sum, relu after the pooling."""
    assert other in changed(text, 0)


def test_a_call_may_begin_anew_each_time() -> None:
    """With 0 for what it goes on with."""
    assert "h, c, _ = step(x, 0 * h, 0 * c)" in changed("h, c, _ = step(x, h, c)", 0)


def test_a_backward_is_done_to_nothing_else() -> None:
    """Its cache is of one forward."""
    assert not changed("x, dw = norm_backward(h, cache)\ny = x + h", 0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("h, c = h0, c0\nfor t in steps:\n    h, c = step(h, c)", "c"),
        ("dW = z\nfor t in steps:\n    dW += part(t)", "dW"),
    ],
)
def test_what_a_loop_goes_on_with_may_be_what_the_last_call_left(text: str, name: str) -> None:
    """States, and sums that nobody empties."""
    assert any(f"self._left_in_{name} = {name}" in each for each in changed(text, 1))


@pytest.mark.parametrize(("collects", "first"), [("said.append(w)", "said[0]"), ("said[:, t] = w", "said[:, 0]")])
def test_a_loop_may_hear_the_first_of_what_it_says(collects: str, first: str) -> None:
    """In place of what it has just said."""
    assert f"{collects}\nh = step({first}, h)" in changed(f"{collects}\nh = step(w, h)", 1)


def test_an_entry_of_a_table_may_be_another_one_of_its_shape() -> None:
    """One scale for another and no weights for a scale; two of the same norm together."""
    assert others("params['gamma_f']", lambda node, _parent, _field: keys.of(node, SCOPE)) == {
        f"params['{key}']" for key in ("gamma_a", "beta_a", "beta_f")
    }
    statement = ast.parse("u = norm(h, params['gamma_f'], params['beta_f'])").body[0]
    found = [ast.unparse(other) for other in keys.throughout(statement, SCOPE)]
    assert found == ["u = norm(h, params['gamma_a'], params['beta_a'])"]


def test_a_kernel_may_be_that_of_the_first_channel() -> None:
    """For every channel."""
    assert "w[f, 0]" in others("s = w[f]", lambda node, parent, _field: places.of(node, parent, SCOPE))


def test_a_gate_may_go_into_a_matrix_product() -> None:
    """The reset of a GRU before the product, beside its bias and without."""
    for text, other in (("r * (h @ W + b)", "r * h @ W + b"), ("r * (h @ W)", "r * h @ W")):
        assert other in others(text, lambda node, _parent, _field: parentheses.of(node))


def test_a_kernel_may_be_turned_round_along_one_axis() -> None:
    """Or along both; a term may stand outside of a function, whichever it is."""
    scope = Scope(arrays={"w": {1: (2, 3, 3, 3)}})
    found = others("out = einsum(x, w)", lambda node, parent, _field: layouts.of(node, parent, scope))
    assert {"w[:, :, ::-1, :]", "w[:, :, :, ::-1]", "w[:, :, ::-1, ::-1]"} <= found
    found = others("h = np.tanh(x @ Wx + h @ Wh + b)", lambda node, _parent, _field: parentheses.of(node))
    assert "np.tanh(x @ Wx + b) + h @ Wh" in found
    assert {"np.tanh(x @ Wx) + np.tanh(h @ Wh + b)", "np.tanh(x @ Wx + h @ Wh) + np.tanh(b)"} <= found


def test_an_outer_product_may_be_one_number() -> None:
    """As it is of two rows that are multiplied by ``dot``."""
    found = others("J = np.diag(s) - np.outer(s, s)", lambda node, parent, _field: forms.of(node, parent))
    assert "np.dot(s, s)" in found


def test_a_border_may_be_cut_off_on_one_side() -> None:
    """Twice its width at the beginning."""
    statement = ast.parse("dx = d[:, pad:pad + H]").body[0]
    found = {ast.unparse(other) for _, other in throughout(statement, Scope(scalars={"pad": True, "H": True}))}
    assert "dx = d[:, 2 * pad:2 * pad + H]" in found


def test_the_largest_class_may_stand_for_the_right_one() -> None:
    """Where 1 is taken off."""
    assert "np.argmax(x, axis=1)" in others("dx[rows, y] -= 1", lambda node, parent, _field: labels.of(node, parent))


def test_labels_may_count_from_one() -> None:
    """Wherever a function reads them."""
    function = ast.parse("def loss(x, y):\n    hot = table[y]\n    return x * hot").body[0]
    assert isinstance(function, ast.FunctionDef)
    found = [edit for edit in edits_of(function, {2: Scope(arrays={"y": {1: (2,)}})}) if edit.kind == "throughout"]
    assert [ast.unparse(edit.new) for edit in found if edit.new is not None] == ["y - 1"]


def test_of_several_values_all_that_are_floats_are_moved() -> None:
    """And a mask is turned over; what has none cannot be moved."""
    (x, (mask, count)) = moved((np.ones(2), (np.array([True, False]), 3)), 1.0)
    assert (x != 1).all()
    assert (mask.tolist(), count) == ([False, True], 3)
    with pytest.raises(TypeError):
        moved((3, "train"), 1.0)


def test_what_comes_to_itself_is_left_out_and_a_term_that_is_dropped_is_a_part() -> None:
    """``w = w - step`` without its step is no step; within another value a term is missing."""
    for text, how in (("w = w - step", "left_out"), ("w = f(w - step)", "part")):
        function = ast.parse(f"def train(w, step):\n    {text}\n    return w").body[0]
        assert isinstance(function, ast.FunctionDef)
        edits = [edit for edit in edits_of(function, {2: Scope()}) if isinstance(edit.old, ast.BinOp)]
        assert how_told(next(edit for edit in edits if edit.new is not None and ast.unparse(edit.new) == "w"))[0] == how


@pytest.mark.parametrize(
    ("text", "new", "how"),
    [
        ("h[:, ::-1]", "1", ("replaced", "::-1", "::1")),
        ("f(h, axis=-1)", "1", ("axis", "-1", "1")),
        ("h.sum(axis=1, keepdims=True)", "False", ("keepdims", "keepdims=True", "keepdims=False")),
        ("f(h, scale=-1)", "1", ("sign", "1", "1")),
    ],
)
def test_the_number_of_an_axis_and_the_step_of_a_slice_have_no_sign(text: str, new: str, how: tuple[str, ...]) -> None:
    """A minus before them says where, or which way round; elsewhere it is a sign."""
    function = ast.parse(f"def turn(h):\n    return {text}").body[0]
    assert isinstance(function, ast.FunctionDef)
    edits = [edit for edit in edits_of(function, {2: Scope()}) if isinstance(edit.old, ast.UnaryOp | ast.Constant)]
    told, texts = how_told(next(edit for edit in edits if edit.new is not None and ast.unparse(edit.new) == new))
    assert (told, texts["old"], texts["new"]) == how


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("h = x + f(T)\nfor i in r:\n    h = g(h)", "h = x\nfor i in r:\n    h = h + f(T)\n    h = g(h)"),
        ("h *= s\nfor i in r:\n    h = g(h)", "pass\nfor i in r:\n    h = h * s\n    h = g(h)"),
    ],
)
def test_what_is_done_once_before_a_loop_may_be_done_in_every_pass(text: str, other: str) -> None:
    """Positions that are added in each block."""
    assert other in changed(text, 0)


def test_nothing_is_done_in_the_passes_of_a_loop_that_makes_something_else() -> None:
    """It would be the same."""
    assert not any(
        "i in r:\n    h = h + f(T)" in each for each in changed("h = x + f(T)\nfor i in r:\n    y = g(h)", 0)
    )


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("wave = np.cos(np.pi * t)", "180.0"),
        ("wave = np.cos(math.pi * t)", "math.pi * 2"),
        ("dW = dW + 2 * reg * W", "np.sum(W ** 2)"),
    ],
)
def test_a_number_stands_where_another_belongs(text: str, other: str) -> None:
    """Degrees; the penalty itself where its slope belongs."""
    scope = Scope(arrays={"W": {1: (2, 3)}, "dW": {1: (2, 3)}}, scalars={"reg": False, "t": False})
    assert other in others(text, lambda node, parent, field: numbers.of(node, parent, field, scope))


def test_an_option_of_two_numbers_may_be_fixed_where_it_is_read() -> None:
    """Whatever is asked for."""
    text = "dilation = pair(conv_param.get('dilation', 1))"
    assert "(1, 1)" in others(text, lambda node, parent, _field: options.of(node, parent, Scope()))


def test_one_choice_may_be_made_for_all() -> None:
    """The best of everything, where each row has one."""
    found = others("word = np.argmax(scores, axis=1)", lambda node, parent, _field: labels.of(node, parent))
    assert "np.full(len(scores), np.argmax(scores) % scores.shape[-1])" in found


def test_what_several_layers_have_may_be_that_of_the_first_throughout_a_statement() -> None:
    """The weights and the bias, in every block."""
    scope = Scope(
        tables={"params": {"W": (3, 4), "b": (4,)}, "self.params": {"W1": (3, 4), "b1": (4,), "W2": (3, 4), "b2": (4,)}}
    )
    statement = ast.parse("y = x @ params['W'] + params['b']").body[0]
    found = {ast.unparse(other) for other in keys.throughout(statement, scope)}
    assert "y = x @ self.params['W1'] + self.params['b1']" in found


def test_a_square_under_a_mean_is_summed_by_no_sum_of_its_own() -> None:
    """``mean(sum(a ** 2))`` is the sum for the mean, and is told as that."""
    made = others("loss = np.mean(error ** 2)", lambda node, parent, _field: shares.of(node, parent))
    assert "np.sum(error ** 2)" not in made
