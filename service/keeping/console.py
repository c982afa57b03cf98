"""This slice's pages."""

from service.keeping import exports, family_deletion_pages, held_pages, policy_pages, school_log_pages

PAGES = [
    *exports.PAGES,
    *school_log_pages.PAGES,
    *held_pages.PAGES,
    *family_deletion_pages.PAGES,
    *policy_pages.PAGES,
]
