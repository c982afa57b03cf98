"""This slice's pages."""

from service.keeping import exports, school_log_pages

PAGES = [*exports.PAGES, *school_log_pages.PAGES]
