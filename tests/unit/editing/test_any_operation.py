"""After any operation a document is as valid as before, or what is reported names the part and speaks plainly."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.editing.arrange import Things, copy_item, move_item, names_in
from sociarium.editing.change import Change
from sociarium.editing.document import Document, problems
from sociarium.editing.factors import sweeps_of
from sociarium.editing.faults import faults
from sociarium.editing.models import remove_model, rename_model
from sociarium.editing.parts import parts_of
from sociarium.editing.people import remove_named, remove_person, rename_named, rename_person
from sociarium.editing.roles import remove_role, rename_role, role_names
from sociarium.editing.sections import remove_section, remove_version, rename_section, rename_version
from sociarium.editing.texts import put, text_slots, value_at
from sociarium.errors import BadInput
from tests.support.documents import SHIPPED, shipped, square, wing
from tests.support.plain_language import file_language

DOCUMENTS = [wing(), square(), *map(shipped, SHIPPED)]
NAMES = st.one_of(
    st.sampled_from(["warden", "prison guard", "Ada", "a.b", "x[1]", "messages", "model", "day's", "1", "true", "“q”"]),
    st.text(min_size=1, max_size=8),
)
HANDLES = st.from_regex(r"[a-z][a-z0-9_.]{0,8}", fullmatch=True)

Rename = Callable[[Document, str, str], Change]
Remove = Callable[[Document, str], Change]


def versions(document: Document) -> list[tuple[str, str]]:
    """Every version of every text, with the text's name."""
    texts = {slot: value_at(document, loc) for slot, loc in text_slots(document).items()}
    return [(slot, name) for slot, text in texts.items() if isinstance(text, dict) for name in text["variants"]]


def handles(document: Document) -> list[str]:
    """Everybody who is written out."""
    return [name for name in names_in(document, "people") if name] if "people" in document else []


def titles(document: Document) -> list[str]:
    """The titles of sections that can have another one."""
    return names_in(document, "sections")[0 if document.get("environment") == "feed" else 1 :]


def renames(document: Document) -> list[tuple[Rename, str, bool]]:
    """Every thing with what renames it, and whether its new name is a handle."""
    named = [(lambda d, o, n, kind=kind: rename_named(d, kind, o, n), name, False)
             for kind in ("probes", "events") for name in names_in(document, kind)]  # type: ignore[misc, arg-type]  # fmt: skip
    versioned = [
        (lambda d, o, n, slot=slot: rename_version(d, slot, o, n), name, False) for slot, name in versions(document)
    ]
    return [
        *((rename_role, name, False) for name in role_names(document)),
        *((rename_section, name, False) for name in titles(document)),
        *((rename_model, name, False) for name in names_in(document, "models")),
        *((rename_person, name, True) for name in handles(document)),
        *named,
        *versioned,
    ]


def removals(document: Document) -> list[tuple[Remove, str]]:
    """Every thing with what takes it away."""
    named = [(lambda d, name, kind=kind: remove_named(d, kind, name), name)
             for kind in ("probes", "events") for name in names_in(document, kind)]  # type: ignore[misc, arg-type]  # fmt: skip
    versioned = [(lambda d, name, slot=slot: remove_version(d, slot, name), name) for slot, name in versions(document)]
    return [
        *((remove_role, name) for name in role_names(document)),
        *((remove_section, name) for name in titles(document)),
        *((remove_model, name) for name in names_in(document, "models")),
        *((remove_person, name) for name in handles(document)),
        *named,
        *versioned,
    ]


def run_counts(document: Document) -> list[int]:
    """How many levels each factor of each sweep has."""
    return [
        len(raw) if isinstance(raw, list) else 1 for sweep in sweeps_of(document) for raw in sweep["factors"].values()
    ]


@pytest.mark.slow
@given(st.data())
def test_a_renamed_thing_leaves_a_valid_document_of_the_same_size(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(DOCUMENTS))
    before = deepcopy(document)
    rename, old, is_handle = data.draw(st.sampled_from(renames(document)))
    new = data.draw(HANDLES if is_handle else NAMES)
    try:
        change = rename(document, old, new)
    except BadInput:
        return
    assert document == before
    assert run_counts(change.document) == run_counts(before)
    # A name like that of something else that is compared is the one clash that is seen only in the whole.
    assert all(fault.part == "What is compared" for fault in faults(change.document))
    assert not any(file_language(sentence, [old, new]) for sentence in change.sentences)


@pytest.mark.slow
@given(st.data())
def test_what_is_reported_after_removals_names_the_part_in_plain_words(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(DOCUMENTS))
    before = deepcopy(document)
    changed: dict[str, Any] = document
    for _ in range(data.draw(st.integers(1, 4))):
        choices = removals(changed)
        if not choices:
            break
        remove, name = data.draw(st.sampled_from(choices))
        try:
            changed = remove(changed, name).document
        except BadInput:
            continue
    assert document == before
    sentences = [fault.sentence for part in parts_of(changed) for fault in part.faults]
    assert bool(sentences) == bool(problems(changed))
    assert [sentence for sentence in sentences if file_language(sentence, handles(before))] == []
    assert {fault.part for fault in faults(changed)} <= {
        "Roles", "People", "Models", "Opening", "Sections", "Day's record", "Private questions", "Announcements",
        "Prompts", "What is compared", "More",
    }  # fmt: skip
    # Comparisons always follow what is taken away; only a number of people or nobody left can make one impossible.
    for fault in faults(changed):
        if fault.part == "What is compared":
            assert any(word in fault.sentence for word in ("agents", "people", "nobody", "left out")), fault


@pytest.mark.slow
@given(st.data())
def test_copied_and_moved_things_leave_a_valid_document(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(DOCUMENTS))
    kinds: list[Things] = ["models", "sections", "probes", "events"]
    kinds.append("people" if document.get("environment") == "feed" else "roles")
    things = data.draw(st.sampled_from([kind for kind in kinds if names_in(document, kind)]))
    names = names_in(document, things)
    try:
        if data.draw(st.booleans()):
            new = data.draw(HANDLES if things == "people" else NAMES)
            change = copy_item(document, things, data.draw(st.sampled_from([name for name in names if name])), new)
            assert len(names_in(change.document, things)) == len(names) + 1
        else:
            positions = st.integers(0, len(names) - 1)
            change = move_item(document, things, data.draw(positions), data.draw(positions))
            assert sorted(names_in(change.document, things)) == sorted(names)
    except BadInput:
        return
    assert problems(change.document) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["title"])
def test_everything_can_be_renamed(document: dict[str, Any]) -> None:
    for rename, old, _ in renames(document):
        assert problems(rename(document, old, "another_name").document) == []


def places(value: Any, loc: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path of a document below its root."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [*([loc] if loc else []), *(place for key, item in items for place in places(item, (*loc, key)))]


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**6), st.text(max_size=6), st.just([]), st.just({}), st.just([{}]),
    st.just({"x": {}}), st.just("<GUARD_NUN>"),
)  # fmt: skip


@pytest.mark.slow
@given(st.data())
def test_whatever_stands_in_a_document_its_parts_are_told_and_its_faults_are_plain(data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(DOCUMENTS))
    document = deepcopy(before)
    for _ in range(data.draw(st.integers(1, 3))):
        loc = data.draw(st.sampled_from(places(document)))
        value = deepcopy(data.draw(ANYTHING))
        put(document, loc, value)
    sentences = [fault.sentence for part in parts_of(document) for fault in part.faults]
    assert bool(sentences) == bool(problems(document))
    assert [sentence for sentence in sentences if file_language(sentence, handles(before))] == []
