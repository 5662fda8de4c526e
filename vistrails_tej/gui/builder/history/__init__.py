"""The history: the tree of versions, drawn, tagged and compared."""
