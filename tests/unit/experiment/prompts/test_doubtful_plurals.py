"""Plurals that are hardly English are known as such, and no others."""

from __future__ import annotations

import pytest

from sociarium.experiment.prompts.doubtful_plurals import doubtful_plural

DOUBTFUL = {
    "guards": ("guardss", "guards"),
    "swing voters": ("swing voterss", "swing voters"),
    "women": ("womens", "women"),
    "townspeople": ("townspeoples", "townspeople"),
    "criteria": ("criterias", "criteria"),
    "CEO": ("CEOS", "CEOs"),
    "CFO": ("CFOES", "CFOs"),
    "cfo": ("cfoes", "cfos"),
    "legal AI": ("legal AIS", "legal AIs"),
    "HRBP": ("HRBPS", "HRBPs"),
    "漁師": ("漁師S", ""),
    "Ärztin": ("Ärztins", ""),
    "straße": ("straßes", ""),
    "рабочий": ("рабочийs", ""),
    "wolf_a": ("wolf_as", ""),
    "Juror 7": ("Juror 7S", ""),
    "GPT-4": ("GPT-4S", ""),
    "guard (day)": ("guard (day)s", ""),
    "grandchild": ("grandchilds", "grandchildren"),
    "gentleman": ("gentlemans", "gentlemen"),
    "middleman": ("middlemans", "middlemen"),
    "unvaccinated": ("unvaccinateds", ""),
    "Fritz": ("Fritzzes", "Fritzes"),
    "thief": ("thiefs", "thieves"),
    "runner-up": ("runner-ups", "runners-up"),
    "passer-by": ("passer-bies", "passers-by"),
    "mother_in_law": ("mother_in_laws", "mothers_in_law"),
    "Latino": ("Latinoes", "Latinos"),
    "Secretary of State": ("Secretarys of State", "Secretaries of State"),
    "homeless": ("homelesses", ""),
    "undecided": ("undecideds", ""),
    "police": ("polices", ""),
    "Swiss": ("Swisses", ""),
    "it": ("they", ""),
    "young people": ("young peoples", "young people"),
    "Sioux": ("Siouxes", ""),
    "Brahman": ("Brahmen", "Brahmans"),
    "Mussulman": ("Mussulmen", "Mussulmans"),
    "Turkoman": ("Turkomen", "Turkomans"),
    "pro-life": ("pro-lives", ""),
    "NIMBY": ("NIMBYS", "NIMBYs"),
    "LGBTQ": ("LGBTQS", "LGBTQs"),
    "professor emeritus": ("professor emerituses", "professors emeriti"),
    "Emerita": ("Emeritas", "Emeritae"),
    "jack-of-all-trades": ("jacks-of-all trades", "jacks-of-all-trades"),
    "Mother-in-Law": ("mothers-in-law", "Mothers-in-Law"),
    "stay-at-home dad": ("stays-at-home dad", "stay-at-home dads"),
    "Team: CEO": ("Team: CEOS", "Team: CEOs"),
}

PLAIN = """
guard prisoner juror participant voter citizen person child man woman
policeman policewoman ombudsman ox wolf sheep fish deer hero witness
boss hostess actress waitress genius bus alias lady boy ally nanny spy enemy attorney secretary deputy notary journalist
economist teacher student nurse doctor manager worker employee trustee refugee committee jury crew staff team mosquito
sister-in-law man-at-arms attorney-general grown-up stand-in higher-up prison_guard fiancée protégé señor
café PhD Guard GUARD JUDGE COOK BOT Chinese Jew German Roman newlywed co-ed seed human
superhuman shaman talisman Ottoman quiz whiz chief
dwarf photo bot LLM-agent Burman echo veto tornado volcano mango motto cargo embargo lady-in-waiting Vice-President
nimby pro-lifer anti-vaxxer
"""


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_plural_that_is_hardly_english_is_known_with_the_one_that_is_meant(name: str) -> None:
    assert doubtful_plural(name) == DOUBTFUL[name]


@pytest.mark.parametrize("name", [*PLAIN.split(), "police officer", "undecided voter", "AI system", "Type I"])
def test_of_a_plain_word_nothing_is_said(name: str) -> None:
    assert doubtful_plural(name) is None
