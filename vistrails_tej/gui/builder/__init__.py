"""The builder: drag modules into a workflow, set them, run it, look at its history."""
