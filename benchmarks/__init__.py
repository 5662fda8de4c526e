"""What the engine takes, in time."""
