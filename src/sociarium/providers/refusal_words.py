"""The two longest rows of words in the table of refusals (`refusals.py`): a line holds what a few servers say."""

from __future__ import annotations

FILTERED = (
    r"content violates usage guidelines|content exists risk|your input was flagged|"
    r"blocked by content filtering|data may contain inappropriate content|"
    r"flagged as potentially violating our usage policy|considered high risk|PROHIBITED_CONTENT|"
    r"flagged by (our|the) content moderation|violat(es?|ion of) (our|the) content policy|content policy violation|"
    r"issue with repetitive patterns in your prompt|blocked by (our |the )?safety (filter|setting)s?|"
    r"potentially unsafe or sensitive content|content management policy|may contain sensitive information|"
    r"rejected (as a result of|by) (our|the) safety system|violated (guardrail|content safety) policy|"
    r"(content|prompt|text|message) (is |was )?blocked by \W?(our |the )?(moderation|guardrail|prompt)|"
    r"(输入|内容).{0,20}(不当|敏感|不安全)|blocked due to security configurations|sensitive words detected|"
    r"ContentPolicyViolationError|(flagged|blocked|triggered) by (our|the) (content|moderation) filters?|"
    r"moderation filter (was )?triggered|内容审核未通过"
)

OVERLONG = (
    r"context[ _](length|size|window|limit)|exceed_context|maximum (prompt|model) length|"
    r"(prompt|input|input length) (is )?too long|(input|prompt) token count.{0,40}exceeds|"
    r"input token count is \d+ but\b|exceeds the maximum number of (input )?tokens|"
    r"exceeds? (the )?max(imum)? context|expected maxLength: \d|total (number of )?tokens\b.{,40} exceeds? .{,30}"
    r"limit|(prompt (is|has|contains)|length of) \d+ tokens.{0,60}(too large|maximum|at most|exceeds)|"
    r"input sequence length.{0,20}exceeds|request exceeds the maximum size|too many (input )?tokens in|"
    r"please reduce the length of (the|your) (messages|prompt|input)|number of tokens in the prompt cannot exceed|"
    r"must be <= \d+\. given: \d+ .?inputs.? tokens|exceeded model token limit|range of input length should be|"
    r"prompt exceeds max(imum)? length|exceeds maximum input length|more than max tokens allowed|"
    r"inputs.? must have less than \d+ tokens|message you submitted was too long|"
    r"length of all messages is too long|input length.{0,30} exceeds the maximum allowed length|"
    r"exceed max message tokens|prompt_tokens.{0,20} must be less than max_seq_len|n_keep.{0,20}>=.{0,3}n_ctx|"
    r"prompt length \S{1,12} (exceeds|is greater than max_seq_len)|max_tokens must be at least 1, got -\d|"
    r"ContextWindowExceeded|number of input tokens \d+ cannot exceed|too many tokens: size limit exceeded|"
    r"prompt (tokens too long|exceeds the kv memory)|input tokens exceed(ed| the)|messages\[\d+\]\S* string too long|"
    r"number of input tokens.{0,12} (has exceeded|exceeds max)|prompt ?超长"
)
