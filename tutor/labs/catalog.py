"""Find labs by id: every module or folder of this package with a ``Lab`` subclass is one."""

from __future__ import annotations

from importlib import import_module
from inspect import getmembers, isclass
from pkgutil import iter_modules

import tutor.labs
from tutor.labs.kit.contract import Lab


class UnknownLab(LookupError):
    """There is no lab with this id."""


def lab_class(lab_id: str) -> type[Lab]:
    """The lab with this id. A lab's module is named after its id, so only that one is imported.

    Raises ``UnknownLab`` with the known ids.
    """
    module_name = lab_id.replace("-", "_")
    modules = {m.name for m in iter_modules(tutor.labs.__path__)}
    if module_name in modules:
        module = import_module(f"tutor.labs.{module_name}")
        for _, member in getmembers(module, isclass):
            if issubclass(member, Lab) and getattr(member, "id", None) == lab_id:
                return member
    raise UnknownLab(f"there is no lab {lab_id!r}; there are {', '.join(lab_ids())}")


def lab_ids() -> tuple[str, ...]:
    """The ids of all labs."""
    ids: set[str] = set()
    for info in iter_modules(tutor.labs.__path__):
        module = import_module(f"tutor.labs.{info.name}")
        ids.update(
            member.id
            for _, member in getmembers(module, isclass)
            if issubclass(member, Lab) and hasattr(member, "id") and member.__module__.startswith(module.__name__)
        )
    return tuple(sorted(ids))
