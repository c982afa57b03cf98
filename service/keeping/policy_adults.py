"""What is kept of members, coaches, school contacts and whoever registers."""

from collections.abc import Sequence

from service.exchange import inbox
from service.keeping import going, left, left_soon
from service.keeping.lines import Line, every, some

OF_A_REGISTRATION = (
    *("registration", "registration_session", "registration_note", "badge", "scan", "attendance_correction", "walk_in"),
    *("credit_claim", "certificate", "document", "calendar_entry", "calendar_feed"),
)
"""What goes together with a registration."""

ADULTS: Sequence[Line] = (
    Line(
        kind="needs",
        of="adults",
        what="What adults need to eat and to take part, as they wrote it for one convening",
        since="convening",
        how="emptied",
        tables=("registration.dietary", "registration.access_needs"),
        steps=(some(going.needs),),
        left=left.needs,
    ),
    Line(
        kind="invitations",
        of="adults",
        what="Invitations from which no registration came",
        since="convening",
        how="deleted",
        tables=("invitation",),
        steps=(some(going.invitations),),
        left=left.invitations,
    ),
    Line(
        kind="unconfirmed",
        of="adults",
        what="Places that somebody asked for without confirming their address",
        since="convening",
        how="deleted",
        tables=OF_A_REGISTRATION,
        steps=(some(going.unconfirmed),),
        left=left.unconfirmed,
    ),
    Line(
        kind="reasons",
        of="adults",
        what="Why an organizer withdrew, moved up or handed over a registration",
        since="convening",
        how="emptied",
        tables=("registration_note.reason",),
        steps=(some(going.reasons),),
        left=left.reasons,
    ),
    Line(
        kind="attendance",
        of="adults",
        what="Registrations, attendance and certificates",
        since="convening",
        how="deleted",
        tables=OF_A_REGISTRATION,
        steps=(some(going.attendance),),
        left=left.attendance,
    ),
    Line(
        kind="addresses",
        of="adults",
        what="That a mail went to an address, and addresses that people had before",
        since="sent",
        how="deleted",
        tables=("delivery", "former_address"),
        steps=(some(going.mail_rows), some(going.former_addresses)),
        left=left.addresses,
    ),
    Line(
        kind="incoming",
        of="adults",
        what="Who wrote to us, and what",
        since="came",
        how="emptied",
        tables=("inbound_mail",),
        steps=(every(inbox.forget),),
        left=left.incoming,
        soon=True,
    ),
    Line(
        kind="strangers",
        of="adults",
        what="People of whom we know nothing any more but a name and an address",
        since="made",
        how="deleted",
        tables=("person",),
        steps=(some(going.strangers),),
        left=left_soon.strangers,
    ),
    Line(
        kind="audit",
        of="adults",
        what="Who did what, from which address of the network",
        since="made",
        how="deleted",
        tables=("audit_entry",),
        steps=(some(going.audit),),
        left=left_soon.audit,
    ),
)
