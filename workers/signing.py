"""DKIM: each mail is signed when it is complete, so that its receiver can tell that our domain wrote it (RFC 6376)."""

from datetime import datetime
from typing import Any, cast

import dkim
from msgspec import Struct
from msgspec.structs import replace

from emails.render import Rendered
from service.deliveries.dns_records import signing_key
from service.settings import Settings

SIGNED = (
    *("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "In-Reply-To", "References"),
    *("Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
)
"""What of a mail's headers is signed, where it has it; and that there is no second From."""


class _Signature(dkim.DKIM):
    """The library's signature at a moment that is told: a mail that goes out again must be the same bytes."""

    moment = b""

    def gen_header(
        self,
        fields: list[tuple[bytes, bytes]],
        include_headers: Any,
        canon_policy: Any,
        header_name: bytes,
        pk: Any,
        standardize: bool = False,
    ) -> bytes:
        """The header with its time put in."""
        told = [(name, self.moment if name == b"t" else value) for name, value in fields]
        return cast(bytes, super().gen_header(told, include_headers, canon_policy, header_name, pk, standardize))


class Signer(Struct, frozen=True):
    """Who signs: a domain, the name of the key there, and the key as PEM."""

    domain: bytes
    selector: bytes
    key: bytes

    def signed(self, mail: Rendered, at: datetime) -> Rendered:
        """The mail with a signature above it; the same mail at the same moment gives the same bytes."""
        head = mail.content.partition(b"\r\n\r\n")[0].lower()
        there = [name for name in SIGNED if b"\r\n" + name.lower().encode() + b":" in b"\r\n" + head]
        signature = _Signature(mail.content)
        signature.moment = str(int(at.timestamp())).encode()
        header = cast(
            bytes,
            signature.sign(
                self.selector,
                self.domain,
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=[name.encode() for name in (*there, "From")],
            ),
        )
        return replace(mail, content=header + mail.content)


def signer(settings: Settings) -> Signer | None:
    """Who signs what we send; None where the settings name no key. Raises StartRefused for one that cannot sign."""
    if not settings.dkim_key:
        return None
    domain = settings.mail_address.rpartition("@")[2]
    return Signer(domain.encode(), settings.dkim_selector.encode(), signing_key(settings.dkim_key))
