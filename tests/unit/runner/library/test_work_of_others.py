"""What goes with a deletion and is somebody else's: named before, in every form of target."""

from __future__ import annotations

from pathlib import Path

from sociarium.cli.display.deletion import loss_text
from sociarium.records.judgements import CONSENT
from sociarium.records.labels import ADJUDICATED, Label
from sociarium.runner.library.lookup import find_target
from sociarium.runner.library.work_of_others import work_of_others
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import with_codebook
from tests.support.definitions import small
from tests.support.played_stores import played


def test_what_others_would_lose_is_counted_by_who_left_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    sweep = played(store, small()).sweep
    codebook = with_codebook(store, sweep)
    run = next(store.slots(sweep.id)).status.run

    def label(annotator: str, *, revision: int = 1, kind: str = "person", of: str = codebook.id) -> None:
        mark = Label(of, "tone", run, "", annotator, revision, "hostile", "2026-03-01", kind)  # type: ignore[arg-type]
        store.add_label(mark)

    for name in ("ada", "bob", ADJUDICATED):
        label(name)
    label("bob", revision=2)
    label("judge", kind="judge")
    label("bob", of=CONSENT)
    lost = work_of_others(store, find_target(store, run, creator="ada"), [run], me="ada")
    assert lost == {("labels", "bob"): 1}
    assert loss_text(lost) == ", with what others left beside them: 1 label by bob"
    of_experiment = work_of_others(store, find_target(store, sweep.experiment, creator="ada"), [run], me="bob")
    assert of_experiment == {("labels", "ada"): 1, ("codebooks", "ada"): 1}
    assert (
        loss_text({("labels", "b\x1b[31m"): 1200}) == ", with what others left beside them: 1,200 labels by b\u241b[31m"
    )
    assert loss_text({}) == ""
