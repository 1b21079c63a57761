"""Published smart-city case studies as coded, evidence-anchored data.

The modules follow one chain and import only from their left:
paths, package, anchors, texts, validation, specifications, matrices, counting,
comparisons, figures, display, results, studies, execution, assembly, cli;
sphinx_extension serves Sphinx.
"""

__version__ = "0.1.0"
