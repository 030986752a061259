"""What the tests of digits and letters share."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.uint8]]
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def no_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No MNIST is at hand: where Keras would keep it, in a folder of the test's own."""
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "datasets" / "mnist.npz"


@pytest.fixture
def real_mnist() -> Path:
    """The file that DL_TUTOR_MNIST names."""
    named = os.environ.get("DL_TUTOR_MNIST")
    if not named or not Path(named).is_file():
        pytest.skip("needs MNIST itself: set DL_TUTOR_MNIST to its mnist.npz")
    return Path(named)


def digit_arrays(training: int = 6, test: int = 4) -> Arrays:
    rng = np.random.default_rng(training + test)
    return {
        "x_train": rng.integers(0, 256, (training, 28, 28), dtype=np.uint8),
        "y_train": np.arange(training, dtype=np.uint8) % 10,
        "x_test": rng.integers(0, 256, (test, 28, 28), dtype=np.uint8),
        "y_test": np.arange(test, dtype=np.uint8) % 10,
    }


@pytest.fixture
def script() -> Callable[[str], ModuleType]:
    """A script of the folder ``scripts``, as a module."""

    def load(name: str) -> ModuleType:
        file = REPOSITORY / "scripts" / f"{name}.py"
        if not file.is_file():
            pytest.skip("the scripts are in the repository, not in an installed package")
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
