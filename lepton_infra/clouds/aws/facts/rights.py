"""Facts about IAM: roles, policies, trusts, long-lived access keys, and the organisation's service control policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lepton_infra.clouds.aws.facts.buckets import ACCESS_BLOCK, BUCKETS, part
from lepton_infra.clouds.aws.facts.documents import Statement, matches, open_to_anyone, statements
from lepton_infra.compliance.facts import BreakGlass, Credential, Grant, OrganizationPolicy
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded, every, on, whole

ROLE = "aws:iam/role:Role"
IDENTITY_POLICIES = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)
ATTACHMENTS = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
)
RESOURCE_POLICIES = (
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:ecr/registryPolicy:RegistryPolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:backup/vaultPolicy:VaultPolicy",
    "aws:lambda/permission:Permission",
)
ORGANISATION_POLICY = "aws:organizations/policy:Policy"
CREDENTIALS = {
    "aws:iam/user:User": "a user",
    "aws:iam/accessKey:AccessKey": "an access key",
    "aws:iam/userLoginProfile:UserLoginProfile": "a password",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": "a service's password",
    "aws:iam/sshKey:SshKey": "an SSH key",
    "aws:ec2/keyPair:KeyPair": "an SSH key",
    "aws:lightsail/keyPair:KeyPair": "an SSH key",
}
LITERALS = {
    "aws:secretsmanager/secretVersion:SecretVersion": "secretString",
    "aws:rds/instance:Instance": "password",
    "aws:rds/cluster:Cluster": "masterPassword",
}
TYPES = frozenset({*RESOURCE_POLICIES, *CREDENTIALS})

_WIDE = re.compile(r"(AdministratorAccess|PowerUserAccess|IAMFullAccess|.*FullAccess)$")
_UNRESTRICTABLE = (
    "*:Describe*",
    "*:List*",
    "ecr:GetAuthorizationToken",
    "sts:GetCallerIdentity",
    "cloudwatch:PutMetricData",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "xray:Put*",
    "logs:PutResourcePolicy",
    "ssm:GetInventory",
)
"""Actions for which IAM takes no resource (Service Authorization Reference), and which show no content."""
_SHOWS_CONTENT = ("s3:ListBucket*", "s3:ListMultipart*", "dynamodb:List*Backups")
_EMERGENCY = re.compile(r"break-?_?glass|emergency", re.IGNORECASE)


def read_grants(graph: Graph) -> Iterator[Grant]:
    """Every trust, every policy and every attachment."""
    for role in graph.of(ROLE):
        found = statements(role.get("assumeRolePolicy"))
        yield Grant(
            resource=role,
            everything=role.says(tuple(_managed(items(role.get("managedPolicyArns")))), "managedPolicyArns"),
            anyone=role.says(concluded(found, open_to_anyone), "assumeRolePolicy"),
            exact=role.says(concluded(found, _exact), "assumeRolePolicy"),
        )
        for index, _ in enumerate(items(role.get("inlinePolicies"))):
            yield _granted(role, f"inlinePolicies[{index}].policy")
    for resource in graph.of(*IDENTITY_POLICIES):
        yield _granted(resource, "policy")
    for resource in graph.of(*ATTACHMENTS):
        yield Grant(
            resource=resource,
            everything=resource.says(tuple(_managed([resource.get("policyArn")])), "policyArn"),
            anyone=resource.says(False),
        )
    for resource in graph.of(*RESOURCE_POLICIES):
        public = concluded(statements(resource.get("policy")), open_to_anyone)
        yield Grant(
            resource=resource,
            everything=resource.says(()),
            anyone=resource.says(every(public, _may_be_public(graph, resource)), "policy"),
        )


def _may_be_public(graph: Graph, policy: Resource) -> bool | Unknown:
    """S3 refuses a policy that is open to all where the bucket's block of public access says so."""
    for bucket in graph.refers(policy, "bucket", *BUCKETS):
        block = part(graph, bucket, ACCESS_BLOCK)
        if block is not None:
            return concluded(on(block.get("blockPublicPolicy")), lambda value: not value)
    return True


def _granted(resource: Resource, path: str) -> Grant:
    found = statements(resource.get(path))
    return Grant(
        resource=resource,
        everything=resource.says(concluded(found, lambda all: tuple(dict.fromkeys(_wide(all)))), path),
        anyone=resource.says(False),
    )


