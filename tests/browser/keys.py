"""Somebody who has a keyboard and nothing else: every step is a key, and what has the focus is what a key reaches."""

from playwright.async_api import Page

FARTHEST = 150
"""Presses of Tab after which a thing counts as out of reach."""


class Keys:
    """A page, by its keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def to(self, selector: str) -> None:
        """Tab on until the focus is there; it must be seen to be there."""
        for _ in range(FARTHEST):
            await self.page.keyboard.press("Tab")
            if await self.page.locator(f"{selector}:focus").count():
                break
        else:
            raise AssertionError(f"no key reaches {selector} on {self.page.url}")
        ring = self.page.locator(f"{selector}:focus")
        assert await ring.evaluate("e => e.matches(':focus-visible')"), selector
        assert await ring.evaluate(SHOWS), f"the focus on {selector} cannot be seen"
        box = await ring.bounding_box()
        assert box is not None, selector

    async def follow(self, selector: str) -> None:
        """Tab to a link or a button, press Enter, and be where it leads."""
        await self.to(selector)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def choose(self, name: str, value: str) -> None:
        """One of several: Space takes the one that has the focus, an arrow the next."""
        await self.to(f'input[name="{name}"]')
        wanted = self.page.locator(f'input[name="{name}"][value="{value}"]')
        if not await self.page.locator(f'input[name="{name}"]:checked').count():
            await self.page.keyboard.press("Space")
        for _ in range(10):
            if await wanted.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow reaches {value} of {name}")

    async def tick(self, selector: str) -> None:
        """A box."""
        await self.to(selector)
        await self.page.keyboard.press("Space")
        assert await self.page.locator(selector).is_checked()

    async def write(self, selector: str, text: str) -> None:
        """A field."""
        await self.to(selector)
        await self.page.keyboard.type(text)


SHOWS = """e => {
  const ringed = one => one && (getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none');
  return Boolean(ringed(e) || ringed(e.nextElementSibling) || ringed(e.closest('label')));
}"""
