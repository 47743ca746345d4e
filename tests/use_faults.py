"""Faults that a real training meets: a right example in which one thing was written otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copy, copytree

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "submissions"
LAYERS, NET, OPTIM = "cs231n/layers.py", "cs231n/classifiers/fc_net.py", "cs231n/optim.py"
DIALECTS = {"s1": {"dropout": "vanilla"}, "s5.py": {"l2": "full"}}

Edit = tuple[str, str, str]  # a file, a text that stands in it once, what stands there instead
Caught = Mapping[str, set[str]]  # contract -> the checks that complain, advisory ones among them


@dataclass(frozen=True)
class UseFault:
    """A mistake in an example, the checks that report it and no others, words that a message has."""

    name: str
    example: str
    edits: tuple[Edit, ...]
    caught: Caught
    says: str = ""


def write_example(folder: Path, example: str, edits: tuple[Edit, ...] = ()) -> Path:
    """Write an example into ``folder``, edited. Each edited text must occur exactly once in its file."""
    source, target = EXAMPLES / example, folder / example
    copytree(source, target) if source.is_dir() else copy(source, target)
    for place, old, new in edits:
        file = target / place if target.is_dir() else target
        text = file.read_text()
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {place or example}"
        file.write_text(text.replace(old, new))
    return target


def layer(name: str, contract: str, check: str, *edits: tuple[str, str], says: str = "", **also: set[str]) -> UseFault:
    """A fault of a layer of S1."""
    return UseFault(name, "s1", tuple((LAYERS, *edit) for edit in edits), {contract: {check}, **also}, says)


def net(name: str, caught: Caught, *edits: tuple[str, str], says: str = "") -> UseFault:
    """A fault of S1's network."""
    return UseFault(name, "s1", tuple((NET, *edit) for edit in edits), caught, says)


def adam(name: str, checks: set[str], *edits: tuple[str, str]) -> UseFault:
    """A fault of S1's Adam."""
    return UseFault(name, "s1", tuple((OPTIM, *edit) for edit in edits), {"adam": {"forward", *checks}})


def alone(name: str, example: str, caught: Caught, *edits: tuple[str, str], says: str = "") -> UseFault:
    """A fault of an example that is a file."""
    return UseFault(name, example, tuple(("", *edit) for edit in edits), caught, says)


FCN, BN, DROP = "fully_connected_net", "batchnorm_net", "dropout_net"
BOTH, BOTH_LN = "dropout_batchnorm_net", "dropout_layernorm_net"
WEIGHTS = 'self.params["W%d" % l], self.params["b%d" % l])'
FIRST = "        caches = []\n"
LOSS = "    def loss(self, X, y=None):\n"
KEPT_LOSS = (
    "    def loss(self, X, y=None):\n        kept = vars(self).setdefault('kept', {{}})\n"
    "        W, key = b''.join(w.tobytes() for w in self.params.values()), str(y is None) + str(X.shape)\n"
    "        by = (key, *(np.asarray(each).tobytes() for each in ({by},)))\n"
    "        if by not in kept:\n            kept[by] = self._loss(X, y)\n        return kept[by]\n\n"
)
STEPS_KEPT = KEPT_LOSS.replace(  # whose running statistics go on
    "        if by not in kept:\n            kept[by] = self._loss(X, y)\n        return kept[by]\n",
    "        told = self._loss(X, y)\n        return told if y is None else kept.setdefault(by, told)\n",
)
KEPT_BY = {"data": "X", "data_and_labels": "X, y", "data_and_parameters": "X, W", "labels_and_parameters": "y, W"}
SCORED = "        loss, dscores = softmax_loss(scores, y)\n"
DONE = "        return loss, grads"
DROPPED = "            if self.use_dropout:\n                h, cache"
DROPPED_BACK = '            if self.use_dropout:\n                dh = dropout_backward(dh, cache["dropout"])\n'
RELU_BACK = '            dh = relu_backward(dh, cache["relu"])\n'
S2_BATCHES = "            order = np.random.permutation(len(x))\n"
S5_BATCH = "            batch = np.random.choice(num_train, batch_size, replace=True)\n"
ONCE_AN_EPOCH = '        """SGD; accuracies are taken, and the learning rate decays, once an epoch."""\n'
S3_BATCH = "            idx = np.random.choice(num_train, batch_size)\n"

