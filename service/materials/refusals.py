"""Why something about materials is refused; each docstring is the sentence that a person reads."""

from service.errors import Invalid, Refused


class NoAddress(Invalid):
    """Write an address that begins with https:// and has no user name in it."""

    code = "no-address"


class NoMoment(Invalid):
    """Say from when it is shared."""

    code = "no-moment"


class NoSuchSession(Invalid):
    """Choose a session of this convening."""

    code = "no-such-session"


class NeedsSession(Invalid):
    """Choose a session, or let everybody with a seat see it."""

    code = "needs-session"


class NotYours(Invalid):
    """Choose a session that you moderate; only organizers share with everybody, or say that students are in it."""

    code = "not-yours"


class WhoIsInIt(Invalid):
    """Say that no student is in it, or what is recorded of those who are: one of the two."""

    code = "who-is-in-it"


class NoSuchMedia(Invalid):
    """Choose what is recorded under “Photos, recordings, quotes” of this convening."""

    code = "no-such-media"


class MediaNotAllowed(Invalid):
    """What is recorded there does not allow this: somebody said no, or it is recorded for the network only."""

    code = "media-not-allowed"


class NeedsNewFile(Invalid):
    """That students are in it can be taken back only with a new file, or for a link with another address."""

    code = "needs-new-file"


class NamesAStudent(Invalid):
    """Title, description and file name must not have a student's name."""

    code = "names-a-student"


class TooMany(Refused):
    """There are 300 materials already. Remove one first."""

    code = "too-many-materials"


class NoRoom(Invalid):
    """The files of this convening would take too much room."""

    code = "no-room"


class NobodyToTell(Refused):
    """Nobody with a seat can see a material yet, so there is nothing to tell."""

    code = "nobody-to-tell"


class NoFile(Invalid):
    """Choose a file."""

    code = "no-file"


class TooLarge(Invalid):
    """This file is too large."""

    code = "file-too-large"


class NotThisKind(Invalid):
    """We take PDF, PowerPoint (pptx), Word (docx), Excel (xlsx), OpenDocument, PNG, JPEG, plain text, CSV, MP3 and MP4."""

    code = "file-not-taken"


class NotWhatItSays(Invalid):
    """What is in this file is not what its name says. Open it, save it again under this kind, and choose it again."""

    code = "file-not-what-it-says"


class HasMacros(Invalid):
    """This file has a program in it. Save it without macros, and choose it again."""

    code = "file-has-macros"


class SaysWhere(Invalid):
    """This recording says at which place it was made. Export it without its location, and choose it again."""

    code = "file-says-where"
