"""What a text gives away: rental-pool pallets, asbestos, hazards, staff hired out, and people's data to mask."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final, Literal
from unicodedata import combining, normalize

from msgspec import Struct

from domain import taxonomy
from domain.lexicon import fold
from domain.reference import rows, values

Action = Literal["block", "ask", "warn", "mask"]

Patterns = tuple[tuple[str, re.Pattern[str]], ...]
"""What is sought, each with the flag it raises."""

ACTIONS: Final[dict[str, Action]] = {
    "pool_owned": "block", "pool_suspected": "ask", "deposit": "warn", "hazardous": "ask", "prohibited": "block",
    "staff_profit": "block", "personal_data": "mask", "transboundary": "warn", "asbestos_suspected": "ask",
}  # fmt: skip
"""What each flag of the reference table calls for."""

# Short, and as people misspell and abbreviate it; never the pallet of a transpalette.
PALLET: Final = r"(?<![a-z])pal(?:l?et+e?s?\b|\.)"
COLOUR: Final = r"(?:bleue?s?|rouges?|marr?ons?|brune?s?|vertes?|verts?)\b"
BETWEEN: Final = r"(?:de|en|couleur|bois|plastique|europe|euro|eur|epal|usagees?|vides?|peintes?|\d+[x/]\d+)"
DOTTED: Final = r"(?:c[. -]h[. -]e[. -]p|l[. -]p[. -]r|i[. -]p[. -]p|p[. -]g[. -]s|p[. -]r[. -]s)"
# What people write beside the patterns of the reference table.
FURTHER_PATTERNS: Final[dict[str, tuple[str, ...]]] = {
    "pool_owned": (
        r"\bt?che+pp?s?\b",
        r"\b" + DOTTED + r"\b",
        PALLET + r" (?:\w+ ){0,2}(?:de|en|du) (?:location|loueurs?|pooling|pool locatif)\b",
        PALLET + r" (?:\w+ )?(?:louees?|locatives?|loueurs?)\b",
        r"\b(?:rental|rented|pooled|hired|hire|leased)[ -](?:pool )?pal(?:l)?ets?\b",
        r"\bpal(?:l)?ets? (?:from|of|owned by) (?:the )?(?:pooler|pool|rental company)\b",
    ),
    "pool_suspected": (
        PALLET + r" (?:" + BETWEEN + r" ){0,4}" + COLOUR,
        r"\b(?:blue|red|brown|green) (?:wooden |plastic |euro |painted )?pal(?:l)?ets?\b",
        r"\bpal(?:l)?ets? (?:painted )?(?:in )?(?:blue|red|brown|green)\b",
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
    "prohibited": (
        r"\bami[ae]nte?s?\b",
        r"\bamiante[ -]ciment\b",
        r"\bfibr[eo]s?[ -]?(?:ciments?|cements?)\b",
        r"\basbesto[sz]\b",
        r"\b(?:flocages?|calorifugeages?) amiantes?\b",
    ),
    # Sold without asbestos since 1997, and with it before: the author is asked.
    "asbestos_suspected": (
        r"\beternit\b",
        r"\b(?:tole|plaque|ardoise|toiture)s? (?:ondulees? )?(?:en )?fibre",
        r"\bdalles? (?:de sol )?vinyle?s?(?: \w+){0,2} (?:annees? )?19[4-9]\d",
    ),
    "transboundary": (r"\b(?:genevoise?|belges?|swiss|geneva|switzerland|belgium|belgian)\b",),
}
NUMBER_WORD: Final = (
    r"(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente"
    r"|quarante|cinquante|soixante|zero|et)"
)
STREET: Final = r"(?:rue|avenue|av\.?|boulevard|bd\.?|bld|chemin|ch\.|allee|impasse|lotissement|faubourg|montee|rte\.?)"
ARTICLE: Final = r"(?:(?:de la|de l'|des|du|de|d'|la|le|les|l'|aux?) ?)?"
NAME: Final = ARTICLE + r"[a-z][\w'-]*(?:[ -](?!\d)[a-z][\w'-]*){0,3}?"
# Also the words of a parking place, a loading dock and a training course: with a postcode behind, they are addresses.
STREET_OR_THING: Final = r"(?:place|pl\.|quai|route|square|cours|passage|voie|rond[ -]point|esplanade|sentier)"
TOWN: Final = r"(?:,? ?(?:f-)?\d{5}(?: [a-z][a-z'-]+(?:[ -][a-z][a-z'-]+){0,3})?)"
HOUSE: Final = r"\b\d{1,4}(?: ?(?:bis|ter|quater|[a-d]))?,? "
AT: Final = r" ?(?:[(\[{](?:at|a|@|arobase)[)\]}]| arobase | at (?=[\w-]+ (?:dot|point) )) ?"
DOT: Final = r" ?(?:\.|[(\[](?:dot|point)[)\]]| dot | point ) ?"
NETWORKS: Final = r"(?:whatsapp|telegram|signal|skype|messenger|snap(?:chat)?|insta(?:gram)?|facebook|linkedin|viber)"
SHORT_LINKS: Final = r"(?:wa\.me|t\.me|bit\.ly|fb\.me|linktr\.ee|(?:[a-z]{2,3}\.)?(?:linkedin|facebook|instagram)\.com)"
A_MEASURE: Final = r"(?:minutes?|mins?|hours?|km|miles?|metres?|meters?|tons?|tonnes?|pallets?|boxes)"
# How somebody can be reached outside the site; the longest form of each first, for what is found once is not sought on.
CONTACTS: Final = (
    r"\bhttps?://\S{1,300}",
    r"\bwww\.[\w.-]{1,200}(?:/\S{0,200})?",
    r"\b" + SHORT_LINKS + r"(?:/\S{0,200})?",
    r"[\w.+-]{1,64} ?@ ?[\w-]{1,63}(?: ?\. ?[\w-]{2,63}){1,4}",
    r"[\w.+-]{1,64}" + AT + r"[\w-]{1,63}(?:" + DOT + r"[\w-]{2,63}){1,4}",
    r"\b" + NETWORKS + r" ?(?::|=) ?[\w@.+-]{2,60}(?: [a-z][\w-]{1,40}(?=[ ,.;]|$))?",
    r"(?<![\w.@])@[a-z][\w.]{2,30}",
    r"\b[a-z][a-z0-9-]{2,62}\.(?:fr|com|net|org|eu|info|biz)\b(?:/\S{0,200})?",
    # French numbers, then those of the neighbours; what stands in figures of two is kept apart by one sign.
    r"(?<!\d)(?:\(?(?:\+|00)33\)?[ .-]*(?:\(0\))?|0)[ .-]*[1-9]([ .,/_*-]?)\d{2}(?:\1\d{2}){3}(?!\d)",
    r"\btel[a-z.: ]{0,14}(?P<said>(?:(?:\+|00)33[ .-]*(?:\(0\))?|0)[ .-]*[1-9](?:[ .,/_*-]{0,2}\d{2}){4})(?!\d)",
    r"(?<![\da-z])o[1-9]([ .-]?)\d{2}(?:\1\d{2}){3}(?!\d)",
    r"(?<!\d)0 ?8\d{2}[ .]?\d{3}[ .]?\d{3}(?!\d)",
    r"(?<!\d)0[1-9]\d[ .]\d{3}[ .]\d{2}[ .]\d{2}(?!\d)",
    r"(?<!\d)0(?:20 \d{4} \d{4}|1\d{2,3} \d{3} ?\d{3,4}|7\d{3} ?\d{3} ?\d{3})(?!\d)",
    r"(?<![\w+])(?:\+|00 ?)(?!33)[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){3,6}(?!\d)",
    r"\bzero[ ,-]+" + NUMBER_WORD + r"(?:[ ,-]+" + NUMBER_WORD + r"){4,12}\b",
    HOUSE + STREET + r" " + NAME + TOWN,
    HOUSE + STREET + r" " + NAME + r"(?=[,.;:!?()\n]|$| (?:a|et|tel|puis|le|les|pour|derriere|ou|sur)\b)",
    HOUSE + STREET + r" " + ARTICLE + r"[a-z][\w'-]*",
    HOUSE + STREET_OR_THING + r" " + NAME + TOWN,
    r"\b(?:rue|avenue|boulevard) " + ARTICLE + r"[a-z][\w'-]*" + TOWN + r"?",
    r"\b\d{1,4}[a-d]? (?!" + A_MEASURE + r"\b)(?:[a-z][\w'-]* ){1,3}(?:street|road|lane)\b",
)
A_DATE: Final = re.compile(r"\d{2}[ .,/-]\d{2}[ .,/-]\d{4}")
CABLE_TRAY: Final = re.compile(r"chemins? de (?:cable|roulement|cle)")
PAIRS: Final = re.compile(r"(?<![\d])\d{2}(?: \d{2})+(?![\d])")
# A word that denies what follows in the same clause, at most three words away.
DENIED: Final = re.compile(
    r"\b(?:(?:sans(?! doute)|aucune?s?|ni|hors|excepte|sauf|zero|without|no|not|never|free of|pas)\b"
    r"|(?:jamais|plus) d[e'])"
    r" ?(?:[\w']+ ){0,3}(?:[dl]')?$|\bnon[ -]$"
)
DENIED_AFTER: Final = re.compile(r"[ -]free\b")
LONGEST_CLAUSE: Final = 80
NEVER_DENIED: Final = frozenset({"personal_data", "transboundary"})
WITHOUT_ASBESTOS: Final = re.compile(
    r"\b(?:sans|non|ni|garantie?s? sans|exempte?s? d'?) ?amiante|asbestos[ -]free|without asbestos|no asbestos"
)
AFTER_THE_BAN: Final = re.compile(
    r"\b(?:apres|depuis|posterieure?s? a|since|after|de|en|from|in) (?:199[89]|20\d\d)\b"
    r"|\bneu(?:f|ve)s?\b|\bbrand new\b"
)
BEFORE_THE_BAN: Final = re.compile(
    r"\b(?:avant|anterieure?s? a|before|de|en|from|in|annees?) (?:19[0-8]\d|199[0-7]|[5-8]0)\b"
)
GREEN_WOOD: Final = re.compile(r"\bbois (?:frais|vert)\b|\betuve|\bsciage|\bgreen (?:wood|timber)|\bsechage\b|\bseche")
# Things that share a word with a hazard: amino acids feed animals, acidic food is food.
HARMLESS: Final = re.compile(r"acides? (?:amines?|gras|citrique|lactique)|(?:citric|amino|fatty|lactic) acids?")
CERTIFIED_WORK: Final = re.compile(r"diagnosti|desamiant|retrait|certifie|removal|certified|survey|depollu")
LENT_PERSON: Final = re.compile(r"soudeur|cariste|salarie|ouvrier|electricien|personnel|main d|welder|operator|worker")

POOLERS: Final = {"chep": "CHEP", "lpr": "LPR", "ipp": "IPP", "pgs": "PGS", "prs": "PRS"}


def pooler(text: str) -> str:
    """The pooler a text names, by its code in the table of attributes; empty where it names none, or several."""
    folded = re.sub(r"(?<=\b[a-z])[. -](?=[a-z]\b)", "", as_searched(text)).replace("la palette rouge", "lpr")
    named = {code for word, code in POOLERS.items() if re.search(rf"\bt?{word}+s?\b", folded)}
    return named.pop() if len(named) == 1 else ""


MASK: Final = "•••"
"""What stands for personal data in a text shown to people who may not see it."""


class Flag(Struct, frozen=True):
    """Something a text gives away: the flag's code, what to do, and where it stands (`start` to `end`)."""

    code: str
    action: Action
    start: int
    end: int


