"""A loopback SSH server, so that everything can be tried with no server at hand."""
