"""Licences that a deposit may name, by their SPDX ids."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.errors import BadInput
from sociarium.experiment.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence.

    Attributes:
        id: of SPDX.
        url: where its text stands.
    """

    id: str
    name: str
    url: str

    @property
    def text(self) -> str:
        """What `LICENSE` says: the notice that these licences ask for, and where the whole text is."""
        return (
            f"SPDX-License-Identifier: {self.id}\n\nThe data in this folder are published under {self.name}.\n"
            f"The text of the licence: {self.url}\n"
        )


_LICENCES = {
    one.id: one
    for one in (
        Licence("CC0-1.0", "CC0 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/legalcode"),
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/legalcode",
        ),
        Licence(
            "CC-BY-SA-4.0",
            "Creative Commons Attribution-ShareAlike 4.0 International",
            "https://creativecommons.org/licenses/by-sa/4.0/legalcode",
        ),
        Licence(
            "CC-BY-NC-4.0",
            "Creative Commons Attribution-NonCommercial 4.0 International",
            "https://creativecommons.org/licenses/by-nc/4.0/legalcode",
        ),
        Licence(
            "CC-BY-NC-SA-4.0",
            "Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International",
            "https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode",
        ),
        Licence(
            "CC-BY-ND-4.0",
            "Creative Commons Attribution-NoDerivatives 4.0 International",
            "https://creativecommons.org/licenses/by-nd/4.0/legalcode",
        ),
        Licence("ODC-By-1.0", "Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
        Licence("ODbL-1.0", "Open Data Commons Open Database 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
        Licence(
            "PDDL-1.0",
            "Open Data Commons Public Domain Dedication and License 1.0",
            "https://opendatacommons.org/licenses/pddl/1-0/",
        ),
        Licence("MIT", "the MIT License", "https://spdx.org/licenses/MIT.html"),
        Licence("Apache-2.0", "the Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    )
}


def licence(id_: str) -> Licence:
    """A licence by its id, in any case. Raises `BadInput` with the ids that are known."""
    folded = {known.casefold(): one for known, one in _LICENCES.items()}
    if id_.casefold() not in folded:
        raise BadInput(
            f"--license {id_!r} is no id of SPDX that is known here; {did_you_mean(id_, _LICENCES, most=20)}; leave it "
            "out to choose later"
        )
    return folded[id_.casefold()]
