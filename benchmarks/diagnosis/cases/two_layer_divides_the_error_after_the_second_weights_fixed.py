import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {"W1": std * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
                       "W2": std * np.random.randn(hidden_size, num_classes), "b2": np.zeros(num_classes)}

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        N = len(X)
        hidden = np.maximum(X.dot(W1) + b1, 0)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1)[:, None]
        probs = np.exp(shifted) / np.exp(shifted).sum(axis=1)[:, None]
        hot = np.zeros_like(probs)
        hot[np.arange(N), y] = 1
        loss = np.log(np.exp(shifted).sum(axis=1)).mean() - (shifted * hot).sum() / N
        loss += reg * ((W1 ** 2).sum() + (W2 ** 2).sum())
        ds = (probs - hot) / N
        grads = {}
        grads["W2"], grads["b2"] = hidden.T.dot(ds) + 2 * reg * W2, ds.sum(axis=0)
        dh = ds.dot(W2.T) * (hidden > 0)
        grads["W1"], grads["b1"] = X.T.dot(dh) + 2 * reg * W1, dh.sum(axis=0)
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        n = X.shape[0]
        per_epoch = max(n // batch_size, 1)
        losses, seen, unseen = [], [], []
        for it in range(num_iters):
            pick = np.random.choice(n, batch_size)
            loss, grads = self.loss(X[pick], y[pick], reg)
            losses.append(loss)
            for name, g in grads.items():
                self.params[name] = self.params[name] - learning_rate * g
            if it % per_epoch == 0:
                seen.append(np.mean(self.predict(X[pick]) == y[pick]))
                unseen.append(np.mean(self.predict(X_val) == y_val))
                learning_rate = learning_rate * learning_rate_decay
        return {"loss_history": losses, "train_acc_history": seen, "val_acc_history": unseen}

    def predict(self, X):
        scores = np.maximum(X.dot(self.params["W1"]) + self.params["b1"], 0).dot(self.params["W2"]) + self.params["b2"]
        return np.argmax(scores, axis=1)
