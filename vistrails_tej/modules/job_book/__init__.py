"""The book of all recorded jobs: what a monitor shows and does, without a screen."""

from __future__ import annotations

from .book import JobBook
from .deeds import Failures
from .entry import JobBookState, JobEntry, JobKey, state_of
from .job_downloads import DownloadProgress
from .server_page import CleanupPreview, QueueFailures, QueueLook
from .store import JobStore, forget_recorded, open_jobs, recorded_jobs
from .traffic import BookTraffic
from .unsaved_jobs import UnsavedJobs, copy_records

__all__ = [
    "BookTraffic",
    "CleanupPreview",
    "DownloadProgress",
    "Failures",
    "JobBook",
    "JobBookState",
    "JobEntry",
    "JobKey",
    "JobStore",
    "QueueFailures",
    "QueueLook",
    "UnsavedJobs",
    "copy_records",
    "forget_recorded",
    "open_jobs",
    "recorded_jobs",
    "state_of",
]
