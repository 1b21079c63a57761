"""Published smart-city case studies as coded, evidence-anchored data.

The modules follow one chain and import only from their left:

errors, paths, files, isolation, freshness, locks, package, anchors, texts;
specifications, readings, claims;
problems, data_checks, claim_checks, validation;
matrices, counting, verdicts, comparisons;
results, display, figures, curves, register, profiles, evidence, dictionary;
studies, execution, assembly, outdated, sphinx_extension, site;
books, drawings, chapters, cover, printed, epub; cli, builds.
"""

__version__ = "0.1.0"
