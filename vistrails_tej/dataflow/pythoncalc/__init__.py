"""A small calculator."""

identifier = "org.vistrails.vistrails.pythoncalc"
name = "PythonCalc"
# Part of every signature: the number VisTrails 2.2 has.
version = "0.9.2"
old_identifiers = ["edu.utah.sci.vistrails.pythoncalc"]
