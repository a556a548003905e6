"""People in files of any form: lines of JSON, a JSON list, a table."""

from __future__ import annotations

import json

import pytest

from sociarium.errors import BadInput, DefinitionError, Problem
from sociarium.experiment.document import parse
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.people_file import read_people
from sociarium.experiment.loading.includes import UnreadableFile, text_beside
from tests.support.definitions import small_feed

ADA = {"handle": "ada", "name": "Ada", "persona": "Patient."}
BO = {"handle": "bo", "follows": ["ada"]}


def people(text: str, name: str = "people.csv") -> tuple[Person, ...]:
    return read(text, name)[0]


def read(text: str, name: str = "people.csv") -> tuple[tuple[Person, ...], list[Problem]]:
    notes: list[Problem] = []
    source = small_feed(people=f"[{{file: {name}}}]")
    definition = parse(source.encode(), source="a.yaml", read=lambda _: text.encode(), notes=notes)
    assert isinstance(definition, FeedDefinition)
    return definition.written_out, notes


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(ADA)}\n{json.dumps(BO)}\n",
        json.dumps([ADA, BO]),
        json.dumps([ADA, BO], indent=2),
        f"\n{json.dumps(ADA, indent=4)}\n{json.dumps(BO, indent=4)}",
        f"[\n{json.dumps(ADA)},\n{json.dumps(BO)},\n]\n",
        "handle,name,persona,follows\nada,Ada,Patient.,\nbo,,,ada\n",
        "handle;name;persona;follows\r\nada;Ada;Patient.;\r\nbo;;;@ada\r\n",
        "sep=;\r\nhandle;name;persona;follows\r\nada;Ada;Patient.;\r\nbo;;;@ada\r\n",
        ",handle,name,persona,follows,\n0,ada,Ada,Patient.,,\n1,bo,,,ada,\n",
        "handle|name|persona|follows\nada|Ada|Patient.|\nbo|||ada||\n",
        "| handle | name | persona | follows |\n|:--|---|---|---|\n| ada | Ada | Patient. | |\n| bo | | | ada |\n",
        json.dumps({"people": [ADA, BO]}),
        'handle\tname\tpersona\tfollows\n"@ada"\tAda\tPatient.\t\n\nbo\t\t\t"[\'ada\']"\n',
    ],
)
def test_the_same_people_are_read_from_lines_a_list_and_a_table(text: str) -> None:
    assert people(text) == (Person(handle="ada", name="Ada", persona="Patient."), Person(handle="bo", follows=("ada",)))


def test_another_simulators_table_is_read_with_its_other_columns_in_the_persona() -> None:
    text = (
        "user_id,name,username,bio,user_char,followers_count,age,country\n"
        '1,Ada,ada,"Writes, mostly.",Calm.,120,51,Malta\n'
        "2,Bo,bo,,,0,,\n"
    )
    (ada, bo), [note] = read(text)
    assert (ada.handle, ada.name, ada.bio, ada.followers_count) == ("ada", "Ada", "Writes, mostly.", 120)
    assert ada.persona == {"persona": "Calm.", "user_id": "1", "age": "51", "country": "Malta"}
    assert bo.persona == {"user_id": "2"}
    assert "user_id, age, country go into the persona" in note.message
    assert (note.path, note.line) == ("people[0]", 4)


def test_words_of_programs_for_nothing_are_kept_and_told() -> None:
    (ada, bo), notes = read("handle,name,persona,age\nada,Ada,NA,51\nbo,Bo,Calm.,nan\n")
    assert (ada.persona, bo.persona) == ({"persona": "NA", "age": "51"}, {"persona": "Calm.", "age": "nan"})
    assert "of people.csv, age, persona say NA, nan, NULL or None" in notes[-1].message
    assert "say NA" not in "".join(note.message for note in read("handle,name,persona\nada,Nana,\nbo,Na,NASA\n")[1])


def test_a_tree_of_a_persona_is_joined_with_other_fields_of_json() -> None:
    text = json.dumps([{"username": "ada", "realname": "Ada", "persona": {"mood": "calm"}, "mbti": "INTP", "age": 51}])
    assert people(text) == (Person(handle="ada", name="Ada", persona={"mood": "calm", "mbti": "INTP", "age": 51}),)


def test_a_key_of_another_kind_of_entry_is_no_mend_for_itself() -> None:
    with pytest.raises(BadInput, match=r"people\[0\]\.model: unknown key 'model'; known here: "):
        parse(small_feed(people="[{handle: ada, model: dry}]").encode(), source="x.yaml", read=lambda _: b"")


