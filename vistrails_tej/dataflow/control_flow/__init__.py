"""Modules that decide which others run, how often, and in which order."""

identifier = "org.vistrails.vistrails.control_flow"
name = "Control Flow"
# Part of every signature: the number VisTrails 2.2 has.
version = "0.2.4"
old_identifiers = ["edu.utah.sci.vistrails.control_flow"]
