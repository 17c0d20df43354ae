"""Figures of a text that are no quantity: sizes, dates, hours, prices, telephones, addresses, standards, ratings."""

from __future__ import annotations

import re
from typing import Final

from domain.lexicon import fold
from domain.text_flags import find

HIDDEN: Final = "\0"
"""What stands where such a figure stood."""

_NUMBER: Final = r"(?<!\d)\d{1,9}(?:[.,]\d{1,6})?"
_SUM: Final = r"(?<!\d)\d[\d ]{0,11}(?:[.,]\d{1,2})?"
_MONTH: Final = (
    r"(?:janv(?:ier)?|fevr?(?:ier)?|mars|avril|mai|juin|juil(?:let)?|aout|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?"
    r"|dec(?:embre)?|january|february|march|april|may|june|july|august|october|december)\b"
)
_SIDE: Final = rf"{_NUMBER} ?(?:mm|cm|m)?"
_NAMED: Final = (
    r"(?:normes?|nf|iso|din|ce|afnor|astm|n[°o]\.?|no\.?|numero|number|ref\.?|reference|type|classe|class|cat\.?|categorie"
    r"|category|grade|modele|model|serie|series|taille|size|ral|art\.?|article|batiment|bat\.?|hall|porte|quai|dock|ispm"
    r"|nimp|caces|adr|un|zone|windows|version|code|dell|hp|age|lot n[°o])"
)
_RATED: Final = (
    r"(?:ep\.?|epaisseur|hauteur|haut\.?|h|longueur|long\.?|largeur|larg\.?|profondeur|diametre|dia\.?|ø|height|length|width"
    r"|depth|capacite|capacity|volume|charge(?: utile)?|load|porte(?:nt)?|supportent?|resistent?|poids|weight"
    r"|pese(?:nt)?|pesant|weighing|bennes? de|bacs?|bacs? de|cuves? de|futs? de|bidons? de|pont-bascule"
    r"|transpalettes?(?: \w+)?|nacelles?(?: \w+)?|echelles?|lisses?|caisses|max\.?|maxi)"
)
_MEASURE: Final = r"(?:t|kg|l|m|litres?|tonnes?|m3|m2|mm|cm)"
_RATING: Final = (
    r"(?:v|volts?|kva|amperes?|ah|w|watts?|cv|ch|hp|hz|bars?|db|pouces?|inch(?:es)?|go|gb|g|gsm|g/m2|mm|cm|µm|microns?|kms?"
    r"|kilometres?|ans?|annees?|years?|minutes?|min|mn|secondes?|fois|times|etages?|niveaux|plis?|cannelures?|entrees?"
    r"|faces|essieux|voies|couleurs|semelles|tours|clients?|sites?|voisins|entreprises|companies|quais|axes|branches"
    r"|dents|eme|er|th|collectes|enlevements|cases|compartiments|rangs)\b"
)
_PARTS: Final = (
    r"(?:roues|tiroirs|plateaux|planches|lits|portes|vantaux|tablettes|pieds|doors|drawers|shelves|wheels)\b"
)
_SPAN: Final = r"(?:jours?|semaines?|mois|heures?|days?|weeks?|months?|hours?)"
_YEAR_BEFORE: Final = r"(?:en|de|depuis|annee|fin|debut|avant|apres|ete|hiver|automne|printemps|since|by|from|in|of)"
_COUNTED: Final = (
    r"(?:palettes?|pallets?|cartons?|pieces?|pcs|unites?|kg|kilos?|tonnes?|t|litres?|l|m2|m3|boxes|caisses?)\b"
)

PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\S{1,64}@\S{1,64}|https?://\S{1,200}|\bwww\.\S{1,200}",
        r"\b\d{3} ?\d{3} ?\d{3} ?\d{5}\b|\d{10,}",  # companies by their number
        rf"{_SIDE} ?[x*×] ?{_SIDE}(?: ?[x*×] ?{_SIDE})?(?! ?(?:kg|t|l|litres?)\b)(?!\d)",
        r"\b\d{2,4}/\d{2,4}(?: ?r ?\d{2}(?:[.,]5)?)?\b",  # 80/120, 205/55 R16
        rf"[€£$] ?{_SUM}|{_SUM} ?(?:[€£$]|k€|(?:euros?|eur|centimes?)\b)",
        rf"{_NUMBER}(?: ?(?:-|a|to) ?{_NUMBER})? ?(?:%|‰|°|(?:pour ?cent|per ?cent|degres?)\b)",
        r"\b\d{1,2} ?h ?\d{2}\b|\b\d{1,2}:\d{2}\b|\b\d{1,2} ?(?:am|pm)\b|\b24 ?h?/ ?24|\b7 ?j?/ ?7",
        r"\b\d{1,2} ?h(?:eures?)? ?(?:a|et|-|/) ?\d{1,2} ?h(?:eures?)?\b",
        r"\b(?:a|des|vers|avant|apres|jusqu'a|before|after|until) ?\d{1,2} ?h(?:eures?)?\b",
        rf"\b\d{{1,2}}(?:er|st|nd|rd|th)? (?:of )?{_MONTH}(?: \d{{4}})?|\b{_MONTH} \d{{1,4}}\b",
        r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b(?:le|au|du|avant le) \d{1,2}(?:/\d{1,2})?\b",
        rf"\b{_YEAR_BEFORE} (?:19|20)\d\d\b|\b(?:19[5-9]|20[0-3])\d\b(?! {_COUNTED})",
        r"\b(?:semaine|sem\.?|week|s) ?\d{1,2}\b",
        rf"\b{_NAMED} ?[:=-]? ?\d[\w.,-]*",
        r"\ben ?\d{3,5}(?:-\d)?\b(?! ?(?:kg|l)\b)",  # EN 13432
        rf"(?<!\w){_RATED} ?(?:(?:de|of|d'|:|=|-|max(?:imum)?|environ) ?)?{_NUMBER} ?{_MEASURE}?\b",
        r"\b(?:epal|eur|euro|europe) ?-?[1-7]\b(?! ?(?:palettes|pieces|pcs|u)\b)",
        r"\b(?!x\d|m[23]\b)[a-z]+-?\d[\w.-]*",  # R489, UN1202, A4
        r"(?<![\d.,])[125]\.0\d(?:\.0\d)?(?!\d)",  # EN 643
        r"\b\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.|bd|boulevard|chemin|route|impasse|allee|place|street)\b",
        r"\b\d+ (?:pour|sur|en|in|out of) \d+\b|\b1 ?: ?\d+\b",
        rf"{_NUMBER}(?: ?(?:-|a|to) ?{_NUMBER})? ?{_RATING}|{_NUMBER} ?\"",
        rf"(?<=[a-z0-9)] ){_NUMBER} ?{_PARTS}|(?<=, ){_NUMBER} ?{_PARTS}",  # of a thing named before them
        rf"\b(?:sous|dans|d'ici|pendant|durant|depuis|il y a|within|for|in) (?:\d{{1,4}}|[a-z]+) {_SPAN}\b",
        r"\b(?:une )?(?:quinzaine|huitaine) de jours",
        r"\b(?:a|distance de) \d+ ?m\b",
        rf"\b(?:porteurs?|camions?|semis?|lorr(?:y|ies)|trucks?) {_NUMBER} ?t\b|(?<=[a-z] )\d{{1,2}}t\b",
    )
)
POSTCODE: Final = re.compile(r"\b\d{5}(?= [A-ZÉÈÀÎ][\w'’-]+)")


def without_other_figures(text: str) -> str:
    """The folded text with every figure hidden that is no quantity; positions stay true."""
    folded = "".join(before if before == "\n" else after for before, after in zip(text, fold(text), strict=True))
    spans = [match.span() for pattern in PATTERNS for match in pattern.finditer(folded)]
    spans += [match.span() for match in POSTCODE.finditer(text)]
    spans += [(flag.start, flag.end) for flag in find(text) if flag.code == "personal_data"]
    hidden = list(folded)
    for start, end in spans:
        hidden[start:end] = HIDDEN * (end - start)
    return "".join(hidden)
