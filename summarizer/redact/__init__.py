"""Redact: Case -> RedactedCase and Vault. Only this package constructs a RedactedCase."""
