"""Whole queues in a window of their own: their jobs, their room, their clean-up, their server."""
