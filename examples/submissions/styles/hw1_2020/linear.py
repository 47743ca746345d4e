import numpy as np


class Linear():

    def __init__(self, in_feature, out_feature, weight_init_fn, bias_init_fn):
        self.W = weight_init_fn(in_feature, out_feature)
        self.b = bias_init_fn(out_feature)
        self.dW = np.zeros(None)
        self.db = np.zeros(None)

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, delta):
        batch_size = delta.shape[0]
        self.dW = np.dot(self.x.T, delta) / batch_size
        self.db = np.mean(delta, axis=0, keepdims=True)
        return np.dot(delta, self.W.T)
