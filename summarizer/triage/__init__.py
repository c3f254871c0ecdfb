"""Triage: Verdict -> Summary. Rules, no model."""
