"""One row of a benchmark's table: what was measured, and whether it reaches its target."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value with its unit. ``at_least`` or ``at_most`` is its target, if it has one."""

    what: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def reached(self) -> bool:
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{self.unit}"
        return f"≤ {self.at_most:g}{self.unit}" if self.at_most is not None else ""


def print_figures(title: str, figures: list[Figure]) -> bool:
    """Print a Markdown table; true if every target is reached."""
    print(f"\n### {title}\n\n| | measured | target |\n|---|---:|---:|")
    for figure in figures:
        value = f"{figure.value:,.0f}" if abs(figure.value) >= 1000 else f"{figure.value:.3g}"
        missed = "" if figure.reached else " **missed**"
        print(f"| {figure.what} | {value}{figure.unit} | {figure.target}{missed} |", flush=True)
    return all(figure.reached for figure in figures)
