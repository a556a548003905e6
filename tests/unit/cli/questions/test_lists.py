"""Lists while they are asked about, and the lines that are drawn of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.cli.display.columns import ListColumn
from sociarium.cli.questions.answers import Step, TypedAnswer
from sociarium.cli.questions.list_lines import EntryLines, TableLines, list_lines, order_lines
from sociarium.cli.questions.list_state import ListState, OrderState
from sociarium.cli.questions.screen import Line
from sociarium.cli.questions.wrapping import cells_of

ENTRIES = [TypedAnswer("one", 1, "the first"), TypedAnswer("two", 2, unavailable="broken"), TypedAnswer("three", 3)]
MANY = [TypedAnswer(f"entry {number}", number) for number in range(100)]


def plain(lines: list[Line]) -> list[str]:
    return ["".join(part[1] for part in line) for line in lines]


def test_the_pointer_passes_over_what_is_unavailable_and_goes_round() -> None:
    state = ListState(ENTRIES, pointed=1)
    assert state.pointed == 0
    state.move(1)
    assert state.pointed == 2
    state.move(1)
    assert state.pointed == 0
    state.move(-1)
    assert state.pointed == 2


def test_a_search_points_at_the_first_match_and_stays_there_when_it_is_taken_back() -> None:
    state = ListState(MANY, pointed=50)
    state.type("7")
    assert state.pointed == 7
    state.type("3")
    assert state.pointed == 73
    state.erase(whole=True)
    assert state.pointed == 73
    assert len(state.shown) == 100


def test_what_stands_in_notes_is_found_too() -> None:
    state = ListState(ENTRIES)
    state.type("FIRST")
    assert state.shown == [0]


def test_nothing_can_be_taken_of_no_matches_no_entries_and_unavailable_ones() -> None:
    state = ListState(ENTRIES)
    state.type("four")
    assert (state.pointed, state.reason()) == (None, "Nothing matches 'four'.")
    state.erase(whole=True)
    state.type("two")
    assert (state.pointed, state.reason()) == (None, "two: broken")
    assert ListState([]).reason() == "There is nothing to choose."


def test_all_that_match_are_marked_and_what_is_unavailable_never() -> None:
    state = ListState(ENTRIES)
    state.mark_all()
    assert state.marked == {0, 2}
    state.type("thr")
    state.mark_all()
    assert state.marked == {0}


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-3, 3)),
        st.tuples(st.just("move_page"), st.integers(-30, 30)),
        st.tuples(st.just("type"), st.sampled_from("entry 0123456789x")),
        st.tuples(st.just("erase"), st.just(0)),
    ),
    max_size=30,
)


@pytest.mark.slow
@given(ACTIONS, st.integers(1, 30), st.integers(20, 120))
def test_whatever_is_pressed_the_pointer_is_on_the_screen_and_lines_fit(
    actions: list[tuple[str, int | str]], height: int, width: int
) -> None:
    state, lines = ListState(MANY), EntryLines(MANY)
    for action, argument in actions:
        if action == "erase":
            state.erase()
        else:
            getattr(state, action)(argument)
        top, visible = state.visible(height)
        assert visible == state.shown[top : top + height]
        assert len(visible) == min(height, len(state.shown))
        assert state.pointed in visible if state.shown else state.pointed is None
        drawn = plain(list_lines(state, lines, has_marks=True, height=height, width=width))
        assert all(cells_of(line) <= width for line in drawn)
        assert sum(line.startswith("› ") for line in drawn) == bool(state.shown)


@given(st.text(max_size=200), st.text(max_size=100), st.integers(20, 100))
def test_an_entry_is_one_line_of_the_width_whatever_it_says(text: str, note: str, width: int) -> None:
    lines = EntryLines([TypedAnswer(text, 1, note), TypedAnswer("other", 2, "x")])
    [line] = plain([lines.line(0, head="› ", is_pointed=True, width=width)])
    assert cells_of(line) <= width
    assert not set(line) & set("\n\r\x1b")


def test_notes_stand_in_a_column_where_there_is_room() -> None:
    state, lines = ListState(ENTRIES), EntryLines(ENTRIES)
    wide = plain(list_lines(state, lines, has_marks=False, height=5, width=60))
    assert wide == ["› one    the first", "  two – broken", "  three"]
    narrow = plain(list_lines(state, lines, has_marks=False, height=5, width=20))
    assert narrow[0] == "› one"


def test_an_order_has_every_entry_once_and_its_pointer_on_the_screen() -> None:
    state, lines = OrderState(20), EntryLines(MANY[:20])
    state.hold()
    state.move(15)
    assert sorted(state.order) == list(range(20))
    assert state.order[15] == 0
    drawn = plain(order_lines(state, lines, height=5, width=40))
    assert drawn[-1] == "= 16. entry 0"
    assert len(drawn) == 5


def test_a_step_says_as_much_as_is_known() -> None:
    assert str(Step("Perform", 3, 6)) == "Perform · 3 of 6"
    assert str(Step("New experiment", 2, 6, is_about=True)) == "New experiment · 2 of about 6"
    assert str(Step("Perform", 3)) == "Perform · 3 of a few"
    assert str(Step("Perform")) == "Perform"


@given(st.lists(st.text(max_size=60), min_size=1, max_size=30), st.integers(20, 200), st.integers(1, 40))
def test_a_table_fits_every_width_and_names_its_columns_where_there_is_room(
    notes: list[str], width: int, height: int
) -> None:
    entries = [TypedAnswer(f"{place} {note}", place) for place, note in enumerate(notes)]
    columns = [ListColumn("id", [f"{place:08}" for place in range(len(notes))], "id", 0), ListColumn("note", notes)]
    lines = TableLines(entries, columns)
    state = ListState(entries)
    for key in ("", "1"):
        state.type(key)
        drawn = plain(list_lines(state, lines, has_marks=False, height=height, width=width))
        assert all(cells_of(line) <= width for line in drawn)
        # One line is left for what is searched for.
        assert len(drawn) <= height + 1
        assert any(line.startswith("  id") for line in drawn) == (bool(state.shown) and height > 3)


def test_a_table_is_searched_by_what_finds_no_room_in_it() -> None:
    entries = [TypedAnswer("a1 · a note that is hidden", 1), TypedAnswer("b2 · another", 2)]
    columns = [
        ListColumn("id", ["a1", "b2"], "id", 0),
        ListColumn("note", ["a note that is hidden", "another"], rank=9),
    ]
    state, lines = ListState(entries), TableLines(entries, columns)
    state.type("hidden")
    assert plain(list_lines(state, lines, has_marks=False, height=9, width=10))[1:] == ["  id", "› a1"]


def test_signs_of_several_code_points_push_no_column_out_of_the_table() -> None:
    """prompt_toolkit, which draws the questions, counts the parts of such a sign one by one."""
    names = ["\U0001f469\u200d\U0001f469\u200d\U0001f467 family", "\u05e2\u05d1\u05e8\u05d9\u05ea",
             "\u2764\ufe0f heart", "\U0001f1e9\U0001f1ea flag"]  # fmt: skip
    columns = [ListColumn("who", names, rank=0), ListColumn("when", ["11-26 12:00"] * 4, "id", 0)]
    lines = TableLines([TypedAnswer(name, name) for name in names], columns)
    for width in (30, 79):
        drawn = ["".join(part[1] for part in lines.line(at, head="  ", is_pointed=False, width=width))
                 for at in range(4)]  # fmt: skip
        assert all(cells_of(line) <= width for line in drawn)
        assert all(line.endswith("11-26 12:00") for line in drawn)
        assert len({cells_of(line) for line in drawn}) == 1
