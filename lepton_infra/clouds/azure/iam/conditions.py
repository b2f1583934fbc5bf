"""Conditions of role assignments (ABAC) that narrow a role to part of a storage account.

Form and attributes: "Actions and attributes for Azure role assignment conditions for Azure Blob Storage".
"""

from __future__ import annotations

_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_READ = f"{_BLOBS}/read"


def reads_prefix(account: str, container: str, prefix: str) -> str:
    """A condition that allows reading and listing blobs below ``prefix`` in one container of one account only.

    Listing must name the prefix, or a longer one: without that it would reveal the names of all other models.
    """
    in_container = (
        f"@Resource[Microsoft.Storage/storageAccounts:name] StringEquals '{account}'"
        f" AND @Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals '{container}'"
    )
    reading = f"ActionMatches{{'{_READ}'}} AND NOT SubOperationMatches{{'Blob.List'}}"
    listing = f"ActionMatches{{'{_READ}'}} AND SubOperationMatches{{'Blob.List'}}"
    by_path = f"@Resource[{_BLOBS}:path] StringStartsWith '{prefix}'"
    by_prefix = f"@Request[{_BLOBS}:prefix] StringStartsWith '{prefix}'"
    return (
        f"((!({reading})) OR ({in_container} AND {by_path})) AND ((!({listing})) OR ({in_container} AND {by_prefix}))"
    )
