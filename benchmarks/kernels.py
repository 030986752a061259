"""Convolution and pooling, layer by layer: the engine's against TensorFlow's compiled ones, on two threads each.

The layers are those of the digits network (batch 100) and the letters network (batch 64), in float32. TensorFlow uses
its oneDNN kernels, without XLA, which is slower here. Each runs in a separate process, and they take turns; of a few
calls the fastest counts, of many rounds the median. If other programs use the processor, the time includes waiting
for it, but the processor time does not, so both are reported. Matrix products with the same threads show the peak.

``python -m benchmarks.kernels`` runs it alone.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.report import Figure, print_figures
from tutor.engine.padding import Padding, output_size
from tutor.training.worker.launcher import ENVIRONMENT

ROUNDS = 9
CALLS = 3

Operations = dict[str, Callable[[], object]]


@dataclass(frozen=True)
class Layer:
    """A convolution on square images, and the 2×2 maximum pooling after it."""

    name: str
    network: str
    batch: int
    size: int
    channels: int
    kernel: int
    filters: int
    padding: Padding
    first: bool

    @property
    def output(self) -> int:
        return output_size(self.size, self.kernel, 1, self.padding)

    @property
    def flops(self) -> int:
        """For one pass: a multiplication and an addition for each position, filter and number under the kernel."""
        taps = self.kernel**2 * self.channels
        return 2 * self.batch * self.output**2 * taps * self.filters

    @property
    def passes(self) -> dict[str, int]:
        """The measured operations, and the number of passes over the products in each."""
        gradients = {"dkernel": 1} if self.first else {"dkernel": 1, "dkernel and dx": 2}
        return {"forward": 1, **gradients, "pool": 0, "pool gradient": 0}

    @property
    def step(self) -> tuple[str, ...]:
        """The operations in a training step."""
        return "forward", "dkernel" if self.first else "dkernel and dx", "pool", "pool gradient"


LAYERS = (
    Layer("digits 1: 28×28×1, 32 of 5×5", "digits-cnn", 100, 28, 1, 5, 32, "valid", True),
    Layer("digits 2: 12×12×32, 64 of 5×5", "digits-cnn", 100, 12, 32, 5, 64, "valid", False),
    Layer("letters 1: 50×50×1, 32 of 12×12", "letters-cnn", 64, 50, 1, 12, 32, "same", True),
    Layer("letters 2: 25×25×32, 64 of 6×6", "letters-cnn", 64, 25, 32, 6, 64, "same", False),
    Layer("letters 3: 13×13×64, 128 of 3×3", "letters-cnn", 64, 13, 64, 3, 128, "same", False),
)
AT_LEAST = {"digits-cnn": 0.5, "letters-cnn": 0.6}


def in_numpy(layer: Layer) -> Operations:
    import numpy as np

    from tutor.engine.fast.convolution import FastConvolution
    from tutor.engine.fast.pooling import FastMaxPool
    from tutor.engine.fast.workers import Workers

    rng, workers = np.random.default_rng(0), Workers()
    kernel_shape = (layer.kernel, layer.kernel, layer.channels, layer.filters)
    x = rng.standard_normal((layer.batch, layer.size, layer.size, layer.channels), dtype="float32")
    kernel, bias = rng.standard_normal(kernel_shape, dtype="float32"), np.ones(layer.filters, "float32")
    convolution = FastConvolution(x.shape, kernel_shape, (1, 1), layer.padding, "float32", workers)
    y = convolution.forward(x, kernel, bias)
    dy = rng.standard_normal(y.shape, dtype="float32")
    pooling = FastMaxPool(y.shape, (2, 2), (2, 2), layer.padding, "float32", workers)
    dpooled = rng.standard_normal(pooling.forward(y).shape, dtype="float32")
    return {
        "forward": lambda: convolution.forward(x, kernel, bias),
        "dkernel": lambda: convolution.backward(dy, x, kernel, need_dx=False),
        "dkernel and dx": lambda: convolution.backward(dy, x, kernel),
        "pool": lambda: pooling.forward(y),
        "pool gradient": lambda: pooling.backward(dpooled, y),
    }


def matrix_products() -> Operations:
    """Square ones, the calling thread alone and two threads at once: 2·1024³ operations each."""
    import numpy as np

    from tutor.engine.fast.workers import Workers

    workers = Workers()
    a, out = np.ones((1024, 1024), "float32"), np.empty((2, 1024, 1024), "float32")

    def product(part: int, _rows: slice) -> None:
        np.matmul(a, a, out=out[part])

    return {"one": lambda: product(0, slice(0)), "two": lambda: workers.halves(2, product)}


def in_tensorflow(layer: Layer) -> Operations:
    import tensorflow as tf

    padding = layer.padding.upper()
    x = tf.random.normal((layer.batch, layer.size, layer.size, layer.channels))
    kernel, bias = tf.random.normal((layer.kernel, layer.kernel, layer.channels, layer.filters)), tf.ones(layer.filters)

    def convolved(x: Any, kernel: Any, bias: Any) -> Any:
        return tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, padding), bias)

    def gradients(x: Any, kernel: Any, bias: Any, dy: Any, *, dx: bool) -> Any:
        wanted = [kernel, bias, x] if dx else [kernel, bias]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(wanted)
            y = convolved(x, kernel, bias)
        return tape.gradient(y, wanted, output_gradients=dy)

    forward = tf.function(convolved)
    dkernel = tf.function(lambda *given: gradients(*given, dx=False))
    both = tf.function(lambda *given: gradients(*given, dx=True))
    pool = tf.function(lambda y: tf.nn.max_pool2d(y, 2, 2, padding))
    y = forward(x, kernel, bias)
    pooled = pool(y)
    dy, dpooled = tf.random.normal(y.shape), tf.random.normal(pooled.shape)
    pool_gradient = tf.function(
        lambda y, pooled, dpooled: tf.raw_ops.MaxPoolGrad(
            orig_input=y, orig_output=pooled, grad=dpooled, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding=padding
        )
    )
    return {
        "forward": lambda: forward(x, kernel, bias),
        "dkernel": lambda: dkernel(x, kernel, bias, dy),
        "dkernel and dx": lambda: both(x, kernel, bias, dy),
        "pool": lambda: pool(y),
        "pool gradient": lambda: pool_gradient(y, pooled, dpooled),
    }


def serve(which: str) -> None:
    """Answer each line ``layer operation`` with the milliseconds and the processor's milliseconds."""
    if which == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(2)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    make = in_tensorflow if which == "tensorflow" else in_numpy
    operations = {str(i): make(layer) for i, layer in enumerate(LAYERS)}
    if which == "numpy":
        operations["products"] = matrix_products()
    for line in sys.stdin:
        layer, _, what = line.strip().partition(" ")
        call = operations[layer][what]
        call()
        took = []
        for _ in range(CALLS):
            began, spent = time.perf_counter(), time.process_time()
            call()
            took.append((time.perf_counter() - began, time.process_time() - spent))
        print(json.dumps([1e3 * min(times) for times in zip(*took, strict=True)]), flush=True)


