"""Everything the environment may say, read once at the doors."""

import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct, ValidationError, convert, field

from service.errors import StartRefused

PREFIX = "PLENARY_"
MOST_DAYS = 36_500
MOST_MEGABYTES = 100
"""Of one material: its route takes no more."""
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
KEPT_DAYS = ("day_facts", "topics", "unsigned", "forms", "answers", "needs", "attendance", "audit", "backups")
SEVERAL = frozenset({"field_keys", "trusted_proxies"})
"""Settings of several values, separated by commas."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each field is the environment's `PLENARY_<FIELD>`; names that are not fields here stop the start."""

    database_url: str
    """Where the application connects; it acts as the role `plenary_app` there."""
    database_owner_url: str = ""
    """Who may load the schema; empty: the same as `database_url`."""
    redis_url: str = "redis://127.0.0.1:6379/0"
    secret_key: str
    """At least 32 characters: links and calendar UIDs are signed with it."""
    field_keys: tuple[str, ...]
    """Keys of 64 hexadecimal digits, the newest first, separated by commas: what helpers must know about students on the day
    is encrypted with the first, and read with all of them; see docs/field-keys.md."""
    public_url: str = "http://127.0.0.1:8000"
    """Every absolute address that we write starts with this; no trailing slash."""
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    smtp_url: str = "smtp://127.0.0.1:2525"
    """`smtp://[user:password@]host:port` (STARTTLS where offered) or `smtps://…`."""
    smtp_connections: int = 16
    """How many of them a worker may keep open at one time."""
    mail_from: str = "Plenary <convenings@plenary.example>"
    bounce_domain: str = "bounce.plenary.example"
    dkim_key: str = ""
    """A file with an RSA key as PEM, with which each mail is signed; empty: whoever hands our mail on signs it."""
    dkim_selector: str = "plenary"
    """The name of that key in the DNS: `<selector>._domainkey.<domain of mail_from>`."""
    mail_per_domain: int = 300
    """How many of one crowd's mails go to one domain in a minute; what is meant for one person alone goes at once."""
    inbound_host: str = "127.0.0.1"
    inbound_port: int = 2526
    """Where the site's own mail server hands over replies and bounces, by SMTP or LMTP; not for the world."""
    inbound_border: str = ""
    """The name under which that server writes its `Authentication-Results`; empty: nothing that comes in is authentic."""
    webhooks_to_loopback: bool = False
    """For trying out only: webhooks may call this machine, by `http://` too; all else that is private stays refused."""
    help_phone: str = ""
    organizer: str = ""
    """`Name <address>` of the first organizer: a person who may sign in and give roles to others."""
    privacy_lead: str = ""
    """`Name <address>` of whoever is told when an organizer breaks the glass; empty: the first organizer, else we."""
    organizer_token: str = ""
    """Makes the first organizer's API token when given; at least 24 characters."""
    survey_keys_dir: str = ".data/survey-keys"
    """The folder of the keys that answers are sealed with until a survey closes: one that web and workers share, that nobody
    else reads, and that no backup holds; see docs/surveys.md."""
    data_dir: str = ".data"
    """Local mode only: where PostgreSQL, Valkey and the caught mail live."""
    mailbox_port: int = 8025
    """Local mode only: the page that shows caught mail."""
    keep_day_facts_days: int = 30
    """After a convening: health and emergency facts."""
    keep_topics_days: int = 30
    """After a convening: the colors that students gave to topics."""
    keep_unsigned_days: int = 30
    """After a convening: students whose form nobody signed."""
    keep_forms_days: int = 1095
    """After a convening: signed forms with what proves them; or your counsel's value."""
    keep_answers_days: int = 730
    """After a convening: answers to surveys, row by row; what was counted of them stays."""
    keep_needs_days: int = 30
    """After a convening: what adults wrote that they need there."""
    keep_attendance_days: int = 2557
    """After a convening: adults' registrations, attendance and certificates; seven years, as WAC 181-85-205 asks."""
    keep_audit_days: int = 1095
    """Who did what: entries of the audit log."""
    keep_backups_days: int = 30
    """So long your backups live: nothing here deletes in them, and families read it."""
    take_down_days: int = 3
    """So long a photo, recording or quote may stay published after a family took its yes back."""
    material_mb: int = 25
    """Megabytes of the largest file that is shared as a material of a convening."""
    materials_mb: int = 500
    """Megabytes of all files of one convening together; they lie in the database, and so in its backups."""
    trusted_proxies: tuple[str, ...] = field(default_factory=tuple)
    """Addresses whose `X-Forwarded-For` and `X-Request-Id` are believed, separated by commas."""
    log_format: Literal["auto", "json", "text"] = "auto"
    """One JSON object a line, or text for people; auto: text on a terminal, JSON elsewhere. See docs/operations."""
    metrics_token: str = ""
    """Who asks for `/metrics` says `Authorization: Bearer <this>`; empty: only who asks from inside, through no proxy."""
    metrics_port: int = 0
    """Where a worker gives its own figures, on `http_host`; 0: nowhere."""
    drain_seconds: float = 0
    """So long a web process that is asked to end still serves, while `/readyz` says 503 so that balancers turn away."""
    stop_seconds: int = 130
    """So long a worker that is asked to end may take for what it has begun: a mail server has 120 seconds to say 250.
    Whoever ends it must wait a little longer before `kill -9`."""

    @property
    def mail_name(self) -> str:
        """The display name of `mail_from`."""
        return parseaddr(self.mail_from)[0]

    @property
    def mail_address(self) -> str:
        """The bare address of `mail_from`."""
        return parseaddr(self.mail_from)[1]

    @property
    def privacy_address(self) -> str:
        """Where the alert of a broken glass goes."""
        return parseaddr(self.privacy_lead or self.organizer or self.mail_from)[1]


