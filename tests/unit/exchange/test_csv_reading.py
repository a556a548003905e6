"""Tables of somebody else's: read as they are meant, or refused with the line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.errors import BadInput, SetupError
from sociarium.exchange.tables.csv_reading import AS_USUAL, Layout, number_mend, number_of, read_csv


def file(folder: Path, content: str | bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(folder: Path, content: str | bytes, layout: Layout = AS_USUAL) -> str:
    with pytest.raises(BadInput) as caught:
        read_csv(file(folder, content), layout)
    return str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_one_separator_that_fits_is_taken(tmp_path: Path, separator: str) -> None:
    lines = ["goal", "y"], ["yard", "1"], ["escape", "2"]
    table = read_csv(file(tmp_path, "\r\n".join(separator.join(cells) for cells in lines)))
    assert (table.columns, table.rows) == (("goal", "y"), (("yard", "1"), ("escape", "2")))


def test_decimal_commas_between_semicolons_do_not_part_cells(tmp_path: Path) -> None:
    table = read_csv(file(tmp_path, "a;b\n1,5;2\n3;4\n"))
    assert table.rows == (("1,5", "2"), ("3", "4"))


def test_two_separators_that_fit_alike_are_a_question(tmp_path: Path) -> None:
    text = "a,b;c\n1,2;3\n4,5;6\n"
    assert 'commas or semicolons; say which, e.g. `separator: ";"`' in refusal(tmp_path, text)
    assert read_csv(file(tmp_path, text), Layout(separator=";")).columns == ("a,b", "c")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_beginning_says_the_encoding(tmp_path: Path, encoding: str) -> None:
    assert read_csv(file(tmp_path, "naïve,y\n1,2\n".encode(encoding))).columns == ("naïve", "y")


def test_other_characters_than_utf_8_are_refused_with_their_line_and_read_when_named(tmp_path: Path) -> None:
    content = "who,y\nAna,1\nZoë,2\n".encode("cp1252")
    assert "t.csv, line 3: its characters are not utf-8; say which" in refusal(tmp_path, content)
    assert read_csv(file(tmp_path, content), Layout(encoding="cp1252")).rows[1] == ("Zoë", "2")
    assert "encoding 'klingon' is not known" in refusal(tmp_path, content, Layout(encoding="klingon"))
    assert "a null byte" in refusal(tmp_path, "a,b\n1,2\n".encode("utf-16-le"))


def test_a_name_that_stands_twice_and_lines_of_another_length_are_refused(tmp_path: Path) -> None:
    assert "line 1: 'y' names several columns" in refusal(tmp_path, "x,y, y\n1,2,3\n")
    assert "line 3: 3 cells for 2 names, separated by commas" in refusal(tmp_path, "x,y\n1,2\n1,2,3\n")
    assert "line 2: 1 cells for 2 names" in refusal(tmp_path, "x,y\n1\n")


def test_cells_may_hold_separators_quotes_and_line_ends_and_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    table = read_csv(file(tmp_path, 'text,y\n"one, ""two""\nthree\u2028four",1\n\nfive,2\n'))
    assert table.rows == (('one, "two"\nthree\u2028four', "1"), ("five", "2"))
    assert table.lines == (2, 5)
    assert "line 3" in refusal(tmp_path, 'a,b\n1,2\n"open,2\n3,4\n')


def test_empty_cells_are_none_and_a_column_without_a_name_is_counted_and_left_out(tmp_path: Path) -> None:
    table = read_csv(file(tmp_path, ",x,y\n1, ,NA\n2,a,-99\n"), Layout(missing=("", "NA", "-99")))
    assert (table.columns, table.unnamed) == (("x", "y"), 1)
    assert table.rows == ((None, None), ("a", None))


@pytest.mark.parametrize("content", ["", "a,b\n", "\n\n"])
def test_a_table_without_rows_is_refused(tmp_path: Path, content: str) -> None:
    assert "no row below its names" in refusal(tmp_path, content)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read: No such file"):
        read_csv(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [("1.5", ".", 1.5), ("1,5", ",", 1.5), ("1,5", ".", None), ("1,200", ".", None), ("1.200", ",", None),
     ("-3e2", ".", -300), ("1_000", ".", None), ("nan", ".", None), ("inf", ".", None), ("five", ".", None)],
)  # fmt: skip
def test_numbers_are_read_with_one_sign_before_the_fraction(text: str, decimal: str, number: float | None) -> None:
    assert number_of(text, decimal) == number


def test_a_cell_with_the_other_sign_says_both_ways_out() -> None:
    assert number_mend("1,200", ".") == (
        "if ',' stands before the fraction, say `decimal: \",\"`; if it parts thousands, take it out"
    )
    assert "name the text in `missing`" in number_mend("five", ".")
