"""Every message as a tagged union of structs: what is written to whom, and how carefully it must leave."""

from typing import TypeAlias, TypeVar

from emails.messages.access import AddressChanged, SignIn
from emails.messages.families import ConsentCode
from emails.messages.parts import AgendaItem, Change, ConveningMessage, Gathering, Message, Method, Policy, Revision
from emails.messages.registrations import (
    AddressMoved,
    Cancelled,
    Changed,
    ConfirmAddress,
    Invitation,
    Invite,
    Offer,
    OfferExpired,
    Reminder,
    Waitlisted,
    Withdrawn,
    YourRegistration,
)
from emails.messages.safety import GlassAlert

__all__ = [
    "AddressChanged",
    "AddressMoved",
    "AgendaItem",
    "AnyMessage",
    "Cancelled",
    "Change",
    "Changed",
    "ConfirmAddress",
    "ConsentCode",
    "ConveningMessage",
    "Gathering",
    "GlassAlert",
    "Invitation",
    "Invite",
    "Message",
    "MessageT",
    "Method",
    "Offer",
    "OfferExpired",
    "Policy",
    "Reminder",
    "Revision",
    "SignIn",
    "Waitlisted",
    "Withdrawn",
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
    | AddressMoved
    | YourRegistration
    | Reminder
    | Invitation
    | SignIn
    | ConsentCode
    | GlassAlert
    | AddressChanged
)

MessageT = TypeVar("MessageT", bound=Message)
