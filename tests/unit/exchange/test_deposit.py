"""Deposits: complete and described, or without anything that names somebody or some place."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from ruamel.yaml import YAML

from sociarium.cli.targets import selection
from sociarium.errors import BadInput
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.archive.verify import verify
from sociarium.exchange.deposit.licences import licence
from sociarium.exchange.deposit.redaction import Personal, redaction_of
from sociarium.exchange.deposit.write import Deposit, DepositOptions, DepositSource, write_deposit
from sociarium.exchange.folder import Folder
from sociarium.exchange.tables import parquet_file
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from sociarium.records.labels import ADJUDICATED, Codebook, Label, Measure
from sociarium.records.plans import Edit, ModelVersion
from sociarium.records.runs import Claim, Outcome, RunState
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.consent import keep_consent
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small_feed
from tests.support.played_stores import played, replayed, two_days

AT = "2026-03-01T08:00:00.000Z"
POST = 'The mill wheel stands still since "Tuesday", and nobody says why.'
PERSONA = "Keeps owls in the old mill by the weir."
HANDLE, NAME, CONSENT = "mill_owl", "Odalys Mühlmann", "form 7, folder B"
CREATOR, COLLEAGUE, ANNOTATOR = "zadie.quill", "thaddeus-w", "annika_r"
HOST, SERVER = "gpu-box-17", "http://gpu-9.lab.example:8731/v1"
ERROR = "http://10.20.30.40:9000/v1 refused the connection"
ASKER, JUDGED_AT = "ottilie-kranz", "http://gpu-12.lab.example:8732/v1"
ALWAYS = (
    ASKER,
    "gpu-12.lab.example",
    ":8732",
    CREATOR,
    COLLEAGUE,
    ANNOTATOR,
    HOST,
    "gpu-9.lab.example",
    ":8731",
    "10.20.30.40",
    "LAB_KEY",
)
KNOWS = "Owl 9"
"""What the person knows: too short to be looked for in texts."""
OF_PEOPLE = (POST, KNOWS, "nobody says why", PERSONA, HANDLE, NAME, CONSENT)


def silent(_done: int) -> None:
    """Nobody looks."""


class Quoting(Offline):
    """Quotes the history of somebody, and names them, wherever words are free."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        said = f"As @{HANDLE} said: {POST} So says {NAME}."
        text = served.reply.text if request.schema is not None else said
        if request.schema is not None and isinstance(tree := json.loads(text), dict):
            text = json.dumps({key: said if isinstance(value, str) and len(value) > 30 else value
                               for key, value in tree.items()})  # fmt: skip
        return replace(served, reply=replace(served.reply, text=text))


MODELS = f"{{dry: {{provider: openai, model: m, base_url: '{SERVER}', api_key_env: LAB_KEY}}}}"
FEED = small_feed(
    title="The weir",
    models=MODELS,
    people=f"[{{handle: {HANDLE}, name: {NAME}, persona: '{PERSONA}', background: {KNOWS}, consent: '{CONSENT}', "
    f"follows: [bob], history: [{{kind: post, text: '{POST}'}}]}}, {{handle: bob, persona: Patient.}}]",
    feed="{post: daily}",
    days="1",
)


