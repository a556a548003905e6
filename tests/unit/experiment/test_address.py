"""Addresses: what is shown of them never holds a password or a key, however they are written."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sociarium.experiment.address import filled_address, public_address, public_text, secrets_of, written_secret

SECRET = st.text("QXZ9@/#?%:,&;=\\ +.~é'\"", min_size=1, max_size=20).filter(lambda text: set(text) & set("QXZ9"))
"""Signs that no public part has, so that a single one of them that is seen was part of the secret."""
USER = st.sampled_from(["ana", "a.b", "", "ana%40lab"])
SCHEME = st.sampled_from(["http://", "https://", "socks5://", "mongodb://", "mongodb+srv://", ""])
HOSTS = st.sampled_from(["h", "h.example:80", "[::1]:11434", "127.0.0.1", "h1:1,h2:2,h3", "büro.example", ""])
PATH = st.sampled_from(["", "/", "/v1", "/db?w=1", "/v1#top"])


def assert_unseen(shown: str) -> None:
    assert not set(shown) & set("QXZ9"), shown


@given(SCHEME, USER, SECRET, HOSTS, PATH)
@example("http://", "ana", "Q/w", "h:1", "/v1")
@example("", "ana", "9", "h", "")
def test_no_part_of_a_password_is_shown(scheme: str, user: str, secret: str, hosts: str, path: str) -> None:
    assert_unseen(public_address(f"{scheme}{user}:{secret}@{hosts}{path}"))


@given(SCHEME, SECRET, HOSTS, PATH)
def test_no_part_of_a_token_in_the_place_of_the_user_is_shown(scheme: str, token: str, hosts: str, path: str) -> None:
    assert_unseen(public_address(f"{scheme}{token}@{hosts}{path}"))


@given(SCHEME, HOSTS, st.sampled_from(["", "/v1"]), st.sampled_from(["key", "sig", "x"]), SECRET)
def test_no_part_of_a_query_is_shown(scheme: str, hosts: str, path: str, name: str, secret: str) -> None:
    assert_unseen(public_address(f"{scheme}{hosts}{path}?{name}={secret}"))


@given(st.text(max_size=60))
def test_what_is_shown_is_shown_the_same_again(text: str) -> None:
    shown = public_address(text)
    assert public_address(shown) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("https://ana:pw@host:1/v1?key=secret#x", "https://host:1/v1"),
        ("socks5://ana:pw@proxy:1080", "socks5://proxy:1080"),
        ("mongodb://ana:p,w@h1:1,h2:2/lab?tlsCAFile=x", "mongodb://h1:1,h2:2/lab"),
        ("mongodb+srv://ana@cluster0.example.net/lab", "mongodb+srv://cluster0.example.net/lab"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
        ("ana:pw@box:80/x", "box:80/x"),
        ("box:80", "box:80"),
        ("http://ana:p/w@box", "http://..."),
        ("http://ana:pw", "http://..."),
        ("sk-planted", "..."),
        ("sqlite:////home/a@b/x.db", "sqlite:////home/a@b/x.db"),
        ("sqlite://ana:pw@box/x.db", "sqlite://box/x.db"),
        ("", "..."),
        ("https://gateway/v1/sk-proj-PLANTED0123456789/openai", "https://gateway/v1/***/openai"),
        ("https://gateway/hf_abcdefghijklm0123", "https://gateway/***"),
        ("https://gateway/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc/v1", "https://gateway/***/v1"),
        ("https://gateway/0123456789abcdef0123456789abcdef/v1", "https://gateway/***/v1"),
        ("https://gateway/proj-Zm9vYmFyMTIzNDU2Nzg5MA==/v1", "https://gateway/***/v1"),
        ("https://lab/openai/deployments/gpt-4o-mini-2024-07-18-of-the-lab", None),
        ("https://lab/models/hf_transformers_of_ours/v1", None),
        ("https://lab/v1/Meta-Llama-3.1-405B-Instruct-Turbo-FP8", None),
        ("https://lab/accounts/7f0e9b52-1c1a-4a5e-9d0b-6f1c2d3e4f50/v1", None),
        ("mongodb://lab:27017/test_0123456789abcdef0123456789abcdef", None),
        ("sqlite:////data/0123456789abcdef0123456789abcdef/x.db", None),
    ],
)
def test_scheme_hosts_ports_and_path_are_shown(url: str, shown: str | None) -> None:
    assert public_address(url) == (url if shown is None else shown)


def test_a_text_shows_its_addresses_without_secrets() -> None:
    text = "ConnectError('https://ana:pw@box:1/v1?key=k'), see http://box/x."
    assert public_text(text) == "ConnectError('https://box:1/v1'), see http://box/x."


def test_the_secrets_of_an_address_are_known_in_every_form() -> None:
    found = secrets_of("http://ana:p%40w@box/v1?api-version=2024-10-21&key=k%2B1")
    assert {"p%40w", "p@w", "YW5hOnBAdw==", "k%2B1", "k+1"} <= set(found)
    assert not {"2024-10-21", "ana"} & set(found)
    assert secrets_of("http://token@box") != ()
    assert "sk-PLANTED012345" in secrets_of("http://box/v1/sk-PLANTED012345/x")
    assert secrets_of("http://box/v1?api-version=2024-10-21") == ()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://ana:pw@box/v1", "user name or password"),
        ("http://ana:p/w@box/v1", "user name or password"),
        ("http://token@box", "user name or password"),
        ("http://${USER_NAME}:pw@box", "user name or password"),
        ("http://box/v1?key=k", "`key`"),
        ("http://box/v1?a=b&api-key=k", "key in its query"),
        ("http://box/v1?x=abcdefghij0123456789", "`x`"),
        ("http://box/v1?api-version=2024-10-21", ""),
        ("http://ana:${PW}@box/v1?key=${KEY}", ""),
        ("http://box/v1/@scope", "user name or password"),
        ("http://box/gsk_abcdefghijkl012345/v1", "a key in its path"),
        ("http://box/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc/v1", "a key in its path"),
        ("http://box/${KEY}/v1", ""),
        ("http://box/0123456789abcdef0123456789abcdef/v1", ""),  # as likely an account's number
    ],
)
def test_what_a_file_must_not_keep_is_known(url: str, words: str) -> None:
    told = written_secret(url)
    assert words in told
    assert bool(told) == bool(words)


def test_values_of_the_environment_are_put_into_an_address_encoded() -> None:
    values = {"PW": "p@/w", "KEY": "k&1"}
    filled = filled_address("http://ana:${PW}@box/v1?key=${KEY}", values.get)
    assert filled.url == "http://ana:p%40%2Fw@box/v1?key=k%261"
    assert filled.public == "http://box/v1"
    with pytest.raises(KeyError, match="OTHER"):
        filled_address("http://box/v1?key=${OTHER}", values.get)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("http://box/${KEY}/v1", "http://box/${KEY}/v1"),
        ("http://box/v1?zone=${KEY}", "http://box/v1"),
        ("http://box/v1?k=a${KEY}", "http://box/v1"),
        ("http://${KEY}.example:80/v1", "http://${KEY}.example:80/v1"),
    ],
)
def test_what_comes_from_the_environment_is_secret_wherever_it_stands(written: str, shown: str) -> None:
    filled = filled_address(written, {"KEY": "Q&9"}.get)
    assert filled.public == shown
    assert {"Q&9", "Q%269"} <= set(filled.secrets)
    assert "Q" not in repr(filled)


@pytest.mark.parametrize(
    "url", ["http://h/x;key=PLANTED/v1", "http://h/v1#key=PLANTED", "http://h/v1?a=1#t;token=PLANTED"]
)
def test_a_parameter_of_a_path_or_fragment_is_judged_as_one_of_a_query(url: str) -> None:
    assert secrets_of(url) == ("PLANTED",)
    assert "PLANTED" not in public_address(url)
    assert written_secret(url)
    assert not written_secret(url.replace("PLANTED", "${KEY}"))
    assert not written_secret("http://h/x;version=2/v1")


@pytest.mark.parametrize(
    "text",
    [
        "'a' * 2_000_000",
        "'a' * 1_000_000 + '@'",
        "'@' + 'a' * 1_000_000",
        "'a+' * 500_000 + '://h'",
        "'http://h' + '.,;' * 300_000",
    ],
)
def test_a_megabyte_without_a_blank_is_searched_like_any_text(text: str) -> None:
    # In a process of its own: a search that takes the square of the time lets nothing interrupt it.
    code = f"from sociarium.experiment.address import public_text\nprint(len(public_text({text})) <= len({text}))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout == "True\n"


def test_an_address_is_found_behind_a_long_word_and_within_one() -> None:
    assert "QXZ" not in public_text("x" * 300 + "://h/v1?key=QXZ9")
    assert "QXZ" not in public_text("x" * 300 + "http://ana:QXZ@h/v1")
    assert "QXZ" not in public_text(f"{'y' * 400}:{'Q' * 900}XZ@h:80/v1 and (ana:QXZ@h:80)")
