"""Monitoring, written once: speaks only Kubernetes and Prometheus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.storage import v1 as storage

from lepton_infra.config.models import ModelConfig
from lepton_infra.config.monitoring import MonitoringConfig
from lepton_infra.layers.cluster import ClusterOutputs, VolumeClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.node_pool import NodePoolOutputs, Owner
from lepton_infra.lock import LOCK_FILE
from lepton_infra.platform.helm import release
from lepton_infra.platform.monitoring import network_policies, objectives, rules
from lepton_infra.platform.monitoring.chart import PROMETHEUS, missing, monitoring_chart
from lepton_infra.platform.monitoring.dashboards import DASHBOARDS, config_map
from lepton_infra.platform.monitoring.labels import NAMESPACE
from lepton_infra.platform.monitoring.scraping import TARGETS, monitor
from lepton_infra.platform.network_policies import MONITORING_LABEL, default_deny
from lepton_infra.platform.pod_security import pod_security

_API = "monitoring.coreos.com/v1"

VOLUMES = "lepton-monitoring"
"""The class of the disks that keep metrics, where the cluster's own cloud makes them."""

DASHBOARD_LABEL = {"grafana_dashboard": "1"}
"""By which a Grafana that is not ours finds dashboards, too, where one looks for them in config maps."""


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """Inputs of monitoring.

    ``contacts`` are addresses by role, ``gateway`` is whether there ought to be one, ``pools`` are by name and
    ``images`` by lock key.
    """

    config: MonitoringConfig
    models: Sequence[ModelConfig]
    gateway: bool
    contacts: Mapping[str, str]
    cluster: ClusterOutputs
    pools: Mapping[str, NodePoolOutputs]
    images: Mapping[str, pulumi.Output[str]]


@dataclass(frozen=True, kw_only=True)
class MonitoringOutputs:
    """``prometheus`` is where metrics are asked for within the cluster, as host and port."""

    prometheus: str


class Monitoring(Component[MonitoringOutputs]):
    """Prometheus, Alertmanager and Grafana of a region, with its rules and dashboards.

    Nothing of it is reached from outside the cluster: people look through a forwarded port, alerts leave by mail. It
    keeps metrics in the region and sends them to nobody. It installs no exporter: what measures belongs to what is
    measured.
    """

    def __init__(
        self, name: str, args: MonitoringArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lepton:kubernetes:Monitoring", name, context, opts)
        cluster, volumes, mail = args.cluster.resource, args.cluster.volumes, args.config.mail
        lacking = missing(args.images, context.pins)
        if lacking:
            raise pulumi.RunError(
                f"{LOCK_FILE} has no {', '.join(lacking)}, which monitoring runs; add each with its version and with "
                "the place where that was read, then: lepton pin"
            )
        chart = monitoring_chart(
            args.config,
            region=context.region,
            contacts=args.contacts,
            storage_class=VOLUMES if volumes else args.cluster.storage_class,
            dashboards=[config_map(each) for each in DASHBOARDS],
            pins=context.pins,
        )
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata=ObjectMetaArgs(
                name=NAMESPACE,
                labels={**self.context.labels, **MONITORING_LABEL, **pod_security("restricted", args.cluster.version)},
            ),
            # Its end takes the disks away, which are no part of the cluster and would stay behind it.
            opts=self.child(depends_on=[*volumes.needs]) if volumes else self.child(deleted_with=cluster),
        )

        def named(object_name: str, labels: Mapping[str, str] | None = None) -> ObjectMetaArgs:
            return ObjectMetaArgs(
                name=object_name, namespace=namespace.metadata.name, labels={**self.context.labels, **(labels or {})}
            )

        policies = {
            "default-deny": default_deny(),
            "within": network_policies.within(),
            "to-the-api": network_policies.to_the_api(),
            "scraping": network_policies.scraping(TARGETS),
            **({"mail": network_policies.mail(mail.port)} if mail else {}),
        }
        opened = [
            networking.NetworkPolicy(
                f"{name}-{policy}", metadata=named(policy), spec=spec, opts=self.child(deleted_with=cluster)
            )
            for policy, spec in policies.items()
        ]
        mounted = [
            core.ConfigMap(
                f"{name}-dashboard-{dashboard}",
                metadata=named(config_map(dashboard), DASHBOARD_LABEL),
                data={f"{dashboard}.json": content},
                opts=self.child(deleted_with=cluster),
            )
            for dashboard, content in DASHBOARDS.items()
        ]
        disks = [self._class_of(name, args, volumes)] if volumes else []
        # The network is shut before the first pod starts, and a pod without its dashboards does not start.
        installed = release(
            f"{name}-chart",
            chart,
            context.pins,
            args.images,
            self.child(deleted_with=cluster, depends_on=[*opened, *mounted, *disks]),
        )
        # Their kinds come with the chart.
        after = self.child(deleted_with=cluster, depends_on=[installed])
        for target in TARGETS:
            CustomResource(
                f"{name}-scrape-{target.name}",
                api_version=_API,
                kind="PodMonitor",
                metadata=named(target.name),
                spec=monitor(target),
                opts=after,
            )
        # One object for each model, so that another model changes nothing that is there.
        groups = {
            "rules": ("lepton", rules.groups(gateway=args.gateway)),
            **{
                f"rules-{model.name}": (
                    f"model-{model.name}",
                    objectives.groups(model, measured=_measured(args.pools[model.node_pool])),
                )
                for model in args.models
            },
        }
        for purpose, (object_name, content) in groups.items():
            CustomResource(
                f"{name}-{purpose}",
                api_version=_API,
                kind="PrometheusRule",
                metadata=named(object_name),
                spec={"groups": content},
                opts=after,
            )
        self.publish(MonitoringOutputs(prometheus=PROMETHEUS))

    def _class_of(self, name: str, args: MonitoringArgs, volumes: VolumeClass) -> storage.StorageClass:
        """Disks that are made where their pod is placed, and are gone with their claim."""
        return storage.StorageClass(
            f"{name}-volumes",
            metadata=ObjectMetaArgs(name=VOLUMES, labels=self.context.labels),
            provisioner=volumes.driver,
            parameters=volumes.parameters,
            allow_volume_expansion=True,
            volume_binding_mode="WaitForFirstConsumer",
            reclaim_policy="Delete",
            opts=self.child(deleted_with=args.cluster.resource),
        )


def _measured(pool: NodePoolOutputs) -> bool:
    """Whether a pool's exporter is scraped here: the region's own or the site's. A cloud's tells its own monitoring."""
    return pool.gpu_software.exporter in (Owner.REGION, Owner.SITE)
