"""Run jobs on any server that SSH reaches; the public names of the engine."""

from __future__ import annotations

from .connection_facts import Traffic
from .connection_pool import ConnectionPool
from .destination import Destination, parse_destination, split_password
from .doctor import Check, CheckState, Doctor
from .errors import (
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    DeadlinePassed,
    HostKeyChanged,
    HostKeyError,
    HostKeyRevoked,
    HostKeyUnknown,
    HostUnreachable,
    InvalidDestination,
    InvalidJobId,
    JobDeleted,
    JobError,
    JobExists,
    JobNotFound,
    JobStillRunning,
    LoginFailed,
    NotAQueue,
    NotEnoughSpace,
    ProtocolMismatch,
    QueueError,
    QueueExists,
    QueueLinkBroken,
    QueueLinkLoop,
    QueueNotFound,
    QueueRefused,
    RemoteCommandFailed,
    RemoteFileNotFound,
    RuntimeNotAllowed,
    ScriptNotFound,
    ScriptUnusable,
    SshConfigInvalid,
    TejError,
    TransferFailed,
    UnsafeName,
)
from .handshake import ssh_library_logger
from .host_keys import DecideHostKey, HostKeyAnswer, accept_sha256
from .job import ExitReason, JobId, JobState, JobStatus, make_job_id, parse_job_id
from .job_files import Directory, FileSource
from .job_sighting import JobSighting, WatchedJob
from .job_watcher import JobWatcher
from .log_follower import LogFollower
from .login import AskAnswers, AskSecret, Login, PasswordStore
from .queue_facts import JobFile, QueueFacts, QueueUsage
from .remote_queue import RemoteQueue
from .ssh_connection import SshConnection
from .transfer import Progress

__all__ = [
    "AskAnswers",
    "AskSecret",
    "Check",
    "CheckState",
    "ConnectionFailed",
    "ConnectionLost",
    "ConnectionPool",
    "ConnectionRefused",
    "DeadlinePassed",
    "DecideHostKey",
    "Destination",
    "Directory",
    "Doctor",
    "ExitReason",
    "FileSource",
    "HostKeyAnswer",
    "HostKeyChanged",
    "HostKeyError",
    "HostKeyRevoked",
    "HostKeyUnknown",
    "HostUnreachable",
    "InvalidDestination",
    "InvalidJobId",
    "JobDeleted",
    "JobError",
    "JobExists",
    "JobFile",
    "JobId",
    "JobNotFound",
    "JobSighting",
    "JobState",
    "JobStatus",
    "JobStillRunning",
    "JobWatcher",
    "LogFollower",
    "Login",
    "LoginFailed",
    "NotAQueue",
    "NotEnoughSpace",
    "PasswordStore",
    "Progress",
    "ProtocolMismatch",
    "QueueError",
    "QueueExists",
    "QueueFacts",
    "QueueLinkBroken",
    "QueueLinkLoop",
    "QueueNotFound",
    "QueueRefused",
    "QueueUsage",
    "RemoteCommandFailed",
    "RemoteFileNotFound",
    "RemoteQueue",
    "RuntimeNotAllowed",
    "ScriptNotFound",
    "ScriptUnusable",
    "SshConfigInvalid",
    "SshConnection",
    "TejError",
    "Traffic",
    "TransferFailed",
    "UnsafeName",
    "WatchedJob",
    "accept_sha256",
    "make_job_id",
    "parse_destination",
    "parse_job_id",
    "split_password",
    "ssh_library_logger",
]
