"""Casework: the audit log -> what people work with: summaries, reviews, cases as timelines."""
