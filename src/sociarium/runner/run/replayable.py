"""Whether this version can play a stored run again from its journal."""

from __future__ import annotations

from sociarium.environments.protocols import protocol_of
from sociarium.errors import NoJournal, OtherRules
from sociarium.experiment.stored_content import AnyContent, read_content
from sociarium.ports.store import Store
from sociarium.records.lists import id_name
from sociarium.records.runs import WITHOUT_JOURNAL, Run, RunStatus, has_other_rules


def read_replayable(store: Store, run_id: str) -> tuple[Run, RunStatus, AnyContent]:
    """A run that its journal answers by the rules of this version, how it stands, and its content.

    Raises:
        NotFound: there is no such run.
        NoJournal: it was imported with its words alone.
        OtherRules: it began under other rules than this version has.
    """
    run, status = store.run(run_id), store.run_statuses([run_id])[0]
    name = f"run {id_name(run_id)}"
    if status.protocol == WITHOUT_JOURNAL:
        raise NoJournal(
            f"{name} was imported from a program that kept no journal: its words are here (`sociarium show "
            f"{id_name(run_id)}`), and nothing can be replayed, asked or gone on with"
        )
    content = read_content(run.content)
    protocol = protocol_of(content.environment)
    if has_other_rules(status, protocol):
        mend = (
            "its words stand as they were said (`sociarium show`, `export`), a version of that time verifies it, and "
            "`sociarium resume --replace older` plays it anew"
        )
        raise OtherRules(
            f"{name} was played under protocol {status.protocol} of a {content.environment}, and this version plays by "
            f"protocol {protocol}, so it cannot verify it, nor stand in it again; "
            + (mend if (status.protocol or 0) < protocol else "update Sociarium")
        )
    return run, status, content
