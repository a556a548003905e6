"""Consent of people who play or annotate: asked once for a text, and kept who agreed to it and when.

The text is a record beside the codebooks of its experiment; that somebody agreed is a label by it, whose value is the
text's hash. So consent goes where labels go: archives carry it, a public deposit leaves the name out, and `forget`
takes it along. Another text is asked anew.
"""

from __future__ import annotations

import json
from hashlib import sha256

from loguru import logger

from sociarium.errors import BadInput, NotYours
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.judgements import CONSENT, is_consent
from sociarium.records.labels import WHOLE_RUN, Codebook, Label, codebook_id

ITEM = "consent"
"""Of the labels; the title of the records, too."""


def consent_digest(text: str) -> str:
    """SHA-256 of a text that is agreed to."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def consent_text(store: Store, experiment: str) -> str:
    """What the latest version of an experiment asks of who plays; empty where it asks nothing."""
    versions = store.versions(experiment)
    return str(json.loads(versions[-1].document).get("consent") or "").strip() if versions else ""


def has_consented(store: Store, experiment: str, text: str, *, person: str) -> bool:
    """Whether somebody agreed to a text; to no text everybody does."""
    record = _standing(store, experiment, consent_digest(text)) if text else None
    if record is None:
        return not text
    return any(one.annotator == person for one in store.labels(record.id))


def refuse_without_consent(store: Store, experiment: str, text: str, *, person: str) -> None:
    """Raise `NotYours` where somebody has not agreed to a text."""
    if not has_consented(store, experiment, text, person=person):
        raise NotYours(
            f"{person} has not agreed yet to what this asks of who takes part, so nothing was kept; agree in the "
            "pages, or in a terminal, where it is asked"
        )


def keep_consent(store: Store, experiment: str, text: str, *, person: str, clock: Clock) -> None:
    """Keep that somebody agrees to a text; the first time counts.

    Raises:
        BadInput: no run of the experiment stands, by which it could be kept.
    """
    if has_consented(store, experiment, text, person=person):
        return
    run = next((slot.status.run for one in store.sweeps(experiment) for slot in store.slots(one.id, most=1)), None)
    if run is None:
        raise BadInput("consent is kept beside runs, and the experiment has none yet")
    record, digest = _record(store, experiment, text, clock.now()), consent_digest(text)
    store.add_label(Label(record.id, ITEM, run, WHOLE_RUN, person, 1, digest, clock.now()))
    logger.info("{} agreed to the consent text {} of the experiment {}", person, digest[:12], experiment)


def _record(store: Store, experiment: str, text: str, now: str) -> Codebook:
    digest, number = consent_digest(text), 1
    # Who made the experiment asks; who agrees first is nobody whom the record itself should name.
    creator = store.experiment(experiment).creator
    if standing := _standing(store, experiment, digest):
        return standing
    while True:
        id_ = codebook_id(experiment, ITEM, number)
        document = {CONSENT: text, "digest": digest}
        standing = store.save_codebook(Codebook(id_, experiment, ITEM, number, document, creator, now))
        if standing.document.get("digest") == digest:
            return standing
        number += 1


def _standing(store: Store, experiment: str, digest: str) -> Codebook | None:
    records = (one for one in store.codebooks(experiment) if is_consent(one))
    return next((one for one in records if one.document.get("digest") == digest), None)
