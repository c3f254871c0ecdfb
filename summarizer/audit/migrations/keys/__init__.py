"""Revisions of the keys' tables, oldest first."""
