"""A file is saved and never opened in place, whole or the part that is missing, and is gone when it is gone."""

from datetime import datetime
from urllib.parse import unquote

import httpx
import pytest

from service.db import Connection, Pool
from service.errors import NotFound
from service.materials import queries, serving
from service.materials.rules import CHUNK
from tests.materials import files
from tests.materials.conftest import Scene, ids

CONTENT = files.PDF + bytes(range(256)) * 2500


@pytest.fixture
async def path(scene: Scene, conn: Connection) -> str:
    """Where everybody has a file of three pieces."""
    assert (await scene.upload(content=CONTENT, audience="public")).status_code == 303
    [made] = await ids(conn, scene.convening.id)
    return f"/convenings/{scene.convening.slug}/materials/{made}"


def part(answer: httpx.Response) -> tuple[int, str, bytes]:
    return answer.status_code, answer.headers.get("content-range", ""), answer.content


SIZE = len(CONTENT)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-9", 0, 9),
        (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK),
        (f"bytes={CHUNK}-", CHUNK, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        (f"bytes=-{SIZE + 9}", 0, SIZE - 1),
        (f"bytes=3-{SIZE + 99}", 3, SIZE - 1),
    ],
)
async def test_the_part_that_a_phone_still_lacks_is_answered_alone(
    scene: Scene, path: str, asked: str, first: int, last: int
) -> None:
    answer = await scene.office.browser.get(path, headers={"range": asked})
    assert part(answer) == (206, f"bytes {first}-{last}/{SIZE}", CONTENT[first : last + 1])
    assert answer.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=-0", f"bytes={SIZE + 5}-{SIZE + 9}"])
async def test_a_part_behind_the_end_is_no_part(scene: Scene, path: str, asked: str) -> None:
    answer = await scene.office.browser.get(path, headers={"range": asked})
    assert part(answer) == (416, f"bytes */{SIZE}", b"")


@pytest.mark.parametrize(
    "asked", ["bytes=9-3", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 30 + "-"]
)
async def test_what_is_no_single_part_is_answered_with_the_whole(scene: Scene, path: str, asked: str) -> None:
    answer = await scene.office.browser.get(path, headers={"range": asked})
    assert (answer.status_code, len(answer.content)) == (200, SIZE)


async def test_a_version_is_known_by_its_mark_and_parts_of_another_are_not_put_together(scene: Scene, path: str) -> None:
    first = await scene.office.browser.get(path)
    assert (first.headers["accept-ranges"], first.headers["cache-control"]) == ("bytes", "public, no-cache")
    mark = first.headers["etag"]
    for known in (mark, f'"another", W/{mark}'):
        unchanged = await scene.office.browser.get(path, headers={"if-none-match": known})
        assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", mark)
    for condition, status in ((mark, 206), ('"another"', 200)):
        answer = await scene.office.browser.get(path, headers={"range": "bytes=1-2", "if-range": condition})
        assert answer.status_code == status
    head = await scene.office.browser.head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(SIZE))


async def test_no_browser_runs_it_and_only_what_is_public_is_kept_on_the_way(
    scene: Scene, conn: Connection, path: str
) -> None:
    [made] = await ids(conn, scene.convening.id)
    public = await scene.office.browser.get(path)
    assert public.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert public.headers["x-content-type-options"] == "nosniff"
    assert public.headers["content-disposition"].startswith("attachment; ")
    for own in (f"/materials/{made}", f"{scene.own(scene.other)}/materials/{made}"):
        assert (await scene.office.browser.get(own)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a b.pdf", "a b.pdf"),
        ("Übung \u201eeins\u201c.pdf", "Ubung eins.pdf"),
        ('x"; filename="y.exe', "x filenamey.exe"),
        ("预算.pdf", "pdf"),
        ("\r\nSet-Cookie: a=b.txt", "Set-Cookie ab.txt"),
    ],
)
def test_a_name_in_any_script_is_kept_and_breaks_no_header(name: str, plain: str) -> None:
    made = serving.disposition(name)
    whole, encoded = made.split("; filename*=UTF-8''")
    assert whole == f'attachment; filename="{plain}"'
    assert (unquote(encoded), encoded.isascii(), made.isprintable()) == (name, True, True)


async def test_who_is_in_the_midst_of_a_download_gets_no_mixture_of_two_versions(
    scene: Scene, conn: Connection, pool: Pool, now: datetime, path: str
) -> None:
    [made] = await ids(conn, scene.convening.id)
    row = await queries.material(conn, made)
    assert row.file_id
    coming = serving.pieces(pool, row.file_id, 0, row.size - 1)
    assert await anext(coming) == CONTENT[:CHUNK]
    await scene.upload(content=CONTENT + b"2", path=f"/office/materials/{made}/file")
    with pytest.raises(NotFound):
        await anext(coming)
