"""Settings of the documentation; scripts/docs builds it, and a warning is an error."""

from importlib.metadata import version as installed_version

project = "vistrails_tej"
author = "The vistrails_tej developers"
project_copyright = "The vistrails_tej developers"
release = installed_version("vistrails-tej")
version = release

extensions = ["sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
rst_prolog = ".. |queue| replace:: ``~/.tej``"

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
# Types of other projects, whose documentation is not at hand when this one is built, and types of
# this one that nobody makes or reads by hand.
nitpick_ignore_regex = [
    (
        "py:class",
        r"(collections|datetime|enum|logging|pathlib|threading|types|typing|paramiko)\..*",
    ),
    ("py:class", r"(dict|tuple)\[.*"),
    ("py:class", r"vistrails_tej\.engine\.(job\.JobId|login\.SecretMemory)"),
    (
        "py:class",
        r"vistrails_tej\.dataflow\.(actions\.(Action|Operation)"
        r"|pipeline\.(Annotation|ControlParameter)"
        r"|job_records\.MonitorView|jobs_on_disk\.SpareRecords|module\.(ConstantSource|ModuleConnector)"
        r"|module_errors\.JobHandle|path_object\.PathObject)",
    ),
]

html_theme = "alabaster"
html_theme_options = {
    "description": "Run steps of a workflow on any server that SSH reaches",
    "fixed_sidebar": True,
    "page_width": "1080px",
    "sidebar_width": "250px",
    "show_relbars": True,
}
html_title = f"vistrails_tej {release}"
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
