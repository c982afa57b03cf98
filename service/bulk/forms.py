"""The form of a bulk message: as the struct that actions take, and filled in with what stands."""

from collections.abc import Mapping

from service.bulk import districts, rules
from service.bulk.queries import MessageRow
from service.bulk.rules import OF_A_CONVENING, OF_THE_NETWORK, Audience, BulkForm, NoSuchAudience, Wanted
from service.db import Connection
from service.errors import Refused
from service.web.forms import Form, build

NEEDED = {"audience": "Choose to whom it goes.", "subject": "Write the subject.", "words": "Write what it says."}


async def wanted(conn: Connection, form: Form, *, of_convening: bool) -> Wanted | None:
    """A message as it is to stand, or None with the sentences in the form."""
    given = build(form, BulkForm, needed=NEEDED)
    if given is None:
        return None
    offered = OF_A_CONVENING if of_convening else OF_THE_NETWORK
    try:
        audience = _audience(given.audience, offered)
        for field in ("subject", "words"):
            rules.check_words(getattr(given, field), field, of_convening=of_convening)
        first, last = rules.years(given.joined_from, given.joined_until) if audience == "members" else (None, None)
        district_id = None if of_convening else await districts.typed(conn, given.district)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return Wanted(
        audience=audience,
        district_id=district_id,
        joined_from=first,
        joined_until=last,
        subject=given.subject,
        words=given.words,
    )


def _audience(text: str, offered: Mapping[Audience, str]) -> Audience:
    by_text: dict[str, Audience] = {one: one for one in offered}
    found = by_text.get(text)
    if found is None:
        raise NoSuchAudience(pointer="/audience")
    return found


def of_message(row: MessageRow) -> Form:
    """What stands, filled in."""
    texts = {
        "audience": row.audience,
        "district": row.district_called,
        "joined_from": str(row.joined_from or ""),
        "joined_until": str(row.joined_until or ""),
        "subject": row.subject,
        "words": row.words,
        "version": str(row.version),
    }
    return Form({name: [text] for name, text in texts.items()})
