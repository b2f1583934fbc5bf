"""Service account and credentials by which a model's pods read their own model on a private site."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.ports import endpoints
from lepton_infra.clouds.private.settings import Settings
from lepton_infra.layers.cluster import ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.identity import TOKEN_PATH, IdentityArgs, IdentityOutputs
from lepton_infra.layers.storage import StorageOutputs


class Identity(Component[IdentityOutputs]):
    """Settings by which pods exchange their own short-lived token for a credential of the store. Creates no resource.

    That is S3's own ``AssumeRoleWithWebIdentity``, which Ceph's gateway and MinIO speak too: no key is stored anywhere.
    That a role may read only its own model's prefix is held by the site's statement.
    """

    def __init__(
        self,
        name: str,
        args: IdentityArgs[ClusterOutputs, StorageOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:private:Identity", name, context, opts)
        store = settings.store
        role = store.role.format(namespace=args.namespace, service_account=args.service_account)
        self.publish(
            IdentityOutputs(
                annotations={},
                labels={},
                endpoints=endpoints(store.addresses, store.token_endpoint),
                environment={
                    "AWS_ROLE_ARN": role,
                    "AWS_ROLE_SESSION_NAME": args.service_account,
                    "AWS_WEB_IDENTITY_TOKEN_FILE": TOKEN_PATH,
                    "AWS_ENDPOINT_URL_STS": store.token_endpoint,
                    "AWS_REGION": store.region,
                },
                token_audience=store.audience,
                ready=pulumi.Output.from_input(role),
            )
        )
