"""Running a version in a thread of its own, and showing what came of it."""
