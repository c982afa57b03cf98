"""Two people change one thing: each form carries what it was filled with, so that neither undoes what the other wrote."""

import hashlib
from collections.abc import Collection, Mapping

from service.web.forms import Form

MARK = "was"
"""The hidden field."""
LISTS: frozenset[str] = frozenset({"sessions"})
"""Fields with several choices under one name."""


def mark(filled: Form, names: Collection[str]) -> str:
    """What a form is filled with, field by field, as the hidden field carries it; it tells nobody the values."""
    return " ".join(f"{name}.{_hash(_value(filled, name))}" for name in sorted(names))


def changed_since(
    form: Form, current: Form, names: Collection[str], words: Mapping[str, str] | None = None
) -> frozenset[str]:
    """The fields that whoever sent `form` really changes; look at `current` behind the lock.

    A field that they left as they found it says in `form` what stands now. One that somebody else changed meanwhile to
    something else keeps what was typed and gets a sentence with what stands now (from `words` where the value is not to be
    read): then `form.wrong`. So `mark(current, names)` is right for the form shown next, and sending that is meant.
    A form without a mark is taken at its word, like a call that names its fields.
    """
    seen = dict(one.split(".", 1) for one in form.text(MARK).split() if "." in one)
    changed: set[str] = set()
    for name in sorted(names):
        typed, stands = _value(form, name), _value(current, name)
        if seen.get(name) == _hash(typed):
            form.put(name, current)
            continue
        if typed == stands:
            continue
        changed.add(name)
        if name in seen and seen[name] != _hash(stands):
            form.errors[name] = _sentence((words or {}).get(name, stands))
    return frozenset(changed)


def _value(form: Form, name: str) -> str:
    """As it stands in the field: what a browser does not show, it does not send back either."""
    return " ".join(sorted(form.chosen(name))) if name in LISTS else form.shown(name).strip()


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]


def _sentence(stands: str) -> str:
    now = f"Now it says: “{stands}”." if stands else "Now it is empty."
    return f"Somebody changed this meanwhile. {now} Send it again if yours should stand."
