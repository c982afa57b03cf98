"""To the families of students in their language, and to the schools that ask them. The words stand in `emails/speech`.

Days and times come as they are said in that language and in the family's zone.
"""

from typing import ClassVar, Literal, TypeAlias

from emails.messages.parts import Message, Stream

OPEN: tuple[str, ...] = ("asked", "opened", "superseded")
"""The states of a consent in which an answer can still come."""
Asking: TypeAlias = Literal["first", "renewed", "more_time", "again"]
"""Why the form goes out: for the first time, with a new text, with more time, or because a person sends it once more."""
Reminding: TypeAlias = Literal["first", "second", "last_day"]
Copying: TypeAlias = Literal["signed", "waiting", "confirmed", "paper"]
"""How the signature came: online, on a slip that the school still confirms, confirmed now, or on paper."""
Receiving: TypeAlias = Literal["withdrawn", "refused", "objected"]
Noticing: TypeAlias = Literal["calls", "slip", "objection", "talk", "of_age", "again"]


class SpokenMessage(Message, frozen=True, kw_only=True):
    """A message whose words are data: `variant` says which of its kind's letters it is."""

    template: ClassVar[str] = "spoken"

    language: str = "en"

    @property
    def variant(self) -> str:
        """The name of the letter among those of its kind."""
        return "only"


class ConsentCode(SpokenMessage, frozen=True, kw_only=True, tag="consent_code"):
    """Somebody is about to sign, or wants to see a copy: a code for the page that asked. Of the student it says nothing."""

    links: ClassVar[tuple[str, ...]] = ("code",)

    minutes: int


class FamilyMessage(SpokenMessage, frozen=True, kw_only=True):
    """To one signer: from a named person of a school, about a student by their first name; what is not known is empty.

    `is_self` where the student signs.
    """

    links: ClassVar[tuple[str, ...]] = ("consent",)

    name: str = ""
    student: str = ""
    school: str
    contact: str = ""
    reach: str = ""
    """The phone and address of the contact."""
    is_self: bool = False


class ConsentForm(FamilyMessage, frozen=True, kw_only=True, tag="consent_form"):
    """Please read and answer: the link opens the form."""

    wanted_while: ClassVar[tuple[str, ...]] = OPEN

    asking: Asking = "first"
    day: str
    by: str

    @property
    def variant(self) -> str:
        """Why it goes out."""
        return self.asking


class ConsentReminder(FamilyMessage, frozen=True, kw_only=True, tag="consent_reminder"):
    """There is still time to answer; or this is the last day."""

    wanted_while: ClassVar[tuple[str, ...]] = OPEN
    bulk: ClassVar[bool] = True

    reminding: Reminding
    by: str

    @property
    def variant(self) -> str:
        """Which of the three."""
        return self.reminding


class Logistics(FamilyMessage, frozen=True, kw_only=True, tag="logistics"):
    """The student has a seat: times, place, and whom to call."""

    wanted_while: ClassVar[tuple[str, ...]] = ("signed", "signed_paper")
    bulk: ClassVar[bool] = True

    days: str
    when: str
    where: str
    changed: bool = False
    """Whether they were told otherwise before."""

    @property
    def variant(self) -> str:
        """For the first time, or because something is different now."""
        return "changed" if self.changed else "only"


class CalledOff(FamilyMessage, frozen=True, kw_only=True, tag="called_off"):
    """The event does not take place: there is nothing to answer and nowhere to go."""

    links: ClassVar[tuple[str, ...]] = ()

    day: str


class ConsentCopy(FamilyMessage, frozen=True, kw_only=True, tag="consent_copy"):
    """You signed: the copy is behind this link (E5). Of the answers it says nothing."""

    copying: Copying
    signed_at: str

    @property
    def variant(self) -> str:
        """How the signature came."""
        return self.copying


class ConsentReceipt(FamilyMessage, frozen=True, kw_only=True, tag="consent_receipt"):
    """We recorded your change: a yes taken back, a no, or an objection."""

    receiving: Receiving
    at: str

    @property
    def variant(self) -> str:
        """What was recorded."""
        return self.receiving


class FamilySurvey(FamilyMessage, frozen=True, kw_only=True, tag="family_survey"):
    """A few questions after the event: to a guardian for themselves, or to hand on to the student, who has no address."""

    stream: ClassVar[Stream | None] = "surveys"
    links: ClassVar[tuple[str, ...]] = ("survey",)
    bulk: ClassVar[bool] = True

    whose: Literal["guardian", "student"]
    round: Literal["first", "again", "later"]
    """For the first time, a reminder, or months after the event."""
    minutes: int
    by: str
    is_named: bool = False
    """Whether organizers can look up who answered what."""

    @property
    def variant(self) -> str:
        """Whose questions they are, and which mail of the round."""
        return f"{self.whose}_{self.round}"


class FamilyReport(FamilyMessage, frozen=True, kw_only=True, tag="family_report"):
    """What adults did with what students said can be read."""

    stream: ClassVar[Stream | None] = "reports"
    links: ClassVar[tuple[str, ...]] = ("report",)
    bulk: ClassVar[bool] = True

    day: str


class SchoolNotice(SpokenMessage, frozen=True, kw_only=True, tag="school_notice"):
    """To a school's contact: something waits for them on a page of theirs. It names no student and no guardian."""

    links: ClassVar[tuple[str, ...]] = ("school",)

    name: str
    about: Noticing
    page: str
    """Where it waits, from the root of the site."""
    school: str
    by: str = ""
    count: int = 1

    @property
    def variant(self) -> str:
        """What waits; one family to call is not "1 families"."""
        return "call" if self.about == "calls" and self.count == 1 else self.about
