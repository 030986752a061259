import numpy as np

from tutor.datasets import shapes

PICTURES = {
    "square": "11111/10001/10001/10001/11111",
    "rhombus": "00100/01010/10001/01010/00100",
    "plus": "00100/00100/11111/00100/00100",
    "cross": "10001/01010/00100/01010/10001",
    "bar": "00000/00000/11111/00000/00000",
}


def pixels(picture):
    return [float(character) for character in picture.replace("/", "")]


def test_names_and_sizes():
    assert tuple(PICTURES) == shapes.NAMES
    assert (shapes.SIDE, shapes.PIXELS) == (5, 25)


def test_the_training_rows_are_the_five_pictures_in_order():
    rows = shapes.training_rows()
    assert rows.inputs.tolist() == [pixels(picture) for picture in PICTURES.values()]
    assert rows.labels.tolist() == [
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
    ]
    assert rows.inputs.dtype == rows.labels.dtype == np.float64


def test_the_source_test_row_is_the_training_rhombus():
    assert shapes.source_test_rows().tolist() == [pixels(PICTURES["rhombus"])]


def test_a_caller_cannot_change_what_the_next_one_gets():
    shapes.training_rows().inputs[:] = 0.5
    assert shapes.training_rows().inputs[0].tolist() == pixels(PICTURES["square"])


def test_the_held_out_rows_are_every_picture_with_each_single_pixel_flipped():
    expected = []
    for picture in PICTURES.values():
        for flipped in range(25):
            row = pixels(picture)
            row[flipped] = 1.0 - row[flipped]
            expected.append(row)
    rows = shapes.held_out_rows()
    assert rows.inputs.tolist() == expected
    assert rows.labels.argmax(axis=1).tolist() == [s for s in range(5) for _ in range(25)]
    assert rows.labels.sum(axis=1).tolist() == [1.0] * 125


def test_no_held_out_row_is_a_training_row_and_no_two_are_equal():
    held_out = {tuple(row) for row in shapes.held_out_rows().inputs.tolist()}
    assert len(held_out) == 125
    assert held_out.isdisjoint(tuple(pixels(picture)) for picture in PICTURES.values())


def test_the_shipped_files_hold_30_and_25_columns_separated_by_single_spaces():
    from tutor.resources import data_folder

    train = (data_folder() / "shapes" / "shapes_train.dat").read_text("utf-8").splitlines()
    test = (data_folder() / "shapes" / "shapes_test.dat").read_text("utf-8").splitlines()
    assert [len(line.split(" ")) for line in train] == [30] * 5
    assert [len(line.split(" ")) for line in test] == [25]
