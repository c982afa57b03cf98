"""The pages of coaching together."""

from service.coaching import coach_pages, member_pages, note_pages, office_pages

PAGES = [*coach_pages.PAGES, *note_pages.PAGES, *member_pages.PAGES, *office_pages.PAGES]
