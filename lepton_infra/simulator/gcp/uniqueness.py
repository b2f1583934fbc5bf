"""Provider ids that are taken, with Google's own refusal."""

from __future__ import annotations

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.gcp.catalogue import TYPES


def require(call: Call, id: str) -> None:
    """Refuse what is there already, or what cannot be made again under its name.

    Raises:
        CloudError: with Google's own code.
    """
    type = TYPES[call.type]
    unique = type.unique
    if unique is None or type.overwrites or call.old is not None:
        return
    message = unique.message.format(id=id)
    # Every id but a bucket's begins with the project, so the same id is the same thing in whichever region's scope.
    if any(other.id == id for other in call.scope.everywhere(call.type)):
        raise CloudError(unique.code, message)
    if unique.kept and any(gone.id == id for gone in call.scope.deleted(call.type)):
        raise CloudError(unique.code, f"{message} ({unique.kept})")
