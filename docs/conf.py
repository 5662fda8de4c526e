"""Settings of the documentation; scripts/docs builds it, and a warning is an error."""

from importlib.metadata import version as installed_version

project = "vistrails_tej"
author = "The vistrails_tej developers"
project_copyright = "The vistrails_tej developers"
release = installed_version("vistrails-tej")
version = release

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
# A link to a value of a page is written once, here.
rst_prolog = """
.. |queue| replace:: ``~/.tej``
"""

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
# Types of other projects, whose documentation is not at hand when this one is built.
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|concurrent|enum|pathlib|threading|types|typing|paramiko)\..*"),
    (r"py:.*", r"(Path|PurePosixPath|TracebackType|Sequence|Iterable|Mapping|Callable|Any)"),
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
