"""A Kubernetes cluster that is a real API server, as pulumi-kubernetes works with it.

The checks of the simulator's own cluster stay; what they let through is applied server-side with strict validation of
fields, and what the API server refuses is reported in its words. Unlike the real provider, nothing that is missing is
waited for (a namespace, a kind): a dependency that a program forgot shows at once.
"""

from __future__ import annotations

from lepton_infra.simulator.behaviour import ServedBehaviour
from lepton_infra.simulator.clusters.live.objects import Objects
from lepton_infra.simulator.clusters.manager import Clusters
from lepton_infra.simulator.kubernetes import BEHAVIOUR


def behaviour(clusters: Clusters) -> ServedBehaviour:
    """The behaviour of clusters that run."""
    objects = Objects(clusters)
    return ServedBehaviour(
        package=BEHAVIOUR.package,
        scope_key=BEHAVIOUR.scope_key,
        configure=BEHAVIOUR.configure,
        defaults=BEHAVIOUR.defaults,
        check=BEHAVIOUR.check,
        cascade=BEHAVIOUR.cascade,
        immutable=BEHAVIOUR.immutable,
        invoke=BEHAVIOUR.invoke,
        create=objects.create,
        update=objects.update,
        delete=objects.delete,
        look=objects.look,
        foresee=objects.foresee,
        settle=objects.settle,
        forgotten=objects.forgotten,
    )
