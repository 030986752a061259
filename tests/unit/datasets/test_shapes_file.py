import os
import pickle
import stat

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tutor.datasets.errors import DataError, escaped, quoted
from tutor.datasets.formats.shapes_file import (
    LabelledRows,
    read_inputs,
    read_labelled,
    write_inputs,
    write_labelled,
)

SQUARE = "1 1 1 1 1 1 0 0 0 1 1 0 0 0 1 1 0 0 0 1 1 1 1 1 1"
BAR = "0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 0 0 0 0 0 0 0 0 0 0"
LABELLED_SQUARE = f"{SQUARE} 1 0 0 0 0"
LABELLED_BAR = f"{BAR} 0 0 0 0 1"
GREYS = st.floats(0, 1, allow_subnormal=True)


def numbers(line):
    return [float(value) for value in line.split()]


def with_value(line, column, text):
    values = line.split(" ")
    values[column - 1] = text
    return " ".join(values)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "rows.dat"


# Reading what is right


@pytest.mark.parametrize(
    "text",
    [
        f"{SQUARE}\n{BAR}\n",
        f"{SQUARE}\n{BAR}",
        f"{SQUARE} \n{BAR} \n",
        f"{SQUARE} \n{BAR} ",
        f"{SQUARE}\r\n{BAR}\r\n",
        f"{SQUARE} \r\n{BAR} \r\n",
        f"{SQUARE}\n{BAR}\n\n\n",
        f"{SQUARE}\n{BAR}\n \t\r\n\r\n ",
        f"  {SQUARE}\n\t{BAR}\n",
        f"{SQUARE}\n{BAR}\n".replace(" ", "  \t "),
        f"{SQUARE}\n{BAR}\n".replace(" ", "\t"),
        f"\ufeff{SQUARE}\n{BAR}\n",
        f"{SQUARE}\n{BAR}\n".replace("0 ", "+0e5 ").replace("1", "1.0"),
        f"{SQUARE}\n{BAR}\n".replace("0", "-0."),
    ],
)
def test_spacing_line_ends_and_spellings_that_mean_the_same(file, text):
    file.write_bytes(text.encode())
    assert read_inputs(file).tolist() == [numbers(SQUARE), numbers(BAR)]
    assert not np.signbit(read_inputs(file)).any()


def test_labelled_rows_are_split_after_25_columns(file):
    file.write_text(f"{LABELLED_SQUARE} \n{LABELLED_BAR} \n")
    rows = read_labelled(file)
    assert rows.inputs.tolist() == [numbers(SQUARE), numbers(BAR)]
    assert rows.labels.tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]
    assert rows.inputs.dtype == rows.labels.dtype == np.float64


def test_greys_are_read(file):
    file.write_text(with_value(with_value(SQUARE, 2, ".25"), 25, "7.5e-1"))
    assert read_inputs(str(file))[0, [1, 24]].tolist() == [0.25, 0.75]


# Reading what is wrong: the place and the words that matter

WRONG_IN_BOTH = [
    ("empty", b"", None, ["empty", "25 pixel"]),
    ("only blank lines", b"\n \r\n\t\n", None, ["empty"]),
    ("only a byte order mark", b"\xef\xbb\xbf\n", None, ["empty"]),
    ("NUL", b"1 1\n1 \x00 1", 2, ["0x00", "binary", "UTF-8"]),
    ("not UTF-8", b"1\n1\n1 \xff 1", 3, ["0xff", "binary", "UTF-8"]),
    ("UTF-16", SQUARE.encode("utf-16-le"), 1, ["binary", "UTF-8"]),
]

