"""What the DNS says of a domain's mail (SPF, DKIM, DMARC), judged in plain words."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from msgspec import Struct

Records = Mapping[str, Sequence[str]]
"""The TXT records of each name, in lower case and without a final dot."""

MOST_LOOKUPS: Final = 10
"""RFC 7208, 4.6.4: a receiver that needs more look-ups than that calls the record broken."""
SHORT_KEY: Final = 1024
LONG_ENOUGH: Final = 2048
_LOOKED_UP: Final = re.compile(r"^[+?~-]?(include:|a\b|mx\b|ptr\b|exists:)|^redirect=", re.IGNORECASE)
_MECHANISM: Final = re.compile(
    r"^[+?~-]?(all|include:\S+|a(?:[:/]\S+)?|mx(?:[:/]\S+)?|ptr(?::\S+)?|ip4:\S+|ip6:\S+|exists:\S+)$|^[a-z][\w.-]*=\S*$",
    re.IGNORECASE,
)
_LINE: Final = re.compile(r"^(\S+?)\.?\s+(?:\d+\s+)?(?:IN\s+)?TXT\s+(.+)$", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Judged(Struct, frozen=True):
    """One thing that was looked at: whether it is well, and what is so, said."""

    well: bool
    said: str


def well(said: str) -> Judged:
    """Nothing to be done."""
    return Judged(well=True, said=said)


def amiss(said: str) -> Judged:
    """Something to be done, which the sentence says."""
    return Judged(well=False, said=said)


def read_records(lines: Iterable[str]) -> dict[str, list[str]]:
    """Read lines such as `example.org. 3600 IN TXT "v=spf1 …"`, as `dig` and zone files have them."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if match := _LINE.match(line.strip()):
            strings = _QUOTED.findall(match[2])
            # A long record is cut into strings that belong together without a space.
            text = "".join(strings) if strings else match[2].strip()
            found.setdefault(match[1].lower(), []).append(text.replace('\\"', '"').replace("\\;", ";"))
    return found


def names_of(domain: str, bounce_domain: str, selector: str) -> list[str]:
    """The names whose records are needed."""
    names = [domain, bounce_domain, f"_dmarc.{domain}", *([f"{selector}._domainkey.{domain}"] if selector else [])]
    return list(dict.fromkeys(names))


def judge(records: Records, domain: str, bounce_domain: str, selector: str) -> Iterator[Judged]:
    """Look at all that matters for mail from `domain` that comes back to `bounce_domain`."""
    yield from spf(records, bounce_domain)
    yield from dkim(records, domain, selector)
    yield from dmarc(records, domain, bounce_domain)


