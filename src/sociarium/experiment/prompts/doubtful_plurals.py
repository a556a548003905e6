"""Plurals of roles that are hardly English: what the library forms of names that are plural already, that are short for
something, that are of another language, and of some that it does not know.
"""

from __future__ import annotations

import re

from sociarium.experiment.prompts.word_forms import plural

_BETWEEN_PARTS = re.compile(r"[\s_-]+")
_IRREGULAR = re.compile(
    r"(?:.*\D)?(?<!turk)(?<!chu)(?:men|people|children|mice|geese|feet|alumni|alumnae|criteria|phenomena|data|media)",
    re.IGNORECASE,
)
"""Plurals that do not end in an s."""
_SHORT = re.compile(r"[^\W\d_]{2,3}|[^\W\d_AEIOUY]{4,}|[^\W\d_]{3}O|[NY]IMBY")
"""What is short for something where it stands in capitals: CEO, and not COOK."""
_WORD_OF_THREE = re.compile("APE|BOT|BOY|CAT|COP|COW|DAD|DOG|FAN|FOX|GUY|KID|MAN|MOM|MUM|PAL|SON|SPY")
_HEAD_BEFORE_PARTICLE = re.compile(r"(.*(?<!high)er)([\s_-]+(?:by|in|off|on|out|up))", re.IGNORECASE)
"""As in runner-up, which makes runners-up."""
_CHILD = re.compile(r"(?:.*[\s_-])?(?:god|grand|school|step)?child", re.IGNORECASE)
_THIEF = re.compile(r"(?:.*[\s_-])?thie(?=f$)", re.IGNORECASE)
_MAN = re.compile(
    r".*(?<!hu)(?<!ger)(?<!nor)(?<!\bro)(?<!otto)(?<!sha)(?<!brah)(?<!bur)(?<!mussul)(?<!alaba)(?<!oklaho)(?<!talis)"
    r"(?<!ca[iy])man",
    re.IGNORECASE,
)
"""What makes men, and not Germans."""
_NO_MAN = re.compile(r"(?:.*[\s_-])?(?:brah|muss[ue]l|tur[ck]o)(?=man$)", re.IGNORECASE)
"""What the library takes for men."""
_EMERITUS = re.compile(r"(?P<head>.*?)(?P<stem>[\s_-]*\bemerit)(?P<ending>us|a)", re.IGNORECASE)
_STAY_AT_HOME = re.compile(r"(stay[\s_-]at[\s_-]home[\s_-])(.+)", re.IGNORECASE)
"""What goes before a head, unlike the end of man-at-arms."""
_ENDS_IN_OES = re.compile(
    r"(?:.*[\s_-])?(?:archipelago|bravado|buffalo|calico|cargo|desperado|dingo|dodo|domino|echo|embargo|flamingo|fresco"
    r"|grotto|halo|hero|hobo|innuendo|jingo|mango|manifesto|memento|mosquito|motto|peccadillo"
    r"|portico|potato|tomato|tornado|torpedo|veto|virago|volcano|zero|superhero|antihero)",
    re.IGNORECASE,
)
_TAKEN_FOR_A_NAME = re.compile(r"\b([A-Z]\w*[tsni]ar|Deput|Lad|Enem|All|Tor|Part|Jur|[A-Z]\w*(?:enc|it))ys\b")
"""In capitals: `Secretarys`."""
_NO_ENGLISH_LETTER = re.compile(r"[^\W\d_a-zàâçèéêëîïñô]", re.IGNORECASE)
_STANDS_FOR_SEVERAL = re.compile(
    r"(?:.*[\s_-])?(?:amish|british|danish|dutch|english|finnish|flemish|french|irish|jewish|polish|scottish|spanish|swedish"
    r"|swiss|sioux|turkish|welsh|cattle|clergy|elderly|gentry|kin|police|poor|rich|swine|\w+less|accused|beloved|bereaved"
    r"|betrothed|deceased|departed|disabled|divorced|injured|insured|married|retired|undecided|wounded"
    r"|(?:anti|pro)[\s_-](?:abortion|choice|gun|life|vax|war)"
    r"|\w{2,}(?:ated|cted|i[sz]ed|oyed))",
    re.IGNORECASE,
)
"""The Swiss, the homeless, the accused; those who are pro-life."""


def doubtful_plural(name: str) -> tuple[str, str] | None:
    """What several of a role are called by the library, where that is hardly English.

    Returns:
        The word, and the one that is likelier meant, empty where it is not known; None where nothing speaks against it.
    """
    formed = plural(name)
    if formed == name:
        return None
    last = _parts(name)[-1]
    if (
        (len(last) < 2 and not (last.isupper() and formed == f"{name}s"))  # a letter, and no Type I
        or not last[-1:].isalpha()
        or any(map(str.isdigit, last))
        or _NO_ENGLISH_LETTER.search(name)
        or _STANDS_FOR_SEVERAL.fullmatch(name)
    ):
        return None if name.endswith(".") else (formed, "")
    likelier = _likelier(name, formed)
    if likelier and likelier != formed:
        return formed, likelier
    return None if formed[:1].lower() == name[:1].lower() else (formed, "")


def _likelier(name: str, formed: str) -> str:
    """The plural that is meant where the library is known to form another one; empty where it is not."""
    if formed.lower() == f"{name}s".lower() and (name.lower().endswith("s") or _IRREGULAR.fullmatch(name)):
        return name
    for part in filter(_is_short, _parts(name)):
        if part not in _parts(formed):
            return name.replace(part, f"{part}s", 1)
    if match := _HEAD_BEFORE_PARTICLE.fullmatch(name):
        return f"{plural(match[1])}{match[2]}"
    if _CHILD.fullmatch(name):
        return f"{name}ren"
    if match := _THIEF.match(name):
        return f"{match[0]}ves"
    if formed == f"{name}s" and _MAN.fullmatch(name):
        return f"{name[:-3]}men"
    if formed == f"{name}zes" and not name.endswith("iz"):
        return f"{name}es"
    if _NO_MAN.match(name):
        return f"{name}s"
    if match := _EMERITUS.fullmatch(name):
        ending = "i" if match["ending"].lower() == "us" else "ae"
        return f"{plural(match['head'])}{match['stem']}{ending}"
    if match := _STAY_AT_HOME.fullmatch(name):
        return f"{match[1]}{plural(match[2])}"
    if formed.endswith("oes") and not _ENDS_IN_OES.fullmatch(name):
        return f"{name}s"
    if "_" in name and " " not in name:
        return plural(name.replace("_", " ")).replace(" ", "_")
    return _TAKEN_FOR_A_NAME.sub(r"\1ies", _as_joined(name, formed))


def _as_joined(name: str, formed: str) -> str:
    """What is formed with the hyphens and capitals of the name: the library loses some of jack-of-all-trades."""
    one, several = _parts(name), _parts(formed)
    if "-" not in name or len(one) != len(several):
        return formed
    parts = [
        part if part.lower() == other.lower() else f"{part[0]}{other[1:]}" if part[:1].lower() == other[:1] else other
        for part, other in zip(one, several, strict=True)
    ]
    return "".join(map("".join, zip(parts, [*_BETWEEN_PARTS.findall(name), ""], strict=True)))


def _is_short(part: str) -> bool:
    """Whether a part of a name is short for something."""
    return part.isupper() and _SHORT.fullmatch(part) is not None and _WORD_OF_THREE.fullmatch(part) is None


def _parts(name: str) -> list[str]:
    return _BETWEEN_PARTS.split(name)
