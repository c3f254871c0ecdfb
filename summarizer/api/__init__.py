"""The HTTP surface of the route."""
