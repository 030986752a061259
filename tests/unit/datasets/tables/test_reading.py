"""Tables from strangers' files: what they are read as, and a sentence for whatever is wrong."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.datasets.tables.conftest import Written
from tutor.datasets.errors import DataError
from tutor.datasets.tables.reading import read_table
from tutor.datasets.tables.table import NumberColumn, Table, WordColumn
from tutor.resources import data_folder


def values(table: Table, name: str) -> list[object]:
    """The values of a column, None where one is missing."""
    column = table.column(name)
    if isinstance(column, NumberColumn):
        return [None if np.isnan(value) else value for value in column.values.tolist()]
    return [word or None for word in column.values]


def refusal(table: Written, content: str | bytes) -> str:
    with pytest.raises(DataError) as refused:
        table(content)
    return str(refused.value).rpartition("table.csv:")[2].strip()


# What is read


def test_numbers_words_and_the_hash(table: Written) -> None:
    text = "height,colour\n1.5,red\n-2e1,blue\n"
    read = table(text)
    assert read.names == ("height", "colour")
    assert values(read, "height") == [1.5, -20.0]
    assert values(read, "colour") == ["red", "blue"]
    assert isinstance(read.column("colour"), WordColumn)
    assert read.notes == ()
    assert read.lines.tolist() == [2, 3]
    assert read.content == hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_line_ends_and_encodings(table: Written, separator: str, end: str, encoding: str) -> None:
    rows = [("Länge", "b"), ("1.5", "é"), ("2", "x")]
    read = table(end.join(separator.join(row) for row in rows).encode(encoding))
    assert (values(read, "Länge"), values(read, "b")) == ([1.5, 2.0], ["é", "x"])
    assert read.notes == ()


def test_quotes_hold_separators_lines_and_quotes(table: Written) -> None:
    read = table('name,"x, y"\n"Bo, A.",1\n"two\r\nlines",2\n"say ""hi""",3\n"",4\n')
    assert values(read, "name") == ["Bo, A.", "two lines", 'say "hi"', None]
    assert values(read, "x, y") == [1, 2, 3, 4]
    assert read.lines.tolist() == [2, 3, 5, 6]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_decimal_comma(table: Written, separator: str) -> None:
    read = table("a;b;c;d\n1,5;1.234;0.5;7\n-2,25;12.345.678,5;1.25;8\n,5;1,0;2;9\n".replace(";", separator))
    assert values(read, "a") == [1.5, -2.25, 0.5]
    assert values(read, "b") == [1234, 12345678.5, 1]
    assert values(read, "c") == [0.5, 1.25, 2]  # this one has points
    assert values(read, "d") == [7, 8, 9]
    assert read.notes == ("Numbers are read with a decimal comma: 1,5 is one and a half.",)


def test_decimal_commas_without_names_are_no_separators(table: Written) -> None:
    read = table("1,5;2,5\n3,5;4,5\n")
    assert read.names == ("column 1", "column 2")
    assert values(read, "column 2") == [2.5, 4.5]


def test_quoted_commas_are_no_decimal_commas_where_commas_separate(table: Written) -> None:
    assert values(table('a,b\n"1,5",1\n"2,5",2\n'), "a") == ["1,5", "2,5"]


def test_a_point_that_groups_thousands_only_where_commas_are_decimal(table: Written) -> None:
    assert values(table("a;b\n1.234;1\n2.500;2\n"), "a") == [1.234, 2.5]


def test_a_column_with_points_keeps_them_though_others_have_commas(table: Written) -> None:
    assert values(table("a;b\n1,5;1.250\n2,5;0.5\n"), "b") == [1.25, 0.5]


def test_the_separator_is_one_of_the_first_line(table: Written) -> None:
    assert refusal(table, "x,y\n1,a;b\n2,a;b\n3,4,a;b\n") == (
        "4: this row has 3 cells; expected 2 as in line 1, with commas between them"
    )


def test_a_quote_may_stand_after_a_space(table: Written) -> None:
    assert values(table('a, b\n1, "x, y"\n2, "z"\n'), "b") == ["x, y", "z"]


def test_the_mark_of_spreadsheet_programs(table: Written) -> None:
    assert table("sep=\t\na;x\tb;y\n1\t2\n").names == ("a;x", "b;y")
    read = table("sep=;\r\na,b;c\r\n1;2\r\n3;4\r\n")
    assert read.names == ("a,b", "c")
    assert read.lines.tolist() == [3, 4]


def test_missing_values(table: Written) -> None:
    read = table("a,b\n1,x\n NA ,?\n,nan\n-,none\nnull,-\nN/A,y\n")
    assert values(read, "a") == [1, None, None, None, None, None]
    # Among words, none and - may be words.
    assert values(read, "b") == ["x", None, None, "none", "-", "y"]


