"""To whom a load balancer or a target group belongs: what made it keeps it as it says, whatever a hand changes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.facts.arn import Arn
from albdoctor.facts.ec2 import Instances, SecurityGroups
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.tags import (
    AUTO_MODE_CLUSTER,
    BEANSTALK,
    ECS_MANAGED,
    KUBERNETES,
    LOGICAL_ID,
    SCALING_NAME,
    STACK,
    TERRAFORM,
    OwnerTags,
    TagDescription,
)


class OwnerKind(StrEnum):
    """What makes load balancers for people, the one that has the last word first."""

    INGRESS = "ingress"
    SERVICE = "service"
    GATEWAY = "gateway"
    ECS = "ecs"
    BEANSTALK = "beanstalk"
    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"
    ECS_SERVICE = "ecs_service"
    """An Amazon ECS service; not of Express Mode, which makes the target group too."""
    CODE_DEPLOY = "code_deploy"
    """CodeDeploy, for an Amazon ECS service."""
    EXTERNAL = "external"
    """Somebody's own controller (EXTERNAL), which makes the task sets of an Amazon ECS service."""
    AUTO_SCALING = "auto_scaling"


REGISTRARS = frozenset({OwnerKind.ECS_SERVICE, OwnerKind.CODE_DEPLOY, OwnerKind.EXTERNAL, OwnerKind.AUTO_SCALING})
"""They decide which targets a target group has, and leave everything else of it alone."""


class Owner(Struct, frozen=True, kw_only=True):
    """One owner, as far as tags, or those who register targets, name it."""

    kind: OwnerKind
    name: str = ""
    """Of the Ingress, Service, Gateway, environment or stack; of an IngressGroup, which has no namespace, its own."""
    namespace: str = ""
    part: str = ""
    """What the owner calls this thing: a stack's logical id, or in Kubernetes the service it is for, as it says."""
    cluster: str = ""
    balancers: tuple[str, ...] = ()
    """What `--load-balancers` of UpdateService is given when another group, NEW, takes this one's place in it."""
    by: Owner | None = None
    """Whose an Auto Scaling group is itself, by its own tags."""


class Owners(Struct, frozen=True):
    """Owners by the ARN of what they own; what nobody owns is not in it."""

    by_arn: Mapping[str, Owner]

    def of(self, arn: str) -> Owner | None:
        """Who owns a thing; a listener and a rule belong to whom their load balancer belongs to."""
        return self.by_arn.get(arn) or self.by_arn.get(_balancer_of(arn))


@derivation
def owners(owner_tags: OwnerTags) -> Owners:
    """Read the tags of every thing."""
    told = ((one.resource_arn, _owner(one)) for one in owner_tags)
    return Owners({arn: owner for arn, owner in told if owner is not None})


class NetworkOwners(Struct, frozen=True):
    """Owners of security groups and instances, by their ids."""

    by_id: Mapping[str, Owner]

    def of(self, id_: str) -> Owner | None:
        """Who owns one; None: nobody, or it was not seen."""
        return self.by_id.get(id_)


@derivation
def network_owners(security_groups: Observed[SecurityGroups], instances: Observed[Instances]) -> NetworkOwners:
    """Read the tags of both; of an instance it matters only which Auto Scaling group replaces it."""
    groups = security_groups.value if isinstance(security_groups, Known) else ()
    told = {one.group_id: owner_by_tags({tag.key: tag.value for tag in one.tags}) for one in groups}
    for one in instances.value if isinstance(instances, Known) else ():
        name = next((tag.value for tag in one.tags if tag.key == SCALING_NAME), "")
        told[one.instance_id] = Owner(kind=OwnerKind.AUTO_SCALING, name=name) if name else None
    return NetworkOwners({id_: owner for id_, owner in told.items() if owner is not None})


def _owner(described: TagDescription) -> Owner | None:
    """The owner of one thing."""
    return owner_by_tags({tag.key: tag.value for tag in described.tags})


def owner_by_tags(tags: Mapping[str, str]) -> Owner | None:
    """The owner that tags name; of several the one that would take the others' changes back."""
    return (
        _of_kubernetes(tags)
        or (Owner(kind=OwnerKind.ECS) if ECS_MANAGED in tags else None)
        or (Owner(kind=OwnerKind.BEANSTALK, name=tags[BEANSTALK]) if tags.get(BEANSTALK) else None)
        or _of_stack(tags)
        or (Owner(kind=OwnerKind.TERRAFORM) if tags.get(TERRAFORM.key) == TERRAFORM.value else None)
    )


def _of_stack(tags: Mapping[str, str]) -> Owner | None:
    if not tags.get(STACK):
        return None
    return Owner(kind=OwnerKind.CLOUDFORMATION, name=tags[STACK], part=tags.get(LOGICAL_ID, ""))


def _of_kubernetes(tags: Mapping[str, str]) -> Owner | None:
    """The controller tags with the cluster, the stack (NAMESPACE/NAME or a group's name) and the resource in it."""
    keys = {key: KUBERNETES.fullmatch(key) for key in tags}
    told = {(found["controller"], found["what"]): tags[key] for key, found in keys.items() if found}
    cluster = told.get(("elbv2", "cluster")) or tags.get(AUTO_MODE_CLUSTER, "")
    for kind in (OwnerKind.INGRESS, OwnerKind.SERVICE, OwnerKind.GATEWAY):
        stack, resource = told.get((kind.value, "stack"), ""), told.get((kind.value, "resource"), "")
        if stack or resource:
            namespace, _, name = stack.rpartition("/")
            return Owner(kind=kind, name=name, namespace=namespace, part=resource, cluster=cluster)
    return Owner(kind=OwnerKind.INGRESS, cluster=cluster) if cluster else None


def _balancer_of(arn: str) -> str:
    """The load balancer's ARN in that of a listener or a rule."""
    parts = Arn.of(arn).path
    if len(parts) < 5 or parts[0] not in ("listener", "listener-rule"):
        return ""
    return f"{arn.rpartition(':')[0]}:loadbalancer/{'/'.join(parts[1:4])}"
