"""Ingest: raw ticket -> Case. One file per source format."""
