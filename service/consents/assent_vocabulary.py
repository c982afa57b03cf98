"""What each language has to say: every sentence that a student reads on our page is a field here."""

from collections.abc import Mapping

from msgspec import Struct


class Words(Struct, frozen=True, kw_only=True):
    """The sentences of one language; names in braces are filled in."""

    language: str
    direction: str = "ltr"
    day: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    skip: str
    languages: str
    home: str
    asked_by: str
    when: str
    can_change_until: str
    slip_once: str
    your_answer: str
    no_favours: str
    answers: Mapping[str, str]
    only_for_yes: str
    topics: str
    topics_hint: str
    colours: Mapping[str, str]
    starts_at_red: str
    name: str
    who_sees: str
    name_uses: Mapping[str, str]
    made_up: str
    made_up_hint: str
    send: str
    change: str
    used: str
    used_why: str
    used_change: str
    said_no_here: str
    say_no: str
    say_no_hint: str
    said: Mapping[str, str]
    next_heading: str
    next_steps: Mapping[str, tuple[str, ...]]
    your_topics: str
    you_are_called: str
    support_heading: str
    support: tuple[str, ...]
    talk_to: str
    talk_to_school: str
    over: str
    over_why: str
    wrong: str
    not_now: str
    errors: Mapping[str, str]
    stuck: str
    call: str
    write: str
    how_long: str
