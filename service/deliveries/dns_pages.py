"""The records to publish in the DNS, in the console."""

from litestar import get
from litestar.response import Template

from service.access.api import KnownVisitor
from service.deliveries import dns_records
from service.errors import StartRefused
from service.web.deps import Given
from service.web.templating import NETWORK_PAGE


@get("/office/mail/records", sync_to_thread=False, **NETWORK_PAGE)
def records(visitor: KnownVisitor, settings: Given) -> Template:
    """What whoever keeps the domain copies; where this process cannot read the key it says so."""
    pem, wrong = None, ""
    try:
        pem = dns_records.signing_key(settings.dkim_key) if settings.dkim_key else None
    except StartRefused as refusal:
        wrong = str(refusal)
    context = {
        "visitor": visitor,
        "records": dns_records.records(settings, pem),
        "signs": pem is not None,
        "wrong": wrong,
        "comes_in": bool(settings.inbound_border),
        "domain": settings.mail_address.rpartition("@")[2],
    }
    return Template("dns_records.html", context=context)


PAGES = [records]