def add_people(store: SqliteStore, sweep: str, experiment: str) -> None:
    """Everything in which people and places are named beside what a run says."""
    run = next(slot.status.run for slot in store.slots(sweep))
    call = Call("dry", {}, 0.5, 1, "m-1", "sha256:1", endpoint=SERVER)
    store.add_interview(Interview(run, "s1", 1, "bob", "end", "Why?", "f" * 64, call, {"text": "So."}, COLLEAGUE, AT))
    store.save_codebook(Codebook("c0de", experiment, "Tone", 1, {"tone": "which"}, COLLEAGUE, AT))
    store.add_label(Label("c0de", "tone", run, "", ANNOTATOR, 1, "calm", AT, note="by annika_r at noon"))
    store.add_label(Label("c0de", "tone", run, "", ADJUDICATED, 1, "calm", AT, note=ANNOTATOR))
    store.add_label(Label("c0de", "tone", run, "", "judge-model", 1, "calm", AT, kind="judge"))
    rubric = {"rubric": {"name": "warm", "models": {"one": {"base_url": JUDGED_AT}}}, "digest": "d1"}
    store.save_codebook(Codebook("c0df", experiment, "rubric warm", 1, rubric, ASKER, AT))
    said = {"answer": 3, "missing": None, "judge": "one", "by": ASKER, "endpoint": JUDGED_AT, "reply": {"text": "3"}}
    store.put_measures([Measure("judge:warm", "d1/e1/1", run, "", said, AT)])
    keep_consent(store, experiment, "Your labels are kept.", person=ANNOTATOR, clock=SystemClock())
    store.add_order(SteeringOrder(sweep, 1, "pause", None, "drain", None, f"{SERVER} is slow", COLLEAGUE, AT))
    store.append_edit(Edit("experiment", experiment, 2, CREATOR, AT, "A pilot.", favourite=True))
    store.append_edit(Edit("run", run, 2, CREATOR, AT, f"ran on {HOST}", favourite=False))
    draft = {"idea": "x", "call": {"model": "dry", "endpoint": SERVER}, "reply": {"text": f"from {SERVER}"}}
    store.put_input(Input(run, 1, "radio", "Late.", COLLEAGUE, AT, draft=draft))
    store.add_model_version(ModelVersion(sweep, "dry", 1, "sha256:1", COLLEAGUE, AT))


def fail_one(store: SqliteStore, sweep: str) -> None:
    """The last run fails, with an address in its error, under a colleague's hands."""
    run = list(store.slots(sweep))[-1].status.run
    token = len(store.claims(run))
    worker = store.claims(run)[0].worker
    store.claim(Claim(run, token + 1, worker, AT, by=COLLEAGUE, protocol=store.claims(run)[0].protocol))
    store.claim(Claim(run, token + 2, worker, AT, outcome=Outcome(RunState.FAILED, error=ERROR), by=COLLEAGUE))


@pytest.fixture(scope="module", autouse=True)
def host() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("socket.gethostname", lambda: HOST)
        yield


@pytest.fixture(scope="module")
def conversation(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    store = SqliteStore(tmp_path_factory.mktemp("talk") / "s.db")
    text = two_days(models=MODELS, note="A note.", sweep="{factors: {messages: [4, 6], days: 2}, replicates: 1}")
    begun = played(store, text, creator=CREATOR)
    add_people(store, begun.sweep.id, begun.experiment.id)
    fail_one(store, begun.sweep.id)
    return store


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    store = SqliteStore(tmp_path_factory.mktemp("feed") / "s.db")
    begun = played(store, FEED, creator=CREATOR, model=Quoting())
    add_people(store, begun.sweep.id, begun.experiment.id)
    return store


def deposited(store: SqliteStore, folder: Path, *, is_public: bool, license_id: str | None = "CC-BY-4.0") -> Deposit:
    title = next(store.experiments()).title
    chosen = selection(store, title, creator=CREATOR)
    every = selection(store, title, creator=CREATOR, every_sweep=True)
    options = DepositOptions(licence(license_id) if license_id else None, is_public, AT, {"dry": None})
    return write_deposit(
        DepositSource(store, chosen, every), Folder(folder), sheets=parquet_file, options=options, progress=silent
    )


def all_text(deposit: Deposit) -> str:
    """Everything that a deposit says, in whichever packing: names of files too."""
    texts = []
    for path in deposit.files:
        texts.append(path.relative_to(deposit.folder).as_posix())
        if path.suffix == ".parquet":
            table = parquet.read_table(path)
            texts.append(str(table.schema))
            texts += [str(value) for row in table.to_pylist() for value in row.values()]
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                texts += [archive.read(name).decode() for name in archive.namelist()]
        else:
            texts.append(path.read_text(encoding="utf-8"))
    text = "\n".join(texts)
    spelled_out = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text).replace('\\"', '"')
    return f"{text}\n{spelled_out}"


def names(deposit: Deposit) -> set[str]:
    return {path.relative_to(deposit.folder).as_posix() for path in deposit.files}


@pytest.mark.parametrize("secret", ALWAYS)
def test_a_public_deposit_of_a_conversation_names_nobody_and_no_place(
    conversation: SqliteStore, tmp_path: Path, secret: str
) -> None:
    complete = all_text(deposited(conversation, tmp_path, is_public=False))
    public = all_text(deposited(conversation, tmp_path, is_public=True))
    assert secret in complete
    assert secret not in public


