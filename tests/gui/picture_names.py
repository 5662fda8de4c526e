"""The pictures that are made of the windows; docs may show these."""

from __future__ import annotations

# Each is a function of picture_scenes, picture_dialogs or picture_jobs.
NAMES = (
    "builder",
    "builder-empty",
    "builder-small",
    "states",
    "running",
    "history",
    "comparison",
    "connecting",
    "quick-add",
    "module-menu",
    "module-info",
    "module-info-annotations",
    "module-info-looping",
    "module-info-documentation",
    "configure-submit-job",
    "configure-make-directory",
    "configure-shell-job",
    "configure-python",
    "configure-format",
    "results",
    "results-error",
    "preview-text",
    "preview-table",
    "preview-picture",
    "recovery",
    "report",
    "host-key",
    "host-key-changed",
    "host-key-revoked",
    "password",
    "password-keyring",
    "running-job",
    "jobs-ready",
    "jobs-ready-many",
    "jobs-news",
    "trust",
    "shortcuts",
    "widgets",
)
# Those also made for dense screens; the others look the same there.
SHARP = ("builder", "states", "history", "module-info", "configure-shell-job", "widgets")