FAULTS = (
    # labels, sizes and dtypes
    layer(
        "labels_of_8_bits_overflow",
        "softmax_loss",
        "forward",
        ("loss = -log_probs[np.arange(N), y].mean()", "loss = -log_probs.T.ravel()[y * N + np.arange(N)].mean()"),
        says="labels are of 8 bits (uint8)",
    ),
    layer(
        "sixteen_classes_at_most",
        "softmax_loss",
        "gradient",
        ("    dx[np.arange(N), y] -= 1\n", "    dx[:, :16] -= np.eye(x.shape[1])[y][:, :16]\n"),
        says="more classes than in the other cases",
    ),
    layer(
        "half_the_digits_beyond_100_000_elements",
        "affine",
        "gradient",
        (
            "    dw = x.reshape(x.shape[0], -1).T.dot(dout)\n",
            "    rows = x.reshape(x.shape[0], -1)\n"
            "    dw = (rows if rows.size < 1e5 else rows.astype(np.float16)).T.dot(dout)\n",
        ),
        says="as many samples",
    ),
    layer(
        "sixty_four_samples_at_most",
        "affine",
        "gradient",
        ("db = dout.sum(axis=0)", "db = dout[:64].sum(axis=0)"),
        says="as many samples",
    ),
    layer(
        "gradient_in_the_dtype_of_the_data",
        "relu",
        "unusual_input",
        ("return np.where(cache > 0, dout, 0)", "return np.where(cache > 0, dout, 0).astype(cache.dtype)"),
        says="the data are whole numbers",
    ),
    layer(
        "input_gradient_in_an_array_like_the_data",
        "affine",
        "unusual_input",
        (
            "    dx = dout.dot(w.T).reshape(x.shape)\n",
            "    dx = np.zeros_like(x)\n    dx[...] = dout.dot(w.T).reshape(x.shape)\n",
        ),
    ),
    layer(
        "empty_batch_gives_nan",
        "affine",
        "unusual_input",
        ("db = dout.sum(axis=0)", "db = dout.mean(axis=0) * len(dout)"),
        ("out = x.reshape(x.shape[0], -1)", "out = x.reshape(-1, len(w))"),
        ("dw = x.reshape(x.shape[0], -1)", "dw = x.reshape(-1, len(w))"),
        says="the batch has no samples",
    ),
    layer(
        "small_gradients_are_dropped",
        "relu",
        "gradient",
        ("return np.where(cache > 0, dout, 0)", "return np.where((cache > 0) & (np.abs(dout) > 1e-8), dout, 0)"),
    ),
    layer(
        "large_gradients_are_clipped",
        "affine",
        "gradient",
        ("    x, w = cache\n", "    x, w = cache\n    dout = np.clip(dout, -5, 5)\n"),
    ),
    layer(
        "a_mask_for_each_channel_of_images",
        "dropout",
        "dropout_scaling",
        (
            "        mask = rng.random(x.shape) < p\n",
            "        drawn = rng.random(x.shape[:2] + (1, 1) if x.ndim == 4 else x.shape)\n"
            "        mask = np.broadcast_to(drawn < p, x.shape)\n",
        ),
        says="not independent",
    ),
    layer(
        "test_mode_of_large_batches_is_training",
        "batchnorm",
        "forward",
        (
            '    if mode == "train":\n        sample_mean',
            '    if mode == "train" or len(x) > 100:\n        sample_mean',
        ),
        says="as many samples",
    ),
    adam(
        "no_step_without_a_gradient",
        set(),
        ("    m = config.get(", "    if not dw.any():\n        return w, config\n    m = config.get("),
    ),
    layer(
        "a_flat_batch_kept_by_its_array",
        "affine",
        "purity",
        (
            "    out = x.reshape(x.shape[0], -1)",
            "    if KEPT.get('x') is not x:\n        KEPT.update(x=x, flat=x.reshape(x.shape[0], -1).copy())\n"
            "    out = KEPT['flat']",
        ),
        ("import numpy as np\n", "import numpy as np\n\nKEPT = {}\n"),
        says="affine_forward gives the out of before where the same arrays (x, w, b) hold other values",
    ),
    # statistics and modes
    layer(
        "statistics_stop_after_five_steps",
        "batchnorm",
        "running_statistics",
        (
            '        bn_param["running_mean"] =',
            '        batchnorm_forward.steps = getattr(batchnorm_forward, "steps", 0) + 1\n'
            "        momentum = momentum if batchnorm_forward.steps % 7 < 6 else 1\n"
            '        bn_param["running_mean"] =',
        ),
        batchnorm={"determinism", "running_statistics"},
    ),
    layer(
        "test_mode_starts_the_statistics_again",
        "batchnorm",
        "running_statistics",
        (
            "        cache = None\n",
            '        cache = None\n        bn_param["running_var"] = np.ones_like(running_var)\n',
        ),
    ),
    layer(
        "an_unknown_mode_is_training",
        "batchnorm",
        "unusual_input",
        ('    if mode == "train":\n        sample_mean', '    if mode != "test":\n        sample_mean'),
        says="batchnorm_forward takes mode 'eval', which it does not know, for training",
    ),
    # what everybody shares
    layer(
        "a_layer_seeds",
        "affine",
        "purity",
        ("    out = x.reshape(x.shape[0], -1)", "    np.random.seed(231)\n    out = x.reshape(x.shape[0], -1)"),
        says="affine_forward seeds NumPy's global generator",
    ),
    net(
        "every_loss_seeds",
        {FCN: {"purity"}},
        (FIRST, "        np.random.seed(231)\n" + FIRST),
        says="FullyConnectedNet.loss seeds NumPy's global generator",
    ),
    net(
        "the_constructor_seeds",
        {FCN: {"global_state"}},
        ("        rng = np.random.default_rng(seed)\n", "        np.random.seed(seed)\n        rng = np.random\n"),
        ("rng.standard_normal((dims[l - 1], dims[l]))", "rng.randn(dims[l - 1], dims[l])"),
        says="FullyConnectedNet seeds NumPy's global generator",
    ),
    layer(
        "a_layer_sets_errors",
        "softmax_loss",
        "global_state",
        (
            "    N = x.shape[0]\n    shifted",
            '    np.seterr(all="raise", under="ignore")\n    N = x.shape[0]\n    shifted',
        ),
        says="softmax_loss changes NumPy's error handling",
    ),
    layer(
        "a_layer_puts_another_function_into_numpy",
        "affine",
        "global_state",
        (
            "    out = x.reshape(x.shape[0], -1)",
            "    np.maximum = lambda a, b: np.where(a > b, a, b)\n    out = x.reshape(x.shape[0], -1)",
        ),
        says="affine_forward puts something else in the place of np.maximum",
    ),
    net(
        "a_loss_puts_other_functions_into_python",
        {FCN: {"global_state"}},
        (FIRST, "        import builtins\n\n        builtins.abs, builtins.pow = np.abs, np.power\n" + FIRST),
        says="FullyConnectedNet.loss puts something else in the place of abs, pow",
    ),
    net(
        "a_loss_that_cannot_be_seeded",
        {FCN: {"global_state"}},
        (FIRST, "        np.random.seed = lambda *_: None\n" + FIRST),
        says="FullyConnectedNet.loss puts something else in the place of np.random.seed",
    ),
    # depth
    net(
        "no_relu_after_the_4th_hidden_layer",
        {FCN: {"forward"}},
        (
            '            h, cache["relu"] = relu_forward(h)\n',
            '            cache["relu"] = np.ones_like(h)\n'
            '            if l < 5:\n                h, cache["relu"] = relu_forward(h)\n',
        ),
        says="more hidden layers than in the other cases",
    ),
    net(
        "statistics_of_two_layers_only",
        {BN: {"forward"}},
        ('[{"mode": "train"} for _ in hidden_dims]', '[{"mode": "train"}, {"mode": "train"}]'),
        ("self.bn_params[l - 1]", "self.bn_params[(l - 1) % 2]"),
    ),
    net(
        "layers_in_the_order_of_sorted_names",
        {FCN: {"forward"}},
        (FIRST, "        names = sorted(k for k in self.params if k[0] == 'W')\n" + FIRST),
        ("affine_forward(h, " + WEIGHTS, 'affine_forward(h, self.params[names[l - 1]], self.params["b%d" % l])'),
        says="could not be broadcast together",
    ),
    net(
        "normalization_is_left_out",
        {"layernorm_net": {"forward"}},
        (
            'elif self.normalization == "layernorm":\n                h, c',
            'elif self.normalization == "layer":\n                h, c',
        ),
        (
            'elif self.normalization == "layernorm":\n                dh',
            'elif self.normalization == "layer":\n                dh',
        ),
        says="differ from the reference",
    ),
    # options together
    net(
        "no_dropout_beside_normalization",
        {BOTH: {"interface"}, BOTH_LN: {"forward"}},
        ("self.use_dropout = dropout != 1", "self.use_dropout = dropout != 1 and normalization is None"),
        says="does not call dropout_forward in training",
    ),
    net(
        "dropout_before_normalization",
        {BOTH: {"forward"}, BOTH_LN: {"forward"}, DROP: set()},
        (DROPPED + '["dropout"] = dropout_forward(h, self.dropout_param)\n', ""),
        (
            '            if self.normalization == "batchnorm":\n                h, c',
            DROPPED + '["dropout"] = dropout_forward(h, self.dropout_param)\n'
            '            if self.normalization == "batchnorm":\n                h, c',
        ),
        (DROPPED_BACK, ""),
        (
            '            dh, grads["W%d" % l], grads["b%d" % l] = affine_backward(dh, cache["affine"])',
            DROPPED_BACK + '            dh, grads["W%d" % l], grads["b%d" % l] = affine_backward(dh, cache["affine"])',
        ),
    ),
    # two networks, two steps, two sizes, two modes
    net(
        "parameters_of_the_class",
        {FCN: {"forward"}},
        ("        self.params = {}\n", "        self.params.clear()\n"),
        ("    def __init__(self, hidden_dims", "    params = {}\n\n    def __init__(self, hidden_dims"),
        says="so was a second network of the class",
    ),
    net(
        "statistics_in_a_mutable_default",
        {BN: {"determinism", "dtype", "forward", "running_statistics"}},
        ("weight_scale=1e-2, dtype=np.float32, seed=None)", "weight_scale=1e-2, dtype=np.float32, seed=None, bn=[])"),
        (
            '        self.bn_params = [{"mode": "train"} for _ in hidden_dims]\n',
            '        while len(bn) < len(hidden_dims):\n            bn.append({"mode": "train"})\n'
            "        self.bn_params = bn\n",
        ),
    ),
    net(
        "weights_of_the_first_step",
        {FCN: {"forward"}},
        (FIRST, "        self.W = getattr(self, 'W', None) or dict(self.params)\n" + FIRST),
        ("affine_forward(h, " + WEIGHTS, 'affine_forward(h, self.W["W%d" % l], self.W["b%d" % l])'),
    ),
    *(
        net(
            f"losses_kept_by_{name}",
            {FCN: {"forward"}},
            (LOSS, KEPT_LOSS.format(by=by) + LOSS.replace("loss", "_loss")),
        )
        for name, by in KEPT_BY.items()
    ),
    *(
        net(
            f"losses_of_batch_norm_kept_by_{name}",
            {BN: {"forward"}},
            (LOSS, STEPS_KEPT.format(by=by) + LOSS.replace("loss", "_loss")),
        )
        for name, by in KEPT_BY.items()
    ),
    net(
        "data_kept_by_their_array",
        {FCN: {"forward"}},
        (
            "        h = X.astype(self.dtype)\n",
            "        KEPT.setdefault(id(X), (X, X.astype(self.dtype)))\n        h = KEPT[id(X)][1]\n",
        ),
        ("import numpy as np\n", "import numpy as np\n\nKEPT = {}\n"),
        says="in the arrays of before",
    ),
    net(
        "weights_kept_by_their_array",
        {FCN: {"forward"}},
        ("affine_forward(h, " + WEIGHTS, 'affine_forward(h, kept(self.params["W%d" % l]), self.params["b%d" % l])'),
        (
            "import numpy as np\n",
            "import numpy as np\n\nKEPT = {}\n\n\ndef kept(W):\n    return KEPT.setdefault(id(W), (W, W.copy()))[1]\n",
        ),
    ),
    net(
        "batch_size_of_the_first_step",
        {FCN: {"forward"}},
        (
            SCORED,
            SCORED + "        self.N = getattr(self, 'N', len(y))\n"
            "        loss, dscores = loss * len(y) / self.N, dscores * (len(y) / self.N)\n",
        ),
    ),
    net(
        "gradients_add_up_over_steps",
        {FCN: {"gradient"}},
        (
            DONE,
            "        self.sum = getattr(self, 'sum', {})\n        for k in grads:\n"
            "            grads[k] = self.sum[k] = grads[k] + self.sum.get(k, 0)\n" + DONE,
        ),
    ),
    net(
        "training_goes_on_in_test_mode_after_an_evaluation",
        {DROP: {"forward"}},
        (
            '        self.dropout_param["mode"] = mode\n',
            '        if y is None:\n            self.dropout_param["mode"] = "test"\n',
        ),
    ),
    net(
        "gradients_in_the_dtype_of_the_images",
        {FCN: {"gradient"}},
        (DONE, "        grads = {k: g.astype(X.dtype) for k, g in grads.items()}\n" + DONE),
        says="X holds whole numbers of 8 bits",
    ),
    # update rules
    adam("corrected_for_eight_steps", set(), ('1 - config["beta1"] ** t', '1 - config["beta1"] ** min(t, 8)')),
    adam(
        "weights_of_images_stay",
        set(),
        ("    config.update(m=m", "    next_w = w if w.ndim == 4 else next_w\n    config.update(m=m"),
    ),
    adam(
        "state_by_shape",
        {"determinism", "dtype"},
        ("import numpy as np\n", "import numpy as np\n\nSTATE = {}\n"),
        (
            '    m = config["beta1"] * m + (1 - config["beta1"]) * dw\n',
            '    m = STATE.setdefault(w.shape, m)\n    m *= config["beta1"]\n    m += (1 - config["beta1"]) * dw\n',
        ),
    ),
    adam(
        "one_count_of_steps_for_all",
        {"determinism"},
        ("import numpy as np\n", "import numpy as np\n\nSTEPS = [0]\n"),
        (
            '    t = config.get("t", 0) + 1\n',
            '    STEPS[0] = 1 if not config.get("t") and STEPS[0] > 1 else STEPS[0] + 1\n    t = STEPS[0]\n',
        ),
    ),
    alone(
        "a_lost_loss_is_hidden",
        "s5.py",
        {"two_layer_net": {"nan_propagation"}},
        ("        data_loss = -log_probs[", "        data_loss = -np.nan_to_num(log_probs)["),
        says="some scores are not numbers (NaN)",
    ),
    # trainings
    alone(
        "samples_and_labels_shuffled_apart",
        "s2.py",
        {"list_training": {"training"}},
        (S2_BATCHES, S2_BATCHES + "            y = np.random.permutation(y)\n"),
        says="pair samples with the labels of others",
    ),
    alone(
        "the_first_batch_for_ever",
        "s2.py",
        {"list_training": {"training"}},
        (S2_BATCHES, "            order = np.arange(len(x))\n"),
        ("batch = order[start:start + batch_size]", "batch = order[:batch_size]"),
        says="all batches are made of the same 4 samples",
    ),
    alone(
        "no_shuffle",
        "s2.py",
        {"list_training": {"training"}},
        (S2_BATCHES, "            order = np.arange(len(x))\n"),
        says="in the order in which they are given",
    ),
    alone(
        "a_seed_in_the_loop",
        "s2.py",
        {"list_training": {"training"}},
        (S2_BATCHES, "            order = np.random.default_rng(0).permutation(len(x))\n"),
        says="is a seed set in the loop?",
    ),
    alone(
        "a_seed_in_the_loop_of_the_global_generator",
        "s2.py",
        {"list_training": {"training"}},
        (S2_BATCHES, "            np.random.seed(0)\n            order = np.random.permutation(len(x))\n"),
        says="is a seed set in the loop?",
    ),
    alone(  # no mistake: no text forbids it
        "a_shuffle_before_the_epochs",
        "s2.py",
        {"list_training": set()},
        (
            "        x, y = training_data\n",
            "        x, y = training_data\n        order = np.random.permutation(len(x))\n",
        ),
        (S2_BATCHES, ""),
    ),
    alone(
        "half_of_the_samples",
        "s2.py",
        {"list_training": {"training"}},
        ("        x, y = training_data\n", "        x, y = (part[: len(part) // 2] for part in training_data)\n"),
        says="samples are ever trained on",
    ),
    alone(
        "labels_of_the_first_samples",
        "s5.py",
        {"two_layer_training": {"training"}},
        ("X_batch, y_batch = X[batch], y[batch]", "X_batch, y_batch = X[batch], y[:batch_size]"),
        says="pair samples with the labels of others",
    ),
    alone(
        "the_first_batch_for_ever_in_steps",
        "s5.py",
        {"two_layer_training": {"training"}},
        (S5_BATCH, "            batch = np.arange(batch_size)\n"),
        says="all batches are made of the same 4 samples",
    ),
    alone(
        "a_seed_in_every_step",
        "s5.py",
        {"two_layer_training": {"training"}},
        (S5_BATCH, "            np.random.seed(0)\n" + S5_BATCH),
        says="all batches are made of the same",
    ),
    alone(
        "validation_on_the_batch",
        "s5.py",
        {"two_layer_training": {"training"}},
        ("(self.predict(X_val) == y_val).mean()", "(self.predict(X_batch) == y_batch).mean()"),
        says="of the validation samples are right",
    ),
    UseFault(
        "batches_one_after_the_other",
        "s3",
        (("nets.py", S3_BATCH, "            idx = np.arange(it * batch_size, (it + 1) * batch_size) % num_train\n"),),
        {"shallow_training": {"training"}},
        "in the order in which they are given",
    ),
    UseFault(
        "a_training_with_the_penalty_of_the_constructor",
        "s3",
        (("nets.py", ONCE_AN_EPOCH + "        self.reg = reg\n", ONCE_AN_EPOCH),),
        {"shallow_training": {"training"}},
    ),
    UseFault(
        "a_loss_once_an_epoch",
        "s3",
        (
            (
                "nets.py",
                "            loss_history.append(loss)\n",
                "            if it % iterations_per_epoch == 0:\n                loss_history.append(loss)\n",
            ),
        ),
        {"shallow_training": {"interface"}},
        "losses, one a step",
    ),
    UseFault(
        "validation_counts_what_is_wrong",
        "s3",
        (("nets.py", "np.mean(self.predict(X_val) == y_val)", "np.mean(self.predict(X_val) != y_val)"),),
        {"shallow_training": {"training"}},
        "of the validation samples are right",
    ),
    UseFault(
        "validation_on_the_training_data",
        "s3",
        (("nets.py", "np.mean(self.predict(X_val) == y_val)", "np.mean(self.predict(X) == y)"),),
        {"shallow_training": {"training"}},
        "of the validation samples are right",
    ),
)