class _Server:
    def __init__(self, which: str) -> None:
        # The same threads for both; oneDNN keeps TensorFlow's settings.
        environment = {k: v for k, v in ENVIRONMENT.items() if k not in ("TF_ENABLE_ONEDNN_OPTS", "OMP_NUM_THREADS")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.kernels", which],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **environment},
        )  # fmt: skip

    def milliseconds(self, layer: object, what: str) -> tuple[float, float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{layer} {what}\n")
        self._process.stdin.flush()
        wall, spent = json.loads(self._process.stdout.readline())
        return wall, spent

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def run() -> bool:
    servers = {which: _Server(which) for which in ("numpy", "tensorflow")}
    asked = [(i, what) for i, layer in enumerate(LAYERS) for what in layer.passes]
    took: dict[tuple[str, int, str], list[tuple[float, float]]] = {}
    products: dict[str, list[float]] = {"one": [], "two": []}
    try:
        for _ in range(ROUNDS):
            for threads, rates in products.items():
                rates.append(servers["numpy"].milliseconds("products", threads)[0])
            for i, what in asked:
                for which, server in servers.items():
                    took.setdefault((which, i, what), []).append(server.milliseconds(i, what))
    finally:
        for server in servers.values():
            server.close()

    def median(which: str, i: int, what: str, clock: int) -> float:
        return statistics.median(times[clock] for times in took[which, i, what])

    one = 2 * 1024**3 / 1e6 / min(products["one"])
    two = 2 * 2 * 1024**3 / 1e6 / min(products["two"])
    print("\n### Convolution and pooling, milliseconds a batch (of processor time)\n")
    pinned = os.environ.get("OPENBLAS_CORETYPE")
    if pinned:
        print(f"OPENBLAS_CORETYPE={pinned}: NumPy may not use all that this processor has; TensorFlow does.\n")
    print("| | NumPy | TensorFlow | TensorFlow / NumPy | NumPy, of the peak |\n|---|---:|---:|---:|---:|")
    for i, what in asked:
        ours, theirs = ([median(which, i, what, clock) for clock in (0, 1)] for which in ("numpy", "tensorflow"))
        rate = LAYERS[i].flops * LAYERS[i].passes[what] / 1e6 / ours[1]
        share = f"{rate / one:.0%}" if rate else ""
        print(
            f"| {LAYERS[i].name}, {what} | {ours[0]:.2f} ({ours[1]:.1f}) | {theirs[0]:.2f} ({theirs[1]:.1f}) "
            f"| {theirs[0] / ours[0]:.2f} ({theirs[1] / ours[1]:.2f}) | {share} |"
        )
    figures = [
        Figure("matrix products, one thread", one, " GFLOP/s"),
        Figure("matrix products, two threads", two, " GFLOP/s"),
    ]
    for network, least in AT_LEAST.items():
        parts = [(i, what) for i, layer in enumerate(LAYERS) if layer.network == network for what in layer.step]
        total = {(w, c): sum(median(w, i, what, c) for i, what in parts) for w in servers for c in (0, 1)}
        figures += [
            Figure(f"{network}, NumPy, a step's convolutions and pooling", total["numpy", 0], " ms"),
            Figure(f"{network}, TensorFlow", total["tensorflow", 0], " ms"),
            Figure(f"{network}, TensorFlow / NumPy", total["tensorflow", 0] / total["numpy", 0], "×", at_least=least),
            Figure(f"{network}, the same in processor time", total["tensorflow", 1] / total["numpy", 1], "×"),
        ]
    return print_figures("A training step's convolutions and pooling, two threads", figures)


if __name__ == "__main__":
    if sys.argv[1:]:
        serve(sys.argv[1])
    else:
        sys.exit(0 if run() else 1)
