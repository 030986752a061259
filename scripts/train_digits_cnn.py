"""Train the shipped CNN for digits on MNIST: ``trained_cnn.npz`` and its checksum.

``DL_TUTOR_MNIST=mnist.npz python scripts/train_digits_cnn.py [FOLDER]`` writes them there, ``data/digits`` if not
given. The recipe is the network of ``dl-tutor train digits-cnn --optimizer adam --epochs 8 --seed 1``: some
minutes on two cores. Seed and epochs were chosen before the test pictures were asked, and no epoch was picked by them.

All follows from the seed: on a machine with the same NumPy and the same kind of processor a second run writes the same
bytes. Another BLAS adds in another order; the run then ends at other weights that are about as good.
"""

from __future__ import annotations

import os

# As in the program: the engine divides the work itself. NumPy reads this when it is first imported.
if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from pathlib import Path

from tutor.datasets.digits import MNIST_ORIGIN
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import views
from tutor.training.evaluation import evaluate_network
from tutor.training.model_data import ModelData, model_data
from tutor.training.models import find_model
from tutor.training.saved.shipped_network import ShippedNetwork, rounded, shipped_file, write_shipped
from tutor.training.trainer import Trainer

MODEL, SEED, EPOCHS = "digits-cnn", 1, 8
STEPS_AT_ONCE = 20


def trained(data: ModelData, epochs: int = EPOCHS) -> ShippedNetwork:
    """The network after training on ``data``, with its weights rounded as in the file, and then tested."""
    settings = find_model(MODEL).settings(seed=SEED, epochs=epochs, optimizer=Adam())
    trainer = Trainer(settings, data.training)
    while not trainer.finished:
        for record in trainer.advance(min(STEPS_AT_ONCE, trainer.steps_to_epoch_end())):
            print(f"epoch {record.epoch}: loss {record.loss:.4f}, test accuracy {record.val_accuracy:.4f}", flush=True)
    theta = rounded(trainer.backend.state().theta)
    rows = data.training
    parameters = views(settings.spec, theta, trainer.backend.state().moving)
    found = evaluate_network(settings.spec, parameters, rows.held_out_inputs, rows.held_out_labels, rows.scale)
    return ShippedNetwork(settings, theta, trainer.position.step, data.origin, found.right, found.rows)


def main(folder: Path) -> None:
    """Train, test and write; refuses any other digits than MNIST."""
    data = model_data(find_model(MODEL))
    if data.origin != MNIST_ORIGIN:
        sys.exit(f"this needs MNIST: DL_TUTOR_MNIST=mnist.npz names its file; found are {data.origin}")
    network, file = trained(data), folder / shipped_file().name
    write_shipped(file, network)
    print(f"{file}: {network.right:,} of {network.tested:,} right, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_file().parent)
