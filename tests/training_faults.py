"""More faults that only a training meets: sizes, a batch of one, what belongs to all instances, steps and epochs."""

from use_faults import (
    DROP,
    FCN,
    FIRST,
    NET,
    OPTIM,
    S2_BATCHES,
    UseFault,
    adam,
    alone,
    layer,
    net,
)

HIDDEN = 'h, cache["affine"] = affine_forward(h, self.params["W%d" % l], self.params["b%d" % l])\n'
OTHERWISE = (
    f"            else:\n                {HIDDEN}"
    "            if l == 1:\n                self.first = h, cache['affine']\n"
)
CUT = "        y = y if y is None else y.astype(np.uint8)\n"
OF_THE_CLASS = (
    "    options = dict(reg=0.0, normalization=None, num_layers=0)\n\n    def __init__(self, hidden_dims",
    "        self.options.update(reg=reg, normalization=normalization, num_layers=1 + len(hidden_dims))\n",
)

DRAWN = "            batch = np.random.choice(num_train, batch_size, replace=True)\n"
S2_SLICE = "                batch = order[start:start + batch_size]\n"
S2_AGAIN = (
    "                if start + batch_size > len(x) and start > 0:\n"
    "                    batch = order[start - batch_size:start]\n"
)
RULES = (  # what S1 lacks for the contract of whole trainings
    OPTIM,
    "import numpy as np\n",
    "import numpy as np\n\n\n"
    "def sgd_momentum(w, dw, config):\n"
    "    v = 0.9 * config.get('velocity', 0) - config['learning_rate'] * dw\n"
    "    return w + v, {**config, 'velocity': v}\n\n\n"
    "def rmsprop(w, dw, config):\n"
    "    cache = 0.99 * config.get('cache', 0) + 0.01 * dw**2\n"
    "    return w - config['learning_rate'] * dw / (np.sqrt(cache) + 1e-8), {**config, 'cache': cache}\n",
)

