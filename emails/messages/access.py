"""To those who sign in, about signing in."""

from typing import ClassVar

from emails.messages.parts import Message


class SignIn(Message, frozen=True, kw_only=True, tag="sign_in"):
    """Somebody asked to sign in with this address: a link for any device, a code for the browser that asked.

    It greets nobody by name: a stranger may have typed the name into the public form.
    """

    links: ClassVar[tuple[str, ...]] = ("sign_in", "code")

    minutes: int


class AddressChanged(Message, frozen=True, tag="address_changed"):
    """To the old address: somebody signs in with another one now. It names nobody, no address and no link."""
