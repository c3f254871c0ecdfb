"""Audited, schema-validated summaries of support tickets; no personal data leaves the bank."""
