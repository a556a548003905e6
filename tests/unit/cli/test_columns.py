"""Columns fit any width: ids and numbers whole, texts cut, the rest named."""

from __future__ import annotations

from io import StringIO

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.lists import columns_of, short_ids

IDS = ["7762e2a3", "5210ed54"]


def printed(width: int, *columns: ListColumn) -> list[str]:
    file = StringIO()
    print_columns(Console(file=file, width=width, force_terminal=True, color_system=None), columns)
    return file.getvalue().splitlines()


def test_texts_give_way_and_ids_and_numbers_never_do() -> None:
    lines = printed(40, ListColumn("run", IDS, "id", 0), ListColumn("msgs", ["9", "12,345"], "number", 0),
                    ListColumn("note", ["x" * 80, "short"]))  # fmt: skip
    assert lines == [
        "run         msgs  note",
        f"7762e2a3       9  {'x' * 21}…",
        "5210ed54  12,345  short",
    ]


def test_what_finds_no_room_is_named_and_goes_by_its_rank() -> None:
    when = ListColumn("when", ["11-26 02:14", "11-26 02:15"], "id", 3)
    state, model = ListColumn("state", ["done", "failed"], "id", 1), ListColumn("model", ["llama3.1", "gpt"], rank=2)
    lines = printed(30, ListColumn("run", IDS, "id", 0), state, model, when)
    assert lines[0] == "run       state   model"
    assert "when" in lines[-2] + lines[-1]


def test_empty_columns_are_left_out() -> None:
    assert printed(40, ListColumn("run", IDS, "id", 0), ListColumn("note", ["", ""]))[0] == "run"


@given(
    st.integers(40, 120),
    st.lists(st.text(max_size=40), min_size=2, max_size=2),
    st.lists(st.text(max_size=40), min_size=2, max_size=2),
)
@example(
    40, ["", "0000000\x80\x80\x80\x80"], ["", "00\x80"]
)  # controls are written out, so that the note finds no room
def test_no_line_of_a_table_is_wider_than_the_screen_whatever_stands_in_it(
    width: int, first: list[str], second: list[str]
) -> None:
    lines = printed(
        width, ListColumn("run", IDS, "id", 0), ListColumn("title", first, rank=0), ListColumn("note", second)
    )
    table, rest = lines[:3], " ".join(lines[3:])
    assert [line.split()[0] for line in table] == ["run", *IDS]
    assert rest == "" or rest.startswith("not shown, for want of room: note")
    assert all(cell_len(line) <= width for line in table)


def test_ids_are_as_long_as_tells_them_apart() -> None:
    assert short_ids(["65e1b2c3d4e5f6a700000001", "65e1b2c3d4e5f6a700000002"]) == [
        "65e1b2c3d4e5f6a700000001", "65e1b2c3d4e5f6a700000002",
    ]  # fmt: skip
    assert short_ids(["65e1b2c3d4", "75e1b2c3d4", "65e1b2c3d4"]) == ["65e1b2c3", "75e1b2c3", "65e1b2c3"]


def test_no_two_columns_for_other_programs_have_one_name() -> None:
    row = {"run": "7762e2a3", "messages": 36, "condition": {"messages": 12, "days": 2}}
    columns = {column.name: column.cells for column in columns_of("runs", [row], whole=True)}
    assert columns == {"run": ["7762e2a3"], "messages": ["36"], "factor.messages": ["12"], "days": ["2"]}