WRONG_INPUTS = [
    *WRONG_IN_BOTH,
    ("24 columns", f"{SQUARE}\n{SQUARE[:-2]}\n", 2, ["25 pixel values", "found 24"]),
    ("26 columns", f"{SQUARE} 1\n", 1, ["25 pixel values", "found 26"]),
    (
        "a training file",
        f"{LABELLED_SQUARE} \n",
        1,
        ["25 pixel values", "found 30", "30 looks like a training file"],
    ),
    ("commas", SQUARE.replace(" ", ","), 1, ["separated by spaces", "found 1: '1,1,1"]),
    ("blank line between", f"{SQUARE}\n \r\n{SQUARE}\n", 2, ["blank line", "25 pixel"]),
    ("blank line at the start", f"\n{SQUARE}\n", 1, ["blank line", "25 pixel"]),
    ("a word", f"{SQUARE}\n{SQUARE}\n{with_value(SQUARE, 7, 'dark')}", 3, ["column 7: 'dark' is not a number"]),
    ("underscore", with_value(SQUARE, 1, "1_0"), 1, ["column 1: '1_0' is not a number"]),
    ("other digits", with_value(SQUARE, 25, "１"), 1, ["column 25: '１' is not a number"]),
    ("form feed", with_value(SQUARE, 3, "\f1"), 1, [r"column 3: '\x0c1' is not a number"]),
    ("escape", with_value(SQUARE, 3, "\x1b[2J"), 1, [r"column 3: '\x1b[2J' is not a number"]),
    ("hexadecimal", with_value(SQUARE, 3, "0x1"), 1, ["column 3: '0x1' is not a number"]),
    ("only a point", with_value(SQUARE, 3, "."), 1, ["column 3: '.' is not a number"]),
    ("long", with_value(SQUARE, 3, "a" * 41), 1, [f"column 3: '{'a' * 39}…' is not a number"]),
    ("nan", with_value(SQUARE, 3, "NaN"), 1, ["column 3: 'NaN' is not a finite number"]),
    ("inf", f"{BAR}\n{with_value(BAR, 25, '-inf')}", 2, ["column 25: '-inf' is not a finite number"]),
    ("infinity", with_value(SQUARE, 3, "Infinity"), 1, ["column 3: 'Infinity' is not a finite number"]),
    ("overflow", with_value(SQUARE, 3, "1e999"), 1, ["column 3: '1e999' is outside", "0 (empty) to 1 (drawn)"]),
    ("above 1", with_value(SQUARE, 3, "255"), 1, ["column 3: '255' is outside", "0 (empty) to 1 (drawn)"]),
    ("below 0", f"{BAR}\n{with_value(BAR, 9, '-0.001')}", 2, ["column 9: '-0.001' is outside"]),
    ("just above 1", with_value(BAR, 9, "1.0000000000000002"), 1, ["column 9:", "outside"]),
]

WRONG_LABELLED = [
    ("empty", b"", None, ["empty", "30 values", "25 pixels", "5 of the label"]),
    *WRONG_IN_BOTH[1:],
    (
        "a file to predict",
        f"{SQUARE}\n",
        1,
        ["30 values", "25 pixels, then 5 of the label", "found 25", "without labels"],
    ),
    ("29 columns", f"{LABELLED_BAR}\n{LABELLED_BAR[:-2]}", 2, ["30 values", "found 29"]),
    ("31 columns", f"{LABELLED_BAR} 0", 1, ["30 values", "found 31"]),
    ("a word", with_value(LABELLED_BAR, 30, "bar"), 1, ["column 30: 'bar' is not a number"]),
    ("nan label", with_value(LABELLED_BAR, 26, "nan"), 1, ["column 26: 'nan' is not a finite number"]),
    ("grey out of range", with_value(LABELLED_BAR, 25, "1.5"), 1, ["column 25: '1.5' is outside"]),
    (
        "no class",
        f"{LABELLED_BAR}\n{BAR} 0 0 0 0 0",
        2,
        ["columns 26 to 30: '0 0 0 0 0'", "one-hot", "a single 1"],
    ),
    ("two classes", f"{BAR} 0 1 0 0 1", 1, ["'0 1 0 0 1' is not a one-hot label"]),
    ("half and half", f"{BAR} 0 0 0.5 0.5 0", 1, ["'0 0 0.5 0.5 0' is not a one-hot label"]),
    ("a class and a half", f"{BAR} 0 0.5 0 0 1", 1, ["'0 0.5 0 0 1' is not a one-hot label"]),
    ("class 2", f"{BAR} 0 0 2 0 0", 1, ["'0 0 2 0 0' is not a one-hot label"]),
    ("sums to 1", f"{BAR} 1 1 -1 0 0", 1, ["'1 1 -1 0 0' is not a one-hot label"]),
]


