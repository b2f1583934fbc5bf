"""Evidence for an auditor: the resources of a stack, the rules and articles they were audited by, and the outcomes.

``record`` is everything in one value; ``as_json``, ``oscal``, ``processing`` and ``page`` write it down in four ways:
for programs, for auditors' tools, as the record that GDPR article 30 asks for, and for people. All are functions of the
record alone, so one run has one story. An engineering mapping, not legal advice.
"""
