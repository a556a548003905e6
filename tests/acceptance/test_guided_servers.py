"""The guided program with servers behind it: a MongoDB login, and models from the lists of their servers."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from dotenv import dotenv_values

from tests.servers.ollama_server import OllamaDialect, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.support.guided_terminal import CTRL_C, ESC, Guide
from tests.support.program import Program
from tests.support.store_backends import MONGODB, NO_MONGODB, fresh_database
from tests.support.sweep_processes import embedded


@pytest.mark.slow
@pytest.mark.skipif(not MONGODB, reason=NO_MONGODB)
def test_login_to_a_server_is_tried_told_and_remembered(program: Program) -> None:
    with fresh_database() as url:
        parts = urlsplit(url)
        (program.folder / ".env").write_text("# mine\nOPENAI_API_KEY=kept\n")
        guide = Guide(program)
        guide.picks("What first?", 3)
        guide.says("Address of the MongoDB server:", "127.0.0.1:1")
        guide.says("User name:")
        guide.reads("is not reachable")
        guide.says("Address of the MongoDB server:", parts.netloc.rpartition("@")[2])
        guide.takes("User name:")
        name = parts.path.strip("/")
        if guide.terminal.expect([" Which database", " Name of the database"]) == 0:
            guide.terminal.send("\x1b[A\r")
            guide.reads(" Name of the database:")
        guide.terminal.send("\x15ad/min\r")
        guide.reads("Write a short name")
        guide.terminal.send(f"\x15{name}\r")
        guide.takes("Remember this in the file .env")
        guide.reads(f"/{name}")
        guide.presses("What first?", CTRL_C)
        assert guide.ends() == 130
        text = (program.folder / ".env").read_text()
        assert text.startswith("# mine\nOPENAI_API_KEY=kept\n")
        assert dotenv_values(program.folder / ".env")["DB_NAME"] == name
        assert (program.folder / ".env").stat().st_mode & 0o777 == 0o600
        # The next time it goes straight in, and so do the commands.
        assert program("list", "experiments", "--json").json == []
        again = Guide(program)
        again.presses("What do you want to do?", CTRL_C)
        assert again.ends() == 130


@pytest.mark.slow
def test_a_lab_database_that_is_not_there_leads_back_to_the_file_on_this_computer(program: Program) -> None:
    guide = Guide(program)
    guide.picks("What first?", 3)
    guide.says("Address of the MongoDB server:", "127.0.0.1:1")
    guide.says("User name:")
    guide.reads("is not reachable")
    guide.presses("Address of the MongoDB server:", ESC)
    guide.picks("What first?", 5)
    assert guide.ends() == 0
    assert not (program.folder / ".env").exists()
    assert (program.folder / "experiments/sociarium.db").exists()


@pytest.mark.slow
def test_models_come_from_their_servers_and_a_missing_one_is_downloaded(program: Program) -> None:
    program.environment["SOCIARIUM_STORE"] = embedded(program.folder)
    held = OllamaDialect(library={"small:latest"})
    with ollama_server(held) as local, openai_server(OpenAIDialect(models={"alpha": None, "beta": None})) as hosted:
        program.environment["OLLAMA_HOST"] = local.url
        guide = Guide(program, "new")
        guide.takes("What do you want to study?")
        guide.says("What is the experiment called?", "Served")
        guide.says("Which roles take part?", "one")
        guide.takes("Who speaks for the agents?")
        guide.picks("Which model?", 1)
        guide.says("Name of the model:", "small")
        guide.says("Temperature:", "2.5")
        guide.reads("Write a number, from 0 to 2.")
        guide.terminal.send("\x150.5\r")
        guide.takes("Longest reply", "Context, in tokens:")
        guide.takes("Ollama does not have small yet. Download it now?", "Its name in your tables:")
        guide.says("The opening:", "Begin.")
        guide.says("Starting prompt of the one:", "I am <SELF_NAME>.")
        guide.opens("Models")
        guide.picks("Models:", 1)
        guide.picks("Who speaks for the agents?", 1)
        guide.says("Address of the server:", "http://127.0.0.1:1/v1")
        guide.takes("Name of the variable")
        guide.reads("nobody answers at http://127.0.0.1:1/v1")
        guide.says("Address of the server:", f"{hosted.url}/v1")
        guide.takes("Name of the variable")
        guide.picks("Which model?", 1)
        guide.takes("Temperature:")
        guide.says("Longest reply", "200")
        guide.says("Its name in your tables:", "small")
        guide.reads("is taken; choose another")
        guide.terminal.send("\x15hosted\r")
        guide.presses("Models:", ESC)
        guide.opens("Perform")
        guide.takes("Which models?", "Should a role be played")
        guide.says("How many messages", "2")
        guide.takes("Over how many days?", "How many agents of", "Who speaks next?")
        guide.takes("How many conversations for each setting?", "Start these conversations?")
        guide.reads("2 of 2 runs done")
        guide.presses("What next?", CTRL_C)
        assert guide.ends() == 130
        assert {"small:latest"} <= set(held.models)
        assert next(call.json["options"] for call in local.chats) == {"temperature": 0.5, "num_ctx": 8192}
        assert {call.json["model"] for call in hosted.chats} == {"beta"}
