"""Kernels, pools, strides and padding (``keras/src/utils/argument_validation.py``, ``ops/operation_utils.py``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras


def pair(name: str, value: Any) -> tuple[int, int]:
    """Two whole numbers from 1, given as two or as one. Raises ``ValueError`` as Keras does."""
    message = f"The `{name}` argument must be a tuple of 2 integers. Received {name}={value}"
    if isinstance(value, int):
        two = (value, value)
    else:
        try:
            two = tuple(int(each) for each in value) if not isinstance(value, str) else ()  # type: ignore[assignment]
        except (TypeError, ValueError):
            raise ValueError(message) from None
    if len(two) != 2:
        raise ValueError(message)
    if min(two) <= 0:
        raise ValueError(f"{message}, including values that do not satisfy `value > 0`")
    return two


def check_padding(padding: Any) -> None:
    """Raise ``ValueError`` for what is no padding."""
    if not isinstance(padding, str) or padding.lower() not in ("valid", "same"):
        raise ValueError(f"The `padding` argument must be one of {{'same', 'valid'}}. Received: {padding}")


def last_channels(data_format: Any) -> str:
    """The only order of the axes that is known here. Raises ``ValueError``."""
    if data_format == "channels_first":
        raise NotInThisKeras("channels_first is not known here: a picture is (height, width, channels)")
    if data_format not in (None, "channels_last"):
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    return "channels_last"


def sides(
    shape: tuple[int | None, ...], window: tuple[int, int], strides: tuple[int, int], padding: str, where: str
) -> tuple[int | None, ...]:
    """The height and width of what comes out. Raises ``ValueError`` where the window fits nowhere."""
    found: list[int | None] = []
    for side, size, stride in zip(shape[:2], window, strides, strict=True):
        if side is None:
            found.append(None)
            continue
        places = -(-side // stride) if padding == "same" else (side - size) // stride + 1
        if places <= 0:
            raise ValueError(
                f"Computed output size would be zero or negative. Received `{where}`, `strides={strides}`, "
                f"`padding={padding}`."
            )
        found.append(places)
    return tuple(found)
