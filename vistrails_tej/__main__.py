"""Let ``python -m vistrails_tej`` do what ``vistrails-tej`` does."""

from __future__ import annotations

from .cli.start import main

if __name__ == "__main__":
    main()
