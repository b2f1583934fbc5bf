"""Compliance: legal data, a stack's obligations, facts read from its resources, and the rules over them.

Read in this order: ``law`` (dated legal facts, a stack file's section, and the obligations that both come to),
``graph`` (declared resources), ``facts`` (their meaning, in no vendor's words), ``rules`` (one function for each
control; ``rules.evaluate`` runs them all), ``guardrails`` (organization and admission policies).

An engineering mapping, not legal advice. Nothing here imports Pulumi, so the same rules run when a stack file is read,
in a unit test, in a policy pack, over an exported state and for the evidence.
"""
