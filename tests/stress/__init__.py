"""Long, random, crowded: what a single careful test does not find."""
