"""When somebody can be erased, and what that does, in words; pure."""

from msgspec import Struct

from service.errors import Refused

SCHOOL_HAS_NOBODY = "Afterwards their school has nobody whom we write to about its students."


class PersonOnHold(Refused):
    """A legal hold is on over a convening that they were part of: nothing of them may be deleted until it ends."""

    code = "legal-hold"


class NotYourself(Refused):
    """You cannot erase yourself: who ordered it must be there to answer for it. Ask another organizer."""

    code = "not-yourself"


class ErasedAlready(Refused):
    """The erasure of this person was ordered already."""

    code = "erased-already"


class HoldsNow(Struct, frozen=True):
    """What we hold of somebody, in numbers."""

    name: str
    live: int
    """Registrations for convenings that are not over: they are withdrawn, and the seats go on."""
    past: int
    certificates: int
    credited: int
    """Of these, such as bring a state's credit."""
    mails: int
    answers: int
    """To confidential surveys."""
    conversations: int
    """With coaches or members, whatever became of them."""
    students: int
    """Under way, of the school that they answer for and nobody else does."""

    @property
    def goes(self) -> list[str]:
        """What goes, kind by kind, as the tombstone keeps it."""
        kinds = {
            "name, addresses and details": 1,
            "parts in the network, roles and ways to sign in": 1,
            "names and needs in registrations": self.live + self.past,
            "certificates of attendance": self.certificates - self.credited,
            "conversations with coaches or members": self.conversations,
            "mails": self.mails,
            "answers under their name": self.answers,
        }
        return [kind for kind, count in kinds.items() if count]
