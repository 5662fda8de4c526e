"""Feeds the reader, the editor and the writer what nobody ever meant them to see."""
