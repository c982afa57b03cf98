"""Pages about students: their own one, the readiness board, one student, their signed forms, the moderator's card."""

from service.consents import assent_pages, board_pages, copy_pages, moderator_pages, signup_pages

PAGES = [*assent_pages.PAGES, *board_pages.PAGES, *copy_pages.PAGES, *signup_pages.PAGES, *moderator_pages.PAGES]