def check_refused(read, file, content, line, words):
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError) as caught:
        read(file)
    error = caught.value
    place = str(file) if line is None else f"{file}:{line}"
    assert str(error) == f"{place}: {error.reason}"
    assert (error.file, error.line) == (str(file), line)
    for word in words:
        assert word in error.reason
    assert str(error).isprintable()


@pytest.mark.parametrize(
    ("content", "line", "words"), [case[1:] for case in WRONG_INPUTS], ids=[case[0] for case in WRONG_INPUTS]
)
def test_a_bad_file_to_predict_is_refused(file, content, line, words):
    check_refused(read_inputs, file, content, line, words)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [case[1:] for case in WRONG_LABELLED],
    ids=[case[0] for case in WRONG_LABELLED],
)
def test_a_bad_training_file_is_refused(file, content, line, words):
    check_refused(read_labelled, file, content, line, words)


def loop_of_links(folder):
    path = folder / "loop.dat"
    path.symlink_to(path)
    return path


def locked(folder):
    path = folder / "locked.dat"
    path.write_text(SQUARE)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")
    return path


def inside_a_file(folder):
    (folder / "file").write_text(SQUARE)
    return folder / "file" / "rows.dat"


@pytest.mark.parametrize("read", [read_inputs, read_labelled])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "none.dat", "there is no such file"),
        (lambda folder: folder, "this is a folder; expected a file"),
        (loop_of_links, "cannot be read: "),
        (inside_a_file, "cannot be read: "),
        (locked, "cannot be read: Permission denied"),
        (lambda folder: folder / ("x" * 300), "cannot be read: "),
    ],
)
def test_what_cannot_be_opened_is_refused(tmp_path, read, make, words):
    path = make(tmp_path)
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert caught.value.line is None
    assert words in caught.value.reason


def test_a_name_that_no_file_can_have_is_refused_in_print():
    with pytest.raises(DataError, match=r"^a\\x00b: no file can have this name"):
        read_inputs("a\0b")


def test_a_file_above_10_million_bytes_is_refused_and_one_of_exactly_that_is_read(file):
    with file.open("wb") as stream:
        stream.write(SQUARE.encode() + b"\n" * (10_000_000 - len(SQUARE)))
    assert read_inputs(file).tolist() == [numbers(SQUARE)]
    with file.open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(DataError) as caught:
        read_inputs(file)
    assert str(caught.value) == f"{file}: the file is larger than 10 MB, the most that is read"


def test_a_line_of_very_many_columns_is_counted_in_full(file):
    file.write_text("0 " * 1_000_000)
    with pytest.raises(DataError, match="found 1000000: '0 0 0"):
        read_inputs(file)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=300) | st.text("01 .e-\t\r\n,x", max_size=300).map(str.encode))
def test_any_bytes_give_rows_or_a_data_error(file, content):
    file.write_bytes(content)
    for read in (read_inputs, read_labelled):
        try:
            rows = read(file)
        except DataError as refusal:
            said = str(refusal)
        else:
            said = ""
            inputs = rows if read is read_inputs else rows.inputs
            assert inputs.shape[1] == 25
        assert said.isprintable()


# The error itself


def test_an_error_survives_being_sent_to_another_process():
    error = pickle.loads(pickle.dumps(DataError("rows.dat", 3, "too dark")))
    assert (error.file, error.line, error.reason) == ("rows.dat", 3, "too dark")
    assert str(error) == "rows.dat:3: too dark"
    assert str(DataError("rows.dat", None, "too dark")) == "rows.dat: too dark"
    assert isinstance(error, ValueError)


def test_the_name_of_the_file_is_escaped():
    assert str(DataError("a\x1b[2J\udcff", 1, "bad")) == r"a\x1b[2J\udcff:1: bad"


@given(st.text())
def test_a_quotation_prints_and_has_at_most_40_characters(text):
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown) <= 42
    assert (shown == f"'{escaped(text)}'") == (len(escaped(text)) <= 40)


