"""The database's tables: schema.sql for a new one, migrations one after another for one that is there."""

from service.schema.role import app_password
from service.schema.upgrading import Upgraded, check, standing, upgrade

__all__ = ["Upgraded", "app_password", "check", "standing", "upgrade"]