def _managed(policies: list[object]) -> Iterator[str]:
    """Policies of AWS that give a whole service, or everything."""
    for policy in policies:
        name = str(policy).rpartition("/")[2]
        if _WIDE.fullmatch(name):
            yield name


def _wide(found: tuple[Statement, ...]) -> Iterator[str]:
    """What a policy gives without bounds: all actions, a whole service on everything, or changes on everything."""
    for each in found:
        if not each.allows:
            continue
        if each.all_actions_but:
            yield "NotAction"
        bounded = bool(each.conditions) or "*" not in each.resources
        for action in each.actions:
            if action in ("*", "*:*"):
                yield "Action *"
            elif not bounded and not _harmless(action):
                yield f"{action} on Resource *"


def _harmless(action: str) -> bool:
    service, _, name = action.partition(":")
    anywhere = tuple(pattern.replace("*:", f"{service}:", 1) for pattern in _UNRESTRICTABLE)
    return name != "*" and matches(action, anywhere) and not matches(action, _SHOWS_CONTENT)


def _exact(found: tuple[Statement, ...]) -> bool:
    """Whether a trust says exactly whom it trusts: no whole account, no wildcard, of a token's issuer one subject."""
    return all(_names(each) for each in found if each.allows)


def _names(trust: Statement) -> bool:
    bound = trust.demanded("aws:PrincipalArn")
    named = bool(bound) and not any("*" in value for value in bound)
    for principal in trust.principals:
        whole_account = principal.endswith(":root") or principal.isdigit()
        if (principal == "*" or whole_account) and not named:
            return False
    for issuer in trust.federated:
        keys = [key for keys in trust.conditions.values() for key in keys]
        subjects = [key for key in keys if key.endswith(":sub")]
        audiences = [key for key in keys if key.lower().endswith(":aud")]
        saml = ":saml-provider/" in issuer
        exact = subjects and all(
            trust.demanded(key) and not any("*" in v for v in trust.demanded(key)) for key in subjects
        )
        if not audiences or not (exact or saml):
            return False
    return True


def read_credentials(graph: Graph) -> Iterator[Credential]:
    """IAM users, access keys and passwords, and secrets whose content is in the program or its state."""
    for type, what in CREDENTIALS.items():
        for resource in graph.of(type):
            yield Credential(resource=resource, what=what)
    for type, property in LITERALS.items():
        for resource in graph.of(type):
            if resource.get(property) is not None:
                yield Credential(resource=resource, what="a literal secret")


def break_glass_roles(graph: Graph) -> tuple[Resource, ...]:
    """Break-glass roles, recognised by name."""
    return tuple(role for role in graph.of(ROLE) if _EMERGENCY.search(f"{role.name} {role.get('name', '')}"))


def read_break_glass(graph: Graph) -> Iterator[BreakGlass]:
    """Break-glass access. A session takes an hour unless the role says otherwise (CreateRole)."""
    for role in break_glass_roles(graph):
        seconds = whole(role.get("maxSessionDuration", 3600))
        trusted = statements(role.get("assumeRolePolicy"))
        yield BreakGlass(
            resource=role,
            minutes=role.says(
                UNKNOWN if isinstance(seconds, Unknown) else -(-(seconds or 0) // 60), "maxSessionDuration"
            ),
            second_factor=role.says(concluded(trusted, _second_factor), "assumeRolePolicy"),
        )


def _second_factor(found: tuple[Statement, ...]) -> bool:
    allowed = [each for each in found if each.allows]
    return bool(allowed) and every(*map(_asks_factor, allowed)) is True


def _asks_factor(trust: Statement) -> bool:
    present = trust.conditions.get("Bool", {}).get("aws:MultiFactorAuthPresent", ())
    aged = {"NumericLessThan", "NumericLessThanEquals"} & {
        operator for operator, keys in trust.conditions.items() if "aws:MultiFactorAuthAge" in keys
    }
    return "true" in present or bool(aged)


def read_organization_policies(graph: Graph) -> Iterator[OrganizationPolicy]:
    """Service control policies that deny requests to other regions."""
    for resource in graph.of(ORGANISATION_POLICY):
        found = statements(resource.get("content"))
        if isinstance(found, Unknown):
            continue
        regions = [
            region
            for each in found
            if not each.allows
            for region in each.says("StringNotEquals", "aws:RequestedRegion")
        ]
        if regions:
            yield OrganizationPolicy(resource=resource, locations=resource.says(frozenset(regions), "content"))
