from .activation import Sigmoid, Tanh, ReLU, GELU
from .batchnorm import BatchNorm1d
from .linear import Linear
from .loss import CrossEntropyLoss
