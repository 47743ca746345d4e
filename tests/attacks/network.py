"""Connects to ports and sockets of this machine, and asks for a name."""

import contextlib
import json
import socket
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


def connect(family, kind, address):
    with contextlib.suppress(OSError), socket.socket(family, kind) as connection:
        connection.settimeout(0.5)
        connection.connect(address)
        connection.send(b"REACHED")
        raise RuntimeError(f"REACHED {address!r}")


def look():
    connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", TARGETS["tcp"]))
    connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", TARGETS["udp"]))
    connect(socket.AF_UNIX, socket.SOCK_STREAM, TARGETS["socket"])
    connect(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + TARGETS["abstract"])
    connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", TARGETS["tcp"]))
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", 0)):
        raise RuntimeError("REACHED a port to listen on")
    with contextlib.suppress(OSError):
        socket.getaddrinfo("gradproof.invalid", 80)
        raise RuntimeError("REACHED a name server")


def relu_forward(x):
    look()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
