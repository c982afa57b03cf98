"""Forms with a file, as browsers send them and as nobody should."""

import pytest

from service.web.forms import FormUnreadable
from service.web.uploads import read

PART = b'--x\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'


def body(*parts: tuple[bytes, bytes, bytes]) -> bytes:
    """A whole multipart body."""
    return b"".join(PART % part for part in parts) + b"--x--\r\n"


def test_fields_and_one_file_are_read_and_the_files_name_is_no_path() -> None:
    found = read(body((b"seal", b"", "é".encode()), (b"file", b'; filename="C:\\Temp\\a\xc3\xab.csv"', b"a,b\r\n")), "x")
    assert found.form.text("seal") == "é"
    assert found.file
    assert (found.file.name, found.file.content) == ("aë.csv", b"a,b\r\n")


def test_no_file_chosen_is_no_file() -> None:
    assert read(body((b"file", b'; filename=""', b"")), "x").file is None


@pytest.mark.parametrize(
    ("content", "boundary"),
    [
        (b"", "x"),
        (body((b"a", b"", b"1")), ""),
        (body((b"a", b"", b"1")), "another"),
        (body((b"a", b"", b"1")), "é"),
        (body((b"a", b"", b"1"))[:-6], "x"),
        (body((b"a", b"", b"\xff")), "x"),
        (body(*[(b"a", b"", b"1")] * 201), "x"),
        (body(*[(b"a", b'; filename="a"', b"1")] * 2), "x"),
        (b"--x\r\nContent-Type: text/csv\r\n\r\n1\r\n--x--\r\n", "x"),
        (b"--x\r\nContent-Disposition: form-data; name=a\r\nA: " + b"x" * 9000 + b"\r\n\r\n1\r\n--x--\r\n", "x"),
    ],
)
def test_what_no_browser_sends_is_refused(content: bytes, boundary: str) -> None:
    with pytest.raises(FormUnreadable):
        read(content, boundary)
