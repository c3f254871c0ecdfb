"""Timed checks: ratios taken in one run, never absolute promises."""
