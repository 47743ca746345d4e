"""An LSTM step that also gives its gates, and keeps a running mean of its cells in ``param``; three steps a case."""

import gradproof as gp


@gp.contract(
    x="N D",
    prev_h="N H",
    prev_c="N H",
    Wx="D 4H",
    Wh="H 4H",
    b="4H",
    returns="next_h next_c gates",
    param="param",
    options={"momentum": (0.9, 0.75)},
    state={"running_cell": "H"},
    steps=3,
    again="x",
    carry={"next_h": "prev_h", "next_c": "prev_c"},
    scenarios=[gp.scenario("saturated", b=gp.uniform("4H", 500, 1000), check="stability", smooth=False)],
)
def cell(x, prev_h, prev_c, Wx, Wh, b, running_cell, momentum):
    import torch

    gates = x @ Wx + prev_h @ Wh + b
    i, f, o, g = gates.chunk(4, dim=1)
    next_c = torch.sigmoid(f) * prev_c + torch.sigmoid(i) * torch.tanh(g)
    next_h = torch.sigmoid(o) * torch.tanh(next_c)
    running_cell = momentum * running_cell + (1 - momentum) * next_c.mean(0)
    return {"next_h": next_h, "next_c": next_c, "gates": gates, "running_cell": running_cell}
