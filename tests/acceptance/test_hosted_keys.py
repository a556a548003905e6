"""Anthropic's models in whole sweeps, and several keys that share the load of one model."""

from __future__ import annotations

import pytest

from tests.servers.anthropic_server import AnthropicDialect, anthropic_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.support.definitions import small
from tests.support.program import Program
from tests.support.server_experiments import assert_verified, entry

KEYS = {"FIRST_KEY": "sk-fictional-first-0a1b2c3d4e", "SECOND_KEY": "sk-fictional-second-9f8e7d6c5b"}
SWEEP = "{factors: {messages: 4}, replicates: 12}"


def served_by(protocol: str) -> StandIn:
    dialect = AnthropicDialect() if protocol == "anthropic" else OpenAIDialect()
    return StandIn(dialect)


@pytest.mark.slow
def test_a_sweep_is_played_and_replayed_with_anthropic(program: Program) -> None:
    program.environment["ANTHROPIC_API_KEY"] = KEYS["FIRST_KEY"]
    with anthropic_server(AnthropicDialect(key=KEYS["FIRST_KEY"])) as server:
        program.environment["ANTHROPIC_BASE_URL"] = server.url
        file = program.file(small(models="{m: {provider: anthropic, model: stand-in}}", sweep=SWEEP))
        played = program("run", file, "--yes", "--json")
        assert played.code == 0, played.err
        checked = program("models", "check", file, "--json")
        assert [one["servers"][0]["served"] for one in checked.json] == [True]
        assert program("doctor", file).code in {0, 2}
        assert len(server.chats) == 48
    assert_verified(program, played.json["sweep"], 12)


def test_a_sweep_whose_option_anthropic_lacks_is_warned_of_and_never_begun(program: Program) -> None:
    with anthropic_server() as server:
        file = program.file(small(models=f"{{m: {entry(server, seed='run')}}}"))
        assert any("`seed`" in warning for warning in program("plan", file, "--json").json["warnings"])
        refused = program("run", file, "--yes")
        assert refused.code == 2
        assert "no `seed`" in refused.err
        assert not server.chats


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_several_keys_share_a_models_load_each_with_its_own_limits_and_are_never_shown(
    program: Program, protocol: str
) -> None:
    (program.folder / ".env").write_text("".join(f"{name}={key}\n" for name, key in KEYS.items()))
    with served_by(protocol).serving() as server:
        settings = {"api_key_env": "[FIRST_KEY, SECOND_KEY]", "limits": "{open: 1}"}
        file = program.file(small(models=f"{{m: {entry(server, **settings)}}}", sweep=SWEEP))
        server.latency = 0.01
        played = program("run", file, "--yes", "--json", "--concurrency", "12")
        assert played.code == 0, played.err
        shown = [call.headers.get("x-api-key") or call.headers["authorization"] for call in server.chats]
        assert {key for key in KEYS.values() if any(key in header for header in shown)} == set(KEYS.values())
        assert server.load.peak == 2, "each key has a limiter of its own"
        run = program("list", "runs", "--json").json[0]["run"]
        told = [played, program("models", "check", file), program("show", run, "--json"), program("status", "--json")]
    for said in told:
        assert not any(key in said.out + said.err for key in KEYS.values())
    for path in program.folder.rglob("*"):
        if path.is_file() and path.name != ".env":
            assert not any(key.encode() in path.read_bytes() for key in KEYS.values()), path


def test_a_key_that_is_not_set_or_stands_there_twice_is_named_and_nothing_begins(program: Program) -> None:
    program.environment["FIRST_KEY"] = KEYS["FIRST_KEY"]
    with openai_server() as server:
        file = program.file(small(models=f"{{m: {entry(server, api_key_env='[FIRST_KEY, SECOND_KEY]')}}}"))
        unset = program("run", file, "--yes")
        assert (unset.code, "SECOND_KEY, which is not set" in unset.err) == (2, True)
        program.environment["SECOND_KEY"] = KEYS["FIRST_KEY"]
        same = program("run", file, "--yes")
        assert (same.code, "SECOND_KEY holds the same one" in same.err) == (2, True)
        assert not server.chats


@pytest.mark.slow
def test_where_a_model_is_served_and_with_which_keys_changes_no_run(program: Program) -> None:
    program.environment.update(KEYS)
    with openai_server() as server:
        program("run", program.file(small(models=f"{{m: {entry(server, api_key_env='FIRST_KEY')}}}")), "--yes")
        calls = len(server.chats)
        keys = "[FIRST_KEY, SECOND_KEY]"
        again = program("run", program.file(small(models=f"{{m: {entry(server, api_key_env=keys)}}}")), "--yes")
        assert again.code == 0
        assert len(server.chats) == calls
