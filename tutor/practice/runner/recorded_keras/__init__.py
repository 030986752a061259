"""What stands for Keras where a learner's code runs: it writes down a network, and computes and trains nothing.

The names, the order of arguments, the defaults and the errors are those of Keras 3. What was built leaves the process
as plain values, in the form of Keras's own JSON (``recorded.Recorded.plain``). Nothing here is trusted: the code that
uses it can change all of it, and what arrives is read as values that anyone may have made.
"""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.namespaces import modules
from tutor.practice.runner.recorded_keras.recorded import Recorded

__all__ = ["MODULES", "values_of"]

MODULES = modules()
"""By name, for ``sys.modules``."""


def values_of(returned: Any) -> Any:
    """What a function returned, with a model in it as plain values."""
    if isinstance(returned, Recorded):
        return returned.plain()
    return tuple(map(values_of, returned)) if type(returned) is tuple else returned
