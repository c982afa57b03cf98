"""Event → what we do about it, where students, their families and their schools are concerned."""

from service import events
from workers import families, office, school_notices
from workers.post import Reaction

REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.PanelCreated: (),
    events.PanelChanged: (),
    events.StudentSignedUp: (),
    events.SignupWithdrawn: (),
    events.ConsentAsked: (families.send_form,),
    events.ConsentAskedAgain: (families.send_form_again,),
    events.ConsentReminderDue: (families.remind,),
    events.LogisticsDue: (families.tell_logistics,),
    events.CallListDue: (school_notices.tell_calls,),
    events.ConsentSigned: (families.make_copy, families.send_copy, school_notices.tell_slip),
    events.ConsentConfirmed: (families.make_copy, families.tell_confirmed),
    events.ConsentRefused: (families.send_receipt,),
    events.ConsentObjected: (families.send_receipt, school_notices.tell_objection),
    events.ObjectionResolved: (),
    events.ConsentWithdrawn: (families.send_receipt,),
    events.DayFactsWritten: (),
    events.GlassBroken: (office.alert_privacy,),
    events.SecondGuardianAsked: (families.send_form,),
    events.InterpreterAsked: (),
    events.InterpreterFound: (),
    events.StudentAnswered: (school_notices.tell_talk,),
    events.SeatGiven: (),
    events.ConsentExpired: (),
    events.AlternateMovedUp: (),
    events.SignupLapsed: (),
    events.StudentAskedAgain: (),
    events.StudentErased: (),
    events.PlacesReleased: (),
    events.RosterLocked: (),
    events.ConsentCodeAsked: (families.send_code,),
}
