"""Who looks at whom: the weights of attention on a row of tokens, as maps."""

from __future__ import annotations

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Tile
from tutor.labs.kit.sheet import Sheet


def first_of(cells: Cells, rows: int, columns: int) -> Cells:
    """The first rows and columns of a table: those of the tokens that are there."""

    def same(at: Index) -> Index:
        return at

    return cells.viewed((rows, columns), same)


def fill_attention_maps(
    sheet: Sheet, layer: str, heads: int, places: tuple[str, ...], head: int, token: str = "letter"
) -> None:
    """All heads of a layer as maps, and the one with the number ``head`` with its numbers.

    Rows look, columns are looked at; ``places`` are the labels of both.
    """
    size = len(places)
    maps = [first_of(sheet[f"{layer}.weights"][0, each], size, size) for each in range(heads)]
    tiles = [(Tile(str(each + 1), ()), cells) for each, cells in enumerate(maps)]
    sheet.picture("heads_of_name", "who looks at whom, in each head", tiles, gallery=len(tiles) > 1)
    one, says = Tile(f"head {head}", ()), f"head {head}: the row's {token} looks at the column's"
    sheet.picture(
        "attention", says, [(one, maps[head - 1])],
        row_labels=places, column_labels=places, numbered=True, digits=2,
    )  # fmt: skip
