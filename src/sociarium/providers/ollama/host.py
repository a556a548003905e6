"""One Ollama server: what it holds, and what is fetched into it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from sociarium.errors import Misconfigured, ModelError, TimedOut, Transient
from sociarium.experiment.address import Address
from sociarium.ports.model import Description
from sociarium.providers.errors import error_of_status, readable_words
from sociarium.providers.network import Network
from sociarium.providers.ollama.addresses import DEFAULT, full_addresses
from sociarium.providers.ollama.memory import KnownHardware
from sociarium.providers.ollama.model_list import read_model_list
from sociarium.providers.ollama.names import full_name
from sociarium.providers.ollama.package import ollama
from sociarium.providers.ollama.pull_progress import Parts, Watching
from sociarium.providers.secret import Secret
from sociarium.providers.transport import Transport
from sociarium.providers.vendor_clients import httpx_transport

_TIMEOUT = 60.0
_PULL_SILENCE = 900.0
"""Seconds between two lines of a pull; verifying a large download is silent."""

_NEVER = re.compile(
    r"does not exist|not found|invalid model|unauthorized|no space left|newer version|permission denied", re.IGNORECASE
)


class Host:
    """One Ollama server, shared by all the models asked on it, so that each is pulled once.

    Concurrency: all methods may be called by many tasks of one loop at once.

    Args:
        place: address, in full or as OLLAMA_HOST has it.
        key: for a server behind one; None without.
        pull: whether a missing model is fetched.
        progress: told how far each pull is.
        fresh: seconds after which the list of models is read again, so that a model changed meanwhile is noticed.
        network: proxies and certificates.

    Raises:
        Misconfigured: the address or the key cannot be used.
    """

    def __init__(
        self,
        place: str | Address = DEFAULT,
        *,
        key: str | None = None,
        key_name: str = "OLLAMA_API_KEY",
        pull: bool = True,
        progress: Watching | None = None,
        fresh: float = 60.0,
        network: Network = Network(),  # noqa: B008
    ) -> None:
        full = full_addresses(place)[0]
        self.address = full.public
        self.away = (
            f"Ollama is not reachable at {self.address}; start it with `ollama serve`, or name its address "
            "in OLLAMA_HOST"
        )
        self.secret = Secret(key, key_name, also=(*full.secrets, *network.secrets))
        self.transport = Transport(full, headers=self.secret.headers, away=self.away, network=network)
        self.hardware = KnownHardware(self.transport, fresh=fresh)
        self._pull = pull
        self._progress = progress
        self._fresh = fresh
        self._client: ollama.AsyncClient | None = None
        self._digests: dict[str, str | None] = {}
        self._withheld: ModelError | None = None
        self._read: float | None = None
        self._reading = asyncio.Lock()
        self._shared: dict[str, asyncio.Task[None]] = {}
        self._users = 0

    def __repr__(self) -> str:
        return f"Host({self.address})"

    async def digest(self, model: str, *, entry: str = "") -> str | None:
        """The digest of a model, fetched before if it is missing; None for one that Ollama serves but does not list.

        Args:
            entry: the model's name in the experiment file, for messages.

        Raises:
            EndpointUnavailable: Ollama does not answer.
            Transient: it failed for a moment.
            Misconfigured: it does not have the model, and must not or cannot fetch it.
        """
        name = full_name(model)
        await self._list()
        if name not in self._digests and self._withheld is None:
            await self._once(f"find {name}", lambda: self._find(model, entry or model))
        return self._digests.get(name)

    async def list_installed(self) -> dict[str, str]:
        """What the server holds: full name -> digest.

        Raises:
            as `digest`.
        """
        self.forget()
        await self._list()
        if self._withheld is not None:
            raise self._withheld
        return {name: digest or "" for name, digest in self._digests.items()}

    async def pull(self, model: str) -> None:
        """Pull a model, once for all who wait; who stops waiting does not stop the others.

        Raises:
            as `digest`.
        """
        await self._once(f"fetch {full_name(model)}", lambda: self._pull_model(model))

    def forget(self) -> None:
        """Let the next call read the list of models again: the server may not be what it was."""
        self._read = None

    async def describe(self, about: Description) -> Description:
        """A description filled in; a missing model is not fetched.

        Raises:
            as `digest`.
        """
        self.forget()
        await self._list()
        version = await self._version()
        name, unknown = full_name(about.model), "nothing is known of a model there before its first call"
        if self._withheld is not None:
            return replace(about, version=version, hints=(f"{self._withheld}; {unknown}",))
        try:
            with self._mapped_errors(f"model {about.model!r} on {self.address}"):
                card = await self._show(about.model)
        except ModelError as error:
            if name in self._digests:
                hints = (f"{error}; {unknown}",)
                return replace(about, served=True, digest=self._digests[name], version=version, hints=hints)
            if not isinstance(error, _Missing):
                raise
            mend = f"run `ollama pull {about.model}`"
            problem = f"model {about.model!r} is not on {self.address}; {mend}"
            return replace(about, served=False, version=version, problem=problem)
        facts = card.modelinfo or {}
        lengths = (value for key, value in facts.items() if key.endswith(".context_length"))
        return replace(
            about,
            served=True,
            context=next((length for length in lengths if isinstance(length, int)), None),
            digest=self._digests.get(name),
            version=version,
            capabilities=tuple(card.capabilities or ()),
        )

    def acquire(self) -> None:
        """Somebody asks through this host; `aclose` is theirs to call once."""
        self._users += 1

    async def aclose(self) -> None:
        """Let go of connections when the last who asks through it has closed."""
        self._users -= 1
        if self._users > 0:
            return
        for task in list(self._shared.values()):
            task.cancel()
        await asyncio.gather(*self._shared.values(), return_exceptions=True)
        client, self._client = self._client, None
        if client is not None:
            await client.close()  # type: ignore[no-untyped-call]  # the package leaves it so
        await self.transport.aclose()

    async def _list(self) -> None:
        async with self._reading:
            now = asyncio.get_running_loop().time()
            if self._read is not None and now - self._read < self._fresh:
                return
            try:
                listed = await read_model_list(
                    self.transport, address=self.address, secret=self.secret, seconds=_TIMEOUT
                )
            except Misconfigured as error:
                if not self._digests:
                    raise
                listed = error  # there was one: a gateway says so while the server behind it starts anew
            self._withheld = listed if isinstance(listed, ModelError) else None
            # Without a list what was on the last one is the best that is known.
            self._digests = self._digests if isinstance(listed, ModelError) else dict(listed)
            self._read = now

    async def _exists(self, model: str) -> bool:
        try:
            with self._mapped_errors(f"model {model!r} on {self.address}"):
                await self._show(model)
        except _Missing:
            return False
        return True

    async def _show(self, model: str) -> ollama.ShowResponse:
        async with asyncio.timeout(_TIMEOUT):
            return await self._open_client().show(model)

    async def _version(self) -> str | None:
        answered = await self.transport.get("api/version", seconds=_TIMEOUT)
        try:
            value = answered.json()
        except ValueError:
            return None
        version = value.get("version") if isinstance(value, dict) else None
        return version if isinstance(version, str) else None

    async def _find(self, model: str, entry: str) -> None:
        if await self._exists(model):  # served without being listed, or pulled since the list was read
            self.forget()
            await self._list()
            self._digests.setdefault(full_name(model), None)
        elif self._pull:
            await self.pull(model)
            await self._list()
        else:
            raise Misconfigured(
                f"model {model!r} is not on {self.address}; run `ollama pull {model}`, or "
                f"`sociarium models pull {entry}`"
            )

    async def _once(self, what: str, do: Callable[[], Coroutine[None, None, None]]) -> None:
        """Do it once for all who wait; who stops waiting does not stop it."""
        task = self._shared.get(what)
        if task is None:
            task = self._shared[what] = asyncio.create_task(do())
            task.add_done_callback(lambda done: self._over(what, done))
        await asyncio.shield(task)

    def _over(self, what: str, done: asyncio.Task[None]) -> None:
        self._shared.pop(what, None)
        if not done.cancelled():
            done.exception()  # looked at, should nobody wait for it any more

    async def _pull_model(self, model: str) -> None:
        parts = Parts(self.address, model)
        tell = self._progress or (lambda _progress: None)
        last = "failed"
        try:
            with self._mapped_errors(f"pulling {model!r} into {self.address}"):
                async for line in await self._open_client().pull(model, stream=True):
                    tell(parts.after(line.status, line.digest, line.completed, line.total))
                    last = line.status or last
            if last != "success":
                raise Transient(f"pulling {model!r} into {self.address} broke off at: {self.secret.scrub(last)}")
        except _Missing as missing:
            raise Misconfigured(str(missing)) from missing
        finally:
            self.forget()
            tell(parts.end(last))

    def _open_client(self) -> ollama.AsyncClient:
        if self._client is None:
            self._client = ollama.AsyncClient(
                self.address,
                headers=self.secret.headers or self.transport.route.server.account,
                follow_redirects=False,
                trust_env=False,
                transport=httpx_transport(self.transport.route, silence=_PULL_SILENCE),
            )
        return self._client

    @contextmanager
    def _mapped_errors(self, place: str) -> Iterator[None]:
        """Turn what the package raises into the program's own errors, unchained where it quotes the server."""
        try:
            yield
        except ollama.ResponseError as error:
            words = self.secret.scrub(readable_words(error.error))
            if error.status_code == 404:
                raise _Missing(f"{place}: {words}") from None
            if error.status_code < 0:  # told within a stream
                kind = Misconfigured if _NEVER.search(words) else Transient
                raise kind(f"{place}: {words}") from None
            raise error_of_status(error.status_code, {}, words, place=place, key=self.secret.name) from None
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TimedOut(f"{place}: no answer in time") from error
        except httpx.HTTPError as error:
            raise Transient(f"{place}: the connection broke") from error
        except (ValueError, TypeError, AttributeError):
            raise Transient(
                f"{place}: the answer is not Ollama's; is {self.address} the address of an Ollama server?"
            ) from None


class _Missing(Misconfigured):
    """The server does not have it."""
