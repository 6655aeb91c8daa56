"""Sphinx's settings for the site. `make site` gathers the pages (tools/course_site.py), then runs Sphinx with these."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

project = "Groundwork"
html_title = "Groundwork"
language = "en"
copyright = "the authors of Groundwork. Lessons: CC BY 4.0, code: BSD-3-Clause"

extensions = ["myst_nb", "site_sphinx", "sphinx.ext.githubpages"]
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # it would load scripts from the network
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_dmath_double_inline = True
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 3
myst_update_mathjax = False
html_math_renderer = "mathml"
smartquotes = False  # the texts carry the marks that their authors chose
highlight_language = "none"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_favicon = "_static/icon.svg"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5a8f", "color-brand-content": "#1f5a8f"},
    "dark_css_variables": {"color-brand-primary": "#8cc4f5", "color-brand-content": "#8cc4f5"},
}