@pytest.mark.parametrize("text", ['{"handle": "ada", "perona": "x"}', "handle,perona\nada,x\n"])
def test_a_slip_in_the_name_of_a_field_is_refused_and_not_put_into_the_persona(text: str) -> None:
    with pytest.raises(Exception, match="unknown key 'perona'; did you mean persona"):
        people(text)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name,age\nAda,51\n", 1, "needs a column `handle`"),
        ("just words", 1, "needs a column `handle`"),
        ("handle,name,name\nada,a,b\n", 1, "'name' stands twice"),
        ("handle,,x\nada,a,b\n", 2, "a column without a name holds 'a'"),
        ('handle,name\nada,A\n"{""ImportId"":""QID1""}",B\n', 3, "Qualtrics's own"),
        ("handle,name\nada,A\nhandle , name\nbo,B\n", 3, "names the columns again"),
        ("handle,name\nada,A\nbo,B,C\n", 3, "3 cells, and the table 2 columns"),
        ('handle,name\nada,"A\nbo,B', 2, "no row of a table"),
        ('[{"handle": "ada"},\n {"handle": "ada" "x"}]', 2, "Expecting ',' delimiter at character 19"),
        ('[{"handle": "ada"},\n 7]', 2, "not an object"),
        ('[\n{"handle": "ada"}', 2, "not closed"),
        ('[{"handle": "a", "handle": "b"}]', 1, "stands twice"),
        ('[{"handle": "a", "age": NaN}]', 1, "NaN is not a number"),
        ('[{"handle": "a", "age": 1e400}]', 1, "1e400 is too large for a number"),
        ('{"handle": "a"}\n{"handle": "b", "age": -1e999}\n', 2, "-1e999 is too large for a number"),
        ('[{"handle": "\\ud800"}]', 1, "surrogate"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, line: int, words: str) -> None:
    [broken] = [entry for entry in read_people(text).entries if entry.value is None]
    assert broken.line == line
    assert words in broken.problem


def _read_bytes(data: bytes) -> str:
    return text_beside("people.csv", lambda _name: data)


def test_a_file_that_is_marked_as_utf_16_is_read() -> None:
    assert _read_bytes("handle,name\nada,Ädä\n".encode("utf-16")) == "handle,name\nada,Ädä\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [("handle\nada\n".encode("utf-16-le"), "null bytes"), ("handle\nÄdä\n".encode("cp1252"), "not UTF-8")],
)
def test_a_file_in_another_encoding_is_refused_with_the_mend(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as error:
        _read_bytes(data)
    assert error.value.mend == "save it as UTF-8"


def test_a_workbook_is_refused_as_what_it_is() -> None:
    with pytest.raises(UnreadableFile, match="a workbook or a zip") as error:
        _read_bytes(b"PK\x03\x04\x14\x00\x06\x00")
    assert error.value.mend == "save it as plain text (a table as CSV), or unpack it"


def test_an_empty_list_names_nobody() -> None:
    assert read_people("[]").entries == []
    assert read_people("\n").entries == []


def test_a_field_under_two_names_keeps_the_second_in_the_persona() -> None:
    [entry] = read_people('[{"handle": "ada", "username": "lovelace"}]').entries
    assert entry.value == {"handle": "ada", "persona": {"username": "lovelace"}}


def test_whole_numbers_are_read_as_tables_with_empty_cells_have_them() -> None:
    read_ones = people("handle,followers_count\nada,12.0\nbo,\ncy,7\n")
    assert [one.followers_count for one in read_ones] == [12, Person(handle="bo").followers_count, 7]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_persona_of_several_lines_is_the_same_whichever_machine_wrote_it(end: str) -> None:
    text = end.join(["handle,persona", 'ada,"She fishes.', 'She sings."', ""])
    [entry] = read_people(text).entries
    assert entry.value == {"handle": "ada", "persona": "She fishes.\nShe sings."}


@pytest.mark.parametrize("between", [" ", ";", "; ", "|", " | "])
def test_handles_in_a_cell_stand_with_whatever_between_them(between: str) -> None:
    told = people(f"handle,follows\nada,{between.join(('bo', 'eve'))}\nbo,\neve,@ada\n")
    assert [one.follows for one in told] == [("bo", "eve"), (), ("ada",)]


def test_what_has_parts_stands_in_a_cell_as_json() -> None:
    past = [{"kind": "post", "text": "Rain, again."}]
    rule = {"post": {"each_day": ["Hello."]}}
    cells = [json.dumps(value).replace('"', '""') for value in (past, rule)]
    [told] = people(f'handle,history,rule\nada,"{cells[0]}","{cells[1]}"\n')
    [written] = people(json.dumps([{"handle": "ada", "history": past, "rule": rule}]))
    assert told == written
    with pytest.raises(DefinitionError, match=r"line 2, rule"):
        people("handle,rule\nada,post daily\n")
