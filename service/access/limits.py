"""How often somebody may do something; pure."""

from datetime import timedelta

from msgspec import Struct


class Limit(Struct, frozen=True):
    """At most `most` within each window."""

    name: str
    most: int
    window: timedelta


FORM_PER_CLIENT = Limit("form-client", 20, timedelta(minutes=10))
"""Public registration forms from one client address."""
FORM_PER_ADDRESS = Limit("form-address", 3, timedelta(hours=1))
"""Mails that strangers can cause to one address by the public form."""
SIGN_IN_PER_CLIENT = Limit("sign-in-client", 20, timedelta(minutes=10))
"""Requests for a sign-in mail from one client address."""
SIGN_IN_PER_ADDRESS = Limit("sign-in-address", 5, timedelta(hours=1))
SIGN_IN_PER_ADDRESS_A_DAY = Limit("sign-in-address-day", 20, timedelta(days=1))
"""Sign-in mails to one address, and so at most a hundred guessed codes of a million a day."""
CONSENT_CODES = Limit("consent-code", 5, timedelta(hours=1))
CONSENT_CODES_A_DAY = Limit("consent-code-day", 20, timedelta(days=1))
"""Codes mailed to one signer, and so at most a hundred guesses of a million a day."""
CODES_PER_CLIENT = Limit("code-client", 30, timedelta(minutes=10))
"""Codes typed from one client address, right or wrong."""
OWN_DATA = Limit("own-data", 10, timedelta(days=1))
"""Files of everything that we hold about one person."""
SURVEY_CODES = Limit("survey-code", 600, timedelta(minutes=10))
"""Codes of badges typed from one client address: a whole room may share one, and none of the codes can be guessed."""

WRONG_CODES_OF_ALL = Limit("wrong-codes", 300, timedelta(hours=1))
"""Wrong codes typed here by all together; beyond them only the link in the mail signs in."""