def find(text: str, category: str | None = None, side: str = "offer", *, of_people: bool = True) -> list[Flag]:
    """The flags a text raises, in reading order.

    The hazard is the giver's to declare: a request never raises it. `category` settles what only some
    may do: certified services speak of asbestos, and a margin matters where people are lent. People's data take the
    longest to seek; whoever does not care about it leaves it out (`of_people`).
    """
    folded = as_searched(text)
    known = taxonomy.CATEGORIES.get(category) if category else None
    codes = _codes_of_waste(folded) if of_people else []
    found = [
        flag
        for flag in _matches(folded, PATTERNS if of_people else PATTERNS_OF_THINGS)
        if not _harmless(flag, folded, known)
        and not (flag.code == "hazardous" and side in ASKING)
        and not (flag.code == "personal_data" and any(at <= flag.start and flag.end <= end for at, end in codes))
    ]
    if any(flag.code == "pool_owned" for flag in found):  # the name settles what the colour only suggests
        found = [flag for flag in found if flag.code != "pool_suspected"]
    if any(flag.code == "prohibited" for flag in found):
        found = [flag for flag in found if flag.code != "asbestos_suspected"]
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


def as_searched(text: str) -> str:
    """As `fold`, with the look-alike dashes people's telephones write made plain; positions stay true."""
    return re.sub("[‐‑‒–—−]", "-", fold(text))


