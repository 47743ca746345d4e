"""Planted faults of networks: impl's own sources under another name, one text replaced by another.

``handed_in`` is a copy of impl as somebody would hand it in, so that a fault sits in the network's own lines.
"""

from dataclasses import dataclass

from net_judged import IMPL, Bad, Edit

DEEP, LISTS, TWO = "networks/fully_connected.py", "networks/lists.py", "networks/two_layer.py"
CLASSIFIER, CONVOLUTIONAL = "networks/classifier.py", "networks/convolutional.py"
DEEP_NETS = ("fully_connected_net", "batchnorm_net", "layernorm_net", "dropout_net")


@dataclass(frozen=True)
class NetFault:
    """A mistake, the checks that report it and no others, words that a message has."""

    name: str
    edits: tuple[Edit, ...]
    bad: Bad
    says: str = ""
    hint: str = ""
    contracts: tuple[str, ...] = DEEP_NETS


FCN, BN, LN, DROP, LIST = "fully_connected_net", "batchnorm_net", "layernorm_net", "dropout_net", "list_net"
PENALTY_HINT = "the penalty is 0.5 * reg * sum of W^2 over every weight matrix"
RIGHT_BACKWARD = "the backward is right for this forward"
EVERY_WEIGHT = "            for name in self._weights():"
LOSS_TERM = "loss += self.dtype.type(self._penalty * reg)"
GRADIENT_FACTOR = "self.dtype.type(2 * self._penalty * reg)"
SCORES_OUT = "        return scores, [*caches, (cache,)]"
SCORES_BACK = "        dx, (last,) = dscores, caches[-1]"
AFFINE = 'x, affine_cache = affine_forward(x, self.params[f"W{i}"], self.params[f"b{i}"])'
RELU_BACK = "            dx = relu_backward(dx, relu_cache)\n"
DROP_OUT = "            x, dropout_cache = self._drop(x, mode)"
DROP_BACK = "            dx = dx if dropout_cache is None else dropout_backward(dx, dropout_cache)\n"
GRADS = "        grads = dict(self._backward(dscores, caches))\n"
LOSS = "        loss, dscores = softmax_loss(scores, y)\n"
PAIR = 'yield from ((f"W{i}", dw), (f"b{i}", db))'
BATCHNORM = "return batchnorm_forward(x, gamma, beta, param)"
LAYERNORM = "return layernorm_forward(x, gamma, beta, {})"
NET_LISTS = "return loss, [dw, *reversed(dws)], [db[np.newaxis], *reversed(dbs)]"


def deep(name: str, old: str, new: str, bad: Bad, says: str = "", hint: str = "") -> NetFault:
    """A fault of FullyConnectedNet, in the file where the text stands."""
    file = CLASSIFIER if old in (IMPL / CLASSIFIER).read_text() else DEEP
    return NetFault(name, ((file, old, new),), bad, says, hint)


def lists(name: str, old: str, new: str, checks: set[str], says: str = "") -> NetFault:
    """A fault of Network."""
    return NetFault(name, ((LISTS, old, new),), {LIST: checks} if checks else {}, says, "", (LIST,))


