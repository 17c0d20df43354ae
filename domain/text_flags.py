"""What a text gives away: rental-pool pallets, asbestos, hazards, staff hired out, and people's data to mask."""

from __future__ import annotations

import re
from typing import Final, Literal
from unicodedata import combining, normalize

from msgspec import Struct

from domain import taxonomy
from domain.lexicon import fold
from domain.reference import rows, values

Action = Literal["block", "ask", "warn", "mask"]

ACTIONS: Final[dict[str, Action]] = {
    "pool_owned": "block", "pool_suspected": "ask", "deposit": "warn", "hazardous": "ask", "prohibited": "block",
    "staff_profit": "block", "personal_data": "mask", "transboundary": "warn",
}  # fmt: skip
"""What each flag of the reference table calls for."""

COLOUR: Final = r"(?:bleue?s?|rouges?|marrons?|brune?s?|vertes?)\b"
# What people write beside the patterns of the reference table.
FURTHER_PATTERNS: Final[dict[str, tuple[str, ...]]] = {
    "pool_owned": (
        r"\bchep\w*",
        r"palettes? (?:\w+ ){0,2}(?:de|en) location",
        r"palettes? (?:\w+ )?louees?\b",
        r"\b(?:rental|pooled|hired)[ -](?:pool )?pallets?",
        r"\b(?:c\.h\.e\.p|l\.p\.r|i\.p\.p|p\.g\.s|p\.r\.s)\b",
    ),
    "pool_suspected": (
        r"palettes? (?:(?:de|en|couleur|bois|plastique|europe|usagees?|vides?|\d+x\d+) ){0,3}" + COLOUR,
        r"\b(?:blue|red|brown|green) (?:wooden |plastic |euro )?pallets?",
    ),
    "deposit": (r"\b(?:refundable )?deposit pallets?",),
    "hazardous": (
        r"(?<!cooking )(?<!frying )\b(?:waste|used|engine|motor) oils?\b(?! (?:cooking|frying))",
        r"\bsolvents?\b",
        r"\bacids?\b",
        r"\b(?:lead|lithium) batter(?:y|ies)",
        r"\baerosols?\b",
        r"\bgas (?:bottles?|cylinders?)",
    ),
    "transboundary": (r"\b(?:genevoise?|belges?|swiss|geneva|switzerland|belgium|belgian)\b",),
    "personal_data": (
        r"(?<![\w+])\+(?!33)[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){3,6}(?!\d)",
        r"[\w.+-]{1,64} ?(?:\(at\)|\[at\]|\(a\)|\(arobase\)|\[arobase\]) ?[\w-]+(?:\.| (?:dot|point) )[a-z]{2,}",
    ),
}
# A word that denies what follows in the same clause, at most three words away.
DENIED: Final = re.compile(
    r"\b(?:sans(?! doute)|aucune?s?|ni|hors|excepte|sauf|zero|without|no|not|never|free of|pas|(?:jamais|plus) d[e'])"
    r" ?(?:[\w']+ ){0,3}(?:[dl]')?$|\bnon[ -]$"
)
DENIED_AFTER: Final = re.compile(r"[ -]free\b")
LONGEST_CLAUSE: Final = 80
NEVER_DENIED: Final = frozenset({"personal_data", "transboundary"})
GREEN_WOOD: Final = re.compile(r"\bbois (?:frais|vert)\b|\betuve|\bsciage|\bgreen (?:wood|timber)|\bsechage\b|\bseche")
# Things that share a word with a hazard: amino acids feed animals, acidic food is food.
HARMLESS: Final = re.compile(r"acides? (?:amines?|gras|citrique|lactique)|(?:citric|amino|fatty|lactic) acids?")
CERTIFIED_WORK: Final = re.compile(r"diagnosti|desamiant|retrait|certifie|removal|certified|survey|depollu")
LENT_PERSON: Final = re.compile(r"soudeur|cariste|salarie|ouvrier|electricien|personnel|main d|welder|operator|worker")

