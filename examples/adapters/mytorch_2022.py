"""An adapter: CMU 11-785's mytorch of 2022, ``Linear(in_features, out_features)`` with ``W`` (out, in), ``b`` (out, 1).

``backward(dLdZ)`` returns dLdA and leaves the means over the batch in ``dLdW`` and ``dLdb``; here they become sums
again. ``BatchNorm1d`` leaves sums in ``dLdBW`` and ``dLdBb``. An activation's ``backward()`` gives its derivative, and
``CrossEntropyLoss``, the mean loss for one-hot labels, gives each sample's own gradient. Of 2023 and later it is the
other way about: see ``mytorch_2023.py``. The default dialect is theirs: alpha is the share that is kept, the running
variance is biased.

    gradproof check mytorch --adapter examples/adapters/mytorch_2022.py
"""

import gradproof as gp


def activation(name):
    """Its ``backward()`` is given nothing."""
    return gp.layer(name, backward="", derivative=True)


globals().update(
    gp.style(
        batch="rows",
        affine=gp.layer(
            "Linear", given="in out", w="W.T", b="b[:, None]", dw="dLdW.T", db="dLdb[:, None]", means="dw db"
        ),
        relu=activation("ReLU"),
        sigmoid=activation("Sigmoid"),
        tanh=activation("Tanh"),
        batchnorm=gp.layer(
            "BatchNorm1d",
            given="features momentum",
            forward="x testing",
            eps="eps",
            gamma="BW[None]",
            beta="Bb[None]",
            running_mean="running_M[None]",
            running_var="running_V[None]",
            dgamma="dLdBW[None]",
            dbeta="dLdBb[None]",
        ),
        softmax_loss=gp.layer("CrossEntropyLoss", forward="x one_hot", backward="", per_sample="dx"),
    )
)
