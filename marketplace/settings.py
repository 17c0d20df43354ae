"""What an operator can set: every setting is a MARKETPLACE_… variable, documented here and listed by `doctor`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

import msgspec
from msgspec import Meta, Struct

from domain.refused import Refused

PREFIX: Final = "MARKETPLACE_"
SHORTEST_SECRET: Final = 32
NO_QUIET_HOURS: Final = "none"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Misconfigured(Refused):
    """A setting is missing or cannot be right; the sentence names it and says what to do."""


class Settings(Struct, frozen=True, kw_only=True):
    """The settings of one process; field `smtp_url` is read from MARKETPLACE_SMTP_URL, and so on."""

    name: Annotated[str, Meta(min_length=1, description="The name of the site, in pages and mail.")] = "Gisement"
    var: Annotated[Path, Meta(description="Where the embedded database and the generated secret live.")] = Path("var")
    database_url: Annotated[
        str | None,
        Meta(description="A PostgreSQL 15+ address (DATABASE_URL is read too); empty starts the embedded server."),
    ] = None
    host: Annotated[str, Meta(min_length=1, description="The address the web server listens on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="The port the web server listens on.")] = 8000
    base_url: Annotated[
        str,
        Meta(
            pattern="^(https?://[^/ ]+)?$",
            description="The address people type, without a final slash; links in mail start with it. "
            "Empty: http:// with host and port.",
        ),
    ] = ""
    secret: Annotated[
        str,
        Meta(
            description=f"At least {SHORTEST_SECRET} characters that sign forms and links and hash addresses. "
            "With the embedded database it is generated into the var folder."
        ),
    ] = ""
    smtp_url: Annotated[
        Annotated[str, Meta(pattern="^smtps?://[^ ]+$")] | None,
        Meta(description="The mail relay, as smtp://user:password@host:587 (STARTTLS when offered) or smtps://…"),
    ] = None
    mail_from: Annotated[str, Meta(pattern="^[^@ ]+@[^@ ]+$", description="The address that mail comes from.")] = (
        "gisement@localhost"
    )
    bounce_address: Annotated[
        Annotated[str, Meta(pattern="^[^@ +]+@[^@ ]+$")] | None,
        Meta(
            description="Where mail that cannot be delivered comes back, such as bounces@example.org: each mail leaves "
            "from bounces+TOKEN@…, and `marketplace bounces` reads what returns. Empty: it comes back to MAIL_FROM."
        ),
    ] = None
    bounces_imap: Annotated[
        Annotated[str, Meta(pattern="^imaps?://[^ ]+$")] | None,
        Meta(description="The mailbox that receives it, as imaps://user:password@host/INBOX; not for a pipe."),
    ] = None
    quiet_hours: Annotated[
        str,
        Meta(
            pattern=f"^([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-4])$|^{NO_QUIET_HOURS}$",
            description="No mail leaves between these hours of the reader’s zone, but what somebody waits for; "
            f"{NO_QUIET_HOURS}: at any hour.",
        ),
    ] = "20-7"
    most_mails_a_day: Annotated[
        int, Meta(ge=1, description="Mails a person gets in a day at most, sign-in mails aside; the rest waits a day.")
    ] = 5
    mail_kept_days: Annotated[
        int, Meta(ge=1, le=3650, description="Days after which the exact bytes of a mail are dropped; its proof stays.")
    ] = 30
    access_kept_days: Annotated[
        int,
        Meta(ge=1, le=3650, description="Days for which people see who looked at what about them."),
    ] = 365
    sign_ins_kept_days: Annotated[
        int, Meta(ge=1, le=3650, description="Days for which people see when and how they signed in.")
    ] = 365
    second_factor_days: Annotated[
        int,
        Meta(
            ge=0,
            le=365,
            description="Days a zone’s administrator may go on without a second factor; 0: not a day. Never in a demo.",
        ),
    ] = 14
    demo: Annotated[bool, Meta(description="Demo mode: fictional zones and sign-in links; set by `demo`.")] = False
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least important line that is logged.")
    ] = "info"
    log_format: Annotated[
        Literal["auto", "text", "json"], Meta(description="How lines are logged; auto: text on a terminal, else JSON.")
    ] = "auto"

    @property
    def embedded(self) -> bool:
        """Whether the database is our own child process."""
        return self.database_url is None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the site."""
        return self.host in LOOPBACK


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; refuses with one sentence naming the variable that cannot be right."""
    given: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value.strip()
        for name, value in environ.items()
        if name.startswith(PREFIX) and value.strip()
    }
    known = set(Settings.__struct_fields__)
    if unknown := sorted(set(given) - known):
        raise Misconfigured(f"{PREFIX}{unknown[0].upper()} is not a setting; `marketplace doctor` lists them all.")
    if "database_url" not in given and environ.get("DATABASE_URL", "").strip():
        given["database_url"] = environ["DATABASE_URL"].strip()
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as fault:
        name = str(fault).partition(" - at `$.")[2].rstrip("`")
        raise Misconfigured(
            f"{PREFIX}{name.upper()} cannot be used as it is. What it should hold: {_description(name)}"
        ) from fault
    return msgspec.structs.replace(
        settings,
        var=settings.var.expanduser().absolute(),
        base_url=settings.base_url or f"http://{_bracketed(settings.host)}:{settings.port}",
        secret=_secret(settings),
    )


def documented(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Give every setting as (variable, value fit to be shown, description)."""
    for name in Settings.__struct_fields__:
        value = getattr(settings, name)
        shown = "" if value is None else str(value)
        if name in {"secret", "smtp_url", "bounces_imap", "database_url"} and shown:
            shown = _without_password(shown) if "://" in shown else "(set)"
        yield PREFIX + name.upper(), shown, _description(name)


def _description(name: str) -> str:
    declared: Meta = get_type_hints(Settings, include_extras=True)[name].__metadata__[0]
    return declared.description or ""


def _path(wanted: type[Any], value: object) -> object:
    if wanted is Path:
        return Path(str(value))
    raise NotImplementedError


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    account, at, place = rest.rpartition("@")
    return f"{scheme}://{account.partition(':')[0]}{':…' if ':' in account else ''}{at}{place}"


def _secret(settings: Settings) -> str:
    if settings.secret:
        if len(settings.secret) < SHORTEST_SECRET:
            raise Misconfigured(f"{PREFIX}SECRET is too short: give at least {SHORTEST_SECRET} random characters.")
        return settings.secret
    if not settings.embedded:
        raise Misconfigured(
            f"{PREFIX}SECRET is missing: with a database of your own, set it to at least {SHORTEST_SECRET} random "
            "characters, the same for every process and kept with your backups."
        )
    return _kept_secret(settings.var.expanduser().absolute() / "secret")


def _kept_secret(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
    if not file.exists():
        # Written aside and linked into place: of two processes that start at once, one wins and both read its text.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as writing:
                writing.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                file.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
    kept = file.read_text(encoding="ascii").strip()
    if len(kept) < SHORTEST_SECRET:
        raise Misconfigured(f"The file {file} should hold the site's secret but is damaged: restore it from a backup.")
    return kept
