"""What a rule may answer instead of a result. A refusal's docstring is the sentence that a person reads."""


class Refused(Exception):
    """This cannot be done."""

    code = "refused"
    status = 409

    def __init__(self, sentence: str = "", *, pointer: str = "") -> None:
        """`sentence` replaces the docstring where numbers or names belong in it; `pointer` is a JSON pointer to a field."""
        self.sentence = sentence or (type(self).__doc__ or "").strip()
        self.pointer = pointer
        super().__init__(self.sentence)


class Invalid(Refused):
    """Something that you wrote cannot be used."""

    code = "invalid"
    status = 422


class NotFound(Exception):
    """There is nothing here, or it is not yours."""


class SignInNeeded(Exception):
    """The page is somebody's own, so they sign in first; the message is the path that leads there."""


class StartRefused(Exception):
    """A process cannot start; the message is the one sentence its operator reads."""
