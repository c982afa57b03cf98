"""The pages of this slice in the console, for the application."""

from service.registrations import export, lists, office_decisions, office_one, office_pages

PAGES = [*office_pages.PAGES, *office_one.PAGES, *office_decisions.PAGES, *export.PAGES, *lists.PAGES]
