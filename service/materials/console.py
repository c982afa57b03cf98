"""This slice's pages, and what the slices below are handed of it."""

from service.convenings.shelves import Shelves
from service.materials import download_pages, file_pages, pages, seeing, writes

PAGES = [*pages.PAGES, *file_pages.PAGES, *download_pages.PAGES]
SHELVES = Shelves(public=seeing.public_shelf, own=seeing.own_shelf, copy=writes.copy)
"""Handed in as `shelves`."""
