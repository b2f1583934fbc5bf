"""Compliance: the law of a place as data, facts about declared resources, and the rules between them.

Read in this order: ``law`` (dated facts), ``settings`` (a stack file's section), ``merging`` and ``obligations`` (what
both come to), ``graph`` (what was declared), ``facts`` (what it means, in no vendor's words), ``rules`` (one function
for each control), ``audit`` (all of them at once).

An engineering mapping, not legal advice. Nothing here imports Pulumi, so the same rules run when a stack file is read,
in a unit test, in a policy pack, over an exported state and for the evidence.
"""