def _matches(folded: str, patterns: Patterns) -> list[Flag]:
    found: list[Flag] = []
    covered: defaultdict[str, bytearray] = defaultdict(lambda: bytearray(len(folded)))
    for code, pattern in patterns:
        here = covered[code]
        for match in pattern.finditer(folded):
            start, end = match.span("said" if "said" in pattern.groupindex else 0)
            if not here[start]:
                found.append(Flag(code, ACTIONS[code], start, end))
                here[start:end] = b"\1" * (end - start)
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
            certified = service and CERTIFIED_WORK.search(folded) is not None
            # Fibre cement is made without asbestos since 1997, and says so.
            return certified or (words.startswith("fibr") and WITHOUT_ASBESTOS.search(folded) is not None)
        case "asbestos_suspected":
            known_to_be_late = AFTER_THE_BAN.search(folded) is not None and BEFORE_THE_BAN.search(folded) is None
            return known_to_be_late or WITHOUT_ASBESTOS.search(folded) is not None
        case "personal_data":
            return A_DATE.match(words) is not None or CABLE_TRAY.search(words) is not None
        case "staff_profit":
            staff = category is not None and category.family == "RHC"
            return not staff and LENT_PERSON.search(folded) is None
        case "transboundary":  # the rule is about shipments of waste
            return category is not None and not category.flags & {"waste", "hazardous"}
        case _:
            return False


