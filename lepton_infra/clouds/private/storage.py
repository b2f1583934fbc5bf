"""The buckets of a private site, which are there already."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.ports import endpoints
from lepton_infra.clouds.private.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkOutputs
from lepton_infra.layers.storage import BucketOutputs, StorageArgs, StorageOutputs


class Storage(Component[StorageOutputs]):
    """Makes nothing: names the site's buckets. Their keys, versions and access log are held by its statements.

    The store speaks S3 and is addressed by path, for few private stores have a host name for each bucket.
    """

    def __init__(
        self,
        name: str,
        args: StorageArgs[NetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:private:Storage", name, context, opts)
        store = settings.store
        self.publish(
            StorageOutputs(
                models=_bucket(store.models_bucket),
                data=_bucket(store.data_bucket),
                rclone={
                    "type": "s3",
                    "provider": "Other",
                    "env_auth": "true",
                    "endpoint": store.endpoint,
                    "region": store.region,
                    "force_path_style": "true",
                    "no_check_bucket": "true",
                },
                endpoints=endpoints(store.addresses, store.endpoint),
            )
        )


def _bucket(name: str) -> BucketOutputs:
    return BucketOutputs(path=pulumi.Output.from_input(name), uri=pulumi.Output.from_input(f"s3://{name}"))
