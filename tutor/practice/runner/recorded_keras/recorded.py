"""What all that is recorded has in common: settings by name, and the plain values that they leave the process as."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np


class NotInThisKeras(Exception):
    """Keras has this, and what stands for it here does not; the message is a sentence."""


class Recorded:
    """Something that was built. It leaves the process as plain values, in the form of Keras's own JSON."""

    module = "keras"
    settings: tuple[str, ...] = ()

    def record(self, **settings: Any) -> None:
        """Keep the settings as attributes, as Keras does: what is set on them later counts."""
        self.settings = (*self.settings, *settings)
        for name, value in settings.items():
            setattr(self, name, value)

    def get_config(self) -> dict[str, Any]:
        """The settings as plain values; those that are None are left out."""
        plain = {name: as_plain(getattr(self, name)) for name in self.settings}
        return {name: value for name, value in plain.items() if value is not None}

    def plain(self) -> dict[str, Any]:
        """The class by name, and the settings."""
        name = type(self).__name__
        if own_class(self):
            return entry(name, self.module, self.get_config())
        raise NotInThisKeras(f"{name} is a class of your own, and only Keras's own classes are known here")


class Named:
    """A function of Keras that is known by its name alone: an activation, a loss, a metric."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *_: object, **__: object) -> Any:
        """Nothing is computed here."""
        name = self.__name__
        raise NotInThisKeras(f"{name} is called with numbers, and this Keras computes none: give {name} to a layer")

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


def own_class(value: Recorded) -> bool:
    """Whether its class is one of those here, and not made from one elsewhere."""
    return type(value).__module__.startswith(__package__)


def entry(kind: str, module: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a model as Keras's JSON has it."""
    return {"module": module, "class_name": kind, "config": dict(config), "registered_name": None}


def as_plain(value: Any) -> Any:
    """A setting as plain values."""
    match value:
        case Recorded():
            return value.plain()
        case Named():
            return value.__name__
        case tuple() | list():
            return [as_plain(each) for each in value]
        case dict():
            return {str(name): as_plain(each) for name, each in value.items()}
        case np.generic():
            return value.item()
        case type():
            return entry("class", "builtins", {"name": value.__name__})
        case _ if callable(value):
            return entry("function", "builtins", {"name": getattr(value, "__name__", type(value).__name__)})
    return value


def found(identifier: Any, known: Mapping[str, Any], others: frozenset[str], what: str) -> Any:
    """What a name stands for; anything but a name is itself. Raises ``ValueError`` for an unknown name, as Keras does.

    ``others`` are the names that Keras knows besides. Raises ``NotInThisKeras`` for these.
    """
    if not isinstance(identifier, str):
        return identifier
    if identifier in known:
        return known[identifier]
    if identifier in others:
        raise NotInThisKeras(f"the {what} {identifier} is not among those known here: {', '.join(sorted(known))}")
    raise ValueError(f"Could not interpret {what} identifier: {identifier}")


@cache
def snake_case(name: str) -> str:
    """The name that Keras gives to what has none, from its class's name."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def refused(name: str, why: str) -> Callable[..., Any]:
    """A method that Keras has, and that can do nothing here."""

    def method(_: object, *__: object, **___: object) -> Any:
        raise NotInThisKeras(f"{name} {why}")

    method.__name__ = name
    return method