def test_a_column_of_numbers_with_a_few_words_is_said(table: Written) -> None:
    read = table("a,b\n1,1\n2,1\n12 kg,1\nx,1\n3,2\n")
    assert values(read, "a") == ["1", "2", "12 kg", "x", "3"]
    assert read.notes == ("a is read as words: 2 cells are no numbers, the first, '12 kg' in line 4.",)


@pytest.mark.parametrize("cell", ["inf", "1_000", "0x10", "１２", "1 2", "1e", "--1", "+", "1,2,3", "12:30"])
def test_what_is_no_number(table: Written, cell: str) -> None:
    assert values(table(f"a;b\n{cell};1\n"), "a") == [cell]


# Names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1,2\n3,4\n", False),
        ("1,\n3,4\n", False),
        ("5.1,3.5,setosa\n4.9,3.0,other\n", False),  # a fraction is no name
        ("39,red\n40,red\n", False),  # the word comes again
        ("country,2019,2020\nDE,5,6\nFR,7,8\n", True),
        ("a,b\n1,2\n", True),
        ("a,b\nc,d\n", True),
    ],
)
def test_whether_the_first_line_has_names(table: Written, text: str, names: bool) -> None:
    read = table(text)
    assert len(read) == text.count("\n") - names
    if not names:
        count = len(read.names)
        assert read.names == tuple(f"column {i}" for i in range(1, count + 1))
        assert read.notes == (f"Line 1 has values and not names: the columns are called column 1 to column {count}.",)


def test_names_are_made_distinct(table: Written) -> None:
    read = table("x,x,,x 2,x\na,1,2,3,4\nb,1,2,3,5\n")
    assert read.names == ("x", "x 3", "column 3", "x 2", "x 4")
    assert read.notes == (
        "Column 2 has the name of another, 'x'; it is called 'x 3' here.",
        "Column 3 has no name; it is called 'column 3' here.",
        "Column 5 has the name of another, 'x'; it is called 'x 4' here.",
    )


def test_a_name_is_found_in_any_case_if_it_is_one(table: Written) -> None:
    read = table("Height,a,A\n1,2,3\n")
    assert read.column("height").name == "Height"
    assert read.column("a").name == "a"
    with pytest.raises(DataError, match="there is no column 'wide'; there are Height, a, A"):
        read.column("wide")


# What is said


def test_other_encodings_are_guessed_and_said(table: Written) -> None:
    read = table("größe,b\n1,é\n".encode("cp1252"))
    assert read.names == ("größe", "b")
    assert read.notes == (
        "The file is not in UTF-8; it is read as Windows-1252: check that letters with accents are right.",
    )


def test_rows_of_nothing_are_left_out(table: Written) -> None:
    read = table("a,b\n\n1,2\n,\n3,4\n , \n\n")
    assert values(read, "a") == [1, 3]
    assert read.lines.tolist() == [3, 5]
    assert read.notes == ("2 rows with nothing in them are left out.",)


def test_one_column(table: Written) -> None:
    assert "There is one column" in table("a\nx\ny\n").notes[0]


LONG_CELL = '2: a cell in this row has more than 1,000 characters; is a quote (") not closed?'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\xff\xfe", "the file is empty"),
        (b",,\n,\n", "the file is empty"),
        ("a,b\n", "there is only a line of names and no row below it"),
        ("a,b,c\n1,2,3\n4,5\n", "3: this row has 2 cells; expected 3 as in line 1, with commas between them"),
        ("a;b\n1;2\n\n4;5;6\n", "4: this row has 3 cells; expected 2 as in line 1, with semicolons between them"),
        ('a,b\n"x\ny",1\n"z\n', '4: a quote (") that opens in this row is not closed'),
        ('a,b\n"x"y,1\n', '2: a quote (") closes within a cell; within quotes, a quote is written twice ("")'),
        ("a,b\n1," + "x" * 1001, LONG_CELL),
        ('a,b\n"' + "x\n" * 200_000, LONG_CELL),
        ("a,b\n1,2\n1e101,3\n", "3: a is '1e101'; numbers are read up to 1e100"),
        ("a,b\n1,2\n1,1e999\n", "3: b is '1e999'; numbers are read up to 1e100"),
        (b"a,b\n1,\x00\n", "2: this is no text: it has the character U+0000; expected a table as CSV or TSV"),
        (b"\x89PNG\r\n\x1a\n\x81", "this is no text; expected a table as CSV or TSV, best in UTF-8"),
        (b"\xff\xfea", "this is no text; expected a table as CSV or TSV, best in UTF-8"),
        (
            b"PK\x03\x04rest",
            "this is a zip file, as workbooks of spreadsheet programs are; save the sheet as CSV there",
        ),
        (",".join(f"x{i}" for i in range(201)), "1: there are 201 columns; at most 200 are read"),
        ("a,b\n" + "1,2\n" * 100_001, "there are more than 100,000 rows of 2 columns, the most that are read"),
        ("a,b\n" + "\n" * 1_000_001, "there are more than 1,000,000 lines, the most that are read"),
        (b"1" * 20_000_001, "the file is larger than 20 MB, the most that is read"),
    ],
    ids=lambda value: str(value[:25]),
)  # fmt: skip
def test_a_sentence_for_every_fault(table: Written, content: str | bytes, sentence: str) -> None:
    assert refusal(table, content) == sentence


