"""Who stands before a family's page: a signer with their own link, or somebody with a printed slip; what is open to them."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from litestar.datastructures import Cookie
from msgspec import Struct

from service.consents import answer_writes, day_rules, documents, queries, shown_here
from service.consents.documents import Occasion
from service.consents.queries import ConsentRow, Frame, SignupRow
from service.consents.rules import OPEN, SIGNED
from service.consents.speaking import Spoken
from service.db import Connection
from service.errors import NotFound
from service.panels.queries import TopicRow
from service.settings import Settings
from service.web import links
from service.web.deps import AnyRequest

Entry: TypeAlias = Literal["consent", "slip"]
State: TypeAlias = Literal["open", "answered", "objected", "over", "gone"]
COPY, DAY = "plenary-copy", "plenary-day"


class Door(Struct, frozen=True):
    """A genuine link, what it leads to, and in which languages."""

    entry: Entry
    home: str
    consent: ConsentRow
    signup: SignupRow
    frame: Frame
    about: Occasion
    topics: list[TopicRow]
    languages: list[Spoken]
    proven: bool
    """The browser has shown the code that went to the signer's address."""
    signed_here: bool
    """Where no code can be sent: the form was signed in this very browser, just now."""

    @property
    def asks_as(self) -> UUID | None:
        """Who it is that asks here; None: somebody with a slip, who may be anybody."""
        return self.consent.id if self.entry == "consent" else None

    def spoken(self, code: str) -> Spoken:
        """The language of this page; raises NotFound for one that is not offered."""
        found = next((one for one in self.languages if one.code == code), None)
        if found is None:
            raise NotFound
        return found

    def state(self, now: datetime) -> State:
        """What is open to whoever stands here."""
        state = self.consent.state
        if self.signup.withdrawn_at is not None or self.frame.convening_state != "published" or state == "draft":
            return "gone"
        if (self.consent.signer == "student") != self.signup.signs_for_self:
            return "gone"
        if state == "on_hold_objection":
            return "objected"
        if state in OPEN:
            return "open" if now < min(self.signup.deadline_at, self.frame.starts_at) else "over"
        return "over" if state == "expired" else "answered"

    def may_write(self, now: datetime) -> bool:
        """Whether the form can be filled in now: nobody has answered, or who did shows it and there is time."""
        if now >= self.frame.starts_at:
            return False
        if self.state(now) == "open":
            return True
        in_time = self.consent.state in SIGNED | {"signed_unverified"} or now < self.signup.deadline_at
        return self.state(now) == "answered" and self.proven and in_time

    def may_write_day(self, now: datetime) -> bool:
        """Whether what helpers must know can be written here now: by the signer whom we know, or who has just signed."""
        listed = self.signup.withdrawn_at is None and (self.consent.signer == "student") == self.signup.signs_for_self
        published = self.frame.convening_state == "published"
        ends_at = self.about.convening_ends_at
        return (self.knows_reader or self.signed_here) and day_rules.may_write(
            self.consent, is_published=published, is_listed=listed, ends_at=ends_at, now=now
        )

    @property
    def knows_reader(self) -> bool:
        """Whether the signer reads here: they have shown the code, and the school knows that the address is theirs."""
        return self.proven and self.consent.address_by == "school"

    @property
    def needs_details(self) -> bool:
        """A slip without any family's data: the family writes them."""
        return self.entry == "slip" and not self.signup.name and not self.signup.signs_for_self

    @property
    def shows_who(self) -> bool:
        """Whether a code says who signs (E3): to an address from a slip not before the school knows whose it is."""
        return self.has_mail and self.consent.address_by == "school"

    @property
    def has_mail(self) -> bool:
        """Whether a code can be sent: never behind a slip, which proves least who holds it."""
        return self.entry == "consent" and bool(self.consent.email)


async def find(request: AnyRequest, conn: Connection, settings: Settings, token: str, now: datetime) -> Door:
    """The door behind a genuine link of who signs today; raises NotFound for any other."""
    entry: Entry = "slip" if request.scope["path"].startswith(links.PATHS["slip"]) else "consent"
    ticket = links.take_apart(token)
    if entry == "consent":
        consent = await answer_writes.consent(conn, ticket.id)
        signup = await queries.signup(conn, consent.signup_id)
        links.require_genuine(settings.secret_key, entry, ticket, consent.generation)
        if (consent.signer == "student") != signup.signs_for_self:
            raise NotFound
    else:
        signup = await queries.signup(conn, ticket.id)
        links.require_genuine(settings.secret_key, entry, ticket, signup.slip_generation)
        consent = await _signer_of_slip(conn, signup)
    return Door(
        entry=entry,
        home=f"{links.PATHS[entry]}{token}",
        consent=consent,
        signup=signup,
        frame=await queries.frame(conn, signup.panel_id),
        about=await documents.occasion(conn, signup.id),
        topics=await documents.topics(conn, signup.panel_id),
        languages=await documents.offered(conn),
        proven=entry == "consent" and _proves(request, settings, COPY, consent, now),
        signed_here=_proves(request, settings, DAY, consent, now),
    )


async def _signer_of_slip(conn: Connection, signup: SignupRow) -> ConsentRow:
    wanted = "student" if signup.signs_for_self else "guardian"
    found = [one for one in await queries.consents(conn, [signup.id]) if one.signer == wanted]
    if not found:
        raise NotFound
    return found[0]


def proof(settings: Settings, consent: ConsentRow, now: datetime, purpose: str = COPY) -> Cookie:
    """What the browser is given for a right code, or (DAY) for a signature without one: for this signer, half an hour."""
    return shown_here.kept(settings, purpose, consent.id, consent.generation, now)


def _proves(request: AnyRequest, settings: Settings, purpose: str, consent: ConsentRow, now: datetime) -> bool:
    return shown_here.proves(request, settings, purpose, consent.id, consent.generation, now)
