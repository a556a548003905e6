"""Commands that are shown are about the store that the command line named."""

from __future__ import annotations

import pytest

from sociarium.cli.display.command_hints import remember_store, store_option


@pytest.mark.parametrize(
    ("url", "option"),
    [
        (None, ""),
        ("sqlite:///a b.db", " --store 'sqlite:///a b.db'"),
        ("mongodb://ana:planted@box/lab", " --store mongodb://box/lab"),
    ],
)
def test_a_command_that_is_shown_names_the_store_without_its_password(url: str | None, option: str) -> None:
    try:
        assert remember_store(url) == url
        assert store_option() == option
    finally:
        remember_store(None)
