"""Who interpreted, as a school or an organizer writes it down (T5)."""

from msgspec import Struct

from service.consents.answer_rules import Interpreter
from service.text import Name
from service.web.forms import Form, build

NEEDED = {
    "interpreter": "Write the name of the adult who interpreted.",
    "interpreter_role": "Write as what they interpreted, like district interpreter.",
}


class Written(Struct, frozen=True):
    """The two fields."""

    interpreter: Name
    interpreter_role: Name


def read(form: Form, *, needed: bool = False) -> Interpreter | None:
    """The interpreter; None where nobody did, or with a sentence at each field that is wrong."""
    if not needed and not any(form.text(name).strip() for name in NEEDED):
        return None
    written = build(form, Written, needed=NEEDED)
    return written and Interpreter(written.interpreter, written.interpreter_role)
