"""What a plan calls by its name in a file is found on the page."""

from __future__ import annotations

from sociarium.cli.hub.plan_places import places_of


def test_keys_that_a_warning_names_lead_to_lines_of_the_page() -> None:
    plan = "! nobody follows anybody; write `follows:`, or a `graph:` of\nanother kind\n! `order:\npermuted` is fairer"
    assert places_of(plan) == [
        "graph: on the page under More, Who follows whom",
        "follows: on the page under People, a person, Whom they follow",
        "order: on the page under What is compared, Order",
    ]
    assert places_of("1 condition x 2 replicates = 2 runs") == []