FAULTS = (
    # the penalty
    deep("l2_omits_the_last_layer", "range(1, self.num_layers + 1))", "range(1, self.num_layers))", {FCN: {"forward"}}),
    deep(
        "l2_gradient_omits_the_last_layer",
        "                grads[name] += ",
        '                grads[name] += (name != f"W{self.num_layers}") * ',
        {FCN: {"gradient"}},
        hint=PENALTY_HINT,
    ),
    deep(
        "l2_loss_omits_the_last_layer",
        LOSS_TERM,
        LOSS_TERM + ' * (name != f"W{self.num_layers}")',
        {FCN: {"forward"}},
        hint=PENALTY_HINT,
    ),
    deep(
        "l2_counts_a_layer_twice",
        EVERY_WEIGHT,
        EVERY_WEIGHT.replace("self._", "('W1', *self._")[:-1] + "):",
        {FCN: {"forward"}},
    ),
    deep(
        "l2_loss_without_the_half_gradient_with",
        LOSS_TERM,
        "loss += self.dtype.type(2 * self._penalty * reg)",
        {FCN: {"forward"}},
        hint=PENALTY_HINT,
    ),
    deep(
        "l2_loss_with_the_half_gradient_without",
        GRADIENT_FACTOR,
        "self.dtype.type(4 * self._penalty * reg)",
        {FCN: {"gradient"}},
        "dW1, dW2",
        PENALTY_HINT,
    ),
    NetFault(
        "l2_loss_four_times_gradient_twice",
        (
            (CLASSIFIER, LOSS_TERM, "loss += self.dtype.type(2 * reg)"),
            (CLASSIFIER, GRADIENT_FACTOR, "self.dtype.type(2 * reg)"),
        ),
        {FCN: {"forward"}},
        hint=PENALTY_HINT,
    ),
    deep(
        "l2_of_the_biases",
        EVERY_WEIGHT,
        '            for name in [key for key in self.params if key.strip("0123456789") in ("W", "b")]:',
        {FCN: {"forward"}},
    ),
    deep(
        "l2_of_gamma",
        EVERY_WEIGHT,
        '            for name in [key for key in self.params if key[0] in "Wg"]:',
        {BN: {"forward"}, LN: {"forward"}},
    ),
    # modes and statistics
    deep("test_mode_uses_the_batch", 'param["mode"] = mode', 'param["mode"] = "train"', {BN: {"running_statistics"}}),
    deep(
        "statistics_are_not_kept",
        BATCHNORM,
        'zeros = {"running_mean": 0 * gamma, "running_var": 0 * gamma}\n'
        '        return batchnorm_forward(x, gamma, beta, {**zeros, "mode": mode})',
        {BN: {"running_statistics"}},
        "test_scores differs from the reference in 8 of 8 cases",
    ),
    deep(
        "all_layers_share_their_statistics",
        "param = self.bn_params[i - 1]",
        "param = self.bn_params[0]",
        {BN: {"forward"}},
        "running_mean has shape",
    ),
    deep(
        "layernorm_over_the_batch",
        LAYERNORM,
        'return batchnorm_forward(x, gamma, beta, {"mode": "train"})',
        {LN: {"forward"}},
    ),
    deep(
        "no_layernorm_at_test_time",
        LAYERNORM,
        LAYERNORM + ' if mode == "train" else (x, None)',
        {LN: {"forward"}},
        "scores differs from the reference in 7 of 7 cases",
    ),
    # dropout
    deep("dropout_stays_on_at_test_time", '"mode": mode, **seed', '"mode": "train", **seed', {DROP: {"forward"}}),
    deep(
        "dropout_is_left_out",
        'if self.dropout_param["p"] == 1:',
        "if True:",
        {DROP: {"interface"}},
        "FullyConnectedNet.loss does not call dropout_forward in training",
    ),
    deep("dropout_only_after_the_first", DROP_OUT, DROP_OUT + " if i == 1 else (x, None)", {DROP: {"forward"}}),
    NetFault(
        "dropout_of_the_scores",
        (
            (DEEP, SCORES_OUT, "        scores, self._drawn = self._drop(scores, mode)\n" + SCORES_OUT),
            (
                DEEP,
                SCORES_BACK,
                SCORES_BACK + "\n        dx = dx if self._drawn is None else dropout_backward(dx, self._drawn)",
            ),
        ),
        {DROP: {"forward"}},
    ),
    deep("dropout_backward_is_forgotten", DROP_BACK, "", {DROP: {"gradient"}}),
    # layers in the wrong place
    deep(
        "relu_of_the_scores",
        SCORES_OUT,
        SCORES_OUT.replace("scores,", "np.maximum(scores, 0),"),
        {FCN: {"forward"}},
    ),
    deep(
        "relu_backward_is_forgotten",
        RELU_BACK,
        "",
        {FCN: {"gradient"}},
        "dW1, db1",
    ),
    deep(
        "gradient_is_not_averaged",
        "self._backward(dscores, caches)",
        "self._backward(dscores * len(X), caches)",
        {FCN: {"gradient"}},
    ),
    deep(
        "second_layer_uses_the_first_weights",
        AFFINE,
        AFFINE.replace('self.params[f"W{i}"]', 'self.params["W1"]'),
        {FCN: {"forward"}},
        "FullyConnectedNet.loss raised ValueError: affine_forward: ",
    ),
    deep(
        "second_layer_uses_the_first_bias",
        AFFINE,
        AFFINE.replace('self.params[f"b{i}"]', 'np.resize(self.params["b1"], self.params[f"b{i}"].shape)'),
        {FCN: {"forward"}},
    ),
    # the interface
    deep(
        "bias_gradient_keeps_a_row_axis",
        PAIR,
        PAIR.replace("db)", "db[np.newaxis])"),
        {FCN: {"interface"}},
        "db2 has shape (1, 2), expected (2,)",
    ),
    deep("grads_miss_a_key", PAIR, 'yield f"W{i}", dw', {FCN: {"interface"}}, "gave no gradient 'b2' in grads"),
    deep(
        "params_miss_a_key",
        '        yield f"b{i}", np.zeros(units, dtype)\n',
        '        if i < len(sizes) - 1:\n            yield f"b{i}", np.zeros(units, dtype)\n',
        {FCN: {"interface"}},
        "FullyConnectedNet has params W1, b1, W2; expected W1, b1, W2, b2",
    ),
    deep(
        "loss_alone_is_returned",
        "return loss, grads",
        "return loss",
        {FCN: {"interface"}},
        "FullyConnectedNet.loss returned a float64, expected 2 values: loss, grads",
    ),
    deep(
        "grads_are_a_list",
        "return loss, grads",
        "return loss, list(grads.values())",
        {FCN: {"interface"}},
        "returned a list of 4 as grads, expected a dictionary",
    ),
    deep(
        "constructor_raises",
        "        self.normalization = normalization\n",
        '        raise RuntimeError("no layers")\n',
        {FCN: {"forward"}},
        "FullyConnectedNet raised RuntimeError: no layers (fully_connected.py, line ",
    ),
    # purity
    deep(
        "writes_to_x",
        LOSS,
        LOSS + "        X *= 2\n        grads = dict(self._backward(dscores, caches))\n        X *= 0\n",
        {FCN: {"gradient", "purity"}},
        "FullyConnectedNet.loss",
    ),
    deep(
        "writes_to_its_parameters",
        GRADS,
        GRADS + '        if not self.normalization:\n            self.params["b1"] -= 7\n',
        {FCN: {"purity"}},
        "FullyConnectedNet.loss writes to its argument params['b1']; work on a copy",
    ),
    # lists
    lists(
        "bias_gradient_of_a_list_net_is_a_mean",
        "dbs.append(db[np.newaxis])",
        "dbs.append(db[np.newaxis] / len(x))",
        {"gradient"},
        "db2",
    ),
    lists(
        "bias_gradient_of_a_list_net_is_flat",
        "dbs.append(db[np.newaxis])",
        "dbs.append(db)",
        {"interface"},
        "db2 has shape (1,), expected (1, 1)",
    ),
    lists(
        "bias_gradient_of_a_list_net_sums_the_units",
        "dbs.append(db[np.newaxis])",
        "dbs.append(dx.sum(axis=1))",
        {"interface", "gradient"},
    ),
    lists(
        "gradients_of_a_list_net_in_reverse",
        NET_LISTS,
        "return loss, [*dws, dw], [*dbs, db[np.newaxis]]",
        {"interface", "gradient"},
        "dW1 has shape",
    ),
    lists(
        "scores_of_a_list_net_are_rectified", "self._forward(x)[0]", "np.maximum(self._forward(x)[0], 0)", {"forward"}
    ),
    lists(
        "a_list_net_has_a_layer_too_few",
        "pairs = list(pairwise(sizes))\n",
        "pairs = list(pairwise(sizes))[:-1]\n",
        {"interface"},
        "as weights, expected a list of",
    ),
    lists(
        "a_list_net_trains_in_its_backward",
        "        dx = softmax_cross_entropy_backward",
        "        self.weights[0] -= 1\n        dx = softmax_cross_entropy_backward",
        {"purity"},
    ),
    NetFault(
        "reg_of_the_loss_is_ignored",
        ((TWO, "return self._loss(X, y, reg)", "return self._loss(X, y, self.reg)"),),
        {"two_layer_net": {"forward"}},
        contracts=("shallow_layer_net", "two_layer_net"),
    ),
)
