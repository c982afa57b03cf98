"""Every message as a tagged union of structs: what is written to whom, and how carefully it must leave."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from emails.messages.access import AddressChanged, SignIn
from emails.messages.bulk import BulkMessage
from emails.messages.coaching import (
    CoachingBooked,
    CoachingDeclineAsked,
    CoachingMessage,
    CoachingMoved,
    CoachingOff,
    CoachingReminder,
    Meeting,
    YourCoach,
    YourMembers,
)
from emails.messages.families import (
    CalledOff,
    ConsentCode,
    ConsentCopy,
    ConsentForm,
    ConsentReceipt,
    ConsentReminder,
    FamilyMessage,
    FamilyReport,
    FamilySurvey,
    Logistics,
    SchoolNotice,
    SpokenMessage,
)
from emails.messages.materials import MaterialsReady
from emails.messages.parts import AgendaItem, Change, ConveningMessage, Gathering, Message, Method, Policy, Revision, Stream
from emails.messages.registrations import (
    AddressMoved,
    Cancelled,
    CertificateReady,
    Changed,
    ConfirmAddress,
    DeclineAsked,
    Invitation,
    Invite,
    Offer,
    OfferExpired,
    Reminder,
    Waitlisted,
    Withdrawn,
    YourRegistration,
)
from emails.messages.safety import DoorNotice, GlassAlert
from emails.messages.surveys import ReportDue, SurveyAsk

__all__ = [
    "AddressChanged",
    "AddressMoved",
    "AgendaItem",
    "AnyMessage",
    "BulkMessage",
    "CalledOff",
    "Cancelled",
    "CertificateReady",
    "Change",
    "Changed",
    "CoachingBooked",
    "CoachingDeclineAsked",
    "CoachingMessage",
    "CoachingMoved",
    "CoachingOff",
    "CoachingReminder",
    "ConfirmAddress",
    "ConsentCode",
    "ConsentCopy",
    "ConsentForm",
    "ConsentReceipt",
    "ConsentReminder",
    "ConveningMessage",
    "DeclineAsked",
    "DoorNotice",
    "FamilyMessage",
    "FamilyReport",
    "FamilySurvey",
    "Gathering",
    "GlassAlert",
    "Invitation",
    "Invite",
    "Logistics",
    "MaterialsReady",
    "Meeting",
    "Message",
    "MessageT",
    "Method",
    "Offer",
    "OfferExpired",
    "Policy",
    "Reminder",
    "ReportDue",
    "Revision",
    "SchoolNotice",
    "SignIn",
    "SpokenMessage",
    "Stream",
    "SurveyAsk",
    "Waitlisted",
    "Withdrawn",
    "YourCoach",
    "YourMembers",
    "YourRegistration",
]

AnyMessage: TypeAlias = (
    ConfirmAddress
    | Invite
    | Waitlisted
    | Offer
    | OfferExpired
    | Changed
    | Cancelled
    | Withdrawn
    | DeclineAsked
    | AddressMoved
    | YourRegistration
    | Reminder
    | Invitation
    | SignIn
    | ConsentCode
    | GlassAlert
    | DoorNotice
    | CertificateReady
    | ConsentForm
    | ConsentReminder
    | Logistics
    | CalledOff
    | ConsentCopy
    | ConsentReceipt
    | FamilySurvey
    | FamilyReport
    | SchoolNotice
    | SurveyAsk
    | ReportDue
    | AddressChanged
    | BulkMessage
    | CoachingBooked
    | CoachingDeclineAsked
    | CoachingMoved
    | CoachingOff
    | CoachingReminder
    | YourCoach
    | YourMembers
    | MaterialsReady
)

MessageT = TypeVar("MessageT", bound=Message)


class _Kept(Struct, frozen=True):
    """A struct around it: msgspec knows what a struct holds, and works a union out anew each time it is asked for one."""

    message: AnyMessage


def kept(message: Mapping[str, Any]) -> AnyMessage:
    """The struct of a message as it is stored."""
    return msgspec.convert({"message": message}, _Kept).message
