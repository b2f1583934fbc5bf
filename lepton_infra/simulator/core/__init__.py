"""Phases of a call over records of resource types, the same for every simulated cloud.

``resource_type``: ``ResourceType``, everything known of one type. ``catalogue``: ``Catalogue``, the records of a cloud,
and the phases that need nothing of the cloud's own. ``values``, ``uniqueness``, ``outputs``, ``paths``: the parts of
phases that clouds share, each given what differs.

A cloud's folder has

- ``resource_type.py``: a subclass of ``ResourceType`` with the cloud's own fields (``AwsType``: ARNs, API request),
  and of ``LiveResource`` and ``Reference`` where it needs more;
- one file for each service (``kms.py``) with the functions of its types, their records and ``TYPES``. It imports other
  services' records and references, never ``catalogue``;
- ``catalogue.py``: the one list of the service files, ``TYPES: Catalogue``;
- one file for each thing that is the cloud's own (``identifiers``, ``references``, ``policy_documents``, …), which may
  ask ``TYPES[token]``; a token without a record gets a blank one, so nobody asks whether there is one;
- ``__init__.py``: ``BEHAVIOUR``, the phases in the order in which the cloud goes through them.

A new type is one record in its service's file, and one example in ``tests/simulator/<cloud>/examples.py``, over which
``tests/simulator/core/test_resource_types.py`` runs every field of the record.

How a cloud moves from tables by phase to records:

1. Write the subclass; ``by_phase.py`` makes a record for each token out of the old tables; the phases read records.
   Dump all tables to JSON before and all records after: no difference.
2. Service by service: write the record with the rows of its types, move the functions that only they use, delete the
   rows, add the file to ``catalogue.py``. ``[*by_phase.records(), *records]``: a token must be in one of the two.
   ``by_phase.py`` goes with the last table, as it did for AWS.
3. A relation is told by whoever refers: ``references={"keyId": KEY_ID}`` where ``KEY_ID`` is the ``Reference`` that the
   target's record calls ``referred_to``; ``uses=(Use(target=SUBNET.token, …),)`` where the target is held alive;
   ``implies`` where an output names what no program declares. Thus services import one way, and a new type that refers
   to an old one changes no other file. Users are looked at in the order of the catalogue.
4. Two types with one namespace share one ``Unique`` or ``Reference`` object: records are compared by identity there.
"""