FAULTS = (
    layer(
        "labels_cut_to_int8",
        "softmax_loss",
        "forward",
        (
            "loss = -log_probs[np.arange(N), y].mean()",
            "y = y.astype(np.int8)\n    loss = -log_probs[np.arange(N), y].mean()",
        ),
        says="more classes",
    ),
    layer(
        "labels_cut_to_uint8",
        "softmax_loss",
        "gradient",
        ("    dx[np.arange(N), y] -= 1\n", "    dx[np.arange(N), y.astype(np.uint8)] -= 1\n"),
        says="more classes",
    ),
    net(
        "labels_of_networks_cut_to_uint8",
        {FCN: {"forward"}},
        (FIRST, CUT + FIRST),
        says="as many samples, units or classes",
    ),
    net(
        "a_batch_of_one_is_an_evaluation",
        {DROP: {"forward"}},
        (
            '        self.dropout_param["mode"] = mode\n',
            '        self.dropout_param["mode"] = "test" if len(X) == 1 else mode\n',
        ),
        says="loss differs",
    ),
    net(
        "sixty_four_units_at_most",
        {FCN: {"forward"}},
        (HIDDEN, HIDDEN + "            h[:, 64:] = 0\n"),
        says="has more units than",
    ),
    layer(
        "sixty_four_units_of_an_affine_layer",
        "affine",
        "gradient",
        ("db = dout.sum(axis=0)", "db = np.where(np.arange(dout.shape[1]) < 64, dout.sum(axis=0), 0)"),
        says="as many samples",
    ),
    layer(
        "sixty_four_features_of_a_normalization",
        "layernorm",
        "gradient",
        (
            "    return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)\n",
            "    dbeta = np.sum(dout, axis=0)\n    dbeta[64:] = 0\n    return dx, np.sum(dout * xhat, axis=0), dbeta\n",
        ),
        says="as many samples",
    ),
    net(
        "options_of_the_class",
        {FCN: {"forward"}},
        ("    def __init__(self, hidden_dims", OF_THE_CLASS[0]),
        ("        self.params = {}\n", OF_THE_CLASS[1] + "        self.params = {}\n"),
        (
            "            loss += 0.5 * self.reg * np.sum(W * W)",
            '            loss += 0.5 * self.options["reg"] * np.sum(W * W)',
        ),
        says="a third one was made",
    ),
    adam(
        "state_in_the_default_config",
        {"interface", "dtype"},
        ("def adam(w, dw, config=None):", "def adam(w, dw, config={}):"),
        ("    config = {} if config is None else dict(config)\n", ""),
    ),
    alone(
        "decays_at_every_step",
        "s5.py",
        {"two_layer_training": {"training"}},
        (
            "                learning_rate *= learning_rate_decay\n",
            "            learning_rate *= learning_rate_decay\n",
        ),
        says="more often than once an epoch",
    ),
    alone(
        "the_last_batch_counts_as_if_it_were_whole",
        "s2.py",
        {"list_training": {"training"}},
        (
            "loss, dws, dbs = self.backward(x[batch], y[batch])\n",
            "loss, dws, dbs = self.backward(x[batch], y[batch])\n"
            "                share = len(batch) / batch_size\n"
            "                dws, dbs = [dw * share for dw in dws], [db * share for db in dbs]\n",
        ),
        says="counts as if it were as large",
    ),
    alone(
        "the_batch_before_the_last_comes_twice",
        "s2.py",
        {"list_training": {"training"}},
        (S2_SLICE, S2_SLICE + S2_AGAIN),
        says="in every epoch one of the batches comes twice",
    ),
    alone(
        "the_first_batch_comes_again_in_the_end",
        "s2.py",
        {"list_training": {"training"}},
        (
            "range(0, len(x), batch_size)",
            "[*range(0, len(x), batch_size)][:-1] + [0]",
        ),
        says="in every epoch one of the batches comes twice",
    ),
    alone(
        "a_batch_of_each_pass_comes_twice",
        "s5.py",
        {"two_layer_training": {"training"}},
        (
            DRAWN,
            "            at = it % iterations_per_epoch\n"
            "            order = np.random.permutation(num_train) if at == 0 else order\n"
            "            at = max(at - 1, 0)\n"
            "            batch = order[at * batch_size:(at + 1) * batch_size]\n",
        ),
        says="in every epoch one of the batches comes twice",
    ),
    alone(  # no mistake: what is short of a batch is left out
        "whole_batches_of_each_pass",
        "s5.py",
        {"two_layer_training": set()},
        (
            DRAWN,
            "            at = it % iterations_per_epoch\n"
            "            order = np.random.permutation(num_train) if at == 0 else order\n"
            "            batch = order[at * batch_size:(at + 1) * batch_size]\n",
        ),
    ),
    alone(
        "the_validation_data_are_trained_on",
        "s2.py",
        {"list_training": {"training"}},
        (
            "self.backward(x[batch], y[batch])",
            "self.backward(*(each[batch % len(each)] for each in validation_data))",
        ),
        says="samples are ever trained on",
    ),
    alone(  # no mistake: what the last batch lacks is taken from the first
        "the_last_batch_is_filled_up",
        "s2.py",
        {"list_training": set()},
        (S2_SLICE, "                batch = order[np.arange(start, start + batch_size) % len(x)]\n"),
    ),
    alone(
        "the_last_sample_is_never_drawn",
        "s5.py",
        {"two_layer_training": {"training"}},
        ("np.random.choice(num_train, batch_size", "np.random.choice(num_train - 1, batch_size"),
        says="the last of the samples are in none of 100 random batches",
    ),
    alone(
        "the_training_ends_when_the_loss_rises",
        "s5.py",
        {"two_layer_training": {"training"}},
        (
            "            loss_history.append(loss)\n",
            "            loss_history.append(loss)\n"
            "            if it > 0 and loss > loss_history[-2]:\n                break\n",
        ),
        says="the training ends after",
    ),
    alone(  # no mistake: the samples stay with their labels
        "the_samples_themselves_are_put_in_another_order",
        "s2.py",
        {"list_training": set()},
        (
            S2_BATCHES,
            S2_BATCHES + "            x[:], y[:] = x[order], y[order]\n            order = np.arange(len(x))\n",
        ),
    ),
    UseFault(
        "what_the_same_batch_gave_before",
        "s1",
        (
            RULES,
            (NET, FIRST, FIRST + "        was, self.was = getattr(self, 'was', None), X\n"),
            (NET, HIDDEN, "if was is X and l == 1:\n                h, cache['affine'] = self.first\n" + OTHERWISE),
        ),
        {"training": {"training"}},
    ),
    net(
        "the_callers_list_of_layers_grows",
        {FCN: {"purity"}},
        (
            "        self.num_layers = 1 + len(hidden_dims)\n",
            "        self.num_layers = 1 + len(hidden_dims)\n        hidden_dims.append(num_classes)\n",
        ),
        ("dims = [input_dim] + list(hidden_dims) + [num_classes]", "dims = [input_dim] + list(hidden_dims)"),
        says="writes to its argument hidden_dims",
    ),
)
