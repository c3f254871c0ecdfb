"""Validate: Completion -> Verdict. One file per check."""
