"""What buckets hold, and what becomes of it when they are deleted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lepton_infra.simulator import objects
from lepton_infra.simulator.aws import s3
from lepton_infra.simulator.behaviour import Bucket, CloudError
from lepton_infra.simulator.store import Store
from tests.kit import azure_tokens as azure
from tests.kit import gcp_tokens as gcp
from tests.kit.aws_account import Account
from tests.kit.azure_subscription import GROUP, Subscription, account_inputs
from tests.kit.gcp_project import PROJECT, Project


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "clouds.sqlite")
    yield store
    store.close()


def filled(store: Store, uri: str) -> Path:
    """The folder of the bucket with this URI, with an object in it."""
    bucket = objects.bucket_at(store, uri)
    assert bucket is not None
    folder = objects.folder_of(store, bucket)
    assert folder is not None
    (folder / "cifar10" / "1").mkdir(parents=True)
    (folder / "cifar10" / "1" / "saved_model.pb").write_bytes(b"graph")
    return folder


@pytest.mark.parametrize("forced", [False, True])
def test_s3_keeps_a_bucket_with_objects_unless_it_is_forced(store: Store, tmp_path: Path, forced: bool) -> None:
    account = Account(store)
    made = account.make(s3.BUCKET.token, bucket="the-models", forceDestroy=forced)
    folder = filled(store, "s3://the-models")
    assert folder == tmp_path / "objects" / "s3" / "the-models"

    if not forced:
        with pytest.raises(CloudError, match=r"BucketNotEmpty: s3://the-models .*cifar10/1/saved_model\.pb"):
            account.delete(s3.BUCKET.token, made)
        (folder / "cifar10" / "1" / "saved_model.pb").unlink()
    account.delete(s3.BUCKET.token, made)

    assert not folder.exists()
    assert objects.bucket_at(store, "s3://the-models") is None


@pytest.mark.parametrize("forced", [False, True])
def test_google_keeps_a_bucket_with_objects_unless_it_is_forced(store: Store, forced: bool) -> None:
    project = Project(store)
    made = project.make(
        gcp.BUCKET,
        name="the-models",
        project=PROJECT,
        location="ASIA-SOUTH1",
        uniformBucketLevelAccess=True,
        forceDestroy=forced,
    )
    folder = filled(store, "gs://the-models")

    if not forced:
        with pytest.raises(CloudError, match="conflict: gs://the-models is not empty"):
            project.delete(gcp.BUCKET, made)
        (folder / "cifar10" / "1" / "saved_model.pb").unlink()
    project.delete(gcp.BUCKET, made)

    assert not folder.exists()


def test_azure_deletes_an_account_with_all_that_its_containers_hold(store: Store) -> None:
    subscription = Subscription(store)
    subscription.group()
    account = subscription.make(azure.STORAGE_ACCOUNT, **account_inputs())
    name = account.inputs["accountName"]
    subscription.make(azure.BLOB_CONTAINER, containerName="models", accountName=name, resourceGroupName=GROUP)
    folder = filled(store, f"https://{name}.blob.core.windows.net/models")

    subscription.delete(azure.STORAGE_ACCOUNT, account)

    assert not folder.exists()


def test_buckets_of_one_name_in_two_clouds_are_two(store: Store) -> None:
    first, second = (Bucket(uri=uri, kept=None) for uri in ("s3://models", "gs://models"))

    assert objects.folder_of(store, first) != objects.folder_of(store, second)


def test_a_store_in_memory_holds_no_objects() -> None:
    store = Store()
    bucket = Bucket(uri="s3://models", kept="BucketNotEmpty")

    assert objects.folder_of(store, bucket) is None
    objects.require_deletable(store, bucket)
    objects.forget(store, bucket)
    store.close()
