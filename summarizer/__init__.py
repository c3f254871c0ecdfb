"""Audited, schema-validated summaries of support tickets, with personal data held back."""
