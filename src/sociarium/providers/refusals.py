"""What servers mean when they refuse a call: one table, by status, code and wording.

Rows are tried in their order, and the first that fits decides. Codes are exact, as servers write them in `code`,
`type`, `status` or `reason`; words are looked for anywhere in the message. A new wording goes into its row, with who
says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from sociarium.providers.refusal_numbers import is_beyond_limit, is_limit_at_fault, is_of_prompt
from sociarium.providers.refusal_words import FILTERED, OVERLONG

Meaning = Literal[
    "filtered",
    "credit",
    "too_large",
    "rate_limit",
    "key",
    "passing",
    "no_model",
    "limit",
    "cut",
    "overlong",
    "invalid_answer",
    "no_system_role",
    "no_schema",
]
"""filtered: the prompt is refused for what it says. credit: the account cannot pay. too_large: the request alone is
more than the account may send in a minute (or a day), so that no waiting helps. rate_limit: asked too often, or more
than is left of the minute. key: the key is wrong or missing. passing: the model is just being loaded, was unloaded or
crashed; asking again is sensible. no_model: the server does not have the model, or has not loaded it.
limit: the reply may not be as long as is asked for, a matter of the file. cut: the limit ended the reply before a word
was said. overlong: the prompt does not fit.
invalid_answer: the model's own answer broke the schema. no_system_role: the model's chat template takes no system
message. no_schema: the server takes no JSON Schema, or not this one."""

_ANY = range(400, 600)
_CLIENT = range(400, 500)
_BAD_REQUEST = (400, 422)


@dataclass(frozen=True, slots=True)
class RefusalPattern:
    """A way in which servers refuse.

    Attributes:
        statuses: with which it counts.
        codes: one of which suffices.
        words: a pattern that suffices; empty for none.
        where: what must be true of the message, too, if its words are to count.
        alone: statuses that say it without a code or a word.
        servers: which servers say so.
    """

    means: Meaning
    statuses: Collection[int]
    codes: frozenset[str] = frozenset()
    words: str = ""
    where: Callable[[str], bool] = bool
    alone: Collection[int] = ()
    servers: str = ""


_LARGER_THAN_A_LIMIT = r"request too large.{0,300}\btokens per (min|hour|day)"
"""Of a request that never fits, and of one that has to wait: the server's numbers tell them apart."""
_NO_GRAMMAR = r"required for format|pars(e|ing) grammar|initiali[sz]e samplers"
"""Where a server cannot hold a model to a schema; its status is then one of its own faults."""

