"""Whether a sentence gives an answer as one's own and as it is now: not somebody else's, a former or a supposed one."""

from __future__ import annotations

import re

from sociarium.environments.plain_words import MARKUP, clause_before

_SENTENCE_ENDS = re.compile(r"[.!?;\n](?=\s|\Z)|\b(?:so|but|therefore|hence|and|yet)\b", re.IGNORECASE)
_IF = re.compile(
    r"\b(?:if|unless|until)\b(?!\s{1,3}(?:(?:I|you|we|one)(?:\s{1,3}(?:really|absolutely|only))?"
    r"\s{1,3}(?:must|had|have|ask|asked|want|need|insist|were|was|am|could|can|may)\b"
    r"|(?:forced|pressed|asked|anything|so|not|possible|pushed)\b))",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?:\b(?:I(?:\s{1,3}(?:already|just|always|also|have|only|honestly))?|I['\u2019]\w{1,2}|let|let['\u2019]s|gut|heart|instincts?|head|mind|experience)\b"
    r"|\A\W{0,8})\Z",
    re.IGNORECASE,
)
_OTHERS_VERB = re.compile(
    r"\b(?:says|said|gives|gave|rates|rated|tells|told|thinks|thought|claims|claimed|believes|believed|insists|insisted"
    r"|wants|wanted|expects|expected|asked|voted|votes|chose|picks|picked|called|calls)\b",
    re.IGNORECASE,
)
_SAYS = r"(?:say|give|rate|answer|choose|pick|vote|want|expect|call|think)\b"
_OTHERS = re.compile(
    r"\b(?:he|she|they|you|we|others?|some|people|many|most|every(?:one|body)|any(?:one|body)|some(?:one|body)"
    r"|\w{0,30}[_\d]\w{0,30})"
    rf"(?:['\u2019](?:d|ll))?\s{{1,3}}(?:(?!I\b)\w{{1,12}}\s{{1,3}}){{0,2}}{_SAYS}"
    r"|\b(?:the|my|an?|his|her|their|our|other|most|all|these|those)\s{1,3}"
    r"(?:(?!(?:I|to|gut|heart|instincts?|head|mind|experience)\b)\w{1,20}\s{1,3}){1,3}(?:say|give|choose|think|call)\b"
    r"|\b(?:we|they|there)(?:\s{1,3}are|['\u2019]re)\s{1,3}(?:(?:about|around|only)\s{1,3})?\Z",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?!(?:I|It|That|This|Then|Honestly|Probably|Personally|Now|Today|Overall|Currently)\b)[A-Z]\w{1,30}\s{1,3}"
    rf"(?:would|will|might|may|could|must)\s{{1,3}}{_SAYS}"
)
_ASKED = re.compile(
    r"\b(?:wants?|wanted|expects?|expected|asks?|asked|told|tells?|begs?|like|love|need)\s{1,3}(?:me|us)\b"
    r"|\b(?:owes?|owed|paid|pays?|cost)\b|\bcall\s{1,3}me\b|\bhave\s{1,3}to\s{1,3}earn\b|\bcould\s{1,3}be\b|\btoo\s{1,3}\w{1,12}\s{1,3}(?:to|for)\b",
    re.IGNORECASE,
)
_WAS = re.compile(
    r"\b(?:would|could|might|should|may|must)(?:['\u2019]ve|\s{1,3}have)\s{1,3}(?!to\b)"
    r"|['\u2019]d\s{1,3}have\s{1,3}(?!to\b)|\bused\s{1,3}to\b|\b(?:was|were|had\s{1,3}been)\s{1,3}(?:\w{1,12}\s{1,3}){0,2}\Z"
    r"|\b(?:yesterday|ago|initially|originally|previously|formerly|at first)\b",
    re.IGNORECASE,
)
_GOES_ON_OTHERS = re.compile(
    r"(?:\bwho|(?<!\bI )\b(?!I\b)\w{2,20}\s{1,3}(?:and|then))\s{1,3}"
    r"(?:said|gave|says|gives|told|rated|voted)\b[^.!?\n]{0,40}\Z",
    re.IGNORECASE,
)
"""What somebody did, and then said ("he lied and said 8")."""
_SPOKE = re.compile(
    r"\b(?:says?|said|tells?|told|gives?|gave|answers|answered|repl(?:ies|ied)|whisper(?:s|ed)|shout(?:s|ed))\W{0,4}"
    r"(?:\w{2,12}\s{0,3})?\Z",
    re.IGNORECASE,
)
"""What stands before a colon, and somebody's words behind it."""
_AT = re.compile(r"\b(?:at\s{1,3}(?:\w{1,12}\s{1,3})?|to\s{1,3}(?:an?\s{1,3})?)\W{0,4}\Z", re.IGNORECASE)
_HELD_AT = re.compile(
    r"\b(?:trust\w{0,3}|rat\w{1,4}|put\w{0,4}|plac\w{1,4}|level|sit\w{0,5}|stand\w{0,4}|scor\w{1,4}|estimat\w{1,4}"
    r"|confiden\w{2,3}|certain\w{0,2}|set|remain\w{0,3}|stay\w{0,3}|peg|am|agree\w{0,4}|around|somewhere|faith"
    r"|opinion|belief|number|round\w{0,3}|amount\w{0,2})\b|\bit\W(?=.*\bto\b)"
    r"|I['\u2019]m\b|\bit(?:['\u2019]s|\s{1,3}is)\s{1,3}(?:\w{1,12}\s{1,3})?at\b|\A\W{0,8}at\b",
    re.IGNORECASE,
)
"""What makes a number after "at" or "to" a level, and no time of day."""


def is_own_and_now(before: str, after: str) -> bool:
    """Whether what a text states between two others is stated as one's own, and as it is now.

    Args:
        before: what stands before it.
        after: what stands after it.
    """
    clause = clause_before(before)
    quoted = before.rstrip(MARKUP)
    if quoted.endswith(":") and _SPOKE.search(quoted[:-1]):
        clause = clause_before(quoted[:-1]) + " "
    if _WAS.search(clause) or _ASKED.search(clause) or _OTHERS.search(clause) or _NAMED.search(clause):
        return False
    if any(not _OWN.search(clause[: verb.start()].rstrip()) for verb in _OTHERS_VERB.finditer(clause)):
        return False
    if _GOES_ON_OTHERS.search(before):
        return False
    if (at := _AT.search(clause)) and not _HELD_AT.search(clause[: at.end()]):
        return False
    begins = max((match.end() for match in _SENTENCE_ENDS.finditer(before)), default=0)
    end = _SENTENCE_ENDS.search(after)
    return not _IF.search(before[begins:]) and not _IF.search(after[: end.start()] if end else after)
