"""Run steps of a workflow on any server that SSH reaches, and wait for them.

A step becomes a directory with a script, which is run on the server, plainly or through a
scheduler; its results feed the next step. A job that was started is found again, by whoever
opens the same workflow.
"""

identifier = "org.vistrails.extra.tej"
name = "tej"
# Part of the signature of every job: it changes only when ports change incompatibly.
version = "0.2"
