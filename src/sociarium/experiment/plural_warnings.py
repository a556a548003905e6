"""What a plan says of plurals of roles that agents read and English hardly has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sociarium.experiment.loading.name_checks import LocatedText
from sociarium.experiment.problems import path_text
from sociarium.experiment.prompts.doubtful_plurals import doubtful_plural
from sociarium.experiment.prompts.placeholders import role_forms, role_key
from sociarium.experiment.yaml_text import flow_text

_READ_AS_NOUNS = frozenset({"NOUN", "POSS"})


def plural_warnings(texts: Iterable[LocatedText], roles: Iterable[str]) -> Iterator[str]:
    """A sentence for each role that a text calls by a doubtful plural.

    Args:
        texts: of the file.
        roles: those of whom some condition has several or none, and whose plural the file does not give.
    """
    left = set(roles)
    for loc, text, _ in texts:
        for role, form in sorted(role_forms(text, left)):
            if form not in _READ_AS_NOUNS or role not in left:
                continue
            left.remove(role)
            if (doubtful := doubtful_plural(role)) is not None:
                word, likelier = doubtful
                example = f", such as `plural: {flow_text(likelier)}`" if likelier else ""
                yield (
                    f"several of {role} are read as {word!r} (<{role_key(role)}_{form}> in {path_text(loc)}); where "
                    f"that is not their plural, say it with `plural:` at roles.{flow_text(role)}{example}"
                )
