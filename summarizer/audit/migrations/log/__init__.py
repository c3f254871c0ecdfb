"""Revisions of the log's tables, oldest first."""
