"""The command line: vistrails-tej."""