# Writing


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(inputs=arrays(np.float64, st.tuples(st.integers(1, 4), st.just(25)), elements=GREYS))
def test_inputs_read_back_the_same(file, inputs):
    write_inputs(file, inputs)
    np.testing.assert_array_equal(read_inputs(file), inputs)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(
    inputs=arrays(np.float64, (3, 25), elements=GREYS),
    classes=st.lists(st.integers(0, 4), min_size=3, max_size=3),
)
def test_labelled_rows_read_back_the_same(file, inputs, classes):
    write_labelled(file, LabelledRows(inputs, np.eye(5)[classes]))
    rows = read_labelled(file)
    np.testing.assert_array_equal(rows.inputs, inputs)
    np.testing.assert_array_equal(rows.labels, np.eye(5)[classes])


def test_what_is_written_letter_by_letter(file):
    grey = np.array([numbers(BAR)])
    grey[0, :4] = [0.1, 1 / 3, 1e-7, -0.0]
    write_inputs(file, grey)
    assert file.read_bytes() == f"0.1 0.3333333333333333 1e-07 {BAR[6:]}\n".encode()
    write_labelled(file, LabelledRows(np.array([numbers(SQUARE), numbers(BAR)]), np.eye(5)[[0, 4]]))
    assert file.read_bytes() == f"{LABELLED_SQUARE}\n{LABELLED_BAR}\n".encode()


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.5, 1.5])
def test_a_value_that_would_not_be_read_is_not_written(file, value):
    file.write_text("before")
    inputs = np.zeros((3, 25))
    inputs[1, 6] = value
    with pytest.raises(DataError) as caught:
        write_inputs(file, inputs)
    assert str(caught.value).startswith(f"{file}:2: column 7: '{value}' is outside")
    assert file.read_text() == "before"


def test_a_label_that_would_not_be_read_is_not_written(file):
    with pytest.raises(DataError, match=r"rows\.dat:1: columns 26 to 30: '0 0 0 0 0' is not a one-hot label"):
        write_labelled(file, LabelledRows(np.zeros((1, 25)), np.zeros((1, 5))))
    assert not file.exists()


def test_no_rows_are_not_written(file):
    with pytest.raises(DataError, match="there are no rows to write"):
        write_inputs(file, np.zeros((0, 25)))


def test_arrays_of_other_shapes_are_a_mistake_of_the_caller(file):
    with pytest.raises(ValueError, match=r"rows of 25 numbers; got an array of shape \(25,\)"):
        write_inputs(file, np.zeros(25))
    with pytest.raises(ValueError, match="2 rows of inputs but 1 of labels"):
        write_labelled(file, LabelledRows(np.zeros((2, 25)), np.eye(5)[:1]))


def test_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(file, monkeypatch):
    file.write_text("before")

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(DataError) as caught:
        write_inputs(file, np.zeros((1, 25)))
    assert str(caught.value) == f"{file}: the file cannot be written: No space left on device"
    assert file.read_text() == "before"
    assert list(file.parent.iterdir()) == [file]


def test_the_data_is_on_the_disk_before_it_takes_the_name(file, monkeypatch):
    seen = []

    def look(descriptor):
        seen.append((os.fstat(descriptor).st_size, file.read_text()))

    file.write_text("before")
    monkeypatch.setattr(os, "fsync", look)
    write_inputs(file, np.zeros((1, 25)))
    assert seen == [(50, "before")]
    assert list(file.parent.iterdir()) == [file]


def test_permissions_and_links_stay(tmp_path):
    kept = tmp_path / "kept.dat"
    kept.write_text("before")
    kept.chmod(0o640)
    link = tmp_path / "link.dat"
    link.symlink_to(kept)
    write_inputs(link, np.zeros((1, 25)))
    assert link.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert read_inputs(kept).shape == (1, 25)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_only_a_file_is_written_over(tmp_path, kind):
    path = tmp_path / kind
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(DataError, match="cannot be written: this is a folder or a device"):
        write_inputs(path, np.zeros((1, 25)))
    assert list(tmp_path.iterdir()) == [path]
    assert not path.is_file()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="cannot be written: No such file or directory"):
        write_inputs(tmp_path / "none" / "rows.dat", np.zeros((1, 25)))
    with pytest.raises(DataError, match="no file can have this name"):
        write_inputs("a\0b", np.zeros((1, 25)))