@pytest.mark.parametrize("secret", [*(one for one in ALWAYS if one != "10.20.30.40"), *OF_PEOPLE])
def test_a_public_deposit_of_a_feed_has_nothing_of_real_histories(
    feed: SqliteStore, tmp_path: Path, secret: str
) -> None:
    complete = all_text(deposited(feed, tmp_path, is_public=False))
    public = all_text(deposited(feed, tmp_path, is_public=True))
    assert secret in complete
    assert secret not in public


@pytest.mark.slow
def test_what_holds_no_history_keeps_its_archive_which_verifies_and_names_the_complete_one(
    conversation: SqliteStore, tmp_path: Path
) -> None:
    complete = deposited(conversation, tmp_path, is_public=False)
    public = deposited(conversation, tmp_path, is_public=True)
    manifests = []
    for deposit in (complete, public):
        path = deposit.folder / "archive.sociarium.zip"
        scratch = SqliteStore(tmp_path / f"{deposit.folder.name}.db")
        result = verify(path, scratch, replayed, silent)
        assert result.findings == []
        assert result.replayed == 2
        with Archive(path) as archive:
            archive.verify()
            manifests.append(archive.manifest)
        beside = json.loads((deposit.folder / "manifest.json").read_text(encoding="utf-8"))
        assert beside["hash"] == archive.manifest.hash
    first, second = manifests
    assert first.packing is not None
    assert second.packing is not None
    assert first.packing.redacted_from is None
    assert second.packing.redacted_from == first.hash != second.hash
    labels = [label.annotator for one in SqliteStore(tmp_path / f"{public.folder.name}.db").sweeps()
              for slot in SqliteStore(tmp_path / f"{public.folder.name}.db").slots(one.id)
              for label in SqliteStore(tmp_path / f"{public.folder.name}.db").labels_of([slot.status.run])]  # fmt: skip
    assert sorted(labels) == [ADJUDICATED, "annotator-1", "annotator-1", "judge-model"]
    table = parquet.read_table(public.folder / "tables" / "labels.parquet").to_pylist()
    assert sorted(row["annotator"] for row in table) == sorted(labels)
    assert {row["note"] for row in table} == {None}


def test_an_archive_with_histories_is_left_out_and_its_hash_stays(feed: SqliteStore, tmp_path: Path) -> None:
    complete = deposited(feed, tmp_path, is_public=False)
    public = deposited(feed, tmp_path, is_public=True)
    assert (complete.has_archive, public.has_archive) == (True, False)
    assert names(complete) - names(public) == {"archive.sociarium.zip"}
    hashes = {json.loads((one.folder / "manifest.json").read_text(encoding="utf-8"))["hash"]
              for one in (complete, public)}  # fmt: skip
    assert len(hashes) == 1
    text = (public.folder / "README.md").read_text(encoding="utf-8")
    assert "The archive is left out too" in text
    assert hashes.pop() in text


