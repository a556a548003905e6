"""What stands behind the path of an address reaches no server: it is refused wherever an address can be named."""

from __future__ import annotations

import pytest

from sociarium.config import Config
from sociarium.errors import DefinitionError, Misconfigured, SetupError
from sociarium.experiment.address import unsent_part
from sociarium.experiment.definition import Definition
from sociarium.providers.network import Network
from sociarium.providers.ollama import full_addresses
from sociarium.providers.transport import Transport
from sociarium.stores.mongo.connection import connect
from tests.support.definitions import definition, small

NAMED = "which no server gets"


@pytest.mark.parametrize(
    ("url", "with_query", "has_part"),
    [
        ("http://box/v1", True, False),
        ("http://box/v1?api-version=1", True, False),
        ("http://box/v1?api-version=1", False, True),
        ("http://box/v1#", True, True),
        ("box:11434#gpu", False, True),
        ("http://ana:p%23w@box", False, False),
    ],
)
def test_a_part_that_reaches_no_server_is_seen(url: str, with_query: bool, has_part: bool) -> None:
    assert bool(unsent_part(url, with_query=with_query)) is has_part


def with_model(entry: str) -> Definition:
    return definition(small(models=f"{{m: {entry}}}"))


@pytest.mark.parametrize(
    ("entry", "loc"),
    [
        ('{provider: openai, model: x, base_url: "http://box/v1#a"}', "models.m.base_url"),
        ('{provider: ollama, model: x, context: 8192, hosts: ["http://box", "box:1#a"]}', "models.m.hosts[1]"),
        ('{provider: ollama, model: x, context: 8192, hosts: ["http://box?x=1"]}', "models.m.hosts[0]"),
        ('{provider: ollama, model: x, context: 8192, base_url: "http://box?x=1"}', "models.m.base_url"),
    ],
)
def test_in_a_file_it_is_a_fault_at_its_line(entry: str, loc: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        with_model(entry)
    [problem] = caught.value.problems
    assert (problem.path, problem.mend) == (loc, "take it out")
    assert problem.message.startswith("this has a part after")


@pytest.mark.parametrize("place", ["box#PLANTED", "http://box:1,http://box:2/x#PLANTED", "http://box?key=PLANTED"])
def test_in_ollama_host_it_is_refused_unseen(place: str) -> None:
    with pytest.raises(Misconfigured, match="a part after") as caught:
        full_addresses(Config({"OLLAMA_HOST": place}).ollama_hosts)
    assert "PLANTED" not in str(caught.value)


def test_in_the_address_of_a_proxy_and_of_a_store_it_is_refused_unseen() -> None:
    with pytest.raises(Misconfigured, match=NAMED) as proxy:
        Transport("http://models.example", headers={}, away="", network=Network("http://box:1#PLANTED"))
    with pytest.raises(SetupError, match=NAMED) as store:
        connect("mongodb://box:1/lab#PLANTED", "lab")
    assert "PLANTED" not in f"{proxy.value}{store.value}"
