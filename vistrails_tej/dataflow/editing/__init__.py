"""Edit vistrails: every edit is an action at the end of the history, as VisTrails writes it."""
