"""Codes and names at the desk: what the product prints, its own reader reads; both sides compare names alike."""

import base64
from datetime import datetime
from math import cos, radians, sin
from pathlib import Path

import pytest
import segno
from playwright.async_api import Browser, async_playwright

from service.attendance import release
from service.db import Connection, Pool
from service.registrations.badges import typed
from service.settings import Settings
from service.web import qr
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.desk_scene import front

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READ = """async (svg) => {
  const { reader, wasm } = document.getElementById("desk").dataset;
  const { qrReader, readFrom } = await import(reader.replace("barcode-detector.js", "camera.js"));
  const image = new Image();
  image.src = `data:image/svg+xml;base64,${svg}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 640; canvas.height = 480;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#889"; pen.fillRect(0, 0, 640, 480);
  pen.translate(320, 240); pen.rotate(0.2); pen.drawImage(image, -110, -110, 220, 220);
  return readFrom(await qrReader({ reader, wasm }), canvas);
}"""
NAMES = (
    "José  Núñez-Ortega",
    "Zoë",
    " -- ",
    "Ångström, Åsa",
    "Nguyễn Thị Ánh",
    "نور الرشوان",
    "O’Neil MacDougal III",
    "Łukasz Đặng",
)
KEYS = """async (names) => {
  const beside = document.getElementById("desk").dataset.reader;
  const { mark, nameKey, badgeCode } = await import(beside.replace("barcode-detector.js", "names.js"));
  const marks = await Promise.all(names.map((name) => mark("salt", name)));
  return names.map((name, index) => [nameKey(name), marks[index], badgeCode(name)]);
}"""


def picture(code: str) -> str:
    """The QR of a badge as its page draws it."""
    drawn = qr.code(code)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="220" height="220" viewBox="0 0 {drawn.size} {drawn.size}">'
        f'<rect width="{drawn.size}" height="{drawn.size}" fill="#fff"/><path d="{drawn.path}"/></svg>'
    )


async def test_a_code_that_the_product_draws_is_read_by_the_desks_own_reader(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 3) as at:
        context, page = await at.tablet(chromium)
        for person in at.people:
            drawn = base64.b64encode(picture(person.code).encode()).decode()
            assert await page.evaluate(READ, drawn) == person.code
        await context.close()


async def test_desk_and_server_read_names_and_codes_alike(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 0) as at:
        context, page = await at.tablet(chromium)
        found = await page.evaluate(KEYS, list(NAMES))
        assert found == [[release.key(name), release.sealed("salt", name), typed(name)] for name in NAMES]
        await context.close()


async def test_a_badge_before_the_camera_is_checked_in(
    conn: Connection, pool: Pool, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    async with front(conn, pool, settings, now, 3) as at, async_playwright() as playwright:
        film = tmp_path / "badge.y4m"
        film.write_bytes(filmed(at.people[1].code))
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *ARGUMENTS,
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )
        _, page = await at.tablet(chromium)
        await page.click("#camera")
        await page.wait_for_selector(f"#answer >> text={at.people[1].name} is in")
        await page.click("#camera")
        assert await page.is_hidden("#video")
        assert await conn.fetchval("select count(*) from scan where registration_id = $1", at.people[1].registration_id) == 1
        await chromium.close()


def filmed(code: str, width: int = 640, height: int = 480, side: int = 200, tilt: float = 12.0) -> bytes:
    """Two frames of a badge's code held a little askew before a grey wall, as YUV4MPEG2."""
    matrix = [list(row) for row in segno.make_qr(code, error="m").matrix_iter(border=4)]
    size, turn = len(matrix), (cos(radians(tilt)), sin(radians(tilt)))
    light = bytearray(b"\x80" * (width * height))
    for y in range(height // 2 - side, height // 2 + side):
        for x in range(width // 2 - side, width // 2 + side):
            dx, dy = x - width / 2, y - height / 2
            column = int((dx * turn[0] + dy * turn[1]) / side * size + size / 2)
            row = int((dy * turn[0] - dx * turn[1]) / side * size + size / 2)
            if 0 <= column < size and 0 <= row < size:
                light[y * width + x] = 16 if matrix[row][column] else 235
    colour = b"\x80" * (width // 2 * height // 2)
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode()
    return head + (b"FRAME\n" + bytes(light) + colour + colour) * 2
