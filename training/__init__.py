"""Training of the ticket model: writes marked text, trains, exports the shipped weights."""
