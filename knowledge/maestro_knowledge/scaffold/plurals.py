"""The plural of an English noun, and whether a word is a plural already.

A small table and rules: libraries that guess give `statuss`, `criterias` or `bu` (from `bus`), and a
wrong guess ends up in a URL. The result is always shown, and `options.plural` overrides it.
"""

import re

from maestro_knowledge.scaffold.words import words

_IRREGULAR = {
    "analysis": "analyses",
    "appendix": "appendices",
    "axis": "axes",
    "basis": "bases",
    "child": "children",
    "crisis": "crises",
    "criterion": "criteria",
    "datum": "data",
    "diagnosis": "diagnoses",
    "die": "dice",
    "foot": "feet",
    "goose": "geese",
    "hypothesis": "hypotheses",
    "louse": "lice",
    "matrix": "matrices",
    "medium": "media",
    "mouse": "mice",
    "ox": "oxen",
    "person": "people",
    "phenomenon": "phenomena",
    "quiz": "quizzes",
    "synopsis": "synopses",
    "thesis": "theses",
    "tooth": "teeth",
    "vertex": "vertices",
}
_UNCOUNTABLE = words(
    """
    advice aircraft baggage bison cod content data deer equipment evidence feedback fish food furniture
    hardware headquarters homework information jeans knowledge logistics luggage media merchandise
    metadata money moose music news offspring police pyjamas rice salmon scissors series sheep shrimp
    software species staff telemetry trousers trout weather
    """
)
_F_TO_VES = words(
    """
    calf elf half hoof knife leaf life loaf scarf self sheaf shelf thief wife wolf
    """
)
_O_TO_OES = words(
    """
    buffalo cargo echo embargo hero mango mosquito potato tomato torpedo veto volcano
    """
)
_MAN_TO_MANS = words("caiman german human norman ottoman roman shaman talisman")

_SINGULAR_AS = words("alias atlas bias canvas christmas gas pancreas pegasus")
_PLURAL_US = words("emus gnus gurus haikus menus tutus")
_PLURAL_IS = words(
    """
    alibis apis bikinis emojis kpis pois safaris selfies skis taxis uris wikis
    """
)
_SINGULAR_OS = words("asbestos chaos cosmos ethos kudos pathos rhinoceros")
_SINGULAR_S = words(
    """
    bus lens plus sms dns tls https http cms aws gps pos sas rss css js os ss
    """
)
_SINGULAR_US = words(
    """
    abacus apparatus bonus bus cactus campus census circus consensus corpus crocus focus genius genus
    nexus octopus opus plus prospectus radius sinus status stimulus surplus terminus thesaurus versus
    virus
    """
)
_ENDS_IN_IE = words(
    """
    birdie bookie brownie calorie cookie eerie genie hoodie lie movie pie prairie rookie selfie smoothie
    tie walkie zombie
    """
)
_ENDS_IN_CHE = words("avalanche cache cliche creche headache niche psyche quiche toothache")
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"(?:[^aeiou]|qu)y$")


def pluralize(word: str) -> str:
    """The plural of `word`, which is lower case and singular."""
    if word in _UNCOUNTABLE:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("woman") or (word.endswith("man") and word not in _MAN_TO_MANS):
        return f"{word[:-2]}en"
    if word in _F_TO_VES:
        return f"{word.removesuffix('e')[:-1]}ves"
    if word.endswith("sis") and len(word) > len("basis"):
        return f"{word[:-2]}es"
    if _CONSONANT_Y.search(word):
        return f"{word[:-1]}ies"
    if word in _O_TO_OES or _SIBILANT.search(word):
        return f"{word}es"
    return f"{word}s"


def singularize(word: str) -> str | None:
    """The singular of `word` where it is a plural beyond doubt, else None."""
    for singular, plural in _IRREGULAR.items():
        if word == plural and word not in _UNCOUNTABLE:
            return singular
    if not _is_regular_plural(word):
        return None
    for singular in _candidates(word):
        if pluralize(singular) == word:
            return singular
    return None


def _is_regular_plural(word: str) -> bool:
    if len(word) < len("abcs") or not word.endswith("s") or word in _UNCOUNTABLE | _SINGULAR_S:
        return False
    if word.endswith("ss") or word in _SINGULAR_AS | _SINGULAR_OS:
        return False
    if word.endswith("us"):
        return word in _PLURAL_US
    if word.endswith("is"):
        return word in _PLURAL_IS
    return True


def _candidates(word: str) -> list[str]:
    if word.endswith("ves"):
        return [f"{word[:-3]}f", f"{word[:-3]}fe", word[:-1]]
    if word.endswith("ies"):
        return [word[:-1]] if word[:-1] in _ENDS_IN_IE else [f"{word[:-3]}y", word[:-1]]
    stem = word.removesuffix("es")
    known = _O_TO_OES | _SINGULAR_S | _SINGULAR_AS | _SINGULAR_US
    if stem in known or (stem.endswith(("ss", "x", "ch", "sh", "zz")) and word[:-1] not in _ENDS_IN_CHE):
        return [stem]
    return [word[:-1]]
