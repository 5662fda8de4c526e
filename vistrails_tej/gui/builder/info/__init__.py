"""Module info: what one module is, how it is set, which ports it shows."""
