"""Pages about students: their own one, the board, one student, signed forms, the moderator's card, the safety list."""

from service.consents import (
    assent_pages,
    board_pages,
    copy_pages,
    glass_pages,
    guardian_pages,
    meals_pages,
    moderator_pages,
    safety_pages,
    signup_pages,
)

PAGES = [
    *assent_pages.PAGES,
    *board_pages.PAGES,
    *copy_pages.PAGES,
    *signup_pages.PAGES,
    *moderator_pages.PAGES,
    *guardian_pages.PAGES,
    *glass_pages.PAGES,
    *meals_pages.PAGES,
    *safety_pages.PAGES,
]
