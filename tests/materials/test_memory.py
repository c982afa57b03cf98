"""A large file goes in and out of a real web process in pieces: its memory does not grow with the file."""

from datetime import datetime, timedelta

import httpx
import pytest

from service.convenings import actions
from service.db import Connection
from service.materials.rules import MEGABYTE
from service.settings import Settings
from tests import make
from tests.materials import files
from tests.web.serving import serving

SIZE = 24 * MEGABYTE


@pytest.mark.slow
async def test_files_of_the_largest_size_take_a_few_megabytes_of_memory(
    settings: Settings, conn: Connection, now: datetime
) -> None:
    start = datetime.now(now.tzinfo)
    times = {"starts_at": start + timedelta(days=1), "ends_at": start + timedelta(days=2)}
    convening = await make.convening(conn, start, published=False, **times)
    await actions.publish(conn, convening.id, start)
    content = files.PDF + bytes(SIZE - len(files.PDF))
    place = {"title": "Slides", "audience": "public", "no_student": True}
    with serving(settings) as web:
        token = {"authorization": f"Bearer {settings.organizer_token}"}
        async with httpx.AsyncClient(base_url=web.url, headers=token, timeout=60) as client:
            api = f"/api/v1/convenings/{convening.id}/materials"
            made = [(await client.post(api, json=place)).json()["id"] for _ in range(3)]
            small = await client.put(f"/api/v1/materials/{made[0]}/file?name=a.pdf&no_student=true", content=files.PDF)
            assert small.status_code == 200
            before = web.resident_megabytes()
            for one in made:
                put = await client.put(f"/api/v1/materials/{one}/file?name=a.pdf&no_student=true", content=content)
                assert (put.status_code, put.json()["size"]) == (200, SIZE)
                path = f"/convenings/{convening.slug}/materials/{one}"
                async with client.stream("GET", path) as answer:
                    assert sum([len(piece) async for piece in answer.aiter_bytes()]) == SIZE
            grown = web.resident_megabytes() - before
            assert grown < SIZE / MEGABYTE / 2