def _codes_of_waste(folded: str) -> list[tuple[int, int]]:
    """Where figures of two that may read like a telephone number are codes of the list of waste, one after another."""
    found = []
    for run in PAIRS.finditer(folded):
        pairs = run.group().split()
        codes = {" ".join(pairs[at : at + 3]) for at in range(0, len(pairs), 3)}
        if len(pairs) % 3 == 0 and codes <= CODES_OF_WASTE:
            found.append(run.span())
    return found


def _compiled() -> Patterns:
    """The patterns of the reference table, without accents since the text has none, then our own."""
    patterns = [("personal_data", pattern) for pattern in CONTACTS]
    patterns += [
        (row["flag"], _bounded("".join(c for c in normalize("NFD", pattern) if not combining(c))))
        for row in rows("text_flags.csv")
        for pattern in values(row["patterns"])
    ]
    patterns += [(code, pattern) for code, further in FURTHER_PATTERNS.items() for pattern in further]
    return tuple((code, re.compile(pattern, re.IGNORECASE)) for code, pattern in patterns)


def _bounded(pattern: str) -> str:
    """The pattern with its open ends closed: a long text without spaces must not take seconds to search."""
    pattern = pattern.replace("+@", "{1,64}@").replace(".*", ".{0,200}")
    return rf"(?<![a-z]){pattern}" if pattern.startswith("palettes?") else pattern  # a transpalette is none


CODES_OF_WASTE: Final = frozenset(row["code"] for row in rows("list_of_waste.csv"))
PATTERNS: Final = _compiled()
PATTERNS_OF_THINGS: Final = tuple((code, pattern) for code, pattern in PATTERNS if code != "personal_data")