def test_a_deposit_holds_and_describes_everything(conversation: SqliteStore, tmp_path: Path) -> None:
    deposit = deposited(conversation, tmp_path, is_public=False)
    assert {
        "README.md", "LICENSE", "CITATION.cff", "codebook.md", "codebook.csv", "experiment.yaml", "manifest.json",
        "ro-crate-metadata.json", "archive.sociarium.zip", "checklists/guide-llm.md", "checklists/odd.md",
        "checklists/llm-guidelines.md", "tables/runs.parquet", "tables/messages.parquet", "tables/interviews.parquet",
    } <= names(deposit)  # fmt: skip
    codebook = (deposit.folder / "codebook.md").read_text(encoding="utf-8")
    for path in (deposit.folder / "tables").iterdir():
        assert f"## {path.stem}\n" in codebook
        for column in parquet.read_schema(path).names:
            assert f"| `{column}` |" in codebook
    assert "- `factor.messages`: 4, 6" in codebook
    assert "| `started` | moment | UTC | when it was first taken up |" in codebook
    assert definition((deposit.folder / "experiment.yaml").read_text(encoding="utf-8")).title == "Two days"
    cited = YAML(typ="safe").load((deposit.folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["authors"], cited["license"], cited["type"]) == ([{"name": CREATOR}], "CC-BY-4.0", "dataset")
    assert "licenses/by/4.0/" in (deposit.folder / "LICENSE").read_text(encoding="utf-8")


def test_the_crate_names_every_file_that_is_there(conversation: SqliteStore, tmp_path: Path) -> None:
    deposit = deposited(conversation, tmp_path, is_public=False)
    crate = json.loads((deposit.folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    entities = {one["@id"]: one for one in crate["@graph"]}
    assert len(entities) == len(crate["@graph"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    descriptor = entities["ro-crate-metadata.json"]
    assert (descriptor["conformsTo"], descriptor["about"]) == ({"@id": "https://w3id.org/ro/crate/1.1"}, {"@id": "./"})
    root = entities["./"]
    assert {one["@id"] for one in root["hasPart"]} == names(deposit) - {"ro-crate-metadata.json"}
    assert (root["datePublished"], entities[root["license"]["@id"]]["identifier"]) == ("2026-03-01", "CC-BY-4.0")
    assert all(entities[one["@id"]]["@type"] == "File" for one in root["hasPart"])
    assert int(entities["README.md"]["contentSize"]) == (deposit.folder / "README.md").stat().st_size

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [value["@id"]] if set(value) == {"@id"} else [one for v in value.values() for one in references(v)]
        return [one for item in value for one in references(item)] if isinstance(value, list) else []

    outside = {"https://w3id.org/ro/crate/1.1"}
    assert set(references(crate["@graph"])) - outside <= set(entities)


def test_checklists_say_what_is_known_and_what_is_to_fill_in(conversation: SqliteStore, tmp_path: Path) -> None:
    deposit = deposited(conversation, tmp_path, is_public=True)
    text = (deposit.folder / "checklists" / "guide-llm.md").read_text(encoding="utf-8")
    assert "openai:m" in text
    assert "2 labels by 1 person" in text
    assert "## G.1 Who paid, and who has an interest in it?\n\n**to fill in**" in text
    assert "llm-checklist.com" in text
    odd = (deposit.folder / "checklists" / "odd.md").read_text(encoding="utf-8")
    assert "doi:10.18564/jasss.4259" in odd
    assert "messages: 4, 6" in odd


def test_without_a_licence_the_readme_says_so(conversation: SqliteStore, tmp_path: Path) -> None:
    deposit = deposited(conversation, tmp_path, is_public=True, license_id=None)
    assert "LICENSE" not in names(deposit)
    assert "No licence was chosen" in (deposit.folder / "README.md").read_text(encoding="utf-8")
    crate = (deposit.folder / "ro-crate-metadata.json").read_text(encoding="utf-8")
    assert '"license"' not in crate
    with pytest.raises(BadInput, match=r"CC-BY-4\.0"):
        licence("CC-BY")


def test_a_deposit_that_is_there_is_not_written_over_and_none_is_half_there(
    conversation: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = deposited(conversation, tmp_path, is_public=False)
    with pytest.raises(BadInput, match="is there already"):
        deposited(conversation, tmp_path, is_public=False)
    assert all(path.exists() for path in deposit.files)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sociarium.exchange.deposit.write.crate", fail)
    with pytest.raises(BadInput, match="No space left"):
        deposited(conversation, tmp_path / "full", is_public=True)
    assert list((tmp_path / "full").iterdir()) == []


def test_a_name_that_stands_in_words_is_left_there_and_told(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    played(store, two_days(starting_message="Speak."), creator="Speak")
    deposit = deposited(store, tmp_path, is_public=True)
    assert deposit.remaining == {} or set(deposit.remaining) == {"Speak"}


def test_words_are_taken_out_as_wholes_and_in_every_spelling() -> None:
    personal = Personal(histories={'He said "no"\nto all.', "short"}, handles={"ann"}, hosts={"gpu-1"})
    redaction = redaction_of(personal)
    assert redaction.text('x He said "no"\nto all. y') == "x [withheld] y"
    assert redaction.text(json.dumps('He said "no"\nto all.')) == '"[withheld]"'
    assert redaction.text("@ann and Joanna, short, at gpu-1 not gpu-12") == (
        "@person_1 and Joanna, short, at [address] not gpu-12"
    )
    assert redaction.text(r'{"text": "so:\nAnn"}') == r'{"text": "so:\nperson_1"}'
    assert redaction.tree({"ann": ["ann", 1, None]}) == {"person_1": ["person_1", 1, None]}
