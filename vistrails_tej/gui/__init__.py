"""The windows: the builder, and what it shares with others. PyQt5 is imported only here."""