TABLE = (
    RefusalPattern(
        "filtered",
        _CLIENT,
        codes=frozenset(
            {
                "content_filter",
                "content_policy_violation",
                "invalid_prompt",
                "moderation_blocked",
                "ResponsibleAIPolicyViolation",
                "flagged_input",
                "prompt_blocked",
                "data_inspection_failed",
                "PROHIBITED_CONTENT",
                "sensitive_words_detected",
                "content_moderation",
                "SensitiveContentDetected",
                "InputTextSensitiveContentDetected",
                "OutputTextSensitiveContentDetected",
                "InputTextRiskDetection",
                "OutputTextRiskDetection",
                "DataInspectionFailed",
                "base_resp 1026",
                "base_resp 1027",
            }
        ),
        words=FILTERED,
        servers="OpenAI, Azure, OpenRouter, Anthropic, xAI (as 403), DeepSeek, DashScope, Moonshot, Zhipu, Gemini, "
        "MiniMax (within 200), LiteLLM, Volcengine, New API, Cloudflare (as 424)",
    ),
    RefusalPattern(
        "filtered",
        (500,),
        codes=frozenset({"sensitive_words_detected"}),
        words=r"sensitive words detected|ContentPolicyViolationError",
        servers="New API, LiteLLM",
    ),
    RefusalPattern(
        "credit",
        _ANY,
        codes=frozenset(
            {
                "insufficient_quota",
                "exceeded_current_quota_error",
                "AllocationQuota.FreeTierOnly",
                "billing_hard_limit_reached",
                "billing_not_active",
                "billing_error",
                "Arrearage",
                "budget_exceeded",
            }
        ),
        words=r"credit balance is too low|insufficient (account )?(balance|credits?|funds)\b|balance is insufficient|"
        r"free (tier of the model|quota) has been exhausted|account is in good standing|check your billing details|"
        r"(额度|余额)不足|预扣费.{0,10}失败|quota exceeded for metric[^,]{0,200}, limit: 0(?!\.?\d)|"
        r"(exceeded|depleted) your monthly included credits|"
        r"specified (api|workspace) usage limits|\bkey limit exceeded|budget (has been )?exceeded|exceeded ?budget",
        alone=(402,),
        servers="OpenAI, OpenRouter, DeepSeek, DashScope, LiteLLM, SiliconFlow, New API (403), Anthropic (400), Gemini",
    ),
    RefusalPattern(
        # Before `rate_limit`: the code is the same. The limit of the reply counts among what is requested.
        "too_large",
        _CLIENT,
        words=_LARGER_THAN_A_LIMIT,
        where=is_beyond_limit,
        servers="Groq (413), OpenAI (429)",
    ),
    RefusalPattern(
        "rate_limit",
        _CLIENT,
        codes=frozenset(
            {"rate_limit_exceeded", "rate_limit_error", "ThrottlingException", "base_resp 1002", "base_resp 1039"}
        ),
        words=r"\brate[ _-]?limit(s|ed)?\b( has been| was)? (reached|exceeded|hit)|\brate[ -]limited\b|"
        rf"(exceed(ed|s)?|hit) .{{0,60}}\brate[ _-]?limit|too many requests|{_LARGER_THAN_A_LIMIT}|"
        r"too many tokens, please wait|\bThrottlingException\b|\bRateLimitError\b",
        alone=(429,),
        servers="all, as 429; Groq (413), GitHub (403), Bedrock (400); MiniMax, gateways (within 200)",
    ),
    RefusalPattern(
        # Before `key`: the key is right, and its project may not use this model.
        "no_model",
        (403,),
        codes=frozenset({"model_not_found"}),
        words=r"does not have access to (the )?model\b",
        servers="OpenAI (403)",
    ),
    RefusalPattern(
        "key",
        _CLIENT,
        codes=frozenset(
            {"invalid_api_key", "API_KEY_INVALID", "authentication_error", "permission_error", "base_resp 1004"}
        ),
        words=r"api[ _-]?key (is )?(not valid|invalid|missing|expired|required)|"
        r"(invalid|incorrect|missing|no|expired) api[ _-]?key|pass a valid api[ _-]?key|"
        r"missing (or invalid )?authorization header|organization has been disabled|^not authenticated|^unauthorized|"
        r"(invalid|missing) (authentication )?(credentials|bearer token)",
        alone=(401, 403),
        servers="OpenAI, Gemini (as 400), Mistral, Anthropic; FastAPI, MiniMax (within 200)",
    ),
    RefusalPattern(
        "passing",
        _CLIENT,
        words=r"\bmodel (is |was )?unloaded\b|\bmodel has crashed\b|"
        r"\bmodel\b.{0,80} is (currently |still )?(loading|being loaded)\b",
        servers="LM Studio, Hugging Face",
    ),
    RefusalPattern(
        "no_model",
        _CLIENT,
        codes=frozenset(
            {"model_not_found", "invalid_model", "DeploymentNotFound", "model_not_supported", "model_decommissioned"}
        ),
        words=r"\bmodels?\b\W{0,3}([\w./:@+-]+\W{0,3} )?((is |was )?not (found|loaded|available|supported)\b|"
        r"does not exist)|\b(no such|unknown|unsupported) model\b|\bno models? (is |are )?loaded\b|\bmodel not exist\b|"
        r"is not a valid model id\b|invalid model name passed|^failed to load model\b(?! vocabulary required)|"
        r"no endpoints (found|available) (for|matching)|not a chat model|无可用渠道|"
        r"no (available channels? for|allowed providers are available for the selected) model|"
        r"^invalid model:|\bmodel\b.{0,120}\bhas (been (decommissioned|retired)|reached its end of life)|"
        r"^function .{0,80}not found for account|model identifier is invalid",
        servers="OpenAI, Azure, OpenRouter, DeepSeek, LiteLLM, vLLM, Ollama, Gemini, Mistral, LM Studio, Groq, GitHub; "
        "NVIDIA, Bedrock; older vLLM and gateways (within 200)",
    ),
    RefusalPattern(
        # Before `overlong`: such words name the context, too, and no prompt is at fault.
        "limit",
        _BAD_REQUEST,
        words=r"max_(completion_|output_|new_)?tokens\W{0,3}( (or|and) \W?max_completion_tokens\W?)? "
        r"is too (large|high|big)|\bcontext length (is|of) \d+.*\d (tokens )?(in|for) the (completion|output)\b|"
        r"\brequested \d+ output tokens\b.*context length|context length is \d+.*\brequested \d+ output tokens\b|"
        r"context limit: \d+ \+ \d+ > \d|must be <= \d+\. given: \d+ .?inputs.? tokens and \d+|"
        r"max_(completion_)?tokens\W{0,3} must be less than or equal to\b|"
        r"max_(completion_)?tokens=\d+ cannot be greater than\b|maximum allowed number of output tokens|"
        r"range of \W?max_(completion_|output_)?tokens\W? (is|should be)\b",
        where=is_limit_at_fault,
        servers="vLLM, SGLang, OpenAI, OpenRouter, Groq, TGI; Anthropic",
    ),
    RefusalPattern(
        "cut",
        (400,),
        words=r"could not finish the message because max_tokens or model output limit was reached",
        servers="OpenAI, Azure",
    ),
    RefusalPattern(
        "overlong",
        (400, 413, 422, 500),
        codes=frozenset(
            {
                "context_length_exceeded",
                "exceed_context_size_error",
                "context_window_exceeded",
                "request_too_large",
                "tokens_limit_reached",
                "model_max_prompt_tokens_exceeded",
                "token_limit_exceeded",
                "payload_too_large",
                "context_exceeded",
            }
        ),
        words=OVERLONG,
        where=is_of_prompt,
        alone=(413,),
        servers="OpenAI, vLLM, SGLang, llama.cpp, LM Studio, Ollama, Mistral, Gemini, Vertex AI, Anthropic (413 "
        "`request_too_large`), GitHub, Cohere, TGI, TensorRT-LLM, Moonshot, DashScope, Zhipu, Perplexity, SiliconFlow, "
        "Volcengine, TabbyAPI, watsonx, Qianfan, LiteLLM; proxies (any other 413)",
    ),
    RefusalPattern(
        "invalid_answer",
        _BAD_REQUEST,
        codes=frozenset({"json_validate_failed"}),
        words=r"failed to (generate|validate) json",
        servers="Groq",
    ),
    RefusalPattern(
        "no_system_role",
        (400, 422, 500, 501),
        words=r"system[ _]?(role|message|prompt|instruction)s?( is| are)? not (supported|enabled|allowed)|"
        r"(does not|doesn't) support '?(the )?system'?|"
        r"(developer|system) instruction is not (enabled|supported)|"
        r"only \W?user\W?(,| and) (and )?\W?assistant\W?( and tool)? roles are (supported|allowed)|"
        r"conversation roles must alternate user/assistant|'system' is not one of|"
        r"\brole\W{1,3}system\W{1,3}(is )?not (supported|allowed)|'role'\W{1,5}input should be 'user' or 'assistant'|"
        r"unexpected role ['\"]?system|system prompts? (is|are) (not supported|unsupported)",
        servers="vLLM, SGLang and llama.cpp with Gemma's template; Gemini with Gemma; OpenAI's o1-mini; Mistral's "
        "first template; Anthropic's API behind gateways, FastAPI",
    ),
    RefusalPattern(
        "no_schema",
        (400, 422, 501),
        words=r"response_format|response_schema|json_schema|structured output|guided|grammar|json mode|"
        r"\bschema\b.{0,90}\b(nesting depth|too many states|too complex)|output_(config|format)\b|"
        rf"chatrequest\.format|{_NO_GRAMMAR}",
        servers="DeepSeek, Groq, Gemini, vLLM, llama.cpp, older Ollama",
    ),
    RefusalPattern("no_schema", (500,), words=_NO_GRAMMAR, servers="Ollama, llama.cpp"),
)


def meaning_of(status: int, words: str, codes: Collection[str] = ()) -> Meaning | None:
    """What a refusal means; None where the table does not know it.

    Args:
        words: the server's message.
        codes: every name that the server gives to the error.
    """
    return next((row.means for row in TABLE if _fits(row, status, words, codes)), None)


def _fits(row: RefusalPattern, status: int, words: str, codes: Collection[str]) -> bool:
    if status in row.alone:
        return True
    if status not in row.statuses:
        return False
    return not row.codes.isdisjoint(codes) or (
        bool(row.words) and re.search(row.words, words, re.IGNORECASE) is not None and row.where(words)
    )


_OVERLONG = next(row for row in TABLE if row.means == "overlong")


def is_overlong(words: str) -> bool:
    """Whether a server's words say that the prompt does not fit, whatever its status."""
    return re.search(_OVERLONG.words, words, re.IGNORECASE) is not None and _OVERLONG.where(words)
