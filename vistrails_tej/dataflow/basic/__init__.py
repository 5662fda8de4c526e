"""The modules every dataflow starts from: constants, files, text, containers, output."""

identifier = "org.vistrails.vistrails.basic"
name = "Basic Modules"
# Part of every signature: the number VisTrails 2.2 has.
version = "2.1.1"
old_identifiers = ["edu.utah.sci.vistrails.basic"]