def test_what_is_no_file(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes among its files")
    os.mkfifo(tmp_path / "pipe.csv")
    cases = {
        tmp_path: "this is a folder; expected a table: a .csv, .tsv or .npz file",
        tmp_path / "pipe.csv": "this is a pipe or a device; expected a table: a .csv, .tsv or .npz file",
        Path("/dev/null"): "this is a pipe or a device; expected a table: a .csv, .tsv or .npz file",
        tmp_path / "none.csv": "there is no such file",
        tmp_path / "a\0b": "no file can have this name: ",
        tmp_path / ("x" * 5000): "the file cannot be read: File name too long",
    }
    for path, sentence in cases.items():
        with pytest.raises(DataError) as refused:
            read_table(path)
        assert refused.value.reason.startswith(sentence)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n")
    file.chmod(0)
    with pytest.raises(DataError, match="the file cannot be read: Permission denied"):
        read_table(file)


def test_nothing_unprintable_is_left(table: Written) -> None:
    read = table("a\u202e,b\n\x0c1\u200b,2\n".encode())
    assert all(name.isprintable() for name in read.names)
    assert values(read, "a\u202e") == ["1\\u200b"]


PIECES = [
    "a", "b", "1", "-2.5", "1,5", "1.234,5", "NA", "?", "é", '"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\r", " ",
    "1e400", "\u202e", "sep=;", "\x0c", "\x00", "x" * 300, "'", "\ufeff", "－", "−3", "１",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(PIECES), max_size=80).map("".join)))
@example(b"\xff\xfe\x00\xd8")
@example("a,b\n" + "1,2\n" * 3)
def test_any_bytes_are_a_table_or_a_sentence(table: Written, content: str | bytes) -> None:
    error: DataError | None = None
    try:
        read = table(content)
    except DataError as refused:
        error = refused
    else:
        check_table(read)
    assert error is None or (error.reason and error.reason.isprintable())


def check_table(read: Table) -> None:
    assert len(read) > 0
    assert len(set(read.names)) == len(read.names)
    for column in read.columns:
        assert len(column.values) == len(read) == len(column.missing)
        assert column.name.isprintable()
        if isinstance(column, NumberColumn):
            assert not np.isinf(column.values).any()
        else:
            assert all(word.isprintable() for word in column.values)
    assert all(note.isprintable() and note.endswith(".") for note in read.notes)


# Fisher's flowers


COVARIANCES = {
    "setosa": (
        (5.006, 3.428, 1.462, 0.246),
        (0.12424898, 0.09921633, 0.01635510, 0.01033061, 0.14368980, 0.01169796, 0.00929796, 0.03015918, 0.00606939,
         0.01110612),
    ),
    "versicolor": (
        (5.936, 2.770, 4.260, 1.326),
        (0.26643265, 0.08518367, 0.18289796, 0.05577959, 0.09846939, 0.08265306, 0.04120408, 0.22081633, 0.07310204,
         0.03910612),
    ),
    "virginica": (
        (6.588, 2.974, 5.552, 2.026),
        (0.40434286, 0.09376327, 0.30328980, 0.04909388, 0.10400408, 0.07137959, 0.04762857, 0.30458776, 0.04882449,
         0.07543265),
    ),
}  # fmt: skip
"""The means and covariances of the four measurements, as R prints them: ``by(iris[1:4], iris$Species, cov)``."""


def test_the_iris_that_ships_is_that_of_r() -> None:
    read = read_table(data_folder() / "tables" / "iris.csv")
    assert read.notes == ()
    species = read.column("species").values
    numbers = np.stack([column.values for column in read.columns if isinstance(column, NumberColumn)], axis=1)
    for name, (means, covariances) in COVARIANCES.items():
        rows = numbers[[word == name for word in species]]
        assert rows.shape == (50, 4)
        np.testing.assert_allclose(rows.mean(axis=0), means, atol=1e-9)
        np.testing.assert_allclose(np.cov(rows.T)[np.triu_indices(4)], covariances, atol=1e-8)
