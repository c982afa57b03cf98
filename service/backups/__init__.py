"""A backup of everything that PostgreSQL remembers, and what must happen before an installation goes on from one."""
