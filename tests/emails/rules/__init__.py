"""What every mail of ours is held to: Annex A of the mail requirements, one small function a rule, named by its id.

`findings` for one mail with its envelope, `sequence_findings` for all mails to one person in the order they left.
Not here: D (whoever relays signs), U (no list mail yet), C40 (needs libical).
"""

import re
from collections.abc import Callable, Iterable
from types import ModuleType

from tests.emails.rules import body, event, headers, objects, parsers, sequence, wire, zones
from tests.emails.rules.mail import Mail, opened

Rule = Callable[[Mail], Iterable[str]]
ALWAYS, WITH_CALENDAR = (wire, headers, body), (objects, event, zones, parsers)


def findings(raw: bytes, *, envelope_from: str, envelope_to: str) -> list[str]:
    """Every broken rule of one mail as `C18: what is wrong`; empty when there is nothing to find."""
    mail = opened(raw, envelope_from, envelope_to)
    modules = (*ALWAYS, *WITH_CALENDAR) if mail.calendar is not None else ALWAYS
    return [f"{name.upper()}: {found}" for module in modules for name, rule in rules(module) for found in _tried(rule, mail)]


def sequence_findings(raws: list[bytes], expect: dict[str, int] | None = None) -> list[str]:
    """Every broken X rule; `expect` counts the calendar mails per METHOD (X09)."""
    entries = sequence.entries(raws)
    found = [f"{name.upper()}: {text}" for name, rule in rules(sequence) for text in rule(entries)]
    return found + ([f"X09: {text}" for text in sequence.unexpected(entries, expect)] if expect is not None else [])


def rules(module: ModuleType) -> list[tuple[str, Callable[..., Iterable[str]]]]:
    """The functions of a module that are rules, by their names."""
    return [(name, rule) for name, rule in vars(module).items() if re.fullmatch(r"[a-z]\d\d", name)]


def _tried(rule: Rule, mail: Mail) -> list[str]:
    try:
        return list(rule(mail))
    except Exception as error:  # Z99: what a rule cannot read is a finding too
        return [f"Z99 could not finish: {error!r}"]
