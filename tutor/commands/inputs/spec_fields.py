"""Convert tables of a TOML file to layers, optimizers and schedules, with the line of an error."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from functools import partial
from typing import Any, Union, get_args, get_origin, get_type_hints

from tutor.course.lessons.toml_lines import KeyPath, TomlLines
from tutor.datasets.errors import DataError, quoted
from tutor.engine.initializers import initializer_from_plain
from tutor.engine.schedules import schedule_from_dict
from tutor.engine.validation import SpecError, written

Table = Mapping[str, Any]

_CALLED = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", tuple: "a list of numbers"}


def _shown(value: object) -> str:
    """A value in quotes, shortened."""
    return quoted(value if isinstance(value, str) else written(value))


class SpecTables:
    """The tables of one TOML file, with errors that name the line."""

    def __init__(self, file: str, source: str) -> None:
        self.file, self._lines = file, TomlLines(source)

    def error(self, path: KeyPath, key: str, reason: str) -> DataError:
        """An error at ``key`` of the table at ``path``; an empty key means the table itself."""
        return DataError(self.file, self._lines.find(path, key), reason)

    def made(self, path: KeyPath, kinds: Mapping[str, Callable[..., Any]], what: str, table: Table) -> Any:
        """Convert the table at ``path`` to one of ``kinds``, by its ``kind``. Raises ``DataError``."""
        named = ", ".join(kinds)
        kind = table.get("kind")
        if kind is None:
            raise self.error(path, "", f"{what} has a kind, one of {named}")
        if not isinstance(kind, str) or kind not in kinds:
            raise self.error(path, "kind", f"unknown {what} {_shown(kind)}; expected one of {named}")
        cls: Any = kinds[kind]
        settings = {key: tuple(v) if isinstance(v, list) else v for key, v in table.items() if key != "kind"}
        known = {field.name: field for field in fields(cls)}
        self._check(path, kind, known, get_type_hints(cls), settings)
        for key, value in list(table.items()):
            if key.endswith("_initializer"):
                settings[key] = self._tried(path, key, partial(initializer_from_plain, value))
            elif key == "learning_rate" and isinstance(value, dict):
                settings[key] = self._tried(path, key, partial(schedule_from_dict, value))
        try:
            return cls(**settings)
        except (SpecError, TypeError, ValueError) as error:
            raise self.error(path, self._to_blame(cls, known, settings), str(error)) from None

    def check_type(self, path: KeyPath, key: str, hint: Any, value: Any) -> None:
        """Raise ``DataError`` if the value does not have the type; checks only simple types."""
        allowed = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
        simple = [get_origin(one) or one for one in allowed]
        if any(one not in (*_CALLED, type(None)) for one in simple):
            return
        fits = (type(value) in (int, float) if one is float else type(value) is one for one in simple)
        if not any(fits):
            names = " or ".join(_CALLED[one] for one in simple if one in _CALLED)
            raise self.error(path, key, f"{key} is {names}; got {_shown(value)}")

    def _check(
        self, path: KeyPath, kind: str, known: Mapping[str, Field[Any]], hints: Mapping[str, Any], settings: Table
    ) -> None:
        for key, value in settings.items():
            if key not in known:
                raise self.error(path, key, f"{kind} has no {quoted(key)}; it has {', '.join(known) or 'no settings'}")
            self.check_type(path, key, hints[key], value)
        for key, field in known.items():
            if key not in settings and field.default is MISSING and field.default_factory is MISSING:
                raise self.error(path, "", f"{kind} needs {key}")

    def _tried(self, path: KeyPath, key: str, build: Callable[[], Any]) -> Any:
        try:
            return build()
        except (SpecError, TypeError, ValueError, AttributeError, KeyError) as error:
            raise self.error(path, key, str(error)) from None

    @staticmethod
    def _to_blame(cls: Callable[..., Any], known: Mapping[str, Field[Any]], settings: Table) -> str:
        """The key without which the table would be valid, or the only required key, or an empty string."""
        for key in settings:
            try:
                cls(**{k: v for k, v in settings.items() if k != key})
            except (SpecError, TypeError, ValueError):
                continue
            return key
        needed = [
            name for name, field in known.items() if field.default is MISSING and field.default_factory is MISSING
        ]
        return needed[0] if len(needed) == 1 else ""
