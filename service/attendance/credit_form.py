"""The form that says under whose name hours are certified. Pure."""

from datetime import date

from service.attendance.profiles import KINDS, MISSING, Credit, Profile
from service.web.forms import Form


def of_credit(said: Credit) -> Form:
    """Filled with what was said."""
    return Form(
        {
            "profile": [said.profile],
            "provider": [said.provider],
            "approval_number": [said.approval_number],
            "approval_year": [str(said.approval_year or "")],
            "approved_on": [said.approved_on.isoformat() if said.approved_on else ""],
            "content_share": ["" if said.content_share is None else str(said.content_share)],
            "confirmed": ["yes"] if said.confirmed else [],
        }
    )


def wanted(form: Form) -> Credit | None:
    """What was written; None where it cannot be read, and the form says what."""
    profile: Profile | None = next((one for one in KINDS if one == form.text("profile")), None)
    if profile is None:
        form.errors["profile"] = "Choose one of the profiles."
        return None
    texts = {name: form.text(name).strip() for name in ("provider", "approval_number")}
    for name, text in texts.items():
        if len(text) > 200:
            form.errors[name] = "Write at most 200 characters."
    year, share = _number(form, "approval_year", 2000, 2200), _number(form, "content_share", 0, 100)
    day = _day(form, "approved_on")
    if form.errors:
        return None
    return Credit(
        profile=profile,
        **texts,
        approval_year=year,
        approved_on=day,
        content_share=share,
        confirmed=bool(form.chosen("confirmed")),
    )


def _number(form: Form, name: str, least: int, most: int) -> int | None:
    text = form.text(name).strip()
    if not text:
        return None
    if not (text.isdecimal() and len(text) < 5 and least <= int(text) <= most):
        form.errors[name] = f"{MISSING[name]} From {least} to {most}."
        return None
    return int(text)


def _day(form: Form, name: str) -> date | None:
    text = form.text(name).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        form.errors[name] = MISSING[name]
        return None