def spf(records: Records, domain: str) -> Iterator[Judged]:
    """Which servers may send for the domain mail comes back to."""
    found = [text for text in records.get(domain, ()) if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        yield amiss(f"SPF: {domain} has no record. Add a TXT record that names your relay: v=spf1 include:… -all")
        return
    if len(found) > 1:
        yield amiss(f"SPF: {domain} has {len(found)} records; receivers then heed none. Merge them into one.")
        return
    terms = found[0].split()[1:]
    if wrong := [term for term in terms if not _MECHANISM.match(term)]:
        yield amiss(f"SPF: “{wrong[0]}” is nothing SPF knows; receivers then heed nothing of the record.")
        return
    lookups = sum(bool(_LOOKED_UP.match(term)) for term in terms)
    if lookups > MOST_LOOKUPS:
        yield amiss(f"SPF: {lookups} look-ups, {MOST_LOOKUPS} are allowed. Put addresses in place of some names.")
    ends = [term.lower() for term in terms if term.lower().lstrip("+?~-") == "all"]
    redirected = any(term.lower().startswith("redirect=") for term in terms)
    if any(end in {"all", "+all"} for end in ends):
        yield amiss(f"SPF: {domain} lets everyone send for it (+all). End the record with -all.")
    elif not ends and not redirected:
        yield amiss("SPF: the record does not end; whoever is not named counts as perhaps. End it with -all.")
    elif ends and ends[-1].startswith("?"):
        yield amiss("SPF: the record ends with ?all, which says nothing. End it with -all.")
    elif not [term for term in terms if term.lower().lstrip("+?~-") != "all"]:
        yield amiss(f"SPF: {domain} says that nobody sends for it. Name your relay: include:… or ip4:…")
    else:
        yield well(f"SPF: {domain} names its servers ({found[0]}). Make sure that your relay is one of them.")


def dkim(records: Records, domain: str, selector: str) -> Iterator[Judged]:
    """The key with which receivers check the relay's signature."""
    if not selector:
        yield amiss("DKIM: not looked at. Your relay names the selector it signs with: add --selector NAME.")
        return
    name = f"{selector}._domainkey.{domain}"
    found = records.get(name, ())
    if not found:
        yield amiss(f"DKIM: {name} has no record. Publish there the key that your relay shows you.")
        return
    fields = _tags(found[0])
    if fields.get("v", "DKIM1") != "DKIM1":
        yield amiss(f"DKIM: the record of {name} must begin with v=DKIM1.")
        return
    key = "".join(fields.get("p", "").split())
    if not key:
        yield amiss(f"DKIM: the key of {name} was taken back (p= is empty). Publish the present one.")
        return
    yield _key(name, fields.get("k", "rsa").lower(), key)
    if "y" in fields.get("t", "").split(":"):
        yield amiss(f"DKIM: {name} is marked as a test (t=y), and receivers may ignore it. Take that out.")


def dmarc(records: Records, domain: str, bounce_domain: str) -> Iterator[Judged]:
    """What receivers are to do with mail that only claims to be ours."""
    name = f"_dmarc.{domain}"
    found = [text for text in records.get(name, ()) if text.upper().startswith("V=DMARC1")]
    if len(found) != 1:
        how = "no record" if not found else f"{len(found)} records, of which receivers heed none"
        yield amiss(f"DMARC: {name} has {how}. Add one: v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}")
        return
    fields = _tags(found[0])
    policy = fields.get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        yield amiss(f"DMARC: p={policy or '…'} is no policy; it is none, quarantine or reject.")
        return
    said = (
        "only watches (p=none); once SPF and DKIM are well, say p=quarantine" if policy == "none" else f"says {policy}"
    )
    yield well(f"DMARC: {domain} {said}.")
    if "rua" not in fields:
        yield well(f"DMARC: nobody is told of failures; rua=mailto:postmaster@{domain} would have reports sent.")
    strict = fields.get("aspf", "r").lower() == "s"
    related = bounce_domain == domain or (not strict and _related(bounce_domain, domain))
    if not related:
        yield well(
            f"DMARC: mail comes back to {bounce_domain}, which is not {domain}: SPF does not count for DMARC, "
            "and all rests on DKIM.",
        )


def _key(name: str, kind: str, key: str) -> Judged:
    try:
        read = b64decode(key, validate=True)
    except Error:
        return amiss(f"DKIM: the key of {name} is damaged: it is no base64. Copy it again, in one piece.")
    if kind == "ed25519":
        return well(f"DKIM: {name} holds an Ed25519 key; many receivers want an RSA key beside it.")
    try:
        public = load_der_public_key(read)
    except (ValueError, UnsupportedAlgorithm):
        public = None
    if not isinstance(public, RSAPublicKey):
        return amiss(f"DKIM: the key of {name} is damaged: it is no RSA key. Copy it again, in one piece.")
    if public.key_size < SHORT_KEY:
        return amiss(f"DKIM: the key of {name} has {public.key_size} bits; receivers ignore it. Make a new one.")
    advice = "" if public.key_size >= LONG_ENOUGH else f"; {LONG_ENOUGH} would be better"
    return well(f"DKIM: {name} holds a key of {public.key_size} bits{advice}.")


def _related(one: str, other: str) -> bool:
    """Whether two names belong together, as far as one can tell without a list of public suffixes."""
    return one.endswith(f".{other}") or other.endswith(f".{one}") or one.split(".")[-2:] == other.split(".")[-2:]


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if name.strip()}
