"""Where a key belongs that people write in another place."""

from __future__ import annotations

from sociarium.experiment.problems import Loc

_OF_SWEEP = frozenset({"replicates", "factors", "order", "seed", "exclude", "stop_when"})
_FACTORS = frozenset({"days", "model"})
_FACTORS_OF_CONVERSATIONS = frozenset({"messages", "speaker_selection"})
_OF_MODEL = frozenset({"temperature", "top_p", "top_k", "max_tokens", "context", "provider", "base_url", "api_key_env"})
_NOTES = frozenset({"description", "notes", "comment", "comments"})
_COUNTS = frozenset({"agents", "count", "number", "n", "size"})
_TEXTS = frozenset({"prompt", "system", "system_prompt", "instructions", "description", "persona", "goal", "text"})


def right_place(loc: Loc, environment: str) -> str:
    """The mend for an unknown key that belongs somewhere else; empty where nothing is known of it.

    Args:
        loc: of the key.
        environment: by its name in the file.
    """
    in_conversation = environment == "conversation"
    factors = _FACTORS | _FACTORS_OF_CONVERSATIONS if in_conversation else _FACTORS
    match loc:
        case (str(key),) if key in _OF_SWEEP:
            return f"it belongs to a sweep: write `sweep: {{{key}: ...}}`"
        case (str(key),) | ("sweep", str(key)) if key in factors:
            return f"it is a factor: write `sweep: {{factors: {{{key}: ...}}}}`"
        case ("agents",) | ("sweep", "agents") if in_conversation:
            return "how many there are is a factor for each role: write `sweep: {factors: {agents.ROLE: ...}}`"
        case (str(key),) if key in _OF_MODEL:
            return f"it belongs to a model: write `models: {{NAME: {{{key}: ...}}}}`"
        case ("sweeps", _, str(key)) if key in factors:
            return "it is a factor: write it under `factors`"
        case (str(key),) if key in _NOTES:
            return "write it as `note: ...`"
        case ("roles", str(role), "model") if in_conversation:
            return f"it is a factor: write `sweep: {{factors: {{model.{role}: ...}}}}`"
        case ("roles", str(role), str(key)) if in_conversation and key in _COUNTS:
            return f"how many there are is a factor: write `sweep: {{factors: {{agents.{role}: ...}}}}`"
        case ("roles", str(role), str(key)) if in_conversation and key in _TEXTS:
            return f"what a role reads is a section: write `sections: [{{title: ..., private: {{{role}: ...}}}}]`"
        case _:
            return ""
