"""The table of refusals: what servers mean, in many words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sociarium.errors import Misconfigured, RequestRefused
from sociarium.providers.errors import error_of_status, readable_words
from sociarium.providers.openai.error_body import read_error
from sociarium.providers.refusal_rows import table_rows
from sociarium.providers.refusals import TABLE, Meaning, meaning_of


@pytest.mark.parametrize(
    ("status", "words", "codes", "means"),
    [
        (400, "The response was filtered", {"content_filter"}, "filtered"),
        (403, "", {"flagged_input"}, "filtered"),
        (424, "Prompt blocked due to security configurations", set(), "filtered"),
        (500, "sensitive words detected", {"sensitive_words_detected"}, "filtered"),
        (500, "the server is busy", {"server_error"}, None),
        (400, "x", {"InputTextRiskDetection"}, "filtered"),
        (400, "litellm.BadRequestError: litellm.ContentPolicyViolationError: x", {"400"}, "filtered"),
        (400, "The moderation filter triggered. Try again with different wording.", set(), "filtered"),
        (403, "The free quota has been exhausted.", {"AllocationQuota.FreeTierOnly"}, "credit"),
        (429, "Your account is suspended", {"exceeded_current_quota_error"}, "credit"),
        (429, "You have exceeded your monthly included credits for Inference Providers.", set(), "credit"),
        (400, "This organization has been disabled.", {"invalid_request_error"}, "key"),
        (400, "Input Tokens Exceeded: Number of input tokens exceeds maximum length.", set(), "overlong"),
        (400, "number of input tokens (9001) has exceeded max_prompt_tokens (8192) limit.", {"20015"}, "overlong"),
        (400, "Prompt 超长", {"1261"}, "overlong"),
        (
            400,
            "Invalid 'messages[1].content': string too long. Expected a string with maximum length 1048576",
            {"string_above_max_length"},
            "overlong",
        ),
        (
            400,
            "Invalid 'prompt_cache_key': string too long. Expected a string with maximum length 64",
            {"string_above_max_length"},
            None,
        ),
        (402, "Insufficient Balance", set(), "credit"),
        (429, "You exceeded your current quota", {"insufficient_quota"}, "credit"),
        (401, "Invalid Authentication", set(), "key"),
        (403, "Missing scopes", set(), "key"),
        (400, "API key not valid. Please pass a valid API key.", {"INVALID_ARGUMENT"}, "key"),
        (400, "Bad request", {"API_KEY_INVALID"}, "key"),
        (400, "No API key provided", set(), "key"),
        (400, "Incorrect API key provided: abc", set(), "key"),
        (400, "API key expired. Please renew the API key.", set(), "key"),
        (401, "The model `m` does not exist", set(), "key"),
        (400, "Not authenticated", set(), "key"),
        (404, "The model `m` does not exist.", {"NotFoundError"}, "no_model"),
        (404, 'model "llama3:8b" not found, try pulling it first', set(), "no_model"),
        (404, "models/gemini-9 is not found for API version v1beta", {"NOT_FOUND"}, "no_model"),
        (400, "Invalid model: m", {"invalid_model"}, "no_model"),
        (400, "model not loaded", set(), "no_model"),
        (404, "Provider returned error", {"404"}, None),
        (404, "No endpoints found matching your data policy", set(), "no_model"),
        (404, "No endpoints found that support tool use", set(), None),
        (404, "No endpoints available matching your guardrail restrictions and data policy", set(), "no_model"),
        (400, "Invalid model: m", set(), "no_model"),
        (400, "The requested model is not supported.", {"model_not_supported"}, "no_model"),
        (410, "The model `m` has been decommissioned and is no longer supported.", set(), "no_model"),
        (400, "ExceededBudget: User spend 10, max budget 5", set(), "credit"),
        (403, "Key limit exceeded (total limit)", set(), "credit"),
        (400, "tokens in request more than max tokens allowed", set(), "overlong"),
        (422, "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000", set(), "overlong"),
        (400, "prompt contains 9000 tokens, but the maximum is 8192", set(), "overlong"),
        (400, "The request was rejected because it was considered high risk", set(), "filtered"),
        (400, "输入内容可能包含不当内容", set(), "filtered"),
        (400, "Prompt was blocked", {"PROHIBITED_CONTENT"}, "filtered"),
        (400, "The request was blocked: PROHIBITED_CONTENT", set(), "filtered"),
        (400, "Request blocked due to content policy violation", set(), "filtered"),
        (400, "Prompt blocked by safety filters", set(), "filtered"),
        (400, "We've encountered an issue with repetitive patterns in your prompt.", set(), "filtered"),
        (
            400,
            "You have reached your specified API usage limits. You will regain access on 2026-12-01",
            set(),
            "credit",
        ),
        (403, "Project `p` does not have access to model `m`", {"model_not_found"}, "no_model"),
        (403, "Project `p` does not have access to this region", set(), "key"),
        (400, "The requested model is not supported", set(), "no_model"),
        (400, "Model m is not supported", set(), "no_model"),
        (400, "This model's response_format json_schema is not supported", set(), "no_schema"),
        (410, "The model has been retired", set(), "no_model"),
        (400, "max_tokens: 9000 > 8192, which is the maximum allowed number of output tokens for m", set(), "limit"),
        (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", set(), "limit"),
        (400, "Range of max_tokens should be [1, 8192]", set(), "limit"),
        (400, "Prompt is 9000 tokens but the model accepts at most 8192", set(), "overlong"),
        (400, "expected maxLength: 50000, actual: 60000, please reformat your input and try again.", set(), "overlong"),
        (400, "Total tokens in the request exceed the limit of 131072", set(), "overlong"),
        (
            400,
            "A schema in GenerationConfig in the request exceeds the maximum allowed nesting depth.",
            set(),
            "no_schema",
        ),
        (400, "The specified schema produces a constraint that has too many states", set(), "no_schema"),
        (400, "output_config.format.schema: For 'integer' type, maximum is not supported", set(), "no_schema"),
        (400, "This model does not support tools", set(), None),
        (400, "This model's maximum context length is 8192 tokens", set(), "overlong"),
        (400, "the request exceeds the available context size (4096 tokens)", set(), "overlong"),
        (413, "", {"context_length_exceeded"}, "overlong"),
        (413, "Request exceeds the maximum size", {"request_too_large"}, "overlong"),
        (400, "prompt is too long: 208310 tokens > 200000 maximum", {"invalid_request_error"}, "overlong"),
        (
            400,
            "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000",
            {"invalid_request_error"},
            "overlong",
        ),
        (400, "the input length exceeds the context length", set(), "overlong"),
        (500, "prompt too long; exceeded max context length by 14 tokens", set(), "overlong"),
        (413, "Payload Too Large", set(), "overlong"),
        (413, "", set(), "overlong"),
        (413, "<html><head><title>413 Request Entity Too Large</title></head></html>", set(), "overlong"),
        (400, "Payload Too Large", set(), None),
        (400, "Your credit balance is too low to access the Anthropic API.", {"invalid_request_error"}, "credit"),
        (403, "Your API key does not have permission", {"permission_error"}, "key"),
        (404, "model: claude-x", {"not_found_error"}, None),
        (
            400,
            "The input token count (1196265) exceeds the maximum number of tokens allowed (1048576).",
            {"INVALID_ARGUMENT"},
            "overlong",
        ),
        (400, "prompt is too long: 210000 tokens > 200000 maximum", set(), "overlong"),
        (400, "Failed to generate JSON. Please adjust your prompt.", {"json_validate_failed"}, "invalid_answer"),
        (400, "System role not supported", {"BadRequestError"}, "no_system_role"),
        (500, "Jinja Exception: System role not supported", {"server_error"}, "no_system_role"),
        (400, "Developer instruction is not enabled for models/gemma-3-27b-it", set(), "no_system_role"),
        (
            400,
            "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
            set(),
            "no_system_role",
        ),
        (400, "Only user and assistant roles are supported!", set(), "no_system_role"),
        (400, "Conversation roles must alternate user/assistant/user/assistant/...", set(), "no_system_role"),
        (422, "'system' is not one of ['user', 'assistant'] - 'messages.0.role'", set(), "no_system_role"),
        (400, "Unexpected role 'system' in messages[0]", set(), "no_system_role"),
        (400, "System prompts are unsupported for this model", set(), "no_system_role"),
        (
            400,
            "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 "
            "tokens and your request has 21 input tokens",
            {"BadRequestError"},
            "limit",
        ),
        (
            400,
            "'max_tokens' or 'max_completion_tokens' is too large: 500. This model's maximum context length is 4096 "
            "tokens and your request has 3900 input tokens (500 > 4096 - 3900).",
            {"BadRequestError"},
            "overlong",
        ),
        (
            400,
            "This model's maximum context length is 4096 tokens. However, you requested 5021 tokens (21 in the "
            "messages, 5000 in the completion).",
            set(),
            "limit",
        ),
        (
            400,
            "This model's maximum context length is 4096 tokens. However, you requested 4400 tokens (3900 in the "
            "messages, 500 in the completion).",
            {"context_length_exceeded"},
            "overlong",
        ),
        (400, "max_tokens is too large: 5000. This model supports at most 4096 completion tokens", set(), "limit"),
        (
            400,
            "`max_completion_tokens` must be less than or equal to `32768`, the maximum value for "
            "`max_completion_tokens` is less than the `context_window` for this model",
            {"invalid_request_error"},
            "limit",
        ),
        (
            400,
            "You passed 21 input tokens and requested 5000 output tokens. However, the model's context length is only "
            "4096 tokens, resulting in a maximum input length of -904 tokens.",
            {"BadRequestError"},
            "limit",
        ),
        (
            400,
            "You passed 3900 input tokens and requested 500 output tokens. However, the model's context length is only "
            "4096 tokens, resulting in a maximum input length of 3596 tokens.",
            {"BadRequestError"},
            "overlong",
        ),
        (
            400,
            "This model's maximum context length is 4096 tokens. However, you requested 5000 output tokens and your "
            "prompt contains 21 input tokens, for a total of 5021 tokens.",
            set(),
            "limit",
        ),
        (
            400,
            "This model's maximum context length is 4096 tokens. However, you requested 500 output tokens and your "
            "prompt contains at least 3597 input tokens, for a total of at least 4097 tokens.",
            set(),
            "overlong",
        ),
        (400, "max_tokens=5000 cannot be greater than max_model_len=max_total_tokens=4096.", set(), "limit"),
        (
            400,
            "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of "
            "5021.0 tokens: 21 tokens from the input messages and 5000.0 tokens for the completion.",
            set(),
            "limit",
        ),
        (
            400,
            "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of "
            "4521 tokens: 4021 tokens from the input messages and 500 tokens for the completion.",
            set(),
            "overlong",
        ),
        (
            400,
            "This endpoint's maximum context length is 4096 tokens. However, you requested about 5021 tokens (21 of "
            "text input, 5000 in the output).",
            {"400"},
            "limit",
        ),
        (
            400,
            "This endpoint's maximum context length is 4096 tokens. However, you requested about 4521 tokens (4021 of "
            "text input, 500 in the output).",
            {"400"},
            "overlong",
        ),
        (
            400,
            "This model's maximum context length is 4096 tokens, however you requested 5021 tokens (21 in your prompt; "
            "5000 for the completion).",
            set(),
            "limit",
        ),
        (400, "input length and `max_tokens` exceed context limit: 21 + 5000 > 4096", set(), "limit"),
        (400, "input length and `max_tokens` exceed context limit: 4021 + 500 > 4096", set(), "overlong"),
        (400, "the number of input tokens 9000 cannot exceed the total tokens limit 8192", set(), "overlong"),
        (400, "too many tokens: size limit exceeded by 11326 tokens. Try using shorter inputs", set(), "overlong"),
        (400, "Prompt length 9000 is greater than max_seq_len 8192", set(), "overlong"),
        (400, "Prompt tokens too long", {"336007"}, "overlong"),
        (400, "litellm.ContextWindowExceededError: BadRequestError: the prompt is bigger", {"400"}, "overlong"),
        (400, "Request prompt exceeds the KV memory budget: input_len=9000", set(), "overlong"),
        (400, "Unrecognized request argument supplied: context_window", set(), None),
        (422, "body -> context_length: Extra inputs are not permitted", set(), None),
        (400, "Invalid input: the prompt is too long for the context window of 4096", set(), "overlong"),
        (400, "This response_format type is unavailable now", set(), "no_schema"),
        (422, "grammar could not be parsed", set(), "no_schema"),
        (500, "failed to load model vocabulary required for format", set(), "no_schema"),
        (500, "Failed to initialize samplers: failed to parse grammar", set(), "no_schema"),
        (500, "the grammar of the reply", set(), None),
        (
            400,
            "json: cannot unmarshal object into Go struct field ChatRequest.format of type string",
            set(),
            "no_schema",
        ),
        (400, 'Unknown name "additionalProperties" at generation_config.response_schema', set(), "no_schema"),
        (403, "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO", set(), "filtered"),
        (403, 'Your chosen model requires moderation and your input was flagged for "violence".', set(), "filtered"),
        (400, "Content Exists Risk", {"invalid_request_error"}, "filtered"),
        (400, "Input data may contain inappropriate content.", {"data_inspection_failed"}, "filtered"),
        (400, "Output blocked by content filtering policy", {"invalid_request_error"}, "filtered"),
        (400, "Access denied, please make sure your account is in good standing.", {"Arrearage"}, "credit"),
        (404, "The API deployment for this resource does not exist.", {"DeploymentNotFound"}, "no_model"),
        (400, "Model Not Exist", {"invalid_request_error"}, "no_model"),
        (400, "foo/bar is not a valid model ID", {"400"}, "no_model"),
        (404, "Function '5f-1': Not found for account 'XYZ'", set(), "no_model"),
        (410, "The model 'm' has reached its end of life and is no longer available.", set(), "no_model"),
        (400, "The provided model identifier is invalid.", set(), "no_model"),
        (404, "No endpoints found for foo/bar.", {"404"}, "no_model"),
        (400, "/chat/completions: Invalid model name passed in model=x", set(), "no_model"),
        (400, 'Failed to load model "x". Error: insufficient system resources', set(), "no_model"),
        (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081", set(), "overlong"),
        (
            422,
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4080 `inputs` tokens "
            "and 20 `max_new_tokens`",
            set(),
            "overlong",
        ),
        (
            422,
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 21 `inputs` tokens "
            "and 5000 `max_new_tokens`",
            set(),
            "limit",
        ),
        (400, "Invalid request: Your request exceeded model token limit: 8192", set(), "overlong"),
        (400, "Range of input length should be [1, 30720]", {"InvalidParameter"}, "overlong"),
        (400, "Prompt exceeds max length", {"1261"}, "overlong"),
        (500, "Prompt length (5000) exceeds maximum input length (4096).", set(), "overlong"),
        (413, "Request body too large for gpt-4o model. Max size: 8000 tokens.", {"tokens_limit_reached"}, "overlong"),
        (
            400,
            "prompt token count of 13846 exceeds the limit of 12288",
            {"model_max_prompt_tokens_exceeded"},
            "overlong",
        ),
        (400, "the input token count is 41237 but model only supports up to 32768.", set(), "overlong"),
        (
            400,
            "Could not finish the message because max_tokens or model output limit was reached. Please try again with "
            "higher max_tokens.",
            {"invalid_request_error"},
            "cut",
        ),
        (400, "Bad Request", {"invalid_request_error"}, None),
        (500, "Internal Server Error", set(), None),
        (429, "Rate limit reached for requests", {"rate_limit_exceeded"}, "rate_limit"),
        (429, "", set(), "rate_limit"),
        (
            413,
            "Request too large for model `x` in organization `o` service tier `on_demand` on tokens per minute (TPM): "
            "Limit 12000, Requested 14137, please reduce your message size and try again.",
            {"tokens", "rate_limit_exceeded"},
            "too_large",
        ),
        (
            429,
            "Request too large for gpt-4o in organization o on tokens per min (TPM): Limit 30,000, Requested 30,601. "
            "The input or output tokens must be reduced in order to run successfully.",
            {"tokens", "rate_limit_exceeded"},
            "too_large",
        ),
        (429, "Request too large for o3 on tokens per day (TPD).", {"rate_limit_exceeded"}, "too_large"),
        (
            413,
            "Rate limit reached for model `x` on tokens per minute (TPM): Limit 6000, Used 5034, Requested 1443. "
            "Please try again in 4.77s.",
            {"tokens", "rate_limit_exceeded"},
            "rate_limit",
        ),
        (413, "Request too large for `x` on tokens per minute: Limit 6000, Requested 6000", set(), "rate_limit"),
        (400, "Too many tokens, please wait before trying again.", {"ThrottlingException"}, "rate_limit"),
        (403, "You have exceeded a secondary rate limit.", set(), "rate_limit"),
        (500, "error: failed to create context: unable to allocate context size 8192", set(), None),
        (500, "CUDA out of memory while allocating KV cache for context length 32768", set(), None),
        (500, "engine core died (max context length 4096)", set(), None),
        (500, "input length exceeds the context length", set(), "overlong"),
        (400, "Too many tokens, please wait before trying again.", set(), "rate_limit"),
        (400, "An error occurred (ThrottlingException) when calling the Converse operation", set(), "rate_limit"),
        (400, 'litellm.RateLimitError: BedrockException - {"message": "Too many"}', set(), "rate_limit"),
        (400, "rate_limit is no option of this model", set(), None),
        (413, "Request too large: body of 11 MB", set(), "overlong"),
        (400, "Model unloaded.", set(), "passing"),
        (400, "The model has crashed without additional information. (Exit code: null)", set(), "passing"),
        (404, "Model `m` is currently loading", set(), "passing"),
        (400, "no model is loaded", set(), "no_model"),
        (400, "The total length of all messages is too long.", set(), "overlong"),
        (400, "Cannot truncate prompt with n_keep (4697) >= n_ctx (4096)", set(), "overlong"),
        (400, "Input length (9000 tokens) exceeds the maximum allowed length (8192 tokens).", set(), "overlong"),
        (400, "Total tokens of image and text exceed max message tokens.", set(), "overlong"),
        (400, "length of prompt_tokens (9000) must be less than max_seq_len (8192).", set(), "overlong"),
        (400, "Prompt length 9000 exceeds max_model_len 8192", set(), "overlong"),
        (400, "max_tokens must be at least 1, got -808.", set(), "overlong"),
        (400, "max_tokens must be at least 1, got 0.", set(), None),
        (400, "The response was filtered due to Azure OpenAI's content management policy.", set(), "filtered"),
        (403, "Content is blocked by our moderation", set(), "filtered"),
        (400, "Violated guardrail policy", set(), "filtered"),
        (400, "The input text may contain sensitive information.", set(), "filtered"),
        (403, "Access from your network is blocked by our firewall", set(), "key"),
        (403, "Sorry, your account balance is insufficient", set(), "credit"),
        (403, "用户额度不足, 剩余额度: 0", set(), "credit"),
        (403, "The free tier of the model has been exhausted.", set(), "credit"),
        (
            429,
            "You exceeded your current quota. * Quota exceeded for metric: "
            "generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-3.1-pro",
            {"RESOURCE_EXHAUSTED"},
            "credit",
        ),
        (429, "Quota exceeded for metric: free_tier_requests, limit: 0.5, model: m", set(), "rate_limit"),
        (429, "Quota exceeded for metric: free_tier_requests, limit: 50, model: m", set(), "rate_limit"),
        (404, "No allowed providers are available for the selected model.", {"404"}, "no_model"),
        (400, "request blocked by Gemini API: SAFETY", {"prompt_blocked"}, "filtered"),
        (429, "You exceeded your current quota, please check your plan and billing details.", set(), "rate_limit"),
        (
            404,
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
            set(),
            "no_model",
        ),
        (400, "当前分组 default 下对于模型 m 无可用渠道", set(), "no_model"),
        (503, "No available channel for model m under group default", set(), None),
        (400, 'messages: Unexpected role "system". The Messages API accepts `system`.', set(), "no_system_role"),
        (400, "role 'system' is not supported", set(), "no_system_role"),
        (422, "['body', 'messages', 0, 'role']: Input should be 'user' or 'assistant'", set(), "no_system_role"),
        (400, "Only 'user' and 'assistant' roles are allowed", set(), "no_system_role"),
        (503, "overloaded", set(), None),
    ],
)
def test_a_refusal_is_known_by_status_code_or_words(
    status: int, words: str, codes: set[str], means: Meaning | None
) -> None:
    assert meaning_of(status, words, codes) == means


def test_every_meaning_has_a_row_that_says_who_was_seen_to_say_it() -> None:
    assert {row.means for row in TABLE} == set(Meaning.__args__)  # type: ignore[attr-defined]
    assert all(row.servers for row in TABLE)


def test_what_is_not_known_may_be_about_the_request_alone() -> None:
    unknown = error_of_status(400, {}, "Bad Request", place="m", key="LAB_KEY")
    key = error_of_status(400, {}, "API key not valid", place="m", key="LAB_KEY")
    assert type(unknown) is RequestRefused
    assert type(key) is Misconfigured
    assert "LAB_KEY" in str(key)


def test_the_page_about_servers_shows_the_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "servers.md").read_text(encoding="utf-8")
    assert "\n".join(table_rows()) in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "<!DOCTYPE HTML>\n<html><head><title>502 Bad\nGateway</title></head><body>x</body></html>",
            "'502 Bad Gateway'",
        ),
        ("<html><style>p {}</style><body><p>It is &lt;away&gt;</p></body></html>", "'It is <away>'"),
        ("  <html></html>", "a web page"),
        ("<html>" + "<p" * 50_000, "a web page"),
        ("<think> is no page", "<think> is no page"),
        ("Bad Request", "Bad Request"),
    ],
)
def test_of_a_web_page_in_place_of_an_error_its_title_is_said(text: str, words: str) -> None:
    assert words in readable_words(text)
    assert len(readable_words(text)) < 300


@pytest.mark.parametrize(
    ("status", "error", "means"),
    [
        (403, {"message": "Provider returned error", "metadata": {"raw": "ERROR: content violates usage guidelines"}},
         "filtered"),
        (400, {"message": "Provider returned error", "metadata": {"raw": "Input is too long for requested model"}},
         "overlong"),
        (400, {"message": "Provider returned error", "metadata": {"error_type": "context_length_exceeded"}},
         "overlong"),
        (403, {"message": "x", "metadata": {"error_type": "content_policy_violation"}}, "filtered"),
        (400, {"message": "Bad messages", "metadata": {"error_type": "invalid_prompt"}}, None),
        (403, {"message": "Provider returned error", "metadata": {"raw": "ERROR"}}, "key"),
    ],
)  # fmt: skip
def test_what_a_gateway_hands_on_of_the_server_behind_it_counts(
    status: int, error: dict[str, object], means: Meaning | None
) -> None:
    assert read_error(json.dumps({"error": error}).encode()).meaning(status) == means


def test_a_completion_that_a_filter_ended_is_a_refusal_whatever_its_status() -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "content_filter"}
    assert read_error(json.dumps({"id": "c", "choices": [choice]}).encode()).meaning(400) == "filtered"
    assert read_error(json.dumps({"choices": [choice | {"finish_reason": "stop"}]}).encode()).meaning(400) is None
