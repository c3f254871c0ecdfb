"""The embedded model: a pinned file, fetched once, run in a supervised child process."""
