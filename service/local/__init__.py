"""PostgreSQL, Valkey, a mail catcher, web and worker on one machine, started by one command."""
