"""Pages of the door: the desk, who came, what is printed, what is certified."""

from service.attendance import certificate_pages, desk_pages, export, office_pages, print_pages

PAGES = [
    *desk_pages.PAGES,
    *print_pages.PAGES,
    *office_pages.PAGES,
    *export.PAGES,
    *certificate_pages.PAGES,
]
