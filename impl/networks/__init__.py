"""The networks of the published systems: parameters in a dictionary, or in lists.

Every fully connected network is a stack ``{affine - [batch/layer norm] - relu - [dropout]} x (L - 1) - affine -
softmax``. The gradient by the network's input is never asked for, so the first layer does not compute it.
"""

from ..networks.convolutional import ConvNet, ThreeLayerConvNet
from ..networks.fully_connected import FullyConnectedNet
from ..networks.lists import Network
from ..networks.two_layer import ShallowLayerNet, TwoLayerNet

__all__ = ["ConvNet", "FullyConnectedNet", "Network", "ShallowLayerNet", "ThreeLayerConvNet", "TwoLayerNet"]
