"""A trained network as a stand-alone Python program: in Keras, or in NumPy only.

Both print the network's answers for the rows of a ``.npy`` file, or for built-in examples, as ``dl-tutor predict``
does. Small weights are in the program itself, large ones in a file beside it.
"""

from __future__ import annotations

import base64
import inspect
import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tutor.engine.parameters import views
from tutor.engine.sequence_layers import Embedding
from tutor.engine.spec import NetworkSpec
from tutor.exchange import program_functions as own
from tutor.exchange.keras_lines import compile_lines, keras_classes, keras_lines
from tutor.exchange.numpy_lines import Function, network_functions, numpy_lines
from tutor.training.saved.model_file import SavedNetwork

Language = Literal["python", "numpy"]

# Weights up to this many bytes are in the program itself, whose text is then about 200,000 bytes long.
LARGEST_INSIDE = 1_000_000
_WIDTH = 116
_EXAMPLE = "example"


@dataclass(frozen=True)
class Program:
    """A program's text, and the bytes of the ``.npz`` file to put beside it; None if it needs none."""

    text: str
    beside: bytes | None


def program_of(network: SavedNetwork, language: Language, example: NDArray[Any], weights_file: str) -> Program:
    """Write the program. ``example`` has the rows (n, …) to use if no file is given; bytes are shades.

    ``weights_file`` is the name for the file of weights.
    """
    arrays: dict[str, Any] = {**views(network.spec, network.theta, network.moving), _EXAMPLE: example}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    data = buffer.getvalue()
    inside = len(data) <= LARGEST_INSIDE
    body = _keras_program if language == "python" else _numpy_program
    loading = _text_of(data) if inside else f'W = read_weights_beside("{weights_file}")'
    reader = own.read_weights if inside else own.read_weights_beside
    text = body(network, loading, reader)
    return Program(text, None if inside else data)


def _text_of(data: bytes) -> str:
    """The lines that contain the weights."""
    lines = textwrap.wrap(base64.b64encode(data).decode(), _WIDTH)
    return "\n".join(['W = read_weights("""', *lines, '""")'])


def _start(
    network: SavedNetwork, what: str, imports: Sequence[str], functions: Sequence[Function], classes: Sequence[str] = ()
) -> str:
    """Docstring, imports, classes and functions."""
    takes = " × ".join(map(str, network.spec.input_shape))
    first = network.spec.layers[0]
    of = f"{takes} numbers from 0 to 1, or bytes from 0 to 255"
    if isinstance(first, Embedding):
        of = f"{takes} token numbers from 0 to {first.input_dim - 1}"
    head = f'''"""The network {_plain(network.spec.name)} with its trained weights, {what}.

    python THIS_FILE [ROWS.npy]

prints an answer for each {"place of each row" if network.spec.ends_in_places else "row"}. ROWS.npy has rows of {of};
without it the program uses the examples stored with the weights. Written by dl-tutor.
"""'''
    sources = [inspect.getsource(function).rstrip() for function in functions]
    return "\n\n\n".join(
        ["\n".join([head, "", "from __future__ import annotations", "", *imports]), *classes, *sources]
    )


def _numpy_program(network: SavedNetwork, loading: str, reader: Function) -> str:
    spec = network.spec
    functions: list[Function] = [*network_functions(spec), reader, _giver(spec), *_printers(network)]
    imports = [*_standard_imports(functions), "", "import numpy as np", "", "Array = np.ndarray"]
    lines = "\n".join(f"    {line}" for line in numpy_lines(spec))
    return "\n".join(
        [
            _start(network, "in NumPy only", imports, functions),
            "",
            "",
            "def network(x: Array) -> Array:",
            '    """The answers (rows, classes) to rows (rows, *input shape)."""',
            lines,
            "    return x",
            "",
            "",
            *_names(network),
            loading,
            _rows(spec),
            "# Row by row: the windows of a convolution over many rows would take much memory.",
            _printing(network, "np.concatenate([network(row[np.newaxis]) for row in rows])"),
            "",
        ]
    )


def _keras_program(network: SavedNetwork, loading: str, reader: Function) -> str:
    spec = network.spec
    functions: list[Function] = [reader, _giver(spec), *_printers(network)]
    classes = keras_classes(spec)
    typing = ["from typing import Any"] if classes else []
    quiet = [*_standard_imports(functions, "os"), *typing, "", 'os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")', ""]
    imports = [*quiet, "import keras", "import numpy as np", "", "Array = np.ndarray"]
    return "\n".join(
        [
            _start(network, "in Keras", imports, functions, classes),
            "",
            "",
            *_names(network),
            loading,
            *keras_lines(spec),
            *compile_lines(spec),
            _rows(spec),
            _printing(network, "np.asarray(answer(model.predict(rows, verbose=0)))"),
            "",
        ]
    )


def _giver(spec: NetworkSpec) -> Function:
    """The function that gives the rows to ask about."""
    return own.given_tokens if isinstance(spec.layers[0], Embedding) else own.given_rows


def _rows(spec: NetworkSpec) -> str:
    first = spec.layers[0]
    last = str(first.input_dim) if isinstance(first, Embedding) else f'"{spec.dtype}"'
    return f'rows = {_giver(spec).__name__}(W["{_EXAMPLE}"], {spec.input_shape}, {last})'


def _standard_imports(functions: Sequence[Function], *others: str) -> list[str]:
    """The standard library imports that the functions need, and the ``others``."""
    used = "\n".join(map(inspect.getsource, functions))
    needed = {module for module in ("base64", "io", "math", "sys") if f"{module}." in used} | {*others}
    plain = [f"import {module}" for module in sorted(needed)]
    abstract = [name for name in ("Mapping", "Sequence") if f"{name}[" in used]
    return [
        *plain,
        f"from collections.abc import {', '.join(abstract)}",
        *(["from pathlib import Path"] if "Path(" in used else []),
    ]


def _names(network: SavedNetwork) -> list[str]:
    return [] if network.gives_back else [f"NAMES = {list(network.classes)!r}"]


def _printers(network: SavedNetwork) -> list[Function]:
    """The functions that print the answers."""
    return [own.alike, own.picture_lines, own.print_pictures] if network.gives_back else [own.print_answers]


def _printing(network: SavedNetwork, answers: str) -> str:
    """The line that prints them."""
    return f"print_pictures({answers}, rows)" if network.gives_back else f"print_answers({answers}, NAMES)"


def _plain(name: str) -> str:
    """The name, made safe for a docstring."""
    return "".join(c for c in name if c.isprintable() and c not in "\"\\'")
