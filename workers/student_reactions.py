"""Event → what we do about it, where students, their families and their schools are concerned.

Who was deleted since then is written to no more: nothing is left to write, and nobody to whom.
"""

from uuid import UUID

from service import events
from service.db import Connection
from service.keeping import queries as keeping
from workers import families, office, school_notices
from workers.post import Desk, Reaction


def _while_known(react: Reaction) -> Reaction:
    """The same, unless everything about the student was deleted since."""

    async def react_while_known(conn: Connection, desk: Desk, event_id: UUID, event: events.SignupEvent) -> None:
        if not await keeping.is_erased(conn, event.signup_id):
            await react(conn, desk, event_id, event)

    return react_while_known


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.PanelCreated: (),
    events.PanelChanged: (),
    events.StudentSignedUp: (),
    events.SignupWithdrawn: (),
    events.ConsentAsked: (_while_known(families.send_form),),
    events.ConsentAskedAgain: (_while_known(families.send_form_again),),
    events.ConsentReminderDue: (_while_known(families.remind),),
    events.LogisticsDue: (_while_known(families.tell_logistics),),
    events.CallListDue: (school_notices.tell_calls,),
    events.ConsentSigned: (
        _while_known(families.make_copy),
        _while_known(families.send_copy),
        _while_known(school_notices.tell_slip),
    ),
    events.ConsentConfirmed: (
        _while_known(families.make_copy),
        _while_known(families.tell_confirmed),
    ),
    events.ConsentRefused: (_while_known(families.send_receipt),),
    events.ConsentObjected: (
        _while_known(families.send_receipt),
        _while_known(school_notices.tell_objection),
    ),
    events.ObjectionResolved: (),
    events.ConsentWithdrawn: (_while_known(families.send_receipt),),
    events.DayFactsWritten: (),
    events.GlassBroken: (office.alert_privacy,),
    events.SecondGuardianAsked: (_while_known(families.send_form),),
    events.InterpreterAsked: (),
    events.InterpreterFound: (),
    events.StudentAnswered: (_while_known(school_notices.tell_talk),),
    events.SeatGiven: (),
    events.ConsentExpired: (),
    events.AlternateMovedUp: (),
    events.SignupLapsed: (),
    events.StudentAskedAgain: (_while_known(school_notices.tell_asked_again),),
    events.StudentErased: (),
    events.StudentOfAge: (_while_known(school_notices.tell_of_age),),
    events.PlacesReleased: (),
    events.RosterLocked: (),
    events.ConsentCodeAsked: (families.send_code,),
}
