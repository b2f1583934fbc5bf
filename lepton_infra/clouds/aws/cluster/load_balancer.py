"""The load balancer that EKS makes of a Service, without a controller of its own in the cluster."""

from __future__ import annotations

from collections.abc import Mapping

from lepton_infra.layers.cluster import InternalLoadBalancer

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer"


def internal_load_balancer(tags: Mapping[str, str]) -> InternalLoadBalancer:
    """A network load balancer in the private subnets, which the tag ``kubernetes.io/role/internal-elb`` marks.

    The annotations are those of the controller in EKS's control plane (docs/service_controller.md of
    https://github.com/kubernetes/cloud-provider-aws). It makes the load balancer, so it is also what must tag it.
    """
    return InternalLoadBalancer(
        annotations={
            f"{_PREFIX}-type": "nlb",
            f"{_PREFIX}-internal": "true",
            f"{_PREFIX}-additional-resource-tags": ",".join(f"{key}={value}" for key, value in sorted(tags.items())),
        }
    )
