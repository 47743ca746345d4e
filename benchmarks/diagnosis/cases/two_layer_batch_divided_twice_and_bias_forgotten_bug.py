import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        self.params = {
            "W1": std * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
            "W2": std * np.random.randn(hidden_size, num_classes), "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(0, X.dot(W1))  # WRONG; right: hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores
        N = X.shape[0]
        expd = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        prob = expd / np.sum(expd, axis=1, keepdims=True)
        data_loss = np.sum(-np.log(prob[range(N), y])) / N
        loss = data_loss + reg * np.sum(W1 * W1) + reg * np.sum(W2 * W2)
        grads = {}
        delta = prob
        delta[range(N), y] -= 1
        delta /= N
        grads["W2"] = hidden.T.dot(delta) + 2 * reg * W2
        grads["b2"] = np.sum(delta, axis=0)
        dhidden = delta.dot(W2.T)
        dhidden[hidden <= 0] = 0
        grads["W1"] = X.T.dot(dhidden) + 2 * reg * W1
        grads["b1"] = np.sum(dhidden, axis=0)
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6, num_iters=100,
              batch_size=200, verbose=False):
        num_train = X.shape[0]
        iterations_per_epoch = max(num_train // batch_size, 1)
        losses, train_accs, val_accs = [], [], []
        for it in range(num_iters):
            indices = np.random.choice(num_train, batch_size, replace=True)
            X_batch, y_batch = X[indices], y[indices]
            loss, grads = self.loss(X_batch, y=y_batch, reg=reg)
            losses.append(loss)
            for name in self.params:
                self.params[name] -= learning_rate * grads[name] / batch_size  # WRONG; right: self.params[name] -= learning_rate * grads[name]
            if it % iterations_per_epoch == 0:
                train_accs.append((self.predict(X_batch) == y_batch).mean())
                val_accs.append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return {"loss_history": losses, "train_acc_history": train_accs, "val_acc_history": val_accs}

    def predict(self, X):
        return self.loss(X).argmax(axis=1)