MASK: Final = "•••"
"""What stands for personal data in a text shown to people who may not see it."""


class Flag(Struct, frozen=True):
    """Something a text gives away: the flag's code, what to do, and where it stands (`start` to `end`)."""

    code: str
    action: Action
    start: int
    end: int


def find(text: str, category: str | None = None, side: str = "offer") -> list[Flag]:
    """The flags a text raises, in reading order.

    The hazard is the giver's to declare: a request never raises it. `category` settles what only some
    may do: certified services speak of asbestos, and a margin matters where people are lent.
    """
    folded = _folded(text)
    known = taxonomy.CATEGORIES.get(category) if category else None
    found = [
        flag
        for flag in _matches(folded)
        if not _harmless(flag, folded, known) and not (flag.code == "hazardous" and side in ASKING)
    ]
    if any(flag.code == "pool_owned" for flag in found):  # the name settles what the colour only suggests
        found = [flag for flag in found if flag.code != "pool_suspected"]
    return sorted(found, key=lambda flag: (flag.start, -flag.end, flag.code))


ASKING: Final = frozenset({"request", "join_request"})


def mask(text: str) -> str:
    """The text with phone numbers and mail addresses covered, for readers who are not members."""
    covered, here = [], 0
    for flag in find(text):
        if flag.code == "personal_data" and flag.end > here:
            covered += [text[here : max(flag.start, here)], MASK]
            here = flag.end
    return "".join((*covered, text[here:]))


def is_denied(folded: str, start: int, end: int) -> bool:
    """Tell whether a folded text denies the words from `start` to `end`: "sans amiante", "asbestos-free"."""
    clause = re.split(r"[.;:,!?()\n]", folded[max(0, start - LONGEST_CLAUSE) : start])[-1]
    return DENIED.search(clause) is not None or DENIED_AFTER.match(folded, end) is not None


def _folded(text: str) -> str:
    """As `fold`, with the look-alike dashes people's telephones write made plain; positions stay true."""
    return re.sub("[‐‑‒–—−]", "-", fold(text))


def _matches(folded: str) -> list[Flag]:
    found: list[Flag] = []
    for code, pattern in PATTERNS:
        for match in pattern.finditer(folded):
            flag = Flag(code, ACTIONS[code], match.start(), match.end())
            if not any(known.code == code and known.start <= flag.start < known.end for known in found):
                found.append(flag)
    return found


def _harmless(flag: Flag, folded: str, category: taxonomy.Category | None) -> bool:
    if flag.code not in NEVER_DENIED and is_denied(folded, flag.start, flag.end):
        return True
    words = folded[flag.start : flag.end]
    match flag.code:
        case "pool_suspected":
            return words.rstrip("s").endswith("verte") and GREEN_WOOD.search(folded) is not None
        case "hazardous":
            return HARMLESS.match(folded, flag.start) is not None
        case "prohibited":
            service = category is not None and category.nature not in {"good", "equipment"}
            return service and CERTIFIED_WORK.search(folded) is not None
        case "staff_profit":
            staff = category is not None and category.family == "RHC"
            return not staff and LENT_PERSON.search(folded) is None
        case "transboundary":  # the rule is about shipments of waste
            return category is not None and not category.flags & {"waste", "hazardous"}
        case _:
            return False


def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns of the reference table, without accents since the text has none, then our own."""
    patterns = [
        (row["flag"], _bounded("".join(c for c in normalize("NFD", pattern) if not combining(c))))
        for row in rows("text_flags.csv")
        for pattern in values(row["patterns"])
    ]
    patterns += [(code, pattern) for code, further in FURTHER_PATTERNS.items() for pattern in further]
    return tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in patterns)


def _bounded(pattern: str) -> str:
    """The pattern with its open ends closed: a long text without spaces must not take seconds to search."""
    return pattern.replace("+@", "{1,64}@").replace(".*", ".{0,200}")


PATTERNS: Final = _compiled()