def from_env(environ: Mapping[str, str]) -> Settings:
    """Settings from the `PLENARY_*` names of an environment; raises StartRefused with one sentence."""
    given: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX) and value
    }
    unknown = sorted(set(given) - set(Settings.__struct_fields__))
    if unknown:
        raise StartRefused(f"{PREFIX}{unknown[0].upper()} is not a setting of Plenary. The README lists them.")
    for name in SEVERAL & set(given):
        given[name] = [part.strip() for part in str(given[name]).split(",") if part.strip()]
    try:
        settings = convert(given, Settings, strict=False)
    except ValidationError as error:
        raise StartRefused(_plain(str(error))) from None
    _check(settings)
    return settings


def _plain(reason: str) -> str:
    if "missing required field" in reason:
        name = reason.split("`")[1]
        return f"{PREFIX}{name.upper()} is not set, and there is no default for it."
    name = reason.rsplit("`$.", maxsplit=1)[-1].rstrip("`")
    return f"{PREFIX}{name.upper()} cannot be read: {reason.split(' - ', maxsplit=1)[0]}."


def _check(settings: Settings) -> None:
    if len(settings.secret_key) < 32:
        raise StartRefused("PLENARY_SECRET_KEY is too short. Give at least 32 characters.")
    if not settings.field_keys or not all(re.fullmatch(r"[0-9a-fA-F]{64}", key) for key in settings.field_keys):
        raise StartRefused("PLENARY_FIELD_KEYS must be keys of 64 hexadecimal digits, newest first, with commas between.")
    if settings.organizer_token and len(settings.organizer_token) < 24:
        raise StartRefused("PLENARY_ORGANIZER_TOKEN is too short. Give at least 24 characters.")
    _check_public(settings)
    _check_mail(settings)
    if settings.organizer:
        _check_mailbox("ORGANIZER", settings.organizer, "Odalys Brightwater <odalys@plenary.example>")
    if settings.privacy_lead:
        _check_mailbox("PRIVACY_LEAD", settings.privacy_lead, "Thandiwe Marsh <privacy@plenary.example>")
    for name in KEPT_DAYS:
        if not 1 <= getattr(settings, f"keep_{name}_days") <= MOST_DAYS:
            raise StartRefused(f"{PREFIX}KEEP_{name.upper()}_DAYS must be days from 1 to {MOST_DAYS}.")
    if not 1 <= settings.take_down_days <= 30:
        raise StartRefused("PLENARY_TAKE_DOWN_DAYS must be days from 1 to 30.")
    _check_operations(settings)
    if not 1 <= settings.material_mb <= MOST_MEGABYTES or settings.materials_mb < settings.material_mb:
        raise StartRefused(
            f"PLENARY_MATERIAL_MB must be from 1 to {MOST_MEGABYTES}, and PLENARY_MATERIALS_MB not less than it."
        )
    for name in ("http_port", "mailbox_port", "inbound_port"):
        if not 0 < getattr(settings, name) < 65536:
            raise StartRefused(f"{PREFIX}{name.upper()} must be a port between 1 and 65535.")


def _check_operations(settings: Settings) -> None:
    if settings.metrics_token and len(settings.metrics_token) < 24:
        raise StartRefused("PLENARY_METRICS_TOKEN is too short. Give at least 24 characters.")
    if not 0 <= settings.metrics_port < 65536:
        raise StartRefused("PLENARY_METRICS_PORT must be a port between 1 and 65535, or 0 for none.")
    if not 0 <= settings.drain_seconds <= 300:
        raise StartRefused("PLENARY_DRAIN_SECONDS must be seconds from 0 to 300.")
    if not 1 <= settings.stop_seconds <= 3600:
        raise StartRefused("PLENARY_STOP_SECONDS must be seconds from 1 to 3600.")


def _check_public(settings: Settings) -> None:
    public = urlsplit(settings.public_url)
    if public.scheme not in ("http", "https") or not public.hostname or public.path or public.query:
        raise StartRefused("PLENARY_PUBLIC_URL must be like https://plenary.example, without a path or a slash at the end.")
    if settings.webhooks_to_loopback and public.hostname not in THIS_MACHINE:
        raise StartRefused("PLENARY_WEBHOOKS_TO_LOOPBACK is for trying out, with a PLENARY_PUBLIC_URL on this machine only.")


def _check_mail(settings: Settings) -> None:
    if urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        raise StartRefused("PLENARY_SMTP_URL must start with smtp:// or smtps://.")
    if not 1 <= settings.smtp_connections <= 100:
        raise StartRefused("PLENARY_SMTP_CONNECTIONS must be a number from 1 to 100.")
    if not 1 <= settings.mail_per_domain <= 60_000:
        raise StartRefused("PLENARY_MAIL_PER_DOMAIN must be mails in a minute, from 1 to 60000.")
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", settings.dkim_selector):
        raise StartRefused("PLENARY_DKIM_SELECTOR must be a label of the DNS: a to z, digits, and - inside.")
    _check_mailbox("MAIL_FROM", settings.mail_from, "Plenary <convenings@plenary.example>")


def _check_mailbox(setting: str, value: str, example: str) -> None:
    name, address = parseaddr(value)
    try:
        Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError):
        address = ""
    if "@" not in address or "." not in address.rpartition("@")[2]:
        raise StartRefused(f"{PREFIX}{setting} must be like {example}.")
