"""What the domain publishes about our mail, so that receivers believe it: DKIM, SPF, DMARC, and where mail comes in."""

from base64 import b64encode
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from msgspec import Struct

from service.errors import StartRefused
from service.settings import Settings

SHORTEST = 2048
"""Bits of an RSA key (RFC 8301)."""
STRING = 255
"""Characters of one string of a TXT record; longer ones are several, which readers put together (RFC 7208 3.3)."""


REPORTS = "Incoming reports: what mail servers say of our mails comes back there."
ANSWERS = (
    "Incoming answers: only where this domain has no mail of its own yet. Where it has, leave its MX as it is, and let "
    "that server hand on the one address that we write from; or write from a domain for this alone, such as a subdomain."
)


class Record(Struct, frozen=True):
    """One record of the domain's zone; of a TXT the value stands in quotes, as a zone file has it."""

    name: str
    kind: str
    value: str
    why: str


def signing_key(path: str) -> bytes:
    """The private key in a file, as PEM; raises StartRefused for what cannot sign mail."""
    try:
        pem = Path(path).read_bytes()
        key = load_pem_private_key(pem, password=None)
    except OSError as error:
        raise StartRefused(f"The key {path} cannot be read: {error.strerror}. See PLENARY_DKIM_KEY.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise StartRefused(f"{path} is no private key in PEM without a password. See PLENARY_DKIM_KEY.") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST:
        raise StartRefused(f"The key {path} must be RSA with at least {SHORTEST} bits. See PLENARY_DKIM_KEY.")
    return pem


def records(settings: Settings, pem: bytes | None) -> Sequence[Record]:
    """All records; without our key the relay signs, and whoever runs it knows the record of that."""
    ours = settings.mail_address.rpartition("@")[2]
    relay = urlsplit(settings.smtp_url).hostname or ""
    found = [
        Record(
            settings.bounce_domain,
            "TXT",
            f'"v=spf1 {_where(relay)} -all"',
            "SPF: only your mail server sends with our return paths. Name another one instead where yours hands on.",
        ),
        Record(
            f"_dmarc.{ours}",
            "TXT",
            '"v=DMARC1; p=none"',
            "DMARC: SPF and DKIM speak for this domain. Only where it has none: one that is there is as strict or more.",
        ),
    ]
    if pem is not None:
        name = f"{settings.dkim_selector}._domainkey.{ours}"
        found.insert(0, Record(name, "TXT", _strings(public_part(pem)), "DKIM: whoever gets our mail checks it with this."))
    if settings.inbound_border:
        found += [
            Record(name, "MX", f"10 {settings.inbound_border}.", why)
            for name, why in ((settings.bounce_domain, REPORTS), (ours, ANSWERS))
        ]
    return found


def _where(host: str) -> str:
    """How SPF names a machine (RFC 7208 5)."""
    try:
        return f"ip{ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}"


def public_part(pem: bytes) -> str:
    """The TXT value of a signing key (RFC 6376 3.6.1)."""
    public = load_pem_private_key(pem, password=None).public_key()
    return f"v=DKIM1; k=rsa; p={b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()}"


def _strings(value: str) -> str:
    return " ".join(f'"{value[at : at + STRING]}"' for at in range(0, len(value), STRING))
