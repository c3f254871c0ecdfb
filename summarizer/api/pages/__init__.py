"""Pages: what an agent, a risk officer and an engineer see in a browser."""
