"""Migrations: the schema of the log and of the keys, by Alembic, one branch for each."""
