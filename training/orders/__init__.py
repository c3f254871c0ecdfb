"""Orders: sentences that order something of a model, what customers write, and the fit to both."""
