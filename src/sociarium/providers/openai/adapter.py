"""The model port over any OpenAI-compatible server."""

from __future__ import annotations

import re
from typing import Any

from sociarium.errors import Misconfigured, ModelError, Transient
from sociarium.experiment.address import public_address, secrets_of
from sociarium.ports.model import Description, ModelReply, ModelRequest, Served
from sociarium.providers.failures import of_status, overlong
from sociarium.providers.network import Network
from sociarium.providers.openai.catalogue import Catalogue
from sociarium.providers.openai.options import Tongue, body_of, sent, tongue
from sociarium.providers.openai.reading import Complaint, complaint, completion
from sociarium.providers.secret import Secret
from sociarium.providers.transport import Answered, Transport

OFFICIAL = "https://api.openai.com/v1"


class OpenAI:
    """One server; several models may be asked through it.

    Calls go over a transport of the program's own (docs/decisions/0020); the official package lists the models.

    Args:
        base_url: up to and with the version, such as http://127.0.0.1:8000/v1.
        key: None for a server without keys.
        key_name: of the environment variable that holds it, for messages.
        timeout: seconds that one call may take.
        organization, project: of the account, where it has several.
        network: proxies and certificates.

    Raises:
        Misconfigured: the address or the key cannot be used.
    """

    base_url: str
    """As it may be shown."""

    def __init__(
        self,
        base_url: str = OFFICIAL,
        *,
        key: str | None = None,
        key_name: str = "OPENAI_API_KEY",
        timeout: float = 600.0,
        organization: str | None = None,
        project: str | None = None,
        network: Network = Network(),  # noqa: B008
    ) -> None:
        self.base_url = public_address(base_url)
        self._secret = Secret(key, key_name, also=(*secrets_of(base_url), *network.secrets))
        account = {"OpenAI-Organization": organization, "OpenAI-Project": project}
        headers = {name: value for name, value in account.items() if value}
        away = f"nobody answers at {self.base_url}; start the server, or mend `base_url`"
        self._transport = Transport(base_url, headers=self._secret.headers | headers, away=away, network=network)
        self._timeout = timeout
        self._official = self._transport.host.endswith("api.openai.com")
        if self._official and not self._secret:
            raise Misconfigured(f"{self.base_url} wants a key; put it into .env as {key_name}=...")
        self._catalogue = Catalogue(self._transport.route, self._secret, headers=headers)
        self._tongues: dict[str, Tongue] = {}

    def __repr__(self) -> str:
        return f"OpenAI({self._transport.address})"

    async def ask(self, request: ModelRequest) -> Served:
        """Ask once; again at once only where the server has just said in which form it wants the same."""
        model = request.model.model
        while True:
            how = self._tongues.get(model) or tongue(model, official=self._official)
            body = body_of(request, how)
            answered = await self._transport.post("chat/completions", body, seconds=self._timeout)
            if answered.status == 200:
                return self._read(request, body, answered)
            said = complaint(answered.body)
            known = self._tongues.get(model, how)  # others may have learned meanwhile; each lesson is kept
            learned = known.after(answered.status, said.message, body)
            if learned is None or learned == how:
                break
            self._tongues[model] = learned
        if said.filtered and 400 <= answered.status < 500:
            return Served(ModelReply("", finish_reason="refused"), sent(body), answered.seconds, served_model=model)
        if answered.status in {400, 413, 422} and (overlong(said.message) or overlong(f"{said.code} {said.kind}")):
            return Served(ModelReply("", finish_reason="overlong"), sent(body), answered.seconds, served_model=model)
        raise self._failure(request, body, answered, said)

    async def describe(self, model: str) -> Description:
        """What the server says about a model, without asking it; never raises a model's error."""
        about = Description("openai", model, self._transport.address, reachable=True)
        return await self._catalogue.describe(about)

    async def names(self) -> list[str]:
        """The names of the models that the server lists; none where it has no list.

        Raises:
            Misconfigured: the list cannot be read.
        """
        return await self._catalogue.names(Description("openai", "", self._transport.address, reachable=True))

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._transport.aclose()
        await self._catalogue.aclose()

    def _read(self, request: ModelRequest, body: dict[str, Any], answered: Answered) -> Served:
        try:
            value = answered.json()
            if isinstance(value, dict) and value.get("error") and not value.get("choices"):
                raise self._failure(request, body, answered, complaint(answered.body))
            said = completion(value)
        except ValueError as error:
            words = self._secret.scrub(answered.body.decode("utf-8", "replace"))
            raise Transient(f"{self._place(request)}: the answer is no chat completion: {words}") from error
        return Served(
            said.reply, sent(body), answered.seconds, served_model=said.served_model, fingerprint=said.fingerprint
        )

    def _failure(self, request: ModelRequest, body: dict[str, Any], answered: Answered, said: Complaint) -> ModelError:
        place, words = self._place(request), self._secret.scrub(said.message)
        status = answered.status
        if status == 200:  # some gateways put the status of the server behind them into the body
            status = int(said.code) if re.fullmatch("[45][0-9][0-9]", said.code) else 502
        if said.no_credit:
            return Misconfigured(f"{place}: the account behind {self._secret.name} has no credit left: {words}")
        if status == 404:
            return self._missing(request, said, words)
        if status in {400, 422} and (option := said.option(sent(body))):
            return Misconfigured(
                f"{place}: the server refuses the option `{option}`: {words}; take it out of the model's entry, or set "
                "what the server takes"
            )
        return of_status(status, answered.headers, words, place=place, key=self._secret.name)

    def _missing(self, request: ModelRequest, said: Complaint, words: str) -> Misconfigured:
        if "model" in said.code or request.model.model in said.message:
            return Misconfigured(
                f"{self._place(request)}: the server does not have it: {words}; `sociarium models` lists what it has"
            )
        return Misconfigured(
            f"{self._place(request)}: there are no chat completions at this address: {words}; "
            "`base_url` usually ends in /v1"
        )

    def _place(self, request: ModelRequest) -> str:
        return f"model {request.model.model!r} on {self._transport.address}"
